"""The files of a token classification project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output, project_outputs

_HERE = "token_classification"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    own = [
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, batch"),
        Output("windows.py", f"{_HERE}/windows.py", "tokenize, align tags, cut what is too long"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        Output("evaluate.py", f"{_HERE}/evaluate.py", "metrics and their intervals"),
    ]
    return project_outputs(plan, _HERE, own, "answers for new texts")
