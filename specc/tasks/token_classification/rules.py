"""The codes of token classification: SP27x from the spec alone, SP36x from the data."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: token-classification, tokens: tokens, tags: tags"
_CONLL = "task: {kind: token-classification, tokens: 0, tags: -1"

TOKENS_OR_TEXT = Rule(
    "SP270",
    "tokens-or-text",
    "Entities are given in one of two ways: by `tokens` and `tags`, a tag for each word; or by "
    "`text` and `spans`, the characters at which entities start and end.",
    "task: {kind: token-classification, tokens: tokens}\n",
    _TASK + "}\n",
)
KEY_WITHOUT_TAGS = Rule(
    "SP271",
    "key-without-tags",
    "The key says how tags are written, and this spec has none: its entities are given by spans.",
    "task: {kind: token-classification, text: text, spans: entities, scheme: iob1}\n",
    "task: {kind: token-classification, text: text, spans: entities}\n",
)
WEIGHTS_OF_TAGS = Rule(
    "SP272",
    "weights-without-tag",
    "`class_weights` gives each tag its weight: `O`, and for each type the tag that begins it and "
    "the one that goes on inside it. A name that is no tag does nothing, and a tag that is left "
    "out has no weight.",
    _TASK + ", types: [PER]}\ntraining: {class_weights: {O: 0.5, PER: 2.0}}\n",
    _TASK + ", types: [PER]}\ntraining: {class_weights: {O: 0.5, B-PER: 2.0, I-PER: 2.0}}\n",
)
DIFFERENT_LENGTHS = Rule(
    "SP360",
    "words-and-tags-differ",
    "A sentence has one tag for each word. Where the two lists differ in length, nobody can say "
    "which tag belongs to which word.",
    '{"tokens": ["New", "York"], "tags": ["B-LOC"]}\n',
    '{"tokens": ["New", "York"], "tags": ["B-LOC", "I-LOC"]}\n',
)
NO_TAG = Rule(
    "SP361",
    "no-such-tag",
    "A tag is `O`, or a letter, a hyphen and a type: `B-PER`. Which letters there are depends on "
    "the scheme: B and I in BIO and IOB1, also E and S in IOBES. For classes of words without "
    "entities, write `scheme: plain`.",
    "Berlin LOC-B\n",
    "Berlin B-LOC\n",
)
ILLEGAL_SEQUENCE = Rule(
    "SP362",
    "tags-against-scheme",
    "In BIO each entity begins with B, so an I after O or after another type continues nothing; in "
    "IOBES an entity of several words ends with E. Few such places are read as the nearest legal "
    "sequence, as the usual scorers do; many mean that the scheme is another one.",
    "Peter I-PER\nlives O\nin O\nBerlin B-LOC\n",
    "Peter B-PER\nlives O\nin O\nBerlin B-LOC\n",
)
SPAN_INSIDE_WORD = Rule(
    "SP363",
    "span-inside-word",
    "A span begins or ends in the middle of a word. Tags belong to whole words, so the word counts "
    "to the entity as a whole.",
    '{"text": "Berliner", "entities": [[0, 6, "LOC"]]}\n',
    '{"text": "Berlin er", "entities": [[0, 6, "LOC"]]}\n',
)
UNLISTED_TYPE = Rule(
    "SP364",
    "type-not-listed",
    "`task.types` lists the entity types, or `task.tag_names` the tags, and the files hold one "
    "that is not in the list.",
    _CONLL + ", types: [PER]}   # the file holds B-LOC\n",
    _CONLL + ", types: [PER, LOC]}\n",
)
TYPE_NOT_IN_TRAIN = Rule(
    "SP365",
    "type-not-in-train",
    "No training sentence has an entity of the type, so the model cannot learn it. Entities of the "
    "type in other splits count as missed.",
    "train: no PROD; test: 4 entities PROD\n",
    "train: 80 entities PROD; test: 4 entities PROD\n",
)
NO_ENTITY = Rule(
    "SP366",
    "no-entity",
    "All words of the training sentences have the same tag. There is nothing to learn: mostly the "
    "wrong column is named.",
    _CONLL.replace("-1", "2") + "}   # a column of O alone\n",
    _CONLL + "}\n",
)
UNPINNED_HUB_TYPES = Rule(
    "SP367",
    "unpinned-hub-types",
    "The rows of a hub data set are read when the project runs. The tags are the model's outputs, "
    "so they must be known before: list the entity types, and the tags if the rows hold numbers.",
    _TASK + "}\ndata: {hub: {path: conll2003}}\n",
    _TASK + ", types: [PER, ORG]}\ndata: {hub: {path: conll2003}}\n",
)
NULL_IN_LIST = Rule(
    "SP368",
    "null-in-words-or-tags",
    "A list of words or of tags holds null. A word has to be a text, and each word needs a tag.",
    '{"tokens": ["New", null], "tags": ["B-LOC", "I-LOC"]}\n',
    '{"tokens": ["New", "York"], "tags": ["B-LOC", "I-LOC"]}\n',
)

RULES = (
    TOKENS_OR_TEXT,
    KEY_WITHOUT_TAGS,
    WEIGHTS_OF_TAGS,
    DIFFERENT_LENGTHS,
    NO_TAG,
    ILLEGAL_SEQUENCE,
    SPAN_INSIDE_WORD,
    UNLISTED_TYPE,
    TYPE_NOT_IN_TRAIN,
    NO_ENTITY,
    UNPINNED_HUB_TYPES,
    NULL_IN_LIST,
)
