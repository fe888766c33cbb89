"""The files of a text-to-text project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import LOSS, Output, project_outputs

_HERE = "text_to_text"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    own = [
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, tokenize, batch"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        LOSS,
        Output("evaluate.py", f"{_HERE}/evaluate.py", "loss, written texts, their intervals"),
        Output("scores.py", f"{_HERE}/scores.py", "metrics of written texts, and the baseline"),
    ]
    return project_outputs(plan, _HERE, own, "texts for new sources", f"{_HERE}/speedups.py")
