"""The files of a question answering project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output

_HERE = "question_answering"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    files = [
        Output("config.py", "project/config.py", "every setting, with unit and reason"),
        Output("train.py", "project/train.py", "the loop, read top to bottom"),
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, find answers, batch"),
        Output("windows.py", f"{_HERE}/windows.py", "question and context as tokens"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        Output("evaluate.py", f"{_HERE}/evaluate.py", "metrics and their intervals"),
        Output("spans.py", f"{_HERE}/spans.py", "from logits to the spans that answer"),
        Output("squad.py", f"{_HERE}/squad.py", "how answers are compared"),
        Output("results.py", "project/results.py", "results, predictions and error analysis"),
        Output("checkpoint.py", "project/checkpoint.py", "atomic save, exact resume"),
        Output("predict.py", f"{_HERE}/predict.py", "answers to new questions"),
        Output("tests/test_smoke.py", f"{_HERE}/tests/test_smoke.py", "tests on a tiny model"),
        Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned"),
        Output("README.md", "project/README.md", "this page"),
    ]
    if plan.kernels.any:
        speedups = "project/speedups.py"
        files.insert(-4, Output("speedups.py", speedups, "faster equivalents for this hardware"))
    return files
