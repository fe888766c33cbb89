"""The task's side of the render stage: names for the templates, fields of the configuration."""

from __future__ import annotations

from typing import Any

from specc.plan.plan import Plan
from specc.render.context.config import Group
from specc.render.context.data import column_list, short_rows
from specc.render.context.model import Answers
from specc.render.context.step import batch_name, head_loss, rows_of
from specc.render.literals import code, py
from specc.tasks.text_to_text.language import task_of
from specc.tasks.text_to_text.metrics import METRICS
from specc.tasks.text_to_text.network import family_of, kernel_names, model_names, network_names
from specc.tasks.text_to_text.outputs import outputs
from specc.tasks.text_to_text.plan import TextPlan
from specc.tasks.text_to_text.scoring import quality_of, scoring_names

__all__ = ["answers", "config_group", "context", "example_inputs", "libraries", "outputs"]

GENERATION_FIELDS = (
    "max_new_tokens",
    "num_beams",
    "length_penalty",
    "no_repeat_ngram_size",
    "temperature",
    "top_k",
    "top_p",
)
"""Fields of config.py that are flags of predict.py too."""


def answers(plan: Plan) -> Answers:
    """The network writes with its own output layer."""
    return Answers((), "", False)


def config_group(plan: Plan) -> Group:
    """What is read, and how texts are written."""
    group, task, resolved = Group("Task"), task_of(plan.spec), _plan(plan)
    if resolved.prefix:
        group.add("prefix", "str", resolved.prefix, plan.reason("task.prefix"))
    if family_of(plan).names_languages and plan.base is not None:
        group.add("source_language", "str", task.source_language, "code of the tokenizer")
        group.add("target_language", "str", task.target_language, "code of the tokenizer")
    reason = plan.reason("task.max_target_length")
    group.add("max_target_length", "int", resolved.max_target_length, reason)
    if plan.spec.training.label_smoothing:
        smoothing = plan.spec.training.label_smoothing
        group.add("label_smoothing", "float", smoothing, "of the target, spread over all tokens")
    _generation(plan, group)
    return group


def _generation(plan: Plan, group: Group) -> None:
    writing = _plan(plan).writing
    why = "task.generation."
    group.add(
        "max_new_tokens",
        "int",
        writing.max_new_tokens,
        f"written: {plan.reason(why + 'max_new_tokens')}",
    )
    group.add("num_beams", "int", writing.num_beams, plan.reason(why + "num_beams"))
    penalty = "above 0 favours long texts, below 0 short ones"
    group.add("length_penalty", "float", writing.length_penalty, f"of beam search: {penalty}")
    repeats = plan.reason(why + "no_repeat_ngram_size")
    group.add(
        "no_repeat_ngram_size",
        "int",
        writing.no_repeat_ngram_size,
        f"tokens; 0: no limit; {repeats}",
    )
    note = "0 searches, above 0 samples: below 1 safer, above 1 bolder"
    group.add("temperature", "float", writing.temperature, note)
    group.add("top_k", "int", writing.top_k, "of sampling: among so many tokens, 0: all")
    group.add("top_p", "float", writing.top_p, "of sampling: among tokens of this probability")
    note = "texts written for the metrics of a split, evenly spread; the loss is of all"
    group.add("num_written", "int", writing.examples, note)
    note = f"the same at each evaluation: {plan.reason(why + 'examples_in_training')}"
    group.add("num_written_in_training", "int", writing.examples_in_training, note)


def _plan(plan: Plan) -> TextPlan:
    resolved: TextPlan = plan.task
    return resolved


def _words(plan: Plan) -> dict[str, str]:
    """Prose of the docstrings."""
    task = task_of(plan.spec)
    pair = len(task.source) == 2
    what = {
        "translation": "the translation",
        "summarization": "the summary",
        "generative-qa": "the answer",
    }.get(task.preset or "", "the text")
    source = " and ".join(map(code, task.source))
    baseline = {
        "summarization": f"the first {_plan(plan).scoring.lead} sentence(s) of the source",
        "generative-qa": f"the first words of {code(task.source[-1])}",
    }.get(task.preset or "", f"a copy of {code(task.source[-1])}")
    writing = _plan(plan).writing
    way = "sampling" if writing.samples else "beam search" if writing.num_beams > 1 else "greedy"
    return {
        "answer_words": f"{what} in {code(task.target)} from {source}",
        "predict_doc": f"Writes {what} of new sources with the trained model.",
        "predict_example": "'first text' 'second text'" if pair else "'a text' 'another text'",
        "text_columns_words": f"the column{'s' if pair else ''} {source}",
        "stdin_words": "two texts a line with a tab between them" if pair else "one text a line",
        "baseline_words": baseline,
        "baseline_doc": f"{baseline[0].upper()}{baseline[1:]}.",
        "writing_doc": f"{way}, as config.py says",
        "readme_words": _readme_words(baseline),
    }


