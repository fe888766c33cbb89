"""bfloat16 weights for the network, and the float32 copies of them that the optimizer steps.

A bfloat16 number has 8 significant bits, so a step smaller than 1/256 of a weight would be rounded
away. The steps add up in the copies instead (Micikevicius et al., arXiv:1710.03740, section 3.1).
"""

import copy
from typing import TypeVar

import torch
from torch import nn

Model = TypeVar("Model", bound=nn.Module)


def take_masters(model: Model) -> Model:
    """Makes `model` bfloat16 in place; the float32 copies of what is trained, under the same names.

    Weights that are not trained, and buffers, are shared: they have no copy. A gradient moves to its
    copy as soon as it is whole and is summed up there in float32, also over the parts of a batch.
    """
    frozen = [weight for weight in model.parameters() if not weight.requires_grad]
    masters = copy.deepcopy(model, {id(kept): kept for kept in (*frozen, *model.buffers())})
    # What a state holds; the tables that the library computes anew are exact in float32 alone.
    for tensor in model.state_dict(keep_vars=True).values():
        if tensor.is_floating_point():
            tensor.data = tensor.data.to(torch.bfloat16)
    for weight, master in trained_pairs(model, masters):
        weight.register_post_accumulate_grad_hook(lambda owner, master=master: move_gradient(owner, master))
    return masters


def trained_pairs(model: nn.Module, masters: nn.Module) -> list[tuple[nn.Parameter, nn.Parameter]]:
    """Each trained weight of the network with its float32 copy."""
    pairs = zip(model.parameters(), masters.parameters(), strict=True)
    return [(weight, master) for weight, master in pairs if weight.requires_grad]


def move_gradient(weight: torch.Tensor, master: torch.Tensor) -> None:
    """Adds the gradient of a bfloat16 weight to that of its float32 copy."""
    gradient, weight.grad = weight.grad, None
    assert gradient is not None  # the hook is called when it is whole
    master.grad = gradient.float() if master.grad is None else master.grad.add_(gradient)


@torch.no_grad()
def round_weights(masters: nn.Module, model: nn.Module) -> None:
    """Brings the float32 copies, rounded to bfloat16, into the network."""
    for weight, master in trained_pairs(model, masters):
        weight.copy_(master)
