"""SP369, SP395 and SP397 to SP399: files of words with their tags."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_CONLL = "task: {kind: token-classification, tokens: 0, tags: -1}\n"

EMPTY_COLUMN = Rule(
    "SP369",
    "empty-column",
    "The column of the words or of the tags holds nothing in the whole file. Mostly each line ends "
    "with a delimiter too many, so the last column is not the one with the tags.",
    _CONLL.replace("}", "}   # each line ends with a tab"),
    _CONLL.replace("-1", "1"),
)
NUMBERS_FOR_WORDS = Rule(
    "SP395",
    "numbers-for-words",
    "All words of the file are whole numbers. They are the numbers of the words in their sentence, "
    "and the words stand in another column.",
    _CONLL,
    _CONLL.replace("0", "1"),
)
TABLE_OF_WORDS = Rule(
    "SP397",
    "table-of-words",
    "A row holds a whole sentence: a list of words and a list of tags. A cell of a CSV file is a "
    "text. A table with one word per row, or with lists written as texts, has to be saved in a "
    "form that keeps sentences together.",
    'data: {train: ner.csv}   # "Sentence #",Word,Tag\n',
    "data: {train: ner.conll}   # a word and its tag per line, an empty line after each sentence\n",
)
SENTENCE_ENDS = Rule(
    "SP398",
    "misplaced-sentence-ends",
    "An empty line ends a sentence. Without any, the whole file is one sentence, which cannot be "
    "split into training and test rows. With one after each word, no word has a context.",
    "Berlin B-LOC\nwins O\nBremen B-LOC\nloses O\n",
    "Berlin B-LOC\nwins O\n\nBremen B-LOC\nloses O\n",
)
JOINED_TAGS = Rule(
    "SP399",
    "tags-joined-to-words",
    "A CoNLL file has one word per line, with its tag in a column of its own. Other files "
    "have a sentence per line and a tag joined to each word.",
    "Berlin/NNP wins/VBZ\n",
    "Berlin NNP\nwins VBZ\n",
)

RULES = (
    EMPTY_COLUMN,
    NUMBERS_FOR_WORDS,
    TABLE_OF_WORDS,
    SENTENCE_ENDS,
    JOINED_TAGS,
)
