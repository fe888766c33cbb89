"""The files of a text-to-text project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output

_HERE = "text_to_text"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    files = [
        Output("config.py", "project/config.py", "every setting, with unit and reason"),
        Output("train.py", "project/train.py", "the loop, read top to bottom"),
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, tokenize, batch"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        Output("loss.py", f"{_HERE}/loss.py", "cross-entropy without the logits of all tokens"),
        Output("evaluate.py", f"{_HERE}/evaluate.py", "loss, written texts, their intervals"),
        Output("scores.py", f"{_HERE}/scores.py", "metrics of written texts, and the baseline"),
        Output("results.py", "project/results.py", "results, predictions and error analysis"),
        Output("checkpoint.py", "project/checkpoint.py", "atomic save, exact resume"),
        Output("predict.py", f"{_HERE}/predict.py", "texts for new sources"),
        Output("tests/test_smoke.py", f"{_HERE}/tests/test_smoke.py", "tests on a tiny model"),
        Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned"),
        Output("README.md", f"{_HERE}/README.md", "this page"),
    ]
    if plan.kernels.any:
        speedups = f"{_HERE}/speedups.py"
        files.insert(-4, Output("speedups.py", speedups, "faster equivalents for this hardware"))
    return files
