"""Faster equivalents of what the libraries do on a CPU; training is right without this file, only slower.

`speed_up` changes a model once, after its weights are loaded and before the optimizer is built.
"""

import ctypes
import sys
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import sdpa_mask
{{ task.network_import }}


def speed_up(model: {{ model.class_name }}, seed: int) -> None:
    """Applies every section below."""
    # {% if kernels.keep_memory %}
    keep_memory()
    # {% endif %}
    # {% if kernels.pooled_dropout %}
    give_dropout(model)
    pool_dropout(model, seed)
    # {% endif %}
    # {% if kernels.short_attention %}
    AttentionInterface.register("short", short_attention)
    AttentionMaskInterface.register("short", attention_bias)
    model.set_attn_implementation("short")
    # {% endif %}
    # {% if kernels.bf16_stream %}
    keep_bfloat16(model)
    # {% endif %}


# {% include "partials/speedups/memory.py" %}
# {% include "partials/speedups/dropout.py" %}
# {% if kernels.pooled_dropout %}
def give_dropout(model: {{ model.class_name }}) -> None:
    """Makes dropout a module wherever the layers call torch's function, so that it can be pooled."""
    # {% if task.gives_dropout %}

    def drop_behind(module: Any, rate: float) -> None:
        module.drop = nn.Dropout(rate)
        module.register_forward_hook(lambda module, _, output: module.drop(output))

    # {% endif %}
    attentions: list[Any] = [m for m in model.modules() if isinstance(m, {{ task.attention_class }})]
    for attention in attentions:
        attention.drop_weights = nn.Dropout(attention.dropout)
    # {% if task.gives_dropout %}
    stacks: Any = (model.model.encoder, model.model.decoder)
    for stack in stacks:
        # Nothing stands between the sum of the embeddings and the first layer.
        first = stack.layers[0]
        first.drop_input = nn.Dropout(stack.dropout)
        first.register_forward_pre_hook(lambda layer, given: (layer.drop_input(given[0]), *given[1:]))
        stack.dropout = 0.0
        for layer in stack.layers:
            inner = [m.out_proj for m in layer.modules() if isinstance(m, {{ task.attention_class }})]
            for module in (*inner, layer.fc2):
                drop_behind(module, layer.dropout)
            drop_behind(layer.activation_fn, layer.activation_dropout)
            layer.dropout = layer.activation_dropout = 0.0
    # {% endif %}


# {% endif %}
# {% if kernels.short_attention %}
def attention_bias(**given: Any) -> torch.Tensor | None:
    """What is added to the scores (B, 1, T, S): -1e9 where not to look; made once a forward pass."""
    mask = sdpa_mask(**given | {"allow_is_causal_skip": False})
    return None if mask is None else torch.zeros(mask.shape).masked_fill_(~mask, -1e9)


def short_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float = 1.0,
    # {% if not kernels.pooled_dropout %}
    dropout: float = 0.0,
    # {% endif %}
    # {% if task.has_position_bias %}
    position_bias: torch.Tensor | None = None,
    # {% endif %}
    **_: object,
) -> tuple[torch.Tensor, None]:
    """Attention as two batched products and a softmax; all (B, heads, T, D), out (B, T, heads, D).

    Below some 200 tokens this beats scaled_dot_product_attention on a CPU, which with dropout also
    takes a slow path. The softmax is in float32: more exact, and faster for most lengths.
    """
    batch, heads, queries, width = query.shape
    flat = batch * heads
    keys = key.reshape(flat, -1, width).transpose(1, 2)
    scores = torch.bmm((query * scaling).reshape(flat, queries, width), keys)
    scores = scores.view(batch, heads, queries, -1).float()
    # {% if task.has_position_bias %}
    if position_bias is not None:
        scores = scores + position_bias
    # {% endif %}
    if attention_mask is not None:
        scores = scores + attention_mask
    # {% if kernels.pooled_dropout %}
    weights = module.drop_weights(torch.softmax(scores, -1).to(value.dtype))
    # {% else %}
    weights = F.dropout(torch.softmax(scores, -1).to(value.dtype), dropout)
    # {% endif %}
    context = torch.bmm(weights.view(flat, queries, -1), value.reshape(flat, -1, width))
    return context.view(batch, heads, queries, width).transpose(1, 2), None


# {% endif %}
# {% if kernels.bf16_stream %}
def keep_bfloat16(model: {{ model.class_name }}) -> None:
    """Under autocast, lets bfloat16 pass from layer to layer; without it, changes nothing.

    autocast leaves the embeddings, and so every sum and norm after them, in float32 and casts anew
    for each linear layer. One cast before the first layer saves those; weights stay in float32.
    """

    def cast(_: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...]:
        first = given[0].bfloat16() if torch.is_autocast_enabled("cpu") else given[0]
        return (first, *given[1:])

    stacks: Any = (model.model.encoder, model.model.decoder)
    for stack in stacks:
        stack.layers[0].register_forward_pre_hook(cast)


# {% endif %}
