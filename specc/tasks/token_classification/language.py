"""The `task` section of token classification: entities in sentences, or a class for each word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import BeforeValidator, Field

from specc.language.base import Names
from specc.language.data import FileFormat
from specc.language.task import Network, Task
from specc.yaml.source import KeyPath

if TYPE_CHECKING:
    from specc.language.spec import Spec

Scheme = Literal["bio", "iob1", "iobes", "plain"]
Column = Annotated[
    str,
    BeforeValidator(lambda v: str(v) if isinstance(v, int) and not isinstance(v, bool) else v),
    Field(min_length=1),
]
"""A column's name, or its position in a CoNLL file: 0 is the first, -1 the last."""

_NO_CUT = "sentences that are too long are read in windows, and none of them is cut"
_NO_REMOVAL = "it would take words away from under their tags"


class TokenClassification(Task):
    """`task` of kind token-classification: a tag for each word, such as the entities of a text."""

    NETWORK = Network("encoder", "ForTokenClassification")
    UNIT = "sentences"
    ENDINGS = dict.fromkeys(
        (".conll", ".conllu", ".conllx", ".bio", ".iob", ".iob2", ".txt"), "conll"
    )
    KEEPS_WHITESPACE = True
    WINDOW = 512
    NOT_FOR = {
        ("model", "head"): "each word has a vector of its own, and there is nothing to pool",
        ("data", "truncation"): _NO_CUT,
        ("data", "split", "stratified"): "a sentence has many tags, and no class of its own",
        ("data", "clean", "strip_html"): _NO_REMOVAL,
        ("data", "clean", "stop_words"): _NO_REMOVAL,
        ("data", "clean", "whitespace"): "words are cleaned one by one, and hold no white space",
    }

    kind: Literal["token-classification"]
    tokens: Column | None = Field(
        None,
        description="column of the lists of words; in a CoNLL file the column's position from 0",
        examples=["tokens"],
    )
    tags: Column | None = Field(
        None,
        description="column of the lists of tags; in a CoNLL file its position, -1 is the last",
        examples=["tags"],
    )
    text: Column | None = Field(
        None, description="instead of `tokens` and `tags`: column of a text, whose words are found"
    )
    spans: Column | None = Field(
        None,
        description="with `text`: column of lists of spans, each `[start, end, type]` or an object "
        "with these keys; characters from 0, the end is not inside",
    )
    scheme: Scheme | None = Field(
        None,
        description="how tags mark entities; `plain`: each word has a class; default: found out",
    )
    types: Annotated[Names, Field(min_length=1)] | None = Field(
        None, description="the entity types (plain: the classes) in order; default: those found"
    )
    tag_names: Names | None = Field(
        None, description="the tags in order, where the data holds their numbers"
    )
    label_on: Literal["first", "all"] = Field(
        "first", description="which of a word's tokens are trained on; the first one answers"
    )

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.tokens or self.text or "",)

    @property
    def answers(self) -> tuple[str, ...]:
        return (self.tags or self.spans or "",)

    @property
    def has_spans(self) -> bool:
        """Whether entities are given by the characters of a text."""
        return self.text is not None

    @property
    def formats(self) -> Mapping[str, FileFormat]:
        if self.has_spans:
            return {".jsonl": "spans", ".json": "spans", ".ndjson": "spans"}
        return self.ENDINGS

    def place_of(self, column: str) -> KeyPath:
        keys = ("text", "spans") if self.has_spans else ("tokens", "tags")
        return ("task", keys[0] if column in self.texts else keys[1])


SECTION = TokenClassification


def task_of(spec: Spec) -> TokenClassification:
    """The `task` section of a spec of this kind."""
    return cast(TokenClassification, spec.task)
