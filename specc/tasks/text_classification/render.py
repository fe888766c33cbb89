"""The task's side of the render stage: names for the templates, fields of the configuration."""

from __future__ import annotations

from typing import Any

from specc.plan.plan import Plan
from specc.render.context.config import Group
from specc.render.context.data import column_list, drop_comment, short_rows
from specc.render.context.model import Answers
from specc.render.context.step import mean_loss
from specc.render.literals import code, py
from specc.tasks.text_classification.expressions import expression
from specc.tasks.text_classification.facts import labels_of
from specc.tasks.text_classification.language import task_of
from specc.tasks.text_classification.metrics import METRICS
from specc.tasks.text_classification.outputs import outputs, problem_name

__all__ = ["answers", "config_group", "context", "example_inputs", "libraries", "outputs"]

_LOGITS = {
    "binary": "Logits (B, classes)",
    "multi-class": "Logits (B, classes)",
    "multi-label": "Logits (B, labels)",
    "regression": "Predicted numbers (B,)",
}
_TEXTS = {1: "pa.string()", 2: "pa.list_(pa.string(), 2)"}
_LABELS_LIKE = {
    "multi-label": "torch.zeros(size, len(Config().labels), device=device)",
    "regression": "torch.zeros(size, device=device)",
}


def answers(plan: Plan) -> Answers:
    """The outputs of the network: a logit for each label, or one number."""
    pair = len(task_of(plan.spec).text) == 2
    if labels_of(plan.facts).problem == "regression":
        return Answers(('id2label={0: "score"}',), "1", pair)
    lines = (
        "id2label=dict(enumerate(config.labels))",
        "label2id={name: index for index, name in enumerate(config.labels)}",
    )
    return Answers(lines, "len(config.labels)", pair)


def config_group(plan: Plan) -> Group:
    """Labels, weights and targets."""
    group, labels = Group("Task"), labels_of(plan.facts)
    if labels.labels:
        group.add(
            "labels", "tuple[str, ...]", labels.labels, f"in id order: {labels.labels_reason}"
        )
    if labels.problem in ("binary", "multi-class"):
        commonest = labels.majority or labels.labels[0]
        note = "the baseline's answer" + (": commonest in training" if labels.majority else "")
        group.add("majority_label", "str", commonest, note)
    if labels.problem == "multi-label":
        rows = plan.split_rows["train"] if plan.split_rows else 0
        counts = labels.counts.get("train") or (0,) * len(labels.labels)
        shares = tuple(round(count / rows, 4) if rows else 0.0 for count in counts)
        group.add(
            "label_shares", "tuple[float, ...]", shares, "of the training texts: the baseline"
        )
        note = "a label is given above this probability"
        tuned = task_of(plan.spec).thresholds == "tuned"
        group.add(
            "threshold", "float", 0.5, note + (", until thresholds are tuned" if tuned else "")
        )
    if labels.problem == "regression":
        mean, deviation, low, high = labels.target or (0.0, 1.0, 0.0, 0.0)
        seen = f"training targets lie in [{low:g}, {high:g}]" if labels.target else "not known"
        group.add("target_mean", "float", float(f"{mean:.6g}"), seen)
        group.add(
            "target_std", "float", float(f"{deviation:.6g}") or 1.0, "their standard deviation"
        )
    if task_of(plan.spec).drop_labels:
        dropped = task_of(plan.spec).drop_labels
        group.add("drop_labels", "tuple[str, ...]", dropped, "rows with these are left out")
    if plan.task.class_weights:
        note = plan.reason("training.class_weights")
        group.add("class_weights", "tuple[float, ...]", plan.task.class_weights, note)
    if plan.spec.training.label_smoothing:
        smoothing = plan.spec.training.label_smoothing
        group.add("label_smoothing", "float", smoothing, "of the target, spread over all classes")
    return group


def _loss(plan: Plan) -> str:
    """The loss of one batch."""
    problem = labels_of(plan.facts).problem
    if problem == "regression":
        return mean_loss(plan, "mse_loss")
    if problem == "multi-label":
        weights = ", pos_weight=class_weights" if plan.task.class_weights else ""
        total = "(num_labels * len(config.labels))"
        return mean_loss(plan, "binary_cross_entropy_with_logits", weights, total=total)
    options = ", weight=class_weights" if plan.task.class_weights else ""
    if plan.spec.training.label_smoothing:
        options += ", label_smoothing=config.label_smoothing"
    total = "label_weight" if plan.task.class_weights else "num_labels"
    return mean_loss(plan, "cross_entropy", options, total=total)


