"""SP20x, SP21x: keys of `data` that do not go together, and texts that no spec may hold."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

NO_DATA = Rule(
    "SP201",
    "no-data",
    "`data` names no rows to learn from: it needs `train` for your own files, or `hub` for a data "
    "set of the Hugging Face hub.",
    "data: {max_length: 64}\n",
    "data: {train: data/intents.csv, max_length: 64}\n",
)
FILES_AND_HUB = Rule(
    "SP202",
    "files-and-hub",
    "Rows come either from your files or from a hub data set. The hub's own splits are named in "
    "`hub.splits`.",
    "data: {train: data/intents.csv, hub: {path: imdb}}\n",
    "data: {hub: {path: imdb, splits: {train: train, test: test}}}\n",
)
FILE_KEY_WITH_HUB = Rule(
    "SP203",
    "file-key-with-hub",
    "The key says how your files are read, copied or cut. A hub data set has its own format and "
    "its own splits, so the key would do nothing.",
    'data: {hub: {path: imdb}, delimiter: ";"}\n',
    "data: {hub: {path: imdb}}\n",
)
FILE_AND_FRACTION = Rule(
    "SP204",
    "file-and-fraction",
    "A split comes from a file of its own or is cut from `train`, not both: the fraction would do "
    "nothing.",
    "data: {train: a.csv, test: b.csv, split: {test: 0.2}}\n",
    "data: {train: a.csv, test: b.csv}\n",
)
SPLIT_LEAVES_NOTHING = Rule(
    "SP205",
    "split-leaves-nothing",
    "The fractions that are cut from `train` add up to all of it, so no row is left to learn from.",
    "data: {train: a.csv, split: {validation: 0.5, test: 0.5}}\n",
    "data: {train: a.csv, split: {validation: 0.1, test: 0.1}}\n",
)
SPLIT_KEY_WITHOUT_CUT = Rule(
    "SP206",
    "split-key-without-cut",
    "`stratified`, `group` and `seed` say how rows are cut from `train`. Where every split has its "
    "own file, or a fraction of 0, nothing is cut and they do nothing.",
    "data: {train: a.csv, validation: b.csv, test: c.csv, split: {seed: 3}}\n",
    "data: {train: a.csv, validation: b.csv, test: c.csv}\n",
)
STRATIFIED_WITH_GROUP = Rule(
    "SP207",
    "stratified-with-group",
    "A stratified cut keeps each class's share, a grouped cut keeps equal values of a column "
    "together. In general no cut does both, so the group wins and `stratified: true` is refused.",
    "data: {train: a.csv, split: {stratified: true, group: customer}}\n",
    "data: {train: a.csv, split: {group: customer}}\n",
)
KEY_OF_OTHER_FORMAT = Rule(
    "SP208",
    "key-of-other-format",
    "`delimiter`, `quote` and `columns` say how CSV and TSV files are written. JSON and "
    "Parquet carry their own names and quoting, and Parquet its own encoding, so the key would do "
    "nothing.",
    "data: {train: a.jsonl, columns: [message, intent]}\n",
    "data: {train: a.jsonl}\n",
)
FILE_IN_TWO_SPLITS = Rule(
    "SP209",
    "file-in-two-splits",
    "The same file stands in two splits. What is learned by heart in training would then be "
    "counted as understood in the evaluation.",
    "data: {train: a.csv, test: a.csv}\n",
    "data: {train: a.csv, split: {test: 0.1}}\n",
)
BAD_REGULAR_EXPRESSION = Rule(
    "SP210",
    "bad-regular-expression",
    "The pattern, or what replaces its matches, is no regular expression of Python's `re` module, "
    "with which the texts are cleaned.",
    'data: {train: a.csv, clean: {replace: [{pattern: "(https?"}]}}\n',
    'data: {train: a.csv, clean: {replace: [{pattern: "https?"}]}}\n',
)
UNKNOWN_ENCODING = Rule(
    "SP211",
    "unknown-encoding",
    "No text encoding of this name is known. Mostly the key can be left out: the encoding is found "
    "out from the file, and shown.",
    "data: {train: a.csv, encoding: utf-9}\n",
    "data: {train: a.csv, encoding: utf-8}\n",
)
DUPLICATE_NAME = Rule(
    "SP212",
    "duplicate-name",
    "A list of names, columns, labels or files holds the same entry twice. The second does nothing "
    "or, for files, counts their rows twice.",
    "evaluation: {metrics: [accuracy, accuracy]}\n",
    "evaluation: {metrics: [accuracy]}\n",
)
SECRET_IN_SPEC = Rule(
    "SP213",
    "secret-in-spec",
    "The value looks like an access token. Specs are committed, copied into generated projects and "
    "reviewed, so a token in one is a token published. Tokens come from the environment, for "
    "example `HF_TOKEN`. The message does not repeat the value.",
    'data: {hub: {path: me/private, revision: "hf_' + "aB3" * 11 + '"}}\n',
    "data: {hub: {path: me/private, revision: main}}\n",
)
UNMATCHED_STOP_WORD = Rule(
    "SP214",
    "unmatched-stop-word",
    "Stop words are removed where they stand as whole words: letters and digits, with at most one "
    "`'` inside. An entry with a space, a hyphen or a sign in it is never found. In scripts "
    "without spaces, such as Chinese, a whole stretch of characters counts as one word, so a stop "
    "word is found only where it stands alone. `clean.replace` removes anything.",
    "data: {train: a.csv, clean: {stop_words: [the, not only]}}\n",
    "data: {train: a.csv, clean: {stop_words: [the], replace: [{pattern: not only}]}}\n",
)

RULES = (
    NO_DATA,
    FILES_AND_HUB,
    FILE_KEY_WITH_HUB,
    FILE_AND_FRACTION,
    SPLIT_LEAVES_NOTHING,
    SPLIT_KEY_WITHOUT_CUT,
    STRATIFIED_WITH_GROUP,
    KEY_OF_OTHER_FORMAT,
    FILE_IN_TWO_SPLITS,
    BAD_REGULAR_EXPRESSION,
    UNKNOWN_ENCODING,
    DUPLICATE_NAME,
    SECRET_IN_SPEC,
    UNMATCHED_STOP_WORD,
)
