"""The files of a question answering project."""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.render.manifest import Output, project_outputs

_HERE = "question_answering"


def outputs(plan: Plan) -> list[Output]:
    """In reading order."""
    own = [
        Output("data.py", f"{_HERE}/data.py", "read, clean, split, find answers, batch"),
        Output("windows.py", f"{_HERE}/windows.py", "question and context as tokens"),
        Output("model.py", f"{_HERE}/model.py", "build, change, save and load the model"),
        Output("evaluate.py", f"{_HERE}/evaluate.py", "metrics and their intervals"),
        Output("spans.py", f"{_HERE}/spans.py", "from logits to the spans that answer"),
        Output("squad.py", f"{_HERE}/squad.py", "how answers are compared"),
    ]
    return project_outputs(plan, _HERE, own, "answers to new questions")
