def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a text, in the order of the data."""
    with path.open("w", encoding="utf-8") as file:
        for row, text in enumerate(loader.examples.texts):
            line = {
                "text": text,
                "label": config.labels[outcome.targets[row]],
                "prediction": config.labels[outcome.predictions[row]],
                "probability": round(float(outcome.confidence[row]), 6),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    from sklearn import metrics

    names, classes = config.labels, range(len(config.labels))
    confusion = metrics.confusion_matrix(outcome.targets, outcome.predictions, labels=classes)
    measures = metrics.precision_recall_fscore_support(
        outcome.targets, outcome.predictions, labels=classes, zero_division=0
    )
    per_class: list[dict[str, Any]] = [
        dict(zip(("label", "precision", "recall", "f1", "texts"), row, strict=True))
        for row in zip(names, *(measure.tolist() for measure in measures), strict=True)
    ]
    wrong = np.flatnonzero(outcome.targets != outcome.predictions)
    worst = [
        {
            "row": int(row),
            "text": loader.examples.texts[row],
            "label": names[outcome.targets[row]],
            "prediction": names[outcome.predictions[row]],
            "probability": round(float(outcome.confidence[row]), 4),
        }
        for row in wrong[np.argsort(-outcome.losses[wrong])][: config.num_worst]
    ]
    pairs: list[dict[str, Any]] = [
        {"label": names[i], "prediction": names[j], "texts": int(confusion[i, j])}
        for i in classes
        for j in classes
        if i != j and confusion[i, j]
    ]
    pairs.sort(key=lambda pair: -pair["texts"])
    report: dict[str, Any] = {
        "errors": len(wrong),
        "texts": len(outcome.targets),
        "per_class": per_class,
        "confusions": pairs,
        "confusion_matrix": confusion.tolist(),
        "by_length": by_length({{ data.token_lengths }}, outcome.targets == outcome.predictions),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(outcome.targets)} texts of the {{ data.final_split }} split are wrong.",
        *table("By class", per_class),
        *table("Commonest confusions", pairs[:20]),
        *table("By length in tokens", report["by_length"]),
        *table("Worst examples: the least probability on the right label", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


# {% include "partials/report_parts.py" %}
