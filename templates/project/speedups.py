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


def speed_up(model: PreTrainedModel, token_ids: list[list[int]], seed: int) -> None:
    """Applies every section below; `token_ids` are all that training will show the model."""
    # {% if kernels.keep_memory %}
    keep_memory()
    # {% endif %}
    # {% if kernels.pooled_dropout %}
    pool_dropout(model, seed)
    # {% endif %}
    # {% if kernels.short_attention %}
    AttentionInterface.register("short", short_attention)
    AttentionMaskInterface.register("short", padding_bias)
    model.set_attn_implementation("short")
    # {% endif %}
    # {% if kernels.bf16_stream %}
    keep_bfloat16(model)
    # {% endif %}
    # {% if kernels.first_token %}
    encoder: Any = model.base_model
    layers = {{ model.layers_expression }}
    layers[-1] = FirstTokenLayer(layers[-1])
    # {% endif %}
    # {% if kernels.trained_rows %}
    model.set_input_embeddings(TrainedRows(model.get_input_embeddings(), token_ids))
    # {% endif %}


def plain_state_dict(model: nn.Module) -> dict[str, torch.Tensor]:
    """The weights under the names that they have without this file."""
    state = model.state_dict()
    # {% if kernels.trained_rows %}
    for name, module in model.named_modules():
        if isinstance(module, TrainedRows):
            del state[f"{name}.rows"]
            state[f"{name}.weight"] = module.full_table()
    # {% endif %}
    return state


# {% include "partials/speedups/memory.py" %}
# {% include "partials/speedups/dropout.py" %}
# {% if kernels.short_attention %}
def padding_bias(attention_mask: torch.Tensor | None = None, **_: object) -> torch.Tensor | None:
    """What is added to the scores (B, 1, 1, T): -1e9 at padding; None where nothing is padded."""
    if attention_mask is None or attention_mask.all():
        return None
    return torch.zeros(attention_mask.shape).masked_fill_(~attention_mask, -1e9)[:, None, None]


def short_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float,
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
    if attention_mask is not None:
        scores += attention_mask
    weights = module.dropout(torch.softmax(scores, -1).to(value.dtype))
    context = torch.bmm(weights.view(flat, queries, -1), value.reshape(flat, -1, width))
    return context.view(batch, heads, queries, width).transpose(1, 2), None


# {% endif %}
# {% if kernels.bf16_stream %}
def keep_bfloat16(model: PreTrainedModel) -> None:
    """Under autocast, lets bfloat16 pass from layer to layer; without it, changes nothing.

    autocast leaves the embeddings, and so every sum and norm after them, in float32 and casts anew
    for each linear layer. One cast behind the embeddings saves those; weights stay in float32.
    """

    def cast(module: nn.Module, inputs: object, output: torch.Tensor) -> torch.Tensor:
        return output.bfloat16() if torch.is_autocast_enabled("cpu") else output

    embeddings: Any = model.base_model.embeddings
    embeddings.register_forward_hook(cast)


# {% endif %}
# {% if kernels.first_token %}
class FirstTokenLayer(nn.Module):
    """The last layer, computed for the first token only.

    The head reads no other token, so their queries and feed-forward are never used. Keys and values
    still come from all tokens: the result is the same. Parameters keep their names.
    """

    # {% if model.bert_layers %}
    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.attention, self.intermediate, self.output = layer.attention, layer.intermediate, layer.output

    def forward(self, hidden_states: torch.Tensor, attention_mask: torch.Tensor | None = None, *_: object, **__: object) -> torch.Tensor:
        inner, first = self.attention.self, hidden_states[:, :1]
        query, key, value = (
            project(x).unflatten(-1, (-1, inner.attention_head_size)).transpose(1, 2)
            for project, x in (
                (inner.query, first),
                (inner.key, hidden_states),
                (inner.value, hidden_states),
            )
        )
        context, _none = short_attention(inner, query, key, value, attention_mask, inner.scaling)
        attended = self.attention.output(context.flatten(2), first)
        return self.output(self.intermediate(attended), attended)
    # {% else %}
    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.attention, self.sa_layer_norm = layer.attention, layer.sa_layer_norm
        self.ffn, self.output_layer_norm = layer.ffn, layer.output_layer_norm

    def forward(self, hidden_states: torch.Tensor, attention_mask: torch.Tensor | None = None, *_: object, **__: object) -> torch.Tensor:
        inner, first = self.attention, hidden_states[:, :1]
        query, key, value = (
            project(x).unflatten(-1, (-1, inner.attention_head_size)).transpose(1, 2)
            for project, x in (
                (inner.q_lin, first),
                (inner.k_lin, hidden_states),
                (inner.v_lin, hidden_states),
            )
        )
        context, _none = short_attention(inner, query, key, value, attention_mask, inner.scaling)
        attended = self.sa_layer_norm(inner.out_lin(context.flatten(2)) + first)
        return self.output_layer_norm(self.ffn(attended) + attended)
    # {% endif %}


# {% endif %}
# {% if kernels.trained_rows %}
class TrainedRows(nn.Module):
    """A word embedding whose parameter holds only the rows that the training data uses.

    The others never get a gradient, and embeddings are not decayed, so no optimizer step would move
    them: leaving them out is exact, and saves their share of clipping, state and step. In eval mode
    any id may come.
    """

    table: torch.Tensor  # (V, H), as pretrained
    used: torch.Tensor  # ids of the trained rows
    row_of: torch.Tensor  # (V,), -1 where a row is not trained

    def __init__(self, embedding: Any, token_ids: list[list[int]]) -> None:
        super().__init__()
        ids = {token for text in token_ids for token in text} | {embedding.padding_idx}
        used = torch.tensor(sorted(ids))
        row_of = torch.full((embedding.num_embeddings,), -1)
        row_of[used] = torch.arange(len(used))
        self.padding_row = int(row_of[embedding.padding_idx])  # nn.Embedding leaves it untrained too
        weight = embedding.weight
        self.rows = nn.Parameter(weight.detach()[used], requires_grad=weight.requires_grad)
        self.register_buffer("table", embedding.weight.detach(), persistent=False)
        self.register_buffer("used", used, persistent=False)
        self.register_buffer("row_of", row_of, persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, T) ids to (B, T, H)."""
        rows = self.row_of[ids]
        if self.training:
            return F.embedding(rows, self.rows, self.padding_row)
        trained = F.embedding(rows.clamp(min=0), self.rows)
        return torch.where((rows >= 0).unsqueeze(-1), trained, F.embedding(ids, self.table))

    def full_table(self) -> torch.Tensor:
        """Every row of the embedding, the trained ones included: (V, H)."""
        return self.table.index_copy(0, self.used, self.rows.detach())


# {% endif %}