def _target(plan: Plan) -> str:
    task, problem = task_of(plan.spec), labels_of(plan.facts).problem
    if problem == "regression":
        return "number"
    if problem != "multi-label":
        return "class"
    return "columns" if len(task.label) > 1 else "names"


def _targets(plan: Plan, target: str) -> dict[str, str]:
    """How labels become targets, in data.py."""
    takes_config = target in ("class", "names")
    return {
        "target": target,
        "targets_call": "to_targets(labels, config)" if takes_config else "to_targets(labels)",
        "targets_doc": {
            "class": "Targets are class ids (N,).",
            "number": "Targets are numbers (N,).",
        }.get(target, "Targets are 0 or 1 for each label (N, labels)."),
        "batch_doc": {
            "class": "`labels` (B,).",
            "number": "`labels` (B,), the numbers to predict.",
        }.get(target, "`labels` (B, labels)."),
        "unknown_targets": {
            "class": "torch.zeros(len(cleaned), dtype=torch.long)",
            "number": "torch.zeros(len(cleaned))",
        }.get(target, "torch.zeros(len(cleaned), len(self.config.labels))"),
        "label_key": "tuple(label)"
        if target == "names" and not task_of(plan.spec).separator
        else "label",
        "names_type": "list[str]" if labels_of(plan.facts).as_list else "str",
    }


def _words(plan: Plan) -> dict[str, str]:
    """Prose of the docstrings."""
    task, labels = task_of(plan.spec), labels_of(plan.facts)
    columns = " and ".join(map(code, task.text))
    what = {
        "regression": f"a number for {columns}",
        "multi-label": f"which of {len(labels.labels)} labels fit {columns}",
    }.get(labels.problem, f"one of {len(labels.labels)} classes for {columns}")
    majority = labels.majority or (labels.labels[0] if labels.labels else "")
    pair = len(task.text) == 2
    return {
        "answer_words": what,
        "output_words": {"regression": "a number"}.get(labels.problem, "a logit for each label"),
        "logits_doc": _LOGITS[labels.problem],
        "predict_doc": f"Predicts {what} with the trained model.",
        "predict_example": "'first text' 'second text'" if pair else "'a text' 'another text'",
        "text_columns_words": f"the column{'s' if pair else ''} {columns}",
        "stdin_words": "two texts a line with a tab between them" if pair else "one text a line",
        "baseline_words": {
            "regression": "always the mean of the training targets",
            "multi-label": "always the labels that most training texts have",
        }.get(labels.problem, f"always {majority}"),
    }


def _task(plan: Plan) -> dict[str, Any]:
    """Every name under `task`."""
    task, labels = task_of(plan.spec), labels_of(plan.facts)
    target = _target(plan)
    device = "" if plan.hardware.device == "cpu" else ", device=device"
    names = bool(labels.labels) and not any(name.isdigit() for name in labels.labels)
    numbered = bool(labels.numbered) or (plan.facts.hub and names)
    return {
        "is_pair": len(task.text) == 2,
        "flat_texts": _flat_texts(plan),
        "text_type": "tuple[str, str]" if len(task.text) == 2 else "str",
        "report": f"text_classification/report/{problem_name(plan)}.py",
        "has_thresholds": labels.problem == "multi-label",
        "is_multi_label": labels.problem == "multi-label",
        "is_regression": labels.problem == "regression",
        "is_numbered": numbered,
        "numbered_reason": (
            "A hub column of class labels holds their numbers."
            if plan.facts.hub
            else f"Class numbers stand for names in: {', '.join(labels.numbered)}."
        ),
        "named_thresholds": "dict(zip(config.labels, thresholds.tolist(), strict=True))",
        "tunes_thresholds": labels.problem == "multi-label" and task.thresholds == "tuned",
        "reads_lists": labels.as_list
        or (plan.facts.hub and target == "names" and not task.separator),
        "split_expression": (
            f"filter(None, map(str.strip, names.split({py(task.separator)})))"
            if task.separator
            else "names"
        ),
        "text_columns": task.text,
        "truncated_counts": '{"texts": loaders["train"].num_truncated}',
        "row_is_there": _is_there(plan, "texts[row]"),
        "text_is_there": _is_there(plan, "text"),
        "same_columns": "texts, labels",
        "loss_expression": _loss(plan),
        "labels_like": _LABELS_LIKE.get(
            labels.problem, "torch.zeros(size, dtype=torch.long, device=device)"
        ),
        "class_weights": plan.task.class_weights is not None,
        "weighs_labels": plan.task.class_weights is not None and labels.problem != "multi-label",
        "weights_statement": f"class_weights = torch.tensor(config.class_weights{device})",
        "predict_call": (
            "predict(model, loader, np.full(len(config.labels), config.threshold))"
            if labels.problem == "multi-label"
            else "predict(model, loader)"
        ),
        "tiny_words": "words = sorted({word for text in TEXTS for word in "
        + ('" ".join(text)' if len(task.text) == 2 else "text")
        + ".split()})",
        **_targets(plan, target),
        **_words(plan),
    }


