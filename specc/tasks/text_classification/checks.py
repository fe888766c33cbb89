"""What a text-classification task contradicts, in its own section and in the others."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules import cross_task as rules
from specc.language.finding import shown
from specc.language.ground import Check, Ground
from specc.language.metric_checks import metric_paths, unknown_metrics
from specc.language.spec import Spec
from specc.language.vocabulary import listed_words, nearest
from specc.tasks.text_classification.language import Problem, TextClassification, task_of
from specc.tasks.text_classification.metrics import METRICS, metrics_for
from specc.yaml.source import KeyPath, Source


def problem_of(task: TextClassification) -> Problem | None:
    """The kind of problem as far as the spec alone tells it."""
    if task.problem is None and (len(task.label) > 1 or task.separator is not None):
        return "multi-label"
    return task.problem


def check_problem(source: Source, spec: Spec, problem: Problem) -> list[Diagnostic]:
    """Everything that depends on the kind of problem, once the data has told what it is.

    A spec that pins its problem has passed this in `load_spec`.
    """
    ground = Ground(source, spec)
    return [d for check in _BY_PROBLEM for d in check(ground, problem)]


def metrics_fit(source: Source, spec: Spec, problem: Problem) -> list[Diagnostic]:
    """The metrics of a spec that are not defined for a problem."""
    return list(_metrics_fit(Ground(source, spec), problem))


def _column_roles(ground: Ground) -> Iterator[Diagnostic]:
    task, group = task_of(ground.spec), ground.spec.data.split.group
    for i, name in enumerate(task.label):
        if name in task.text:
            yield ground.at_value(
                rules.COLUMN_WITH_TWO_ROLES,
                ("task", "label", i),
                f"the column `{shown(name)}` is both text and label",
                "name the column that holds the answer",
                ground.note("it is read as text here", "task", "text"),
            )
        if name == group:
            yield ground.at_value(
                rules.COLUMN_WITH_TWO_ROLES,
                ("data", "split", "group"),
                f"the groups of `{shown(name)}` are the labels, so each class would be in one "
                "split only",
                "group by another column, or delete `group`",
            )


def _separator_with_columns(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    if task.separator is not None and len(task.label) > 1:
        yield ground.at_key(
            rules.SEPARATOR_WITH_COLUMNS,
            ("task", "separator"),
            f"`separator` has no effect: `label` names {len(task.label)} columns, one a label",
            "delete `separator`",
        )


def _labels_without_multi_label(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    if task.problem in (None, "multi-label"):
        return
    if len(task.label) > 1:
        reason = f"`label` names {len(task.label)} columns"
    elif task.separator is not None:
        reason = "`separator` gives a text several labels"
    else:
        return
    yield ground.at_value(
        rules.LABELS_WITHOUT_MULTI_LABEL,
        ("task", "problem"),
        f"{reason}, which is multi-label and not {task.problem}",
        "write `problem: multi-label`, or name one column without a separator",
    )


def _labels_contradict(ground: Ground) -> Iterator[Diagnostic]:
    task = task_of(ground.spec)
    if task.labels is None:
        return
    if task.problem == "binary" and len(task.labels) != 2:
        yield ground.at_key(
            rules.LABELS_CONTRADICT,
            ("task", "labels"),
            f"a binary problem has two labels, and `labels` names {len(task.labels)}",
            "write `problem: multi-class`, or name two labels",
        )
    elif len(task.label) > 1 and task.labels != task.label:
        same = set(task.labels) == set(task.label)
        yield ground.at_key(
            rules.LABELS_CONTRADICT,
            ("task", "labels"),
            "`labels` names the label columns in another order, and their order is that of the "
            "labels"
            if same
            else "`labels` names others than the label columns, which are the labels here",
            "delete `labels`" + (", and write the columns in the order you want" if same else ""),
        )


def _weights_without_label(ground: Ground) -> Iterator[Diagnostic]:
    task, weights = task_of(ground.spec), ground.spec.training.class_weights
    labels = task.labels or (task.label if len(task.label) > 1 else None)
    if labels is None or not isinstance(weights, dict):
        return
    meant = set()
    for name in weights:
        if name not in labels:
            near = nearest(name, labels)
            meant.add(near)
            yield ground.at_key(
                rules.WEIGHTS_WITHOUT_LABEL,
                ("training", "class_weights", name),
                f"`{shown(name)}` is weighted and is no label",
                f"did you mean `{near}`?" if near else f"delete `{shown(name)}`",
            )
    lacking = tuple(name for name in labels if name not in weights and name not in meant)
    if lacking:
        yield ground.at_key(
            rules.WEIGHTS_WITHOUT_LABEL,
            ("training", "class_weights"),
            f"`class_weights` has no weight for {shown(listed_words(lacking))}",
            "give each label a weight; 1 leaves it as it is",
        )


def _unknown_metric(ground: Ground) -> Iterator[Diagnostic]:
    problem = problem_of(task_of(ground.spec))
    known = metrics_for(problem) if problem else tuple(METRICS)
    yield from unknown_metrics(ground, METRICS, known)


def _pinned_problem(ground: Ground) -> Iterator[Diagnostic]:
    problem = problem_of(task_of(ground.spec))
    for check in _BY_PROBLEM if problem else ():
        assert problem is not None
        yield from check(ground, problem)


def _metrics_fit(ground: Ground, problem: Problem) -> Iterator[Diagnostic]:
    for path, name in metric_paths(ground):
        if name in METRICS and problem not in METRICS[name].problems:
            macro = f"{name}_macro"
            fits = problem in METRICS[macro].problems if macro in METRICS else False
            yield ground.at_value(
                rules.METRIC_DOES_NOT_FIT,
                path,
                f"`{name}` is not defined for a {problem} problem",
                f"write `{macro}`" if fits else f"choose from {', '.join(metrics_for(problem))}",
            )


def _key_without_classes(ground: Ground, problem: Problem) -> Iterator[Diagnostic]:
    if problem != "regression":
        return
    paths: list[KeyPath] = []
    if ground.spec.training.class_weights is not None:
        paths.append(("training", "class_weights"))
    if ground.spec.training.label_smoothing:
        paths.append(("training", "label_smoothing"))
    if task_of(ground.spec).labels is not None:
        paths.append(("task", "labels"))
    if ground.spec.data.split.stratified:
        paths.append(("data", "split", "stratified"))
    for path in paths:
        yield ground.at_key(
            rules.KEY_WITHOUT_CLASSES,
            path,
            f"`{path[-1]}` is about classes, and regression has none",
            f"delete `{path[-1]}`",
        )


def _smoothing_of_many_labels(ground: Ground, problem: Problem) -> Iterator[Diagnostic]:
    if problem == "multi-label" and ground.spec.training.label_smoothing:
        yield ground.at_key(
            rules.SMOOTHING_OF_MANY_LABELS,
            ("training", "label_smoothing"),
            "`label_smoothing` needs one true class a text, and here a text has several labels",
            "delete `label_smoothing`",
        )


def _tuned_threshold(ground: Ground, problem: Problem) -> Iterator[Diagnostic]:
    if problem != "multi-label" and task_of(ground.spec).thresholds == "tuned":
        yield ground.at_value(
            rules.TUNED_THRESHOLD,
            ("task", "thresholds"),
            f"`thresholds: tuned` is for multi-label, and the problem is {problem}",
            "delete `thresholds`",
        )


_BY_PROBLEM = (_metrics_fit, _key_without_classes, _smoothing_of_many_labels, _tuned_threshold)

CHECKS: tuple[Check, ...] = (
    _column_roles,
    _separator_with_columns,
    _labels_without_multi_label,
    _labels_contradict,
    _weights_without_label,
    _unknown_metric,
    _pinned_problem,
)
"""What the spec alone can tell."""
