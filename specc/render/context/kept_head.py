"""How model.py goes on from the base's own head."""

from __future__ import annotations

from typing import Any

from specc.plan.check_head import head_module
from specc.plan.kept_head import are_numbers, keeps_head, labels_of_data
from specc.plan.plan import Plan


def kept_head_context(plan: Plan) -> dict[str, Any]:
    """The names of the templates for a head that is kept.

    `head_lines` come before the weights are accounted for: labels that differ are told by name,
    where the weights would only be found to have other shapes. Of several processes, the one that
    loads the weights does it.
    """
    is_kept = keeps_head(plan.spec)
    has_labels = is_kept and plan.spec.task.NETWORK.model_class != "ForQuestionAnswering"
    is_number = has_labels and getattr(plan.facts.task, "problem", None) == "regression"
    function = "scale_head" if is_number else "order_head"
    return {
        "keeps_head": is_kept,
        "orders_head": has_labels and not is_number,
        "scales_head": is_number,
        "labels_are_numbers": has_labels and are_numbers(labels_of_data(plan.facts)),
        "head_lines": [f"{function}({_head_expression(plan)}, config)"] if has_labels else [],
    }


def _head_expression(plan: Plan) -> str:
    """The last layer of the head."""
    assert plan.base is not None
    family = plan.base.family
    name = head_module(family, plan.spec.task.NETWORK.model_class, plan.base.folder)
    return f"model.{name}" if family else f'model.get_submodule("{name}")'
