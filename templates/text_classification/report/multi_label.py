def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a text, in the order of the data."""
    with path.open("w", encoding="utf-8") as file:
        for row, text in enumerate(loader.examples.texts):
            line = {
                "text": text,
                "labels": chosen(outcome.targets[row], config),
                "prediction": chosen(outcome.predictions[row], config),
                "probabilities": dict(zip(config.labels, outcome.scores[row].round(6).tolist(), strict=True)),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def chosen(flags: np.ndarray, config: Config) -> list[str]:
    """The names of the labels that are set."""
    return [name for name, flag in zip(config.labels, flags, strict=True) if flag]


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    from sklearn import metrics

    measures = metrics.precision_recall_fscore_support(
        outcome.targets, outcome.predictions, average=None, zero_division=0
    )
    per_label: list[dict[str, Any]] = [
        dict(zip(("label", "precision", "recall", "f1", "texts"), row, strict=True))
        for row in zip(config.labels, *(measure.tolist() for measure in measures), strict=True)
    ]
    exact = (outcome.targets == outcome.predictions).all(axis=1)
    wrong = np.flatnonzero(~exact)
    worst = [
        {
            "row": int(row),
            "text": loader.examples.texts[row],
            "labels": ", ".join(chosen(outcome.targets[row], config)),
            "prediction": ", ".join(chosen(outcome.predictions[row], config)),
        }
        for row in wrong[np.argsort(-outcome.losses[wrong])][: config.num_worst]
    ]
    report: dict[str, Any] = {
        "errors": len(wrong),
        "texts": len(exact),
        "per_label": per_label,
        "by_number_of_labels": slices(outcome.targets.sum(axis=1), exact),
        "by_length": by_length({{ data.token_lengths }}, exact),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(exact)} texts of the {{ data.final_split }} split have a wrong set of labels.",
        *table("By label", per_label),
        *table("By number of labels", report["by_number_of_labels"]),
        *table("By length in tokens", report["by_length"]),
        *table("Worst examples: the highest loss", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def slices(values: np.ndarray, right: np.ndarray) -> list[dict[str, Any]]:
    """Share of texts with the right set of labels, for each value."""
    return [
        {"labels": int(value), "texts": int((values == value).sum()), "right": round(float(right[values == value].mean()), 4)}
        for value in np.unique(values)
    ]


# {% include "partials/report_parts.py" %}
