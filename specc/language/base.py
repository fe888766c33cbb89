"""What every section of the language shares."""

from __future__ import annotations

import re
from fractions import Fraction as Exact
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
)


class Section(BaseModel):
    """A mapping of the spec.

    Why forbid: a misspelt key that is ignored trains the wrong model in silence.
    Why frozen: what the user said is read by later stages, never changed by them.
    Why strict: `epochs: "3"` is a mistake to show, not to guess at.
    Why neither infinity nor NaN: no setting of an experiment is either.
    A validator's `ValueError` says "what is wrong; what to write", for a person to read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def listed(value: Any) -> Any:
    """Lift the shorthand of a single item to a list of one."""
    return [value] if isinstance(value, str | int | float | dict) else value


Fraction = Annotated[float, Field(ge=0, le=1)]
"""A share, in [0, 1]."""

PositiveInt = Annotated[int, Field(ge=1)]

Names = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(listed),
    Field(strict=False, min_length=1),
]
"""One name or a list of names; a single string is lifted to a list of one."""


def word_or_number(value: Any) -> str:
    """Which side of a `word | number` union a value is meant for."""
    return "word" if isinstance(value, str) else "number"


AutoOrLength = Annotated[
    Annotated[Literal["auto"], Tag("word")] | Annotated[int, Field(ge=4, le=131072), Tag("number")],
    Discriminator(word_or_number),
]
"""`auto`, or a number of tokens."""

_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([kmgt])(i?)b", re.IGNORECASE | re.ASCII)


def size_bytes(text: str) -> int:
    """Bytes in a size such as `24GiB` (of 2**30 bytes) or `24GB` (of 10**9).

    Raises:
        ValueError: if `text` is no positive size.
    """
    match = _SIZE.fullmatch(text.strip())
    power = "kmgt".index(match[2].lower()) + 1 if match else 0
    size = int(Exact(match[1]) * (1024 if match[3] else 1000) ** power) if match else 0
    if size == 0:
        raise ValueError("must be a size; write it with its unit, such as 24GiB or 24GB")
    return size


def _check_size(text: str) -> str:
    size_bytes(text)
    return text


Size = Annotated[str, AfterValidator(_check_size)]
"""A number of bytes with its unit: KiB to TiB by powers of 1024, KB to TB by powers of 1000."""


_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(s|min|m|h|d)$")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def duration_seconds(text: str) -> float:
    """Seconds in a duration such as `90s`, `30m` or `2h`.

    Raises:
        ValueError: if `text` is no positive duration.
    """
    match = _DURATION.match(text.strip())
    if not match or float(match[1]) == 0:
        raise ValueError("must be a duration; write it with its unit, such as 90s, 30m or 2h")
    return float(match[1]) * _SECONDS[match[2]]


def _check_duration(text: str) -> str:
    duration_seconds(text)
    return text


Duration = Annotated[str, AfterValidator(_check_duration)]
"""A time with its unit: s, min (or m), h or d."""

AutoOrCount = Annotated[
    Annotated[Literal["auto"], Tag("word")] | Annotated[PositiveInt, Tag("number")],
    Discriminator(word_or_number),
]
"""`auto`, or how many."""

MEANT_TRUE = frozenset({"yes", "y", "on", "1", "true", "t"})
MEANT_FALSE = frozenset({"no", "n", "off", "0", "false", "f"})


def word_or_switch(value: Any) -> str:
    """The same for `word | true or false`; `yes` is a text in YAML, and meant for the switch."""
    meant = isinstance(value, str) and value.lower() not in MEANT_TRUE | MEANT_FALSE
    return "word" if meant else "switch"


AutoOrSwitch = Annotated[
    Annotated[Literal["auto"], Tag("word")] | Annotated[bool, Tag("switch")],
    Discriminator(word_or_switch),
]
"""`auto`, or on or off."""

EpochOrSteps = Annotated[
    Annotated[Literal["epoch"], Tag("word")] | Annotated[PositiveInt, Tag("number")],
    Discriminator(word_or_number),
]
"""A cadence: at the end of each `epoch`, or every so many optimizer steps."""

NetworkKind = Literal["encoder", "decoder", "encoder-decoder"]
"""How a transformer reads and writes; each task needs one of them."""
