"""A file of a project, its template, and what it is for: the README's file map is made of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Output:
    """One file of the project; `purpose` is its line in the README."""

    path: str
    template: str
    purpose: str


LOSS = Output("loss.py", "project/loss.py", "cross-entropy without the logits of all tokens")
"""For tasks that learn every token of a text."""


def project_outputs(
    plan: Plan,
    room: str,
    own: Sequence[Output],
    predict: str,
    speedups: str = "project/speedups.py",
) -> list[Output]:
    """The files of a project in reading order.

    `own` are those from `data.py` to `evaluate.py`, which the task has for itself; `room` is the
    folder of its templates, `predict` what its `predict.py` is for.
    """
    store = Output("store.py", "project/store.py", "rows and tokens as files that are mapped")
    faster = Output("speedups.py", speedups, "faster equivalents for this hardware")
    return [
        Output("config.py", "project/config.py", "every setting, with unit and reason"),
        Output("train.py", "project/train.py", "the loop, read top to bottom"),
        *own[:1],
        *([store] if plan.on_disk else []),
        *own[1:],
        Output("results.py", "project/results.py", "results, predictions and error analysis"),
        Output("checkpoint.py", "project/checkpoint.py", "atomic save, exact resume"),
        *([faster] if plan.kernels.any else []),
        Output("predict.py", f"{room}/predict.py", predict),
        Output("tests/test_smoke.py", f"{room}/tests/test_smoke.py", "tests on a tiny model"),
        Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned"),
        Output("README.md", "project/README.md", "this page"),
    ]
