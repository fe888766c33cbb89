"""The task's side of the render stage: names for the templates, fields of the configuration."""

from __future__ import annotations

from typing import Any

from specc.data.words import UNSPACED
from specc.language.model import Scratch
from specc.plan.plan import Plan
from specc.render.context.config import Group
from specc.render.context.data import clean_context, short_rows
from specc.render.context.model import Answers, has_tokenizer_file
from specc.render.context.step import batch_name, mean_loss
from specc.render.literals import code
from specc.tasks.question_answering.answers import Form
from specc.tasks.question_answering.facts import answers_of
from specc.tasks.question_answering.language import task_of
from specc.tasks.question_answering.outputs import outputs

__all__ = ["answers", "config_group", "context", "example_inputs", "libraries", "outputs"]

_PLACED = "[(cell, int(float(start)) if start else None)]"
_PLACED_LISTS = "list(zip(cell or [], start or [], strict=True))"

_EXPRESSIONS: dict[Form, tuple[str, str]] = {
    "objects": (
        "list[dict[str, Any]] | None",
        '[(answer["text"], answer.get("answer_start")) for answer in cell or []]',
    ),
    "lists": (
        "dict[str, Any]",
        'list(zip(cell["text"], cell["answer_start"], strict=True))',
    ),
    "texts": ("list[str] | None", "[(text, None) for text in cell or []]"),
    "text": ("str", "[(cell, None)]"),
    "placed": ("str", _PLACED),
    "placed lists": ("list[str] | None", _PLACED_LISTS),
}
"""The type of a cell, and what makes answers with offsets of it."""

_NUMBERS = "pa.list_(pa.int32())"

_METRICS = {
    "exact_match": "float(exact.mean())",
    "f1": "float(f1.mean())",
    "has_ans_exact": "mean_of(exact, has_answer)",
    "has_ans_f1": "mean_of(f1, has_answer)",
    "no_ans_exact": "mean_of(exact, ~has_answer)",
}


def answers(plan: Plan) -> Answers:
    """The outputs of the network: a score for start and end of each token."""
    lines = ('id2label={0: "start", 1: "end"}', 'label2id={"start": 0, "end": 1}')
    return Answers(lines, "2", is_pair=True)


def config_group(plan: Plan) -> Group:
    """Windows, answers, and how the report sorts questions."""
    group, task, found = Group("Task"), task_of(plan.spec), answers_of(plan.facts)
    group.add("stride", "int", plan.task.stride, plan.reason("task.stride"))
    question = plan.task.max_question_length
    group.add("max_question_length", "int", question, plan.reason("task.max_question_length"))
    group.add("max_answer_length", "int", task.max_answer_length, "tokens of the longest answer")
    group.add("n_best", "int", task.n_best, "answers that are kept of each question")
    if not found.unanswerable:
        note = "the baseline's answer: the median length of the training answers"
        group.add("num_baseline_words", "int", found.answer_words, note)
    smoothing = plan.spec.training.label_smoothing
    if smoothing:
        note = "of the target, spread over all tokens that can be the answer"
        group.add("label_smoothing", "float", smoothing, note)
    words, reason = found.question_words, found.question_words_reason
    group.add("question_words", "tuple[str, ...]", words, f"of the report: {reason}")
    return group


def _loss(plan: Plan) -> str:
    if plan.spec.training.label_smoothing:
        loss = f"smoothed_loss(logits, {batch_name(plan)}, config.label_smoothing)"
        return f'{loss} * len(part["labels"]) / num_labels' if plan.accumulates else loss
    # The labels of a window are two: where the answer starts, and where it ends.
    view = {"logits": "logits.flatten(0, 1)", "view": ".flatten()", "total": "(2 * num_labels)"}
    return mean_loss(plan, "cross_entropy", **view)


def _task(plan: Plan) -> dict[str, Any]:
    """Every name under `task`."""
    task, found = task_of(plan.spec), answers_of(plan.facts)
    form: Form = found.forms[0] if len(found.forms) == 1 else "any"
    cell, expression = _EXPRESSIONS.get(form, ("Any", ""))
    if task.answer_start and not expression:
        expression = f"{_PLACED_LISTS} if isinstance(cell, list) else {_PLACED}"
    clean = clean_context(plan)
    columns = " and ".join(map(code, task.texts))
    length = found.answer_words
    first = "the first word" if length == 1 else f"the first {length} words"
    predict = "predict(model, loader)"
    return {
        "question": task.question,
        "context": task.context,
        "answers": task.answer,
        "answer_start": task.answer_start,
        "cell_type": cell,
        "answers_expression": expression,
        "has_many_forms": not expression,
        "parse": _parse_expression(found.forms),
        "reads_arrays": "arrays" in found.forms,
        "reads_both": "json" in found.forms and not {"literal", "arrays"}.isdisjoint(found.forms),
        "cleans": any(clean.values()),
        "unanswerable": found.unanswerable,
        "by_character": found.by_character,
        "unspaced": UNSPACED,
        "row_is_kept": _row_is_kept(plan),
        "tokenizer": "tokenizer" if has_tokenizer_file(plan) else "tokenizer.backend_tokenizer",
        "offsets_hold_spaces": _offsets_hold_spaces(plan),
        "words_in_text": not any(word.isascii() for word in found.question_words),
        "has_thresholds": found.unanswerable,
        "tunes_thresholds": found.unanswerable,
        "named_thresholds": '{"no_answer": thresholds}',
        "predict_call": "tuned(predict(model, loader, 0.0))" if found.unanswerable else predict,
        "loss_expression": _loss(plan),
        "smooths_targets": bool(plan.spec.training.label_smoothing),
        "unit": "windows",
        "corpus": 'splits["train"].all_texts()'
        if plan.on_disk
        else '[*splits["train"].questions, *dict.fromkeys(splits["train"].contexts)]',
        "same_columns": 'columns["questions"], columns["contexts"], columns["answers"]',
        "code_files": ("windows.py",),
        "repeats_texts": plan.base is None,
        "changes": [
            {
                "what": "how windows are cut",
                "where": "`windows.py`; `max_length` and `stride` in `config.py`",
            },
            {"what": "how answers are compared", "where": "`squad.py`"},
        ],
        "text_columns": task.texts,
        "text_columns_words": f"the columns {columns}",
        "offset_words": " as cleaned" if any(clean.values()) else "",
        "answer_words": f"the span of {code(task.context)} that answers {code(task.question)}"
        + (", or that there is none" if found.unanswerable else ""),
        "predict_doc": f"Answers {code(task.question)} with a span of {code(task.context)}.",
        "predict_example": "'a question' 'the text that holds its answer'",
        "baseline_words": "always that there is no answer"
        if found.unanswerable
        else f"always {first} of the context",
    }


