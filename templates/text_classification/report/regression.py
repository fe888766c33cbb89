def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a text, in the order of the data."""
    with path.open("w", encoding="utf-8") as file:
        for row, text in enumerate(loader.examples.texts):
            line = {
                "text": text,
                "target": float(outcome.targets[row]),
                "prediction": round(float(outcome.predictions[row]), 6),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    errors = outcome.predictions - outcome.targets
    worst = [
        {
            "row": int(row),
            "text": loader.examples.texts[row],
            "target": round(float(outcome.targets[row]), 4),
            "prediction": round(float(outcome.predictions[row]), 4),
        }
        for row in np.argsort(-np.abs(errors))[: config.num_worst]
    ]
    edges = np.quantile(outcome.targets, (0, 0.25, 0.5, 0.75, 1))
    by_target: list[dict[str, Any]] = [
        {"from": float(low), "to": float(high), "texts": int(inside.sum()), "mean_error": round(float(errors[inside].mean()), 4), "mean_absolute_error": round(float(np.abs(errors[inside]).mean()), 4)}
        for low, high in pairwise(edges)
        if (inside := (outcome.targets >= low) & (outcome.targets <= high)).any()
    ]
    close = np.abs(errors) <= config.target_std / 2
    report: dict[str, Any] = {
        "texts": len(errors),
        "mean_error": float(errors.mean()),
        "by_target": by_target,
        "by_length": by_length({{ data.token_lengths }}, close),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"The {len(errors)} texts of the {{ data.final_split }} split are predicted {errors.mean():+.4f} off on average.",
        "`right` below means: within half a standard deviation of the training targets.",
        *table("By target", by_target),
        *table("By length in tokens", report["by_length"]),
        *table("Worst examples: the largest errors", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


# {% include "partials/report_parts.py" %}
