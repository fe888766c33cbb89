def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a question, in the order of the data."""
    examples = loader.examples
    with path.open("w", encoding="utf-8") as file:
        for row, question in enumerate(examples.questions):
            line = {
                "question": question,
                "answers": examples.answers[row],
                "f1": round(float(outcome.f1[row]), 4),
                **describe(outcome, row),
                "context": examples.contexts[row],
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: where the model is wrong, and how."""
    examples = outcome.examples
    asked = np.array([question_word(question, config) for question in examples.questions])
    lengths = np.array([len(context) for context in examples.contexts])
    edges = [lengths.min() - 1, *np.quantile(lengths, (0.25, 0.5, 0.75, 1)).round()]
    wrong = np.flatnonzero(outcome.exact == 0)
    worst = [
        {
            "row": int(row),
            "question": examples.questions[row],
            "answers": " / ".join(dict.fromkeys(examples.answers[row])) or "(none)",
            "prediction": describe(outcome, row)["prediction"] or "(none)",
            "f1": round(float(outcome.f1[row]), 4),
            "loss": round(float(outcome.losses[row]), 4),
        }
        for row in wrong[np.lexsort((-outcome.losses[wrong], outcome.f1[wrong]))][: config.num_worst]
    ]
    report: dict[str, Any] = {
        "errors": len(wrong),
        "texts": len(examples),
        "tokenization": {{ evaluation.tokenization | py }},
        # {% if task.unanswerable %}
        "threshold": outcome.threshold,
        "by_answerable": [
            *part("an answer", outcome.has_answer, outcome),
            *part("no answer", ~outcome.has_answer, outcome),
        ],
        # {% endif %}
        "by_question_word": [
            line for word in (*config.question_words, "other") for line in part(word, asked == word, outcome)
        ],
        "by_context_length": [
            line
            for low, high in pairwise(edges)
            for line in part(f"{low + 1:.0f}-{high:.0f}", (low < lengths) & (lengths <= high), outcome)
        ],
        "worst": worst,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{len(wrong)} of {len(examples)} questions of the {{ data.final_split }} split are not answered exactly.",
        "Answers are compared by {{ evaluation.tokenization }}; F1 is the mean over questions.",
        # {% if task.unanswerable %}
        *table("By what the context holds", report["by_answerable"]),
        # {% endif %}
        *table("By question word", report["by_question_word"]),
        *table("By length of the context in characters", report["by_context_length"]),
        *table("Worst examples: the least F1, then the highest loss", worst),
    ]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def question_word(question: str, config: Config) -> str:
    """The first of the listed words that stands in the question."""
    # {% if task.words_in_text %}
    found = {question.find(word): word for word in config.question_words if word in question}
    return found[min(found)] if found else "other"
    # {% else %}
    words = re.findall(r"\w+", question.casefold())
    return next((word for word in words if word in config.question_words), "other")
    # {% endif %}


def part(name: str, chosen: np.ndarray, outcome: Outcome) -> list[dict[str, Any]]:
    """Exact match and F1 of some of the questions; nothing where there are none."""
    if not chosen.any():
        return []
    exact, f1 = outcome.exact[chosen].mean(), outcome.f1[chosen].mean()
    return [{"part": name, "questions": int(chosen.sum()), "exact_match": float(exact), "f1": float(f1)}]


# {% include "partials/report_table.py" %}
