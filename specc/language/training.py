"""`training`: the loop, its optimizer and what keeps it from overfitting."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from specc.language.base import (
    AutoOrCount,
    AutoOrSwitch,
    Duration,
    EpochOrSteps,
    Fraction,
    PositiveInt,
    Section,
    word_or_number,
)

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Decay = Annotated[float, Field(ge=0, lt=1)]


class LearningRate(Section):
    """`training.learning_rate` by part; a number alone is the rate of all of them."""

    encoder: Positive | None = Field(
        None,
        description="peak rate of the encoder's top layer; default: 5e-5, and 1e-3 from scratch",
    )
    head: Positive | None = Field(None, description="peak rate of the head; default: the encoder's")
    layer_decay: Annotated[float, Field(gt=0, le=1)] = Field(
        1.0, description="each layer's rate is this times that of the layer above it"
    )


class AdamW(Section):
    """Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101)."""

    kind: Literal["adamw"]
    betas: Annotated[tuple[Decay, Decay], Field(strict=False)] = Field(
        (0.9, 0.999), description="decay of the running mean and of the running square"
    )
    eps: Positive = Field(1e-8, description="added to the denominator")


class AdamW8bit(Section):
    """AdamW with moments of 8 bits (Dettmers et al., arXiv:2110.02861); needs bitsandbytes."""

    kind: Literal["adamw-8bit"]
    betas: Annotated[tuple[Decay, Decay], Field(strict=False)] = Field(
        (0.9, 0.999), description="decay of the running mean and of the running square"
    )
    eps: Positive = Field(1e-8, description="added to the denominator")


class Adam(Section):
    """Adam (Kingma and Ba, arXiv:1412.6980); `weight_decay` is added to the gradient."""

    kind: Literal["adam"]
    betas: Annotated[tuple[Decay, Decay], Field(strict=False)] = Field(
        (0.9, 0.999), description="decay of the running mean and of the running square"
    )
    eps: Positive = Field(1e-8, description="added to the denominator")


class Sgd(Section):
    """Stochastic gradient descent with momentum."""

    kind: Literal["sgd"]
    momentum: Fraction = Field(0.9, description="share of the last step kept")
    nesterov: bool = Field(False, description="look ahead along the momentum")


class Adafactor(Section):
    """Adafactor, memory sublinear in the parameters (Shazeer and Stern, arXiv:1804.04235)."""

    kind: Literal["adafactor"]


Optimizer = Annotated[
    AdamW | AdamW8bit | Adam | Sgd | Adafactor,
    Field(discriminator="kind"),
    BeforeValidator(lambda v: {"kind": v} if isinstance(v, str) else v),
]


class Linear(Section):
    """Falls in a straight line to `end`."""

    kind: Literal["linear"]
    end: Fraction = Field(0.0, description="last rate, as a share of the peak")


class Cosine(Section):
    """Falls along half a cosine to `end` (Loshchilov and Hutter, arXiv:1608.03983)."""

    kind: Literal["cosine"]
    end: Fraction = Field(0.0, description="last rate, as a share of the peak")


class Constant(Section):
    """Stays at the peak after the warm-up."""

    kind: Literal["constant"]


class Polynomial(Section):
    """Falls along a power of the share of steps left."""

    kind: Literal["polynomial"]
    power: Positive = Field(2.0, description="1 is linear; larger falls earlier")
    end: Fraction = Field(0.0, description="last rate, as a share of the peak")


Schedule = Annotated[
    Linear | Cosine | Constant | Polynomial,
    Field(discriminator="kind"),
    BeforeValidator(lambda v: {"kind": v} if isinstance(v, str) else v),
]


class EarlyStopping(Section):
    """`training.early_stopping`: stop when the validation metric no longer improves."""

    metric: str | None = Field(None, description="default: `evaluation.best`")
    patience: PositiveInt = Field(3, description="evaluations without improvement before the stop")
    min_change: NonNegative = Field(0.0, description="what counts as an improvement")


class Checkpoint(Section):
    """`training.checkpoint`: when the state is saved for `--resume`, and how many are kept."""

    every: EpochOrSteps = Field("epoch", description="`epoch`, or a number of optimizer steps")
    keep: PositiveInt = Field(1, description="how many of the latest are kept")


ClassWeights = Annotated[
    Annotated[Literal["balanced"], Tag("word")]
    | Annotated[dict[str, Positive], Field(min_length=1), Tag("number")],
    Discriminator(word_or_number),
]


class Training(Section):
    """`training`: every number of the loop."""

    epochs: PositiveInt | None = Field(None, description="passes over the training split")
    steps: PositiveInt | None = Field(None, description="optimizer steps, instead of `epochs`")
    batch_size: PositiveInt = Field(
        32,
        description="texts an optimizer step, on all devices; fewer by default where a language "
        "model has few blocks",
    )
    micro_batch: AutoOrCount = Field(
        "auto",
        description="texts of a batch that pass through the network at a time; auto: all of them",
    )
    length_window: AutoOrCount = Field(
        "auto",
        description="batches whose texts are sorted by length together: less padding, but batches "
        "of texts that are alike; 1: batches at random; auto: at most a quarter of an epoch",
    )
    gradient_checkpointing: AutoOrSwitch = Field(
        "auto",
        description="keep only what enters each layer and compute the layer again for its "
        "gradient: less memory, about a third more computation; auto: off",
    )
    learning_rate: Annotated[
        LearningRate, BeforeValidator(lambda v: {"encoder": v} if _is_number(v) else v)
    ] = Field(LearningRate(), description="peak rate, or one rate a part")
    optimizer: Optimizer = Field(
        AdamW(kind="adamw"),
        description="adamw, adamw-8bit, adam, sgd, adafactor, or a mapping with `kind`",
    )
    schedule: Schedule = Field(
        Linear(kind="linear"),
        description="linear, cosine, constant, polynomial, or a mapping with `kind`",
    )
    warmup: NonNegative = Field(
        0.1, description="steps until the peak: below 1 a share of all steps, else their number"
    )
    weight_decay: NonNegative = Field(
        0.01, description="of weight matrices; never of biases, norms and embeddings"
    )
    l1: NonNegative = Field(0.0, description="penalty on the absolute trained weights")
    l2: NonNegative = Field(0.0, description="penalty on the squared trained weights")
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="share of the target spread over all classes"
    )
    class_weights: ClassWeights | None = Field(
        None, description="`balanced` (inverse frequency), or a weight for each class"
    )
    gradient_clip: Positive | None = Field(
        1.0, description="largest norm of the gradient; null turns it off"
    )
    early_stopping: (
        Annotated[EarlyStopping, BeforeValidator(lambda v: {"patience": v} if _is_number(v) else v)]
        | None
    ) = Field(None, description="a patience, or a mapping; default: off")
    seed: Annotated[int, Field(ge=0, lt=2**32)] = Field(
        0, description="of weights, dropout and the order of the data"
    )
    deterministic: bool = Field(
        False, description="only deterministic kernels, where an operation has one"
    )
    time_limit: Duration | None = Field(
        None, description="stop training after this long, for example 2h"
    )
    checkpoint: Checkpoint = Field(Checkpoint(), description="when to save, how many to keep")
    kernels: Literal["auto", "plain"] = Field(
        "auto", description="auto: faster equivalents where they pay; plain: the libraries' own"
    )
    compile: AutoOrSwitch = Field(
        "auto",
        description="torch.compile of the forward and backward pass of training, instead of "
        "`kernels`; where the machine cannot compile, the run says why and goes on without; "
        "auto: off",
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
