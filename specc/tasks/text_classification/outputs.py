"""The files of a text classification project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output
from specc.tasks.text_classification.facts import labels_of

_HERE = "text_classification"


def problem_name(plan: Plan) -> str:
    """Which of the templates for evaluation and report fits."""
    problem = labels_of(plan.facts).problem
    return {"multi-label": "multi_label", "regression": "regression"}.get(problem, "single_label")


def outputs(plan: Plan) -> list[Output]:
    """In reading order; which `evaluate.py` depends on the problem."""
    problem = problem_name(plan)
    files = [
        Output("config.py", "project/config.py", "every setting, with unit and reason"),
        Output("train.py", "project/train.py", "the loop, read top to bottom"),
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, tokenize, batch"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        Output("evaluate.py", f"{_HERE}/evaluate/{problem}.py", "metrics and their intervals"),
        Output("results.py", "project/results.py", "results, predictions and error analysis"),
        Output("checkpoint.py", "project/checkpoint.py", "atomic save, exact resume"),
        Output("predict.py", f"{_HERE}/predict.py", "answers for new texts"),
        Output("tests/test_smoke.py", f"{_HERE}/tests/test_smoke.py", "tests on a tiny model"),
        Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned"),
        Output("README.md", "project/README.md", "this page"),
    ]
    if plan.caches_features:
        features = f"{_HERE}/features.py"
        files.insert(4, Output("features.py", features, "the frozen encoder's output, once"))
    if plan.kernels.any:
        speedups = "project/speedups.py"
        files.insert(-4, Output("speedups.py", speedups, "faster equivalents for this hardware"))
    return files