def _parse_expression(forms: tuple[Form, ...]) -> str:
    """What makes answers of a text that is JSON or a literal; empty: no file holds such texts."""
    if "arrays" in forms:
        literal = 'ast.literal_eval(Lists().visit(ast.parse(cell, mode="eval")))'
    else:
        literal = "ast.literal_eval(cell)" if "literal" in forms else ""
    if literal and "json" in forms:
        return f"json.loads(cell) if is_json(cell) else {literal}"
    return literal or ("json.loads(cell)" if "json" in forms else "")


def _offsets_hold_spaces(plan: Plan) -> bool:
    """Whether tokens may begin with a space: those of WordPiece, which BERT's kin use, do not."""
    model, family = plan.spec.model, plan.base.family if plan.base else None
    if isinstance(model, Scratch):
        return model.tokenizer.train != "wordpiece"
    return family is None or family.name not in ("bert", "distilbert", "electra")


def _row_is_kept(plan: Plan) -> str:
    found = "(any(spans[row]) or not answers[row])"
    drops = plan.spec.data.clean.drop_empty
    return f"questions[row] and contexts[row] and {found}" if drops else found[1:-1]


def _drop_comment(plan: Plan) -> str:
    clean = plan.spec.data.clean
    what = [
        *(["empty texts"] if clean.drop_empty else []),
        *(["repeated rows"] if clean.drop_duplicates else []),
        "answers not in their context",
    ]
    total = sum(sum(split.dropped.values()) for split in plan.facts.splits.values())
    seen = "" if plan.facts.hub else f" ({total:,} when this was made)"
    return f"Left out: {', '.join(what)}{seen}."


def context(plan: Plan) -> dict[str, dict[str, Any]]:
    """The task's names by namespace."""
    found = answers_of(plan.facts)
    metrics = [{"name": name, "expression": _METRICS[name]} for name in plan.metrics]
    used = " ".join(metric["expression"] for metric in metrics)
    return {
        "task": _task(plan),
        "evaluation": {
            "metrics": metrics,
            "needs_exact": "exact" in used,
            "needs_f1": "f1" in used,
            "needs_has_answer": "has_answer" in used,
            "score_type": "float",
            "tokenization": "characters" if found.by_character else "words",
        },
        "data": {
            "keeps_some": True,
            "row_types": {
                **dict.fromkeys(("questions", "contexts"), "pa.string()"),
                "answers": "pa.list_(pa.string())",
                "spans": "pa.list_(pa.int32(), 2)",
            },
            "token_types": {
                "rows": "pa.int64()",
                **dict.fromkeys(("token_ids", "type_ids"), _NUMBERS),
                "firsts": "pa.int32()",
                **dict.fromkeys(("offsets", "labels"), _NUMBERS),
            },
            "drop_comment": _drop_comment(plan),
            "examples_doc": "Clean texts of one split's files, where the answers stand"
            + (", and which rows are kept." if _cuts(plan) else "."),
        },
        "model": {"module_doc": _module_doc(plan)},
    }


def _cuts(plan: Plan) -> bool:
    return any(split.origin == "cut" for split in plan.facts.splits.values())


def _module_doc(plan: Plan) -> str:
    family = plan.base.family if plan.base else None
    name = family.name if family else plan.spec.model.architecture or "pretrained"
    article = "An" if name[0] in "aeiou" else "A"
    steps = ["build", *(["freeze"] if plan.frozen else []), "group parameters", "save", "load"]
    return f"{article} {name} encoder that scores each token as start and end: {', '.join(steps)}."


def libraries(plan: Plan) -> list[str]:
    """None beside the common ones: SQuAD's script is two small functions."""
    return []


def example_inputs(plan: Plan) -> list[str]:
    """A short question with its context, where there is one that fits a command line."""
    short = short_rows(plan, task_of(plan.spec).texts, 200)
    return short or ["who wrote it?", "It was written by Ada Lovelace in 1843."]
