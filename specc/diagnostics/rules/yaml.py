"""SP0xx: the file cannot be read, or is not the YAML that a spec is written in."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

MISSING_FILE = Rule(
    "SP001",
    "missing-spec",
    "There is no file at the path that was given. Relative paths start from the folder in which "
    "the command runs.",
    "specc check spec/intents.yaml\n",
    "specc check specs/intents.yaml\n",
)
NOT_A_FILE = Rule(
    "SP002",
    "not-a-file",
    "A spec is one file. A folder, a pipe or a device in its place is refused, because it cannot "
    "be read twice with the same result.",
    "specc check specs/\n",
    "specc check specs/intents.yaml\n",
)
UNREADABLE_FILE = Rule(
    "SP003",
    "unreadable-spec",
    "The file is there but the system refuses to hand out its content, mostly because of its "
    "permissions.",
    "chmod 000 specs/intents.yaml\n",
    "chmod 644 specs/intents.yaml\n",
)
FILE_TOO_LARGE = Rule(
    "SP004",
    "spec-too-large",
    "A spec is a page that a person reads; one above 1 MB is nearly always a data file that was "
    "named by mistake. Data belongs in files of its own, which the spec names in `data`.",
    "specc check data/intents.csv\n",
    "specc check specs/intents.yaml\n",
)
NOT_UTF8 = Rule(
    "SP005",
    "not-utf-8",
    "Specs are UTF-8 text, so that the same bytes mean the same on every machine. A byte-order "
    "mark at the start is tolerated. UTF-16, which some Windows editors write, is recognized and "
    "named in the message.",
    "iconv -t utf-16 intents.yaml > specs/intents.yaml\n",
    "iconv -f utf-16 -t utf-8 intents.yaml > specs/intents.yaml\n",
)
FORBIDDEN_CHARACTER = Rule(
    "SP006",
    "forbidden-character",
    "Control characters other than tab and line breaks do not belong in YAML, and line separators "
    "of Unicode (U+0085, U+2028, U+2029) break lines for some programs and not for others. The "
    "same holds for a NUL or half a surrogate pair that an escape brings into a text. They mostly "
    "come from copying out of a terminal or a word processor.",
    'data: {train: "data\\0.csv"}\n',
    'data: {train: "data.csv"}\n',
)
EMPTY_SPEC = Rule(
    "SP007",
    "empty-spec",
    "The file holds nothing, or only comments. The shortest spec says what is learned, which model "
    "learns it, and from which data.",
    "# to do\n",
    "task: {kind: text-classification, text: message, label: intent}\n"
    "model: bert-base-uncased\n"
    "data: data/intents.csv\n",
)
TAB_INDENTATION = Rule(
    "SP008",
    "tab-indentation",
    "YAML shows by spaces what belongs to what; a tab has no agreed width, so it may not indent a "
    "line.",
    "training:\n\tepochs: 3\n",
    "training:\n  epochs: 3\n",
)
YAML_SYNTAX = Rule(
    "SP009",
    "yaml-syntax",
    "The text is not YAML: a bracket or quote is left open, a line is indented differently from "
    "its neighbours, or a text with a special character stands without quotes. Reading stops at "
    "the first such place, because everything after it would be a guess.",
    "model: {base: bert-base-uncased, freeze: [*.attention.*]}\n",
    'model: {base: bert-base-uncased, freeze: ["*.attention.*"]}\n',
)
SEVERAL_DOCUMENTS = Rule(
    "SP010",
    "several-documents",
    "YAML can hold several documents in a file, divided by `---`. A spec file is one experiment; "
    "a second document would be ignored, so it is refused.",
    "model: bert-base-uncased\n---\nmodel: roberta-base\n",
    "model: bert-base-uncased\n",
)
NOT_A_MAPPING_AT_TOP = Rule(
    "SP011",
    "top-level-not-a-mapping",
    "A spec is a mapping of sections such as `task:` and `model:`. A list or a single value at the "
    "top level says nothing that specc could read.",
    "- task: {kind: text-classification, text: message, label: intent}\n",
    "task: {kind: text-classification, text: message, label: intent}\n",
)
NESTED_TOO_DEEP = Rule(
    "SP012",
    "nested-too-deep",
    "Lists and mappings may stand inside one another up to 64 deep. The language needs five "
    "levels; more is a slip of the brackets or an attack on the reader.",
    "model: " + "[" * 65 + "]" * 65 + "\n",
    "model: bert-base-uncased\n",
)
ANCHOR_OR_ALIAS = Rule(
    "SP013",
    "anchor-or-alias",
    "Anchors (`&name`), aliases (`*name`) and merge keys (`<<`) are not part of the language: a "
    "reader should see each value where it counts, and a file that refers to itself can grow "
    "without limit. A text that starts with `*` or `&` needs quotes.",
    "training: {epochs: &n 3}\nevaluation: {every: *n}\n",
    "training: {epochs: 3}\nevaluation: {every: 3}\n",
)
EXPLICIT_TAG = Rule(
    "SP014",
    "explicit-tag",
    "Tags (`!!str`, `!python/object`) say how a value is to be read. The language fixes that for "
    "each key, and a tag that is obeyed could run code, so tags are refused. A text that starts "
    "with `!` needs quotes.",
    "name: !!str 7\n",
    'name: "7"\n',
)
DUPLICATE_KEY = Rule(
    "SP015",
    "duplicate-key",
    "A key stands twice in one mapping. Most YAML readers keep the last one in silence, and the "
    "reader of the spec the first.",
    "training:\n  epochs: 3\n  epochs: 5\n",
    "training:\n  epochs: 5\n",
)
KEY_NOT_TEXT = Rule(
    "SP016",
    "key-not-text",
    "Every key of the language is a text. A key that YAML reads as a number, as true, false or "
    "null, or as a list has to stand in quotes, for example a class that is called 1.",
    "training: {class_weights: {1: 0.5, 2: 1.0}}\n",
    'training: {class_weights: {"1": 0.5, "2": 1.0}}\n',
)
NUMBER_TOO_LONG = Rule(
    "SP017",
    "number-too-long",
    "A whole number of more than 300 digits is no setting of an experiment. If it is a text, it "
    "needs quotes.",
    "training: {seed: 1" + "0" * 300 + "}\n",
    "training: {seed: 1}\n",
)

RULES = (
    MISSING_FILE,
    NOT_A_FILE,
    UNREADABLE_FILE,
    FILE_TOO_LARGE,
    NOT_UTF8,
    FORBIDDEN_CHARACTER,
    EMPTY_SPEC,
    TAB_INDENTATION,
    YAML_SYNTAX,
    SEVERAL_DOCUMENTS,
    NOT_A_MAPPING_AT_TOP,
    NESTED_TOO_DEEP,
    ANCHOR_OR_ALIAS,
    EXPLICIT_TAG,
    DUPLICATE_KEY,
    KEY_NOT_TEXT,
    NUMBER_TOO_LONG,
)
