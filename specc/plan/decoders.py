"""The decoder families whose code is known: they continue a text."""

from __future__ import annotations

from specc.plan.family import Family

_LLAMA_SIZES = {
    "layers": "num_hidden_layers",
    "hidden_size": "hidden_size",
    "heads": "num_attention_heads",
    "feed_forward_size": "intermediate_size",
    "max_positions": "max_position_embeddings",
}
_TOKENS = ("bos_token_id=END_ID", "eos_token_id=END_ID")
_TIED = "tie_word_embeddings=True"
_KEYS_A_HEAD = "num_key_value_heads=config.num_heads"


def _like_llama(name: str, stem: str, *scratch_lines: str) -> Family:
    """Rotary positions, gated feed-forward, no dropout but in attention."""
    return Family(
        name=name,
        module=f"transformers.models.{name}.modeling_{name}",
        encoder=f"{stem}Model",
        config=f"{stem}Config",
        prefix="model",
        layers="layers",
        sizes=_LLAMA_SIZES,
        dropouts=("attention_dropout",),
        bert_layers=False,
        embeddings=("embed_tokens",),
        scratch_lines=(*scratch_lines, _TIED, *_TOKENS),
        by_columns=tuple(f"self_attn.{name}_proj" for name in "qkv")
        + ("mlp.gate_proj", "mlp.up_proj"),
        by_rows=("self_attn.o_proj", "mlp.down_proj"),
        shared_inputs=(("self_attn", "hidden_states"), ("mlp", None)),
        divided=("num_attention_heads", "num_key_value_heads", "intermediate_size"),
    )


DECODERS: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="gpt2",
            module="transformers.models.gpt2.modeling_gpt2",
            encoder="GPT2Model",
            config="GPT2Config",
            prefix="transformer",
            layers="h",
            sizes={
                "layers": "n_layer",
                "hidden_size": "n_embd",
                "heads": "n_head",
                "feed_forward_size": "n_inner",
                "max_positions": "n_positions",
            },
            dropouts=("resid_pdrop", "embd_pdrop", "attn_pdrop"),
            bert_layers=False,
            embeddings=("wte", "wpe"),
            scratch_lines=_TOKENS,
            endings=(("ForCausalLM", "LMHeadModel"),),
        ),
        _like_llama("llama", "Llama"),
        _like_llama("qwen2", "Qwen2", _KEYS_A_HEAD),
        _like_llama("mistral", "Mistral", _KEYS_A_HEAD),
    )
}
