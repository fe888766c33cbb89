"""How train.py names what passes through the network at a time: a batch, or its parts in turn.

A part's loss is divided by the labels of the whole batch, so that the gradients of the parts add
up to the gradient of the batch's mean, however the labels are spread over the parts.
"""

from __future__ import annotations

from specc.plan.plan import Plan


def batch_name(plan: Plan) -> str:
    """The variable that `forward` gets."""
    return "part" if plan.accumulates else "batch"


def rows_of(plan: Plan, tensor: str) -> str:
    """The expression of how many rows a tensor of the whole batch has."""
    if not plan.accumulates:
        return f'len(batch["{tensor}"])'
    return "num_labels" if tensor == "labels" else f'sum(len(part["{tensor}"]) for part in parts)'


def mean_loss(
    plan: Plan,
    function: str,
    options: str = "",
    *,
    logits: str = "logits",
    view: str = "",
    total: str = "num_labels",
) -> str:
    """The expression of a loss of torch.nn.functional: the mean, or a part's share of it.

    `options` are further arguments, `view` is a method of the labels, and `total` is what the sum
    over a batch is divided by, in terms of `num_labels`.
    """
    arguments = f'{logits}, {batch_name(plan)}["labels"]{view}{options}'
    if not plan.accumulates:
        return f"F.{function}({arguments})"
    return f'F.{function}({arguments}, reduction="sum") / {total}'


def head_loss(plan: Plan, weight: str) -> str:
    """The same for the loss of loss.py, which knows how to divide."""
    total = ", num_labels" if plan.accumulates else ""
    return f'HeadLoss.apply(states, {weight}, {batch_name(plan)}["labels"]{total})'


def dropout_seed(plan: Plan) -> str:
    """The expression that seeds what is drawn ahead for dropout: each process has its own."""
    return "config.seed + rank()" if plan.devices.many else "config.seed"
