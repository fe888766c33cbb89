"""CPU kernels for fine-tuning an unmodified Hugging Face encoder classifier.

Every section is one lever and stands alone. `speed_up` applies them to a model, once, after loading its weights
and before the optimizer is built; `plain_state_dict` gives the weights back as the untouched class names them.
"""
import ctypes
import sys

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AttentionInterface, AttentionMaskInterface


def speed_up(model, token_ids, seed):
    token_ids = torch.tensor(sorted({i for ids in token_ids for i in ids}))
    """Apply all levers; token_ids: every id that training will show the model (any shape, repeats allowed)."""
    keep_memory()
    pool_dropout(model, seed)
    use_short_attention(model)
    bfloat16_stream(model)
    first_token_only(model)
    train_used_rows(model, token_ids)


def plain_state_dict(model):
    """The state dict of the untouched class, whatever levers are in the model."""
    state = model.state_dict()
    for name, module in model.named_modules():
        if isinstance(module, TrainedRows):
            del state[f"{name}.rows"]
            state[f"{name}.weight"] = module.full_table()
    return state


# ---- memory

def keep_memory():
    """Tell glibc to keep freed memory instead of giving it back to the system.

    Each step frees and allocates the same large blocks; by default they go back to the kernel and cost a page
    fault per 4 KB when they return. Changes no result; does nothing where the C library is not glibc.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if hasattr(libc, "mallopt"):
        trim_threshold, top_pad, mmap_max = -1, -2, -4  # names of malloc.h
        libc.mallopt(mmap_max, 0)
        libc.mallopt(trim_threshold, 2**31 - 1)
        libc.mallopt(top_pad, 64 << 20)


# ---- dropout

class MaskPool:
    """Dropout masks cut at a random offset from one long mask that is drawn once.

    torch draws CPU masks number after number, often for longer than the layer before them takes. Each mask here
    still drops every element at the same rate; what differs is that two masks can be shifted parts of each other.
    Only the offset comes from torch's default generator, so restoring its state restores the masks.
    """

    def __init__(self, p, seed, size=1 << 24):
        generator = torch.Generator().manual_seed(seed)
        bits = torch.empty(size // 4, dtype=torch.int64).random_(-(2**63), None, generator=generator)
        dropped = round(p * 2**16)  # of the 2**16 values of a 16-bit number; a 64-bit draw holds four
        self.keep = bits.view(torch.int16) >= dropped - 2**15
        self.scale = 2**16 / (2**16 - dropped)
        self.masks = {}

    def drop(self, x):
        if x.dtype not in self.masks:
            self.masks[x.dtype] = self.keep.to(x.dtype) * self.scale
        mask = self.masks[x.dtype]
        start = int(torch.randint(len(mask) - x.numel(), ()))
        return x * mask[start : start + x.numel()].view(x.shape)


class PooledDropout(nn.Module):
    """nn.Dropout with masks from a pool. Nothing in eval mode."""

    def __init__(self, p, pool):
        super().__init__()
        self.p, self.pool = p, pool

    def forward(self, x):
        if not self.training:
            return x
        if x.numel() > len(self.pool.keep) // 2:  # too few offsets left for masks that differ
            return F.dropout(x, self.p)
        return self.pool.drop(x)


def pool_dropout(model, seed):
    """Replace every nn.Dropout by a PooledDropout; equal rates share a pool."""
    pools = {}
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout) and child.p > 0:
                if child.p not in pools:
                    pools[child.p] = MaskPool(child.p, seed)
                setattr(module, name, PooledDropout(child.p, pools[child.p]))


# ---- attention

def padding_bias(attention_mask=None, **_):
    """What to add to the attention scores, (batch, 1, 1, keys): -1e9 at padding. None where nothing is padded."""
    if attention_mask is None or attention_mask.all():
        return None
    return torch.zeros(attention_mask.shape).masked_fill_(~attention_mask, -1e9)[:, None, None]


def short_attention(module, query, key, value, attention_mask, scaling=None, **_):
    """Attention as two batched matrix products and a softmax.

    Up to some 200 tokens this beats scaled_dot_product_attention on a CPU, which with dropout also takes a slow
    path. The softmax is float32 because the bfloat16 one is several times slower unless the length is a multiple
    of 32; it is also the more exact one.
    """
    batch, heads, queries, width = query.shape
    flat = batch * heads
    scores = torch.bmm((query * scaling).reshape(flat, queries, width), key.reshape(flat, -1, width).transpose(1, 2))
    scores = scores.view(batch, heads, queries, -1).float()
    if attention_mask is not None:
        scores += attention_mask
    weights = module.dropout(torch.softmax(scores, -1).to(value.dtype))
    context = torch.bmm(weights.view(flat, queries, -1), value.reshape(flat, -1, width))
    return context.view(batch, heads, queries, width).transpose(1, 2), None


def use_short_attention(model):
    AttentionInterface.register("short", short_attention)
    AttentionMaskInterface.register("short", padding_bias)
    model.set_attn_implementation("short")


# ---- bfloat16 from layer to layer

def bfloat16_stream(model):
    """Under autocast, keep what passes from layer to layer in bfloat16; without autocast, change nothing.

    autocast leaves the embeddings in float32, and with them every sum and norm of the encoder, and casts them anew
    for each linear layer. One cast behind the embeddings saves all of those; the weights stay in float32.
    """
    def cast(module, inputs, output):
        return output.bfloat16() if torch.is_autocast_enabled("cpu") else output

    model.base_model.embeddings.register_forward_hook(cast)


# ---- last layer

class FirstTokenLayer(nn.Module):
    """The last encoder layer of the BERT family, for the first token only.

    The classifier reads no other token, so their queries, feed-forward and norms in this layer are never used.
    Keys and values still come from all tokens: exact. Parameters keep their names. Needs use_short_attention.
    """

    def __init__(self, layer):
        super().__init__()
        self.attention, self.intermediate, self.output = layer.attention, layer.intermediate, layer.output

    def forward(self, hidden_states, attention_mask=None, *_, **__):
        inner, first = self.attention.self, hidden_states[:, :1]
        context = first_token_attention(inner, inner.query, inner.key, inner.value, hidden_states, attention_mask)
        attended = self.attention.output(context, first)
        return self.output(self.intermediate(attended), attended)


class FirstTokenDistilLayer(nn.Module):
    """The same for DistilBERT."""

    def __init__(self, layer):
        super().__init__()
        self.attention, self.sa_layer_norm = layer.attention, layer.sa_layer_norm
        self.ffn, self.output_layer_norm = layer.ffn, layer.output_layer_norm

    def forward(self, hidden_states, attention_mask=None, *_, **__):
        inner, first = self.attention, hidden_states[:, :1]
        context = first_token_attention(inner, inner.q_lin, inner.k_lin, inner.v_lin, hidden_states, attention_mask)
        attended = self.sa_layer_norm(inner.out_lin(context) + first)
        return self.output_layer_norm(self.ffn(attended) + attended)


def first_token_attention(module, to_query, to_key, to_value, hidden_states, attention_mask):
    query, key, value = (
        project(x).view(*x.shape[:2], -1, module.attention_head_size).transpose(1, 2)
        for project, x in ((to_query, hidden_states[:, :1]), (to_key, hidden_states), (to_value, hidden_states))
    )
    return short_attention(module, query, key, value, attention_mask, module.scaling)[0].flatten(2)


def first_token_only(model):
    if model.config.model_type == "distilbert":
        layers, wrap = model.base_model.transformer.layer, FirstTokenDistilLayer
    else:
        layers, wrap = model.base_model.encoder.layer, FirstTokenLayer
    layers[-1] = wrap(layers[-1])


# ---- word embedding

class TrainedRows(nn.Module):
    """A word embedding whose parameter holds only the rows that the training data uses.

    The other rows never get a gradient, so AdamW without weight decay would never move them: leaving them out is
    exact, and saves their part of gradient, clipping, optimizer state and step. Eval mode takes any id.
    """

    def __init__(self, embedding, token_ids):
        super().__init__()
        used = torch.unique(token_ids)
        self.padding_row = None
        if embedding.padding_idx is not None:  # nn.Embedding does not train this row either
            used = torch.cat([torch.tensor([embedding.padding_idx]), used[used != embedding.padding_idx]])
            self.padding_row = 0
        row_of = torch.full((embedding.num_embeddings,), -1)
        row_of[used] = torch.arange(len(used))
        self.rows = nn.Parameter(embedding.weight.detach()[used])
        self.register_buffer("table", embedding.weight.detach(), persistent=False)
        self.register_buffer("used", used, persistent=False)
        self.register_buffer("row_of", row_of, persistent=False)

    def forward(self, ids):
        rows = self.row_of[ids]
        if self.training:  # an id that is not in token_ids is an index error here
            return F.embedding(rows, self.rows, self.padding_row)
        trained = (rows >= 0).unsqueeze(-1)
        return torch.where(trained, F.embedding(rows.clamp(min=0), self.rows), F.embedding(ids, self.table))

    def full_table(self):
        return self.table.index_copy(0, self.used, self.rows.detach())


def train_used_rows(model, token_ids):
    model.set_input_embeddings(TrainedRows(model.get_input_embeddings(), token_ids))


# ---- gradient clipping

def clip_gradients(parameters, optimizer, limit):
    """Clip the global gradient norm inside the step of a fused optimizer; gives the norm before.

    The fused AdamW divides gradients by `grad_scale` (put there for mixed precision) in the pass it makes anyway,
    which saves clip_grad_norm_'s own; and dot products read the gradients faster than norms do.
    """
    gradients = [p.grad.flatten() for p in parameters if p.grad is not None]
    norm = torch.stack([torch.dot(g, g) for g in gradients]).sum().sqrt()
    optimizer.grad_scale = (norm / limit).clamp(min=1.0)
    return norm
