"""The files of a text classification project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output, project_outputs
from specc.tasks.text_classification.facts import labels_of

_HERE = "text_classification"


def problem_name(plan: Plan) -> str:
    """Which of the templates for evaluation and report fits."""
    problem = labels_of(plan.facts).problem
    return {"multi-label": "multi_label", "regression": "regression"}.get(problem, "single_label")


def outputs(plan: Plan) -> list[Output]:
    """In reading order; which `evaluate.py` depends on the problem."""
    problem = problem_name(plan)
    features = Output("features.py", f"{_HERE}/features.py", "the frozen encoder's output, once")
    own = [
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, tokenize, batch"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        *([features] if plan.caches_features else []),
        Output("evaluate.py", f"{_HERE}/evaluate/{problem}.py", "metrics and their intervals"),
    ]
    return project_outputs(plan, _HERE, own, "answers for new texts")
