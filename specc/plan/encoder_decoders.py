"""The encoder-decoder families whose code is known, as `architectures.py` has the encoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specc.plan.family import Family


@dataclass(frozen=True, slots=True)
class EncoderDecoder(Family):
    """A family with an encoder that reads the source and a decoder that writes the target.

    `prefix` and `layers` lead to the encoder's layers. `stacks` is the path of the two stacks in
    the class that writes. `scales_output`: the decoder's states are scaled before the output layer.
    `output_bias`: the output layer has one. `names_languages`: the tokens of a text begin or end
    with its language. `frozen_tables` are patterns of what both stacks share, and of what stands
    before their layers.
    """

    stacks: str = "model."
    scales_output: bool = False
    output_bias: bool = True
    names_languages: bool = False
    frozen_tables: tuple[str, ...] = ()

    def frozen_embeddings(self, prefix: str) -> tuple[str, ...]:
        """The embeddings are one table for both stacks, and stand beside the encoder."""
        return self.frozen_tables


_BART_SIZES = {
    "layers": "encoder_layers",
    "hidden_size": "d_model",
    "heads": "encoder_attention_heads",
    "feed_forward_size": "encoder_ffn_dim",
    "max_positions": "max_position_embeddings",
}
_BART_TABLES = ("model.shared.*", "*.embed_positions.*", "*.layernorm_embedding.*")
_BOTH_STACKS = (
    "decoder_layers=config.num_layers",
    "decoder_attention_heads=config.num_heads",
    "decoder_ffn_dim=config.feed_forward_size",
)
_TOKENS = (
    "pad_token_id=PAD_ID",
    "bos_token_id=None",
    "eos_token_id=END_ID",
    "decoder_start_token_id=PAD_ID",
)


_PROJECTIONS = ("q_proj", "k_proj", "v_proj")
_BART_HEADS = ("encoder_attention_heads", "decoder_attention_heads")


def _like_bart(
    name: str, stem: str, *scratch_lines: str, states: str | None = None, **rest: Any
) -> EncoderDecoder:
    """Layers, positions and an output layer with a bias, as in BART; `states`: their argument."""
    return EncoderDecoder(
        name=name,
        module=f"transformers.models.{name}.modeling_{name}",
        encoder=f"{stem}Model",
        config=f"{stem}Config",
        prefix="model.encoder",
        layers="layers",
        sizes=_BART_SIZES,
        dropouts=("dropout",),
        bert_layers=False,
        embeddings=("shared", "embed_positions"),
        scratch_lines=(*_BOTH_STACKS, *_TOKENS, "forced_eos_token_id=None", *scratch_lines),
        ties_output=True,
        by_columns=(
            *(f"self_attn.{name}" for name in _PROJECTIONS),
            *(f"encoder_attn.{name}" for name in _PROJECTIONS),
            "fc1",
        ),
        by_rows=("self_attn.out_proj", "encoder_attn.out_proj", "fc2"),
        shared_inputs=(("self_attn", states), ("encoder_attn", "key_value_states")),
        divided=(*_BART_HEADS, "encoder_ffn_dim", "decoder_ffn_dim"),
        **{"frozen_tables": _BART_TABLES} | rest,
    )


ENCODER_DECODERS: dict[str, EncoderDecoder] = {
    family.name: family
    for family in (
        _like_bart("bart", "Bart"),
        # Marian's tokenizer is a pair of SentencePiece files, mBART's needs to know the languages.
        _like_bart(
            "marian",
            "Marian",
            "scale_embedding=True",
            endings=(("ForConditionalGeneration", "MTModel"),),
            tokenizer_file=False,
        ),
        _like_bart(
            "mbart",
            "MBart",
            "scale_embedding=True",
            states="hidden_states",
            tokenizer_file=False,
            names_languages=True,
        ),
        # NLLB too; positions are sines, which are no parameters.
        _like_bart(
            "m2m_100",
            "M2M100",
            "scale_embedding=True",
            "encoder_layerdrop=0.0",
            "decoder_layerdrop=0.0",
            states="hidden_states",
            tokenizer_file=False,
            names_languages=True,
            output_bias=False,
            frozen_tables=("model.shared.*",),
        ),
        EncoderDecoder(
            name="t5",
            module="transformers.models.t5.modeling_t5",
            encoder="T5Model",
            config="T5Config",
            prefix="encoder",
            layers="block",
            # No `max_positions`: positions are relative, and any number of tokens fits.
            sizes={
                "layers": "num_layers",
                "hidden_size": "d_model",
                "heads": "num_heads",
                "feed_forward_size": "d_ff",
            },
            dropouts=("dropout_rate",),
            bert_layers=False,
            embeddings=("shared", "relative_attention_bias"),
            scratch_lines=("d_kv=config.hidden_size // config.num_heads", *_TOKENS),
            ties_output=True,
            carries_bf16=False,
            stacks="",
            scales_output=True,
            output_bias=False,
            frozen_tables=("shared.*",),
            has_flash=False,
        ),
    )
}
