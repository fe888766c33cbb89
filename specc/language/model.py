"""`model`: which network is trained, and how it is changed before training."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from specc.language.base import Fraction, NetworkKind, PositiveInt, Section, listed

Encoder = Literal["bert", "roberta", "distilbert", "electra", "xlm-roberta"]
Decoder = Literal["gpt2", "llama", "qwen2", "mistral"]
EncoderDecoder = Literal["t5", "bart", "marian", "mbart", "m2m_100"]
Architecture = Literal[Encoder, Decoder, EncoderDecoder]
NETWORKS: dict[str, NetworkKind] = {
    **dict.fromkeys(get_args(Encoder), "encoder"),
    **dict.fromkeys(get_args(Decoder), "decoder"),
    **dict.fromkeys(get_args(EncoderDecoder), "encoder-decoder"),
}
"""Which kind of network each architecture is."""
ROTARY: tuple[Decoder, ...] = ("llama", "qwen2", "mistral")
"""Those that turn pairs of numbers by the position, so that a head has an even width."""

Algorithm = Literal["wordpiece", "bpe", "unigram"]
Activation = Literal["tanh", "relu", "gelu"]
Attention = Literal["auto", "sdpa", "eager", "flash-attention-2"]

_LAYERS = re.compile(r"layers? ([0-9]{1,4})(?:-([0-9]{1,4}))?$")


class FreezePart(Section):
    """One entry of `freeze`, parsed."""

    kind: Literal["embeddings", "encoder", "layers", "pattern"]
    first: int = 0
    last: int = 0
    pattern: str = ""


def parse_freeze(entry: str) -> FreezePart:
    """What one entry of `freeze` names.

    Raises:
        ValueError: with the accepted forms, if it is none of them.
    """
    if entry in ("embeddings", "encoder"):
        return FreezePart.model_validate({"kind": entry})
    if match := _LAYERS.match(entry):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last:
            return FreezePart(kind="layers", first=first, last=last)
    elif "*" in entry or "." in entry:
        return FreezePart(kind="pattern", pattern=entry)
    raise ValueError(
        "is no part of a model; write embeddings, encoder, layers 0-3, "
        'or a pattern of parameter names such as "*.attention.*"'
    )


def _check_freeze(entry: str) -> str:
    parse_freeze(entry)
    return entry


class Head(Section):
    """`model.head`: what stands between the encoder and the answer.

    Left out, the head is the architecture's own (`BertForSequenceClassification` and its like).
    """

    pooling: Literal["cls", "mean", "max"] = Field(
        "cls", description="how token vectors become one: the first token's, their mean or maximum"
    )
    hidden: Annotated[
        tuple[PositiveInt, ...],
        BeforeValidator(lambda v: [v] if isinstance(v, int) else v),
        Field(strict=False),
    ] = Field((), description="sizes of hidden layers between the pooled vector and the answer")
    activation: Activation = Field("tanh", description="after each hidden layer")
    dropout: Fraction = Field(0.1, description="before each layer of the head")


class TrainTokenizer(Section):
    """`model.tokenizer`: a tokenizer trained on the training split."""

    train: Algorithm | None = Field(
        None, description="the algorithm; default: wordpiece, but bpe in tasks that write text"
    )
    vocab_size: Annotated[int, Field(ge=64, le=1_000_000)] = Field(
        8000, description="tokens, special ones included; fewer where the texts hold fewer"
    )
    lower_case: bool | None = Field(
        None,
        description="fold case before splitting into tokens; default: true, but false in tasks "
        "that write text",
    )


class Pretrained(Section):
    """A pretrained encoder: hub id, local folder, or `package:<python package>/<folder>`."""

    base: Annotated[str, Field(min_length=1)] = Field(
        description="hub id, local folder (starts with . or /), or package:<package>/<folder>"
    )
    revision: str | None = Field(None, description="commit, tag or branch of the hub repository")
    architecture: Architecture | None = Field(
        None, description="what `base` is, for a hub id that specc does not know"
    )
    freeze: Annotated[
        tuple[Annotated[str, AfterValidator(_check_freeze)], ...],
        BeforeValidator(listed),
        Field(strict=False, min_length=1),
    ] = Field((), description="parts not to train: embeddings, encoder, layers 0-3, or *.pattern.*")
    head: Head | None = Field(None, description="a head of your own instead of the architecture's")
    keep_head: bool = Field(
        False,
        description="keep the base's own head instead of a new one, its outputs matched to the "
        "labels by their names",
    )
    dropout: Fraction | None = Field(None, description="in the encoder; default: the base's own")
    attention: Attention = Field(
        "auto",
        description="the kernel of attention. auto: the library's (sdpa); sdpa: torch's fused one; "
        "eager: plain products and a softmax; flash-attention-2: that of the package flash-attn",
    )


class Scratch(Section):
    """An encoder with random weights, and a tokenizer trained on the training split."""

    architecture: Architecture = Field(description="the family whose shape is built")
    layers: Annotated[int, Field(ge=1, le=96)] = Field(4, description="transformer blocks")
    hidden_size: Annotated[int, Field(ge=8, le=16384)] = Field(256, description="width of a token")
    heads: Annotated[int, Field(ge=1, le=256)] = Field(4, description="attention heads a layer")
    feed_forward_size: Annotated[int, Field(ge=8, le=65536)] | None = Field(
        None, description="width inside a block; default: 4 x hidden_size"
    )
    max_positions: Annotated[int, Field(ge=8, le=131072)] = Field(
        512, description="longest sequence the model can read, in tokens"
    )
    tokenizer: TrainTokenizer = Field(TrainTokenizer(), description="how its tokenizer is trained")
    head: Head | None = Field(None, description="a head of your own instead of the architecture's")
    dropout: Fraction = Field(0.1, description="in the encoder")
    attention: Attention = Field(
        "auto",
        description="the kernel of attention. auto: the library's (sdpa); sdpa: torch's fused one; "
        "eager: plain products and a softmax; flash-attention-2: that of the package flash-attn",
    )


def _pretrained_or_scratch(value: Any) -> str:
    keys = value if isinstance(value, dict) else {}
    return "scratch" if "architecture" in keys and "base" not in keys else "pretrained"


def _lift_base(value: Any) -> Any:
    return {"base": value} if isinstance(value, str) else value


ModelSection = Annotated[
    Annotated[Pretrained, Tag("pretrained")] | Annotated[Scratch, Tag("scratch")],
    Discriminator(_pretrained_or_scratch),
    BeforeValidator(_lift_base),
]
"""A string is shorthand for `{base: ...}`; `architecture` without `base` trains from scratch."""
