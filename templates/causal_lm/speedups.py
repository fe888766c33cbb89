"""Faster equivalents of what the libraries do on a CPU; training is right without this file, only slower.

`speed_up` changes a model once, after its weights are loaded and before the optimizer is built.
"""

import ctypes
import sys
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import sdpa_mask


def speed_up(model: PreTrainedModel, seed: int) -> None:
    """Applies every section below."""
    # {% if kernels.keep_memory %}
    keep_memory()
    # {% endif %}
    # {% if kernels.gives_dropout %}
    give_dropout(model)
    # {% endif %}
    # {% if kernels.pooled_dropout %}
    pool_dropout(model, seed)
    # {% endif %}
    # {% if kernels.short_attention %}
    AttentionInterface.register("causal", CausalAttention())
    AttentionMaskInterface.register("causal", sdpa_mask)
    model.set_attn_implementation("causal")
    # {% endif %}
    # {% if kernels.fused_gelu %}
    fuse_gelu(model)
    # {% endif %}
    # {% if kernels.bf16_stream %}
    keep_bfloat16(model)
    # {% endif %}


# {% include "partials/speedups/memory.py" %}
# {% include "partials/speedups/dropout.py" %}
# {% if kernels.gives_dropout %}
def give_dropout(model: PreTrainedModel) -> None:
    """Makes the dropout of attention a module, as it is elsewhere, so that it can be pooled."""
    layers: Any = {{ model.layers_of_model }}
    for layer in layers:
        layer.self_attn.attn_dropout = nn.Dropout(layer.self_attn.attention_dropout)


# {% endif %}
# {% if kernels.short_attention %}
class CausalAttention:
    """Attention as two batched products and a softmax; all (B, heads, T, D), out (B, T, heads, D).

    In blocks of a few hundred tokens this beats scaled_dot_product_attention on a CPU, which with
    dropout also takes a slow path. The softmax is in float32.
    """

    def __init__(self) -> None:
        self.ahead: dict[torch.dtype, torch.Tensor] = {}

    def bias(self, length: int, dtype: torch.dtype) -> torch.Tensor:
        """-1e4 for what stands ahead (T, T), made once: its exponential is 0 in every dtype."""
        if dtype not in self.ahead or len(self.ahead[dtype]) < length:
            self.ahead[dtype] = torch.full((length, length), -1e4, dtype=dtype).triu_(1)
        return self.ahead[dtype][:length, :length]

    def __call__(
        self,
        module: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None,
        scaling: float,
        **_: object,
    ) -> tuple[torch.Tensor, None]:
        """Every token sees itself and those before it; a mask hides more of them."""
        batch, heads, queries, width = query.shape
        key, value = (x.repeat_interleave(heads // x.shape[1], 1) if x.shape[1] < heads else x for x in (key, value))
        query = (query * scaling).reshape(batch * heads, queries, width)
        keys = key.reshape(batch * heads, -1, width).transpose(1, 2)
        ahead = self.bias(keys.shape[2], query.dtype)[-queries:]
        scores = torch.baddbmm(ahead, query, keys).view(batch, heads, queries, -1)
        if attention_mask is not None:
            scores = scores.masked_fill(~attention_mask, -1e4)
        # {% if kernels.pooled_dropout %}
        weights = module.attn_dropout(scores.softmax(-1, dtype=torch.float32).to(value.dtype))
        # {% else %}
        weights = scores.softmax(-1, dtype=torch.float32).to(value.dtype)
        # {% endif %}
        context = torch.bmm(weights.view(batch * heads, queries, -1), value.reshape(batch * heads, -1, width))
        return context.view(batch, heads, queries, width).transpose(1, 2), None


# {% endif %}
# {% if kernels.fused_gelu %}
def fuse_gelu(model: nn.Module) -> None:
    # {% if kernels.bf16_stream %}
    """GELU in one pass over memory instead of one an operation.

    The library's is the tanh approximation. The exact one takes half its time here, and the two
    differ by at most 0.0005, which bfloat16 rounds away.
    """
    # {% else %}
    """The same function in one pass over memory instead of one an operation."""
    # {% endif %}
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child).__name__ == "NewGELUActivation":
                # {% if kernels.bf16_stream %}
                setattr(module, name, nn.GELU())
                # {% else %}
                setattr(module, name, nn.GELU(approximate="tanh"))
                # {% endif %}


# {% endif %}
# {% if kernels.bf16_stream %}
def keep_bfloat16(model: PreTrainedModel) -> None:
    """Under autocast, lets bfloat16 pass from layer to layer; without it, changes nothing.

    autocast leaves the embeddings, and so every sum and norm after them, in float32 and casts anew
    for each linear layer. One cast behind the embeddings saves those; weights stay in float32.
    """

    def cast(module: nn.Module, inputs: object, output: torch.Tensor) -> torch.Tensor:
        return output.bfloat16() if torch.is_autocast_enabled("cpu") else output

    last: Any = {{ model.last_embedding }}
    last.register_forward_hook(cast)


# {% endif %}