def _evaluation(plan: Plan) -> dict[str, Any]:
    """What evaluate.py needs beside the generic names under `evaluation`."""
    metrics = [{"name": name, "expression": expression(name, plan)} for name in plan.metrics]
    used = " ".join(metric["expression"] for metric in metrics)
    return {
        "metrics": metrics,
        "score_type": "Any" if any(METRICS[name].per_class for name in plan.metrics) else "float",
        "needs_scores": "scores" in used,
        "needs_classes": "classes" in used,
        "needs_variation": "varies" in used,
        "uses_ranked": "ranked(" in used,
        "uses_mean_over_labels": "mean_over_labels(" in used,
    }


def _data(plan: Plan) -> dict[str, Any]:
    """What data.py needs to know of the columns."""
    task = task_of(plan.spec)
    return {
        "text_lists": [column_list(plan, name) for name in task.text],
        "label_list": _label_list(plan),
        "label_lists": [column_list(plan, name) for name in task.label],
        **_drops(plan),
        "raw_label_list": f"table[{py(task.label[0])}].to_pylist()",
        "row_types": {"texts": _TEXTS[len(task.text)], "targets": _targets_type(plan)},
        "token_types": dict.fromkeys(
            ("token_ids", "type_ids") if len(task.text) == 2 else ("token_ids",),
            "pa.list_(pa.int32())",
        ),
    }


def _label_list(plan: Plan) -> str:
    """The expression for the one label of each row."""
    values = column_list(plan, task_of(plan.spec).label[0])
    return f"[label for (label,) in {values}]" if labels_of(plan.facts).unwraps else values


def _is_there(plan: Plan, text: str) -> str:
    """The expression for whether a row is used."""
    task = task_of(plan.spec)
    tests = []
    if plan.spec.data.clean.drop_empty:
        tests.append(f"all({text})" if len(task.text) == 2 else text)
    if task.drop_labels:
        tests.append("labels[row] not in config.drop_labels")
    return " and ".join(tests)


def _drops(plan: Plan) -> dict[str, Any]:
    """Labels that are left out are dropped where empty texts are."""
    task = task_of(plan.spec)
    if not task.drop_labels:
        return {}
    what = (
        ["some labels"] if not plan.spec.data.clean.drop_empty else ["empty texts", "some labels"]
    )
    comment = drop_comment(plan, what)
    return {"drops": True, "drop_empty": True, "drop_comment": comment}


def _flat_texts(plan: Plan) -> str:
    """The expression for all texts, those of pairs one by one."""
    if len(task_of(plan.spec).text) == 1:
        return "texts"
    return "(text for pair in texts for text in pair)" if plan.on_disk else "flat"


def _targets_type(plan: Plan) -> str:
    labels = labels_of(plan.facts)
    if labels.problem == "multi-label":
        return f"pa.list_(pa.float32(), {len(labels.labels)})"
    return "pa.float32()" if labels.problem == "regression" else "pa.int64()"


def context(plan: Plan) -> dict[str, dict[str, Any]]:
    """The task's names by namespace."""
    return {"task": _task(plan), "evaluation": _evaluation(plan), "data": _data(plan)}


def libraries(plan: Plan) -> list[str]:
    """scikit-learn has the metrics, SciPy the correlations."""
    return ["scikit-learn"] + (["scipy"] if labels_of(plan.facts).problem == "regression" else [])


def example_inputs(plan: Plan) -> list[str]:
    """A short text or pair of the user's data, of the final split where there is one."""
    names = task_of(plan.spec).text
    short = short_rows(plan, names)
    return short or [f"text {number}" for number, _ in enumerate(names, 1)]
