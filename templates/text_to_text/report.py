def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a written text, in the order of the data."""
    written = zip(outcome.rows, outcome.sources, outcome.targets, outcome.predictions, strict=True)
    with path.open("w", encoding="utf-8") as file:
        for row, text, target, prediction in written:
            line = {"row": int(row), "text": text, "target": target, "prediction": prediction}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    values = quality(outcome.predictions, outcome.targets)
    order = np.argsort(values, kind="stable")
    examples: list[dict[str, Any]] = [
        {
            {{ task.quality_name | py }}: round(float(values[i]), 4),
            "row": int(outcome.rows[i]),
            "source": as_source(outcome.sources[i]),
            "target": outcome.targets[i],
            "prediction": outcome.predictions[i],
        }
        for i in order
    ]
    written = sum(map(len, outcome.predictions))
    wanted = sum(map(len, outcome.targets))
    lengths = np.array([len(loader.source_ids[row]) for row in outcome.rows])
    report: dict[str, Any] = {
        "texts": len(values),
        "mean_{{ task.quality_name }}": round(float(values.mean()), 4),
        "length_ratio": round(written / max(1, wanted), 4),
        "empty": sum(not text for text in outcome.predictions),
        "by_source_length": by_source_length(lengths, values),
        "worst": examples[: config.num_worst],
        "best": examples[::-1][: config.num_worst],
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(values)} texts of the {{ data.final_split }} split were written; mean {{ task.quality_name }}: {values.mean():.3f}.",
        f"Length ratio {report['length_ratio']:.2f} (characters by those of the targets); {report['empty']} are empty.",
        *table("By length of the source in tokens", report["by_source_length"]),
        *table("Worst by {{ task.quality_name }}", report["worst"]),
        *table("Best by {{ task.quality_name }}", report["best"]),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_source_length(lengths: np.ndarray, values: np.ndarray) -> list[dict[str, Any]]:
    """The mean of each quarter of the texts, from short to long sources."""
    quarters = np.array_split(np.argsort(lengths, kind="stable"), 4)
    return [
        {
            "tokens": f"{lengths[rows].min()}-{lengths[rows].max()}",
            "texts": len(rows),
            {{ task.quality_name | py }}: round(float(values[rows].mean()), 4),
        }
        for rows in quarters
        if len(rows)
    ]


# {% include "partials/report_table.py" %}
