"""The task's side of each stage, in one place: see specc/tasks/room.py."""

from __future__ import annotations

from specc.tasks.text_classification.context import config_group, context, libraries
from specc.tasks.text_classification.metrics import METRICS
from specc.tasks.text_classification.outputs import outputs
from specc.tasks.text_classification.plan import plan_class_weights, plan_metrics

__all__ = [
    "METRICS",
    "config_group",
    "context",
    "libraries",
    "outputs",
    "plan_class_weights",
    "plan_metrics",
]
