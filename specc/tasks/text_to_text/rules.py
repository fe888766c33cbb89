"""The codes that only text-to-text has: SP278 to SP281 of the spec, SP380 to SP389 of the data."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: text-to-text, source: en, target: de"
_DATA = "data: {train: data/multi.tsv}\n"
_SCRATCH = "model: {architecture: marian}\n"

KEY_AND_NETWORK = Rule(
    "SP278",
    "key-and-network-do-not-fit",
    "Languages are written into the prefix of a pretrained T5 that translates, into the first "
    "token of a multilingual Marian, and into the codes of an mBART, which cannot do without "
    "them. Other "
    "networks have no place for them. `max_positions` is for networks with absolute positions: "
    "those of T5 are relative.",
    _TASK + ", source_language: English, target_language: German}\n" + _SCRATCH + _DATA,
    _TASK + "}\n" + _SCRATCH + _DATA,
)
GENERATION_CONTRADICTS = Rule(
    "SP279",
    "generation-contradicts",
    "Text is written by beam search (`num_beams`, `length_penalty`), or by sampling "
    "(`temperature`, `top_k`, `top_p`), not by both; one beam has no length penalty to "
    "weigh. A metric of written "
    "texts that chooses the checkpoint needs texts to be written at each evaluation.",
    _TASK + ", generation: {num_beams: 4, temperature: 0.7}}\n",
    _TASK + ", generation: {num_beams: 4}}\n",
)
TOKENIZER_CANNOT_WRITE = Rule(
    "SP280",
    "tokenizer-cannot-write",
    "The tokenizer turns what the model writes back into text. WordPiece forgets where spaces "
    "were, and a folded case cannot be unfolded: the model could never write its targets as "
    "they are. "
    "BPE on bytes gives back every text; `data.clean.lower_case` folds sources and targets alike.",
    _TASK + "}\nmodel: {architecture: marian, tokenizer: {train: wordpiece}}\n",
    _TASK + "}\nmodel: {architecture: marian, tokenizer: {train: bpe}}\n",
)
SOURCE_PUT_TOGETHER = Rule(
    "SP281",
    "source-put-together-otherwise",
    "What the model reads is the prefix, the source, and with two columns the separator between "
    "them. A separator needs two columns, and `truncation: start` would cut off the prefix.",
    _TASK + ', prefix: "translate: "}\ndata: {train: data/multi.tsv, truncation: start}\n',
    _TASK + ', prefix: "translate: "}\n' + _DATA,
)

FAMILY_NOT_KNOWN = Rule(
    "SP452",
    "family-not-known",
    "The loss of a model that writes text is computed from the inside of its family: how a target "
    "starts, and how states become logits. A base of another family cannot be trained; naming a "
    "family that it is not would train random weights.",
    _TASK + "}\nmodel: ./my-pegasus\n" + _DATA,
    _TASK + "}\nmodel: t5-small\n" + _DATA,
)
EMPTY_SIDE = Rule(
    "SP381",
    "one-side-empty",
    "Rows in which the source or the target is empty are dropped: there is nothing to read, or "
    "nothing to write. Many of them in parallel files mean that lines have shifted.",
    _TASK + "}\ndata: {train: data/holes.tsv}\n",
    _TASK + "}\ndata: {train: data/whole.tsv}\n",
)
TARGET_IS_SOURCE = Rule(
    "SP382",
    "target-is-source",
    "The target repeats its source. Some such rows are usual (names, numbers); many teach the "
    "model to copy. Mostly a column is named twice, or a part of the data is not translated.",
    _TASK + "}\ndata: {train: data/copied.tsv}\n",
    _TASK + "}\ndata: {train: data/translated.tsv}\n",
)
ODD_LENGTHS = Rule(
    "SP383",
    "odd-lengths",
    "The length of a target by that of its source is far from what is usual in this data: more "
    "than four times as large or as small as the median. Pairs that do not belong together "
    "look so. The "
    "rows are kept.",
    _TASK + ", preset: translation}\ndata: {train: data/shifted.tsv}\n",
    _TASK + ", preset: translation}\ndata: {train: data/aligned.tsv}\n",
)
TARGETS_TRUNCATED = Rule(
    "SP384",
    "targets-truncated",
    "A large share of the training targets is longer than `max_target_length` and is cut off: the "
    "model learns to stop in the middle, and no written text can be as long as its target.",
    _TASK + ", max_target_length: 4}\n",
    _TASK + "}\n",
)
TARGETS_LIKE_LABELS = Rule(
    "SP385",
    "targets-like-labels",
    "The targets are a few texts over and over, as labels are. A classifier learns them with less "
    "data, answers faster and never writes a label that does not exist.",
    "task: {kind: text-to-text, source: message, target: intent}\n",
    "task: {kind: text-classification, text: message, label: intent}\n",
)
MANY_TARGETS = Rule(
    "SP386",
    "one-source-many-targets",
    "The same source stands in several rows with different targets. All are learned; each is "
    "scored against its own target alone, so that no model can be right on all of them.",
    _TASK + "}\ndata: {train: data/references.tsv}\n",
    _TASK + "}\ndata: {train: data/one_each.tsv}\n",
)

RULES = (
    KEY_AND_NETWORK,
    GENERATION_CONTRADICTS,
    TOKENIZER_CANNOT_WRITE,
    SOURCE_PUT_TOGETHER,
    FAMILY_NOT_KNOWN,
    EMPTY_SIDE,
    TARGET_IS_SOURCE,
    ODD_LENGTHS,
    TARGETS_TRUNCATED,
    TARGETS_LIKE_LABELS,
    MANY_TARGETS,
)
