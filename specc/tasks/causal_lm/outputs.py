"""The files of a language model's project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import LOSS, Output, project_outputs

_HERE = "causal_lm"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    own = [
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, tokenize, cut into blocks"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        LOSS,
        Output("evaluate.py", f"{_HERE}/evaluate.py", "metrics and their intervals"),
        Output("generate.py", f"{_HERE}/generate.py", "text, token by token"),
    ]
    return project_outputs(
        plan, _HERE, own, "goes on from new texts, or scores them", f"{_HERE}/speedups.py"
    )
