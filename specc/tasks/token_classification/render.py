"""The task's side of the render stage: names for the templates, fields of the configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from specc.data.spans import Form, in_order
from specc.language.model import Scratch
from specc.plan.architectures import FAMILIES, Family
from specc.plan.plan import Plan
from specc.render.context.config import Group
from specc.render.context.data import short_rows
from specc.render.context.model import Answers
from specc.render.context.step import mean_loss, rows_of
from specc.render.literals import code, named, py
from specc.tasks.token_classification.expressions import BY_KIND, expression
from specc.tasks.token_classification.facts import facts_of
from specc.tasks.token_classification.language import task_of
from specc.tasks.token_classification.metrics import METRICS
from specc.tasks.token_classification.outputs import outputs

__all__ = ["answers", "config_group", "context", "example_inputs", "libraries", "outputs"]

_CONVERSIONS = {
    "bio": ("BIO as it is; an entity that lacks its B gets one.", 'letter == "B"'),
    "iob1": ("BIO for IOB1, where B only parts neighbours of one type.", 'letter == "B"'),
    "iobes": ("BIO for IOBES, BILOU and BMEWO: S, U and W are whole entities.", 'letter in "BSUW"'),
    "plain": ("", ""),
}


def answers(plan: Plan) -> Answers:
    """A logit for each tag."""
    lines = (
        "id2label=dict(enumerate(config.labels))",
        "label2id={tag: index for index, tag in enumerate(config.labels)}",
    )
    return Answers(lines, "len(config.labels)", is_pair=False)


def config_group(plan: Plan) -> Group:
    """Tags, types and weights."""
    group, facts, task = Group("Task"), facts_of(plan.facts), task_of(plan.spec)
    if facts.plain:
        group.add("labels", "tuple[str, ...]", facts.tags, f"in id order: {facts.types_reason}")
    else:
        group.add("types", "tuple[str, ...]", facts.types, f"of entities: {facts.types_reason}")
        note = "in id order: outside, and begin and inside of each type"
        group.add("labels", "tuple[str, ...]", facts.tags, note)
    if task.tag_names:
        group.add("tag_names", "tuple[str, ...]", task.tag_names, "by their numbers in the data")
    note = "the baseline's answer" + (": commonest in training" if facts.counts else "")
    group.add("majority_label", "str", facts.majority, note)
    if plan.task.class_weights:
        reason = plan.reason("training.class_weights")
        group.add("class_weights", "tuple[float, ...]", plan.task.class_weights, reason)
    if plan.spec.training.label_smoothing:
        smoothing = plan.spec.training.label_smoothing
        group.add("label_smoothing", "float", smoothing, "of the target, spread over all tags")
    return group


def _loss(plan: Plan) -> str:
    options = ", weight=class_weights" if plan.task.class_weights else ""
    if plan.spec.training.label_smoothing:
        options += ", label_smoothing=config.label_smoothing"
    total = "label_weight" if plan.task.class_weights else "num_labels"
    return mean_loss(plan, "cross_entropy", options, total=total)


def _words(plan: Plan) -> dict[str, Any]:
    """Prose of docstrings, README and tables."""
    facts, task = facts_of(plan.facts), task_of(plan.spec)
    names = ", ".join(map(named, facts.types[:4])) + (", ..." if len(facts.types) > 4 else "")
    plain = facts.plain
    is_named = bool(task.tokens) and not str(task.tokens).lstrip("-").isdigit()
    what = f"the class of each word ({names})" if plain else f"the entities of a text ({names})"
    return {
        "what_words": "the classes of words" if plain else "entities",
        "answer_words": what,
        "predict_doc": f"Finds {what} with the trained model.",
        "predict_example": "'a text' 'another text'",
        "words_column": code(task.tokens if is_named and task.tokens else "words"),
        "words_key": task.tokens if is_named else "words",
        "kinds": "classes" if plain else "types",
        "kind_word": "class" if plain else "type",
        "kinds_expression": "config.labels" if plain else "config.types",
        "things": "words" if plain else "entities",
        "by_kind_title": "By class" if plain else "By type, whole entities",
        "baseline_words": f"every word is {named(facts.majority)}",
        "per_type_row": _per_type_row(
            "class" if plain else "type", "words" if plain else "entities"
        ),
    }


def _per_type_row(kind: str, things: str) -> str:
    names = [kind, "precision", "recall", "f1", things]
    values = ["name", *(f"float(columns[{k}][i])" for k in range(3)), "int(columns[3][i])"]
    pairs = ", ".join(f"{py(n)}: {v}" for n, v in zip(names, values, strict=True))
    return "{" + pairs + "}"


def _task(plan: Plan) -> dict[str, Any]:
    """Every name under `task`."""
    facts, task = facts_of(plan.facts), task_of(plan.spec)
    family = _family(plan)
    doc, begins = _CONVERSIONS[facts.scheme]
    device = "" if plan.hardware.device == "cpu" else ", device=device"
    is_roberta = family is not None and family.name == "roberta" and plan.base is not None
    model = plan.spec.model
    scratch_bpe = isinstance(model, Scratch) and model.tokenizer.train == "bpe"
    sizes = 'input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]'
    grouped = plan.spec.data.split.group is not None
    return {
        "changes": [{"what": "how windows are cut", "where": "`windows.py`"}],
        "loss_expression": _loss(plan),
        "corpus": 'splits["train"].all_texts()'
        if plan.on_disk
        else '[" ".join(words) for words in splits["train"].words]',
        "same_columns": "words, tag_ids",
        "code_files": ("windows.py",),
        "adds_space": is_roberta or scratch_bpe,
        "unknown": "<unk>" if family and "roberta" in family.name and plan.base else "[UNK]",
        "num_samples": rows_of(plan, "input_ids"),
        "counts_targets": True,
        "class_weights": plan.task.class_weights is not None,
        "weighs_labels": plan.task.class_weights is not None,
        "weights_statement": f"class_weights = torch.tensor(config.class_weights{device})",
        "has_spans": task.has_spans,
        "tested_span_forms": _span_forms(plan)[:-1],
        "last_span_parts": _span_forms(plan)[-1]["parts"],
        "is_plain": facts.plain,
        "converts_tags": not facts.plain and not task.has_spans,
        "to_bio_doc": doc,
        "begins": begins,
        "marks_ends": facts.scheme == "iobes",
        "tag_names": task.tag_names,
        "labels_all": task.label_on == "all",
        "kept_doc": ", and the rows that are kept" if grouped else "",
        "knows_inside": family is not None,
        "states_expression": f"model.{family.prefix}({sizes}).last_hidden_state" if family else "",
        **_words(plan),
    }


def _span_forms(plan: Plan) -> list[dict[str, str]]:
    """How the files write spans: the test for each form, and its start, end and type."""
    files = (file for split in plan.facts.splits.values() for file in split.files)
    return [
        {
            "test": f"{_set_of(form)} <= span.keys()" if form else "isinstance(span, list)",
            "parts": ", ".join(_part(key) for key in form) or "span[0], span[1], span[2]",
        }
        for form in in_order({form for file in files for form in file.span_forms}) or [()]
    ]


def _part(key: str) -> str:
    return f"span[{py(key)}]" + ("[0]" if key == "labels" else "")


def _set_of(form: Form) -> str:
    """The literal of a set of keys."""
    return "{" + ", ".join(map(py, form)) + "}"


def _family(plan: Plan) -> Family | None:
    if plan.base is not None:
        return plan.base.family
    return FAMILIES[plan.spec.model.architecture] if plan.spec.model.architecture else None


def _unpacked(names: Sequence[str], value: str, used: str, all_used: bool = False) -> str:
    """The statement that names the parts of `value` which the code behind it uses."""
    words = set(re.findall(r"\w+", used))
    kept = [name if all_used or name in words else "_" for name in names]
    return f"{', '.join(kept)} = {value}" if set(kept) != {"_"} else ""


def context(plan: Plan) -> dict[str, dict[str, Any]]:
    """The task's names by namespace."""
    plain = facts_of(plan.facts).plain
    kinds = "Config.labels" if plain else "Config.types"
    metrics = [{"name": name, "expression": expression(name, kinds)} for name in plan.metrics]
    used = " ".join(metric["expression"] for metric in metrics)
    by_kind = any(name in BY_KIND for name in plan.metrics)
    evaluation = {
        "metrics": metrics,
        "counts_statement": _unpacked(
            ("right", "predicted", "true"), "outcome.counts[rows].sum(0).T", used, by_kind
        ),
        "words_statement": _unpacked(
            ("right_words", "num_words"), "outcome.words[rows].sum(0)", used + " num_words"
        ),
        "by_kind": by_kind,
        "macro": "f1_macro" in plan.metrics,
        "score_type": "Any" if any(METRICS[name].per_class for name in plan.metrics) else "float",
    }
    lists = "pa.list_(pa.int32())"
    data = {
        "row_types": {"words": "pa.list_(pa.string())", "tags": lists},
        "token_types": {"rows": "pa.int64()"}
        | dict.fromkeys(("token_ids", "positions", "words"), lists),
    }
    return {"task": _task(plan), "evaluation": evaluation, "data": data}


def libraries(plan: Plan) -> list[str]:
    """seqeval finds the entities."""
    return [] if facts_of(plan.facts).plain else ["seqeval"]


def example_inputs(plan: Plan) -> list[str]:
    """A short sentence of the user's data."""
    return short_rows(plan, plan.spec.task.texts) or ["a text"]
