"""How many tokens a network has positions for, by its config.json alone."""

from __future__ import annotations

from typing import Any

_KEYS = (
    *("max_position_embeddings", "n_positions", "max_encoder_position_embeddings"),
    *("n_ctx", "max_seq_len", "max_sequence_length"),
)
_COUNTED_FROM_PADDING = (
    *("camembert", "data2vec-text", "esm", "ibert", "layoutlmv3", "lilt", "longformer", "luke"),
    *("markuplm", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl"),
    "xmod",
)
_RELATIVE = (
    *("bloom", "led", "longt5", "mamba", "mamba2", "mpt", "mt5", "switch_transformers", "t5"),
    *("umt5", "xlnet"),
)
"""Any number of tokens fits, or the numbers under these keys mean something else."""


def padding_offset(config: dict[str, Any], kind: str) -> int:
    """Positions that no token can have: RoBERTa counts from the one after the id of padding."""
    if kind not in _COUNTED_FROM_PADDING:
        return 0
    pad = config.get("pad_token_id", 1)
    return pad + 1 if isinstance(pad, int) and not isinstance(pad, bool) and pad >= 0 else 2


def most_tokens(config: dict[str, Any]) -> int | None:
    """Tokens that a text may have; None where the configuration does not bound them."""
    kind = str(config.get("model_type", ""))
    if kind in _RELATIVE or config.get("position_biased_input") is False:
        return None
    for key in _KEYS:
        most = config.get(key)
        if isinstance(most, int) and not isinstance(most, bool) and most > 0:
            return max(1, most - padding_offset(config, kind))
    return None
