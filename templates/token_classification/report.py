# {% if not task.is_plain %}
def marked(words: list[str], tags: np.ndarray) -> str:
    """The entities of a sentence, for a person to read."""
    found = sorted(entities(tags), key=lambda entity: entity[1])
    return "; ".join(f"{' '.join(words[first : last + 1])} ({kind})" for kind, first, last in found) or "none"


# {% endif %}
def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a sentence, in the order of the data."""
    with path.open("w", encoding="utf-8") as file:
        for row, words in enumerate(loader.examples.words):
            line = {
                "text": " ".join(words),
                "words": words,
                "tags": [config.labels[tag] for tag in outcome.targets[row]],
                "prediction": [config.labels[tag] for tag in outcome.predictions[row]],
                "probability": outcome.confidence[row].round(4).tolist(),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


# {% if task.is_plain %}
def mistakes(outcome: Outcome, config: Config) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is confused with what, and how often."""
    pairs: Counter[tuple[str, str]] = Counter()
    for targets, predictions in zip(outcome.targets, outcome.predictions, strict=True):
        wrong = np.flatnonzero(targets != predictions)
        pairs.update((config.labels[targets[i]], config.labels[predictions[i]]) for i in wrong)
    confusions = [{"class": a, "prediction": b, "words": n} for (a, b), n in pairs.most_common()]
    return [{"mistake": "wrong class", "words": pairs.total()}], confusions


# {% else %}
def mistakes(outcome: Outcome, config: Config) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How entities go wrong, boundaries apart from types, and which types are confused."""
    kinds = dict.fromkeys(("type", "boundary", "type and boundary", "missed", "invented"), 0)
    confused: Counter[tuple[str, str]] = Counter()
    for targets, predictions in zip(outcome.targets, outcome.predictions, strict=True):
        true, predicted = entities(targets), entities(predictions)
        for kind, first, last in sorted(true - predicted):
            near = [e for e in sorted(predicted) if e[1] <= last and e[2] >= first]
            same = [e for e in near if e[1:] == (first, last)]
            if same:
                kinds["type"] += 1
                confused[kind, same[0][0]] += 1
            elif near:
                kinds["boundary" if any(e[0] == kind for e in near) else "type and boundary"] += 1
            else:
                kinds["missed"] += 1
        for _, first, last in predicted - true:
            kinds["invented"] += all(e[1] > last or e[2] < first for e in true)
    confusions = [{"type": a, "prediction": b, "entities": n} for (a, b), n in confused.most_common()]
    return [{"mistake": name, "entities": n} for name, n in kinds.items()], confusions


# {% endif %}
def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    right, predicted, true = outcome.counts.sum(0).T
    names = {{ task.kinds_expression }}
    columns = (ratio(right, predicted), ratio(right, true), ratio(2 * right, predicted + true), true)
    per_type = [
        {{ task.per_type_row }}
        for i, name in enumerate(names)
    ]
    pairs = zip(outcome.targets, outcome.predictions, strict=True)
    whole = np.array([bool((a == b).all()) for a, b in pairs])
    wrong = np.flatnonzero(~whole)
    worst = []
    for row in wrong[np.argsort(-outcome.losses[wrong], kind="stable")][: config.num_worst]:
        words = loader.examples.words[row]
        # {% if task.is_plain %}
        missed = np.flatnonzero(outcome.targets[row] != outcome.predictions[row])
        true_tags = [f"{words[i]} ({names[outcome.targets[row][i]]})" for i in missed]
        given = [f"{words[i]} ({names[outcome.predictions[row][i]]})" for i in missed]
        shown = {"true": "; ".join(true_tags), "prediction": "; ".join(given)}
        # {% else %}
        shown = {
            "true": marked(words, outcome.targets[row]),
            "prediction": marked(words, outcome.predictions[row]),
        }
        # {% endif %}
        worst.append({"row": int(row), "text": " ".join(words), **shown})
    kinds, confusions = mistakes(outcome, config)
    lengths = [len(words) for words in loader.examples.words]
    report: dict[str, Any] = {
        "sentences": len(whole),
        "wrong": len(wrong),
        "per_type": per_type,
        "mistakes": kinds,
        "confusions": confusions,
        "by_length": by_length({{ data.word_lengths }}, whole, "words"),
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(whole)} sentences of the {{ data.final_split }} split have a wrong tag.",
        *table({{ task.by_kind_title | py }}, per_type),
        *table("Mistakes by kind", kinds),
        *table("Commonest confusions", confusions[:20]),
        *table("By length in words: sentences that are right as a whole", report["by_length"]),
        *table("Worst sentences: the largest loss", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


# {% include "partials/report_parts.py" %}
