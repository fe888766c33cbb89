"""Which files a plan emits, from which template, and what each is for: the README's file map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Output:
    """One file of the project; `purpose` is its line in the README."""

    path: str
    template: str
    purpose: str


def outputs(plan: Plan) -> Iterator[Output]:
    """The files in reading order."""
    task = plan.spec.task.kind.replace("-", "_")
    problem = {"multi-label": "multi_label", "regression": "regression"}.get(
        plan.facts.labels.problem, "single_label"
    )
    yield Output("config.py", "project/config.py", "every setting, with unit and reason")
    yield Output("train.py", "project/train.py", "the loop, read top to bottom")
    yield Output("data.py", f"{task}/data.py", "read, clean, split, tokenize, batch")
    yield Output("model.py", f"{task}/model.py", "build, change, save and load the model")
    if plan.caches_features:
        yield Output("features.py", f"{task}/features.py", "the frozen encoder's output, once")
    yield Output("evaluate.py", f"{task}/evaluate/{problem}.py", "metrics and their intervals")
    yield Output("results.py", f"{task}/results.py", "results, predictions and error analysis")
    yield Output("checkpoint.py", "project/checkpoint.py", "atomic save, exact resume")
    if plan.kernels.any:
        yield Output("speedups.py", "project/speedups.py", "faster equivalents for this hardware")
    yield Output("predict.py", f"{task}/predict.py", "answers for new texts")
    yield Output("tests/test_smoke.py", f"{task}/tests/test_smoke.py", "tests on a tiny model")
    yield Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned")
    yield Output("README.md", f"{task}/README.md", "this page")