def _readme_words(baseline: str) -> str:
    """A paragraph of the README."""
    return (
        "The loss is of all texts; the other metrics are of those that were written: at most\n"
        "`num_written` of `config.py` a split, evenly spread. `results.json` says under `texts`\n"
        "how many, how they were written, and how words are told apart. The baseline is\n"
        f"{baseline}."
    )


def _source(plan: Plan) -> dict[str, Any]:
    """How the columns become what is read."""
    task, prefix = task_of(plan.spec), bool(_plan(plan).prefix)
    joined = f"{py(task.separator)}.join(text)" if len(task.source) == 2 else "text"
    parts = ["the prefix"] if prefix else []
    parts += ["both columns with the separator between them"] if len(task.source) == 2 else ["it"]
    return {
        "source_doc": f"What is read: {' and '.join(parts)}.",
        "source_expression": f"Config.prefix + {joined}" if prefix else joined,
        "last_source": "source[1]" if len(task.source) == 2 else "source",
    }


def _task(plan: Plan) -> dict[str, Any]:
    """Every name under `task`."""
    task, writing = task_of(plan.spec), _plan(plan).writing
    pair = len(task.source) == 2
    here = "texts[row][0] and targets[row]" if pair else "texts[row] and targets[row]"
    if not plan.spec.clean.whitespace:
        read = "texts[row][0].strip()" if pair else "texts[row].strip()"
        here = f"{read} and targets[row].strip()"
    return {
        "forward_statement": f"states = forward(model, {batch_name(plan)})",
        "sequence_lengths": "max(pair) for pair in loader.lengths"
        + (".tolist()" if plan.on_disk else ""),
        "loss_place": "`loss.py`, and the line `loss = ...` in `train.py`",
        "loss_expression": head_loss(plan, "output_weight(model)"),
        "smooths_targets": bool(plan.spec.training.label_smoothing),
        "num_samples": rows_of(plan, "target_ids"),
        "same_columns": "texts, targets",
        "counts_targets": True,
        "corpus": 'splits["train"].all_texts()',
        "predict_call": "predict(model, loader, config.num_written_in_training)",
        "writes_texts": True,
        "changes": [
            {
                "what": "how texts are written",
                "where": "`num_beams` and what is below it in `config.py`; flags of `predict.py`",
            },
            {"what": "how written texts are judged", "where": "`scores.py`"},
        ],
        "is_pair": pair,
        "text_type": "tuple[str, str]" if pair else "str",
        "text_columns": task.source,
        "corpus_type": "str",
        "row_is_there": here,
        "truncated_counts": """{
            "sources": loaders["train"].num_truncated, "targets": loaders["train"].num_cut
        }""",
        "samples": writing.samples,
        "generation_fields": GENERATION_FIELDS,
        **_words(plan),
        **_source(plan),
        **network_names(plan),
        **scoring_names(plan),
    }


def context(plan: Plan) -> dict[str, dict[str, Any]]:
    """The task's names by namespace."""
    task = task_of(plan.spec)
    return {
        "task": _task(plan),
        "model": model_names(plan),
        "kernels": kernel_names(plan),
        "evaluation": {"score_type": "float"},
        "data": {
            "source_lists": [column_list(plan, name) for name in task.source],
            "target_list": column_list(plan, task.target),
            "row_types": {
                "texts": "pa.list_(pa.string(), 2)" if len(task.source) == 2 else "pa.string()",
                "targets": "pa.string()",
            },
            "token_types": dict.fromkeys(("source_ids", "target_ids"), "pa.list_(pa.int32())"),
        },
    }


def libraries(plan: Plan) -> list[str]:
    """The packages of the metrics."""
    used = {METRICS[name].library for name in plan.metrics} - {None}
    if quality_of(plan) == "chrf":
        used.add("sacrebleu")
    return sorted(name for name in used if name is not None)


def example_inputs(plan: Plan) -> list[str]:
    """A short source of the user's data, of the final split where there is one."""
    names = task_of(plan.spec).source
    short = short_rows(plan, names)
    return short or [f"text {number}" for number, _ in enumerate(names, 1)]
