"""torch.compile of the forward pass of training; its backward pass is compiled with it."""

from collections.abc import Callable

import torch

from model import forward
{{ model.class_import }}

Forward = Callable[[{{ model.class_name }}, dict[str, torch.Tensor]], torch.Tensor]


def compile_forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> Forward:
    """`forward`, compiled for batches of any size and length; as it is where that fails.

    It is tried on `batch`, forward and backward: what this machine lacks is known before the first
    step. The trial leaves gradients behind, but no random number is used up.
    """
    compiled = torch.compile(forward)
    for tensor in batch.values():
        torch._dynamo.maybe_mark_dynamic(tensor, [*range(tensor.ndim)])
    model.train()
    try:
        with torch.random.fork_rng():
            # {% if hardware.autocast %}
            # {% if not hardware.is_cpu %}
            device = batch["labels"].device
            # {% endif %}
            with {{ hardware.autocast }}:
                outputs = compiled(model, batch)
            # {% else %}
            outputs = compiled(model, batch)
            # {% endif %}
            outputs.sum().backward()
    except torch.OutOfMemoryError:
        raise
    except RuntimeError as error:  # the base of everything that torch.compile raises
        reason = str(error).strip().partition("\n")[0]
        print(f"not compiled, because torch.compile failed: {reason}", flush=True)
        return forward
    return compiled
