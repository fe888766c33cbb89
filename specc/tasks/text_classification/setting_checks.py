"""What only the counted labels show: settings out of place, classes that the cut took away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from specc.data.findings import Findings, plural, quoted, shown
from specc.diagnostics.diagnostic import Note
from specc.diagnostics.rules import data_labels
from specc.language.data import SplitName
from specc.language.spec import Spec
from specc.tasks.text_classification.checks import check_problem, problem_of
from specc.tasks.text_classification.facts import LabelFacts, LabelSet
from specc.tasks.text_classification.language import task_of


def check_cut(facts: LabelFacts, findings: Findings) -> None:
    """Classes that the cut took out of the training rows altogether."""
    for index, label in enumerate(facts.labels):
        if facts.counts["train"][index]:
            continue
        others = [name for name, counts in facts.counts.items() if counts[index]]
        if others:
            findings.add(
                data_labels.CLASS_MISSING_FROM_TRAIN,
                f"after the cut no row of `train` has the label {shown(label)}: its rows are "
                f"in {quoted(others)}",
                "data",
                "split",
                help="add rows of the class, or take it out",
                severity="warning",
            )


def check_scored(facts: LabelFacts, cut: Collection[SplitName], findings: Findings) -> None:
    """Classes of which a split that was cut from `train` holds no row."""
    for name in cut:
        counts = facts.counts.get(name, ()) if facts.majority is not None else ()
        lacking = [
            label
            for label, scored, trained in zip(
                facts.labels, counts, facts.counts.get("train", ()), strict=False
            )
            if trained and not scored
        ]
        if lacking:
            findings.add(
                data_labels.CLASS_NOT_SCORED,
                f"the cut left `{name}` without a row of {quoted(lacking)}",
                "data",
                "train",
                help="add rows of these classes, or give the split a file of its own",
                notes=[
                    f"{shown(lacking[0])} has "
                    f"{plural(facts.counts['train'][facts.labels.index(lacking[0])], 'row')} in "
                    "`train`"
                ],
                severity="warning",
            )


def check_settings(spec: Spec, label_set: LabelSet, findings: Findings) -> None:
    """Settings that the problem or the classes found in the files show to be out of place."""
    task, weights = task_of(spec), spec.training.class_weights
    if problem_of(task) is None:
        because = Note(f"the problem is {label_set.problem}, because {label_set.problem_reason}")
        for found in check_problem(findings.source, spec, label_set.problem):
            findings.diagnostics.append(replace(found, notes=(*found.notes, because)))
    counted = task.labels is None and len(task.label) == 1
    if isinstance(weights, Mapping) and counted and label_set.problem != "regression":
        _check_weights(weights, label_set.labels, findings)


def _check_weights(
    weights: Mapping[str, float], labels: tuple[str, ...], findings: Findings
) -> None:
    unknown = [name for name in weights if name not in labels]
    missing = [name for name in labels if name not in weights]
    if unknown:
        findings.add(
            data_labels.WEIGHTS_DO_NOT_MATCH,
            f"`class_weights` names {quoted(unknown)}, which is no label",
            *("training", "class_weights", unknown[0]),
            help=f"the labels are {quoted(labels, 20)}",
        )
    if missing:
        findings.add(
            data_labels.WEIGHTS_DO_NOT_MATCH,
            f"`class_weights` has no weight for {quoted(missing)}",
            *("training", "class_weights"),
            help=f"add `{missing[0]}: 1.0`",
        )
