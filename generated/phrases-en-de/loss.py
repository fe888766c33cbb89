"""Cross-entropy over a vocabulary, a chunk of positions at a time: the logits are the largest tensor."""

from typing import Any

import torch
import torch.nn.functional as F

from config import Config

CHUNK = 1024  # positions


class HeadLoss(torch.autograd.Function):
    """Mean cross-entropy of a linear head, without ever holding the logits of all positions.

    Logits and their gradient are made for 1024 positions at a time, in the forward pass: softmax minus
    target, times weight and states. What stays is as large as the states (N, H) and the weight (V, H).
    """

    @staticmethod
    def forward(
        ctx: Any, states: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        """States (N, H), weight (V, H), labels (N,) to the mean loss in nats."""
        head = weight.detach().to(states.dtype)
        loss = torch.zeros((), device=states.device)
        state_gradient = torch.empty_like(states)
        weight_gradient = torch.zeros_like(weight, dtype=torch.float32)
        for start in range(0, len(states), CHUNK):
            rows = slice(start, start + CHUNK)
            logits = (states[rows] @ head.t()).float()
            targets = labels[rows, None]
            logits -= logits.amax(-1, keepdim=True)  # small numbers, so that little is rounded
            log_sum = logits.logsumexp(-1, keepdim=True)
            gold = (1 - Config.label_smoothing) * logits.gather(1, targets)
            loss += (log_sum - gold).sum() - Config.label_smoothing * logits.mean(-1).sum()
            errors = logits.sub_(log_sum).exp_()
            errors -= Config.label_smoothing / errors.shape[1]
            errors.scatter_add_(
                1, targets, torch.full_like(targets, Config.label_smoothing - 1, dtype=errors.dtype)
            )
            errors = errors.to(states.dtype)
            state_gradient[rows] = errors @ head
            if ctx.needs_input_grad[1]:
                weight_gradient += errors.t() @ states[rows]
        ctx.save_for_backward(state_gradient, weight_gradient.to(weight.dtype))
        ctx.num_targets = len(labels)
        return loss / len(labels)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None]:
        """Division by the number of targets comes last, so that fp16 does not round it away."""
        scale = gradient / ctx.num_targets
        state_gradient, weight_gradient = ctx.saved_tensors
        return state_gradient * scale.to(state_gradient.dtype), weight_gradient * scale, None


@torch.no_grad()
def token_losses(
    states: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss in nats of each position (N,), and whether its likeliest token is the right one (N,)."""
    losses, is_right = [], []
    head = weight.to(states.dtype)
    for start in range(0, len(states), CHUNK):
        logits = (states[start : start + CHUNK] @ head.t()).float()
        targets = labels[start : start + CHUNK]
        losses.append(F.cross_entropy(logits, targets, reduction="none"))
        is_right.append(logits.argmax(-1) == targets)
    return torch.cat(losses), torch.cat(is_right)
