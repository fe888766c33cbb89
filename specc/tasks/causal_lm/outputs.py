"""The files of a language model's project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output

_HERE = "causal_lm"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    files = [
        Output("config.py", "project/config.py", "every setting, with unit and reason"),
        Output("train.py", "project/train.py", "the loop, read top to bottom"),
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, tokenize, cut into blocks"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        Output("loss.py", f"{_HERE}/loss.py", "cross-entropy without all logits at once"),
        Output("evaluate.py", f"{_HERE}/evaluate.py", "metrics and their intervals"),
        Output("generate.py", f"{_HERE}/generate.py", "text, token by token"),
        Output("results.py", "project/results.py", "results, predictions and error analysis"),
        Output("checkpoint.py", "project/checkpoint.py", "atomic save, exact resume"),
        Output("predict.py", f"{_HERE}/predict.py", "goes on from new texts, or scores them"),
        Output("tests/test_smoke.py", f"{_HERE}/tests/test_smoke.py", "tests on a tiny model"),
        Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned"),
        Output("README.md", "project/README.md", "this page"),
    ]
    if plan.kernels.any:
        speedups = f"{_HERE}/speedups.py"
        files.insert(-4, Output("speedups.py", speedups, "faster equivalents for this hardware"))
    return files
