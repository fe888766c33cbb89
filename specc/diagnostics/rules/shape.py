"""SP1xx: a key or a value that the language does not have."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

NOT_A_MAPPING = Rule(
    "SP101",
    "not-a-mapping",
    "This key holds several keys of its own. A single value or a list in its place cannot be read, "
    "unless the language has a shorthand for it (`model: bert-base-uncased` is one).",
    "training: 3\n",
    "training: {epochs: 3}\n",
)
MISSING_KEY = Rule(
    "SP102",
    "missing-key",
    "A key without which the section cannot be understood is not there. Keys with a good default "
    "are never required, so what is left has to come from you.",
    "task: {kind: text-classification, text: message}\n",
    "task: {kind: text-classification, text: message, label: intent}\n",
)
MISPLACED_KEY = Rule(
    "SP103",
    "misplaced-key",
    "The key is part of the language, but of another section. It is not moved for you, because a "
    "reader looks for it where the language has it.",
    "model: {base: bert-base-uncased, epochs: 3}\n",
    "training: {epochs: 3}\n",
)
UNKNOWN_KEY = Rule(
    "SP104",
    "unknown-key",
    "The language has no such key. It is not ignored: a misspelt key that is ignored trains "
    "another model than the one that was asked for.",
    "training: {leraning_rate: 5e-5}\n",
    "training: {learning_rate: 5e-5}\n",
)
WRONG_TYPE = Rule(
    "SP105",
    "wrong-type",
    "The value is of another kind than the key needs: text where a number is meant, a number where "
    "a column's name is meant, `yes` where only true and false are read. Values are never "
    "converted in silence.",
    "training: {epochs: three}\n",
    "training: {epochs: 3}\n",
)
NUMBER_OUT_OF_RANGE = Rule(
    "SP106",
    "number-out-of-range",
    "The number lies outside of what makes sense for this key. The message names the limit. "
    "Fractions lie between 0 and 1.",
    "training: {epochs: 0}\n",
    "training: {epochs: 1}\n",
)
UNKNOWN_CHOICE = Rule(
    "SP107",
    "unknown-choice",
    "The key takes one of a few words, and this is none of them. The message lists them.",
    "training: {optimizer: adagrad}\n",
    "training: {optimizer: adamw}\n",
)
QUOTED_NUMBER = Rule(
    "SP108",
    "quoted-number",
    "In YAML, quotes make a text of a number. Where the language means a number, the quotes have "
    "to go.",
    'training: {learning_rate: "5e-5"}\n',
    "training: {learning_rate: 5e-5}\n",
)
WRONG_LENGTH = Rule(
    "SP109",
    "wrong-length",
    "A text or a list has fewer or more items than the key can use: an empty name, an empty list "
    "of files, three texts where a model reads at most a pair.",
    "task: {kind: text-classification, text: [a, b, c], label: y}\n",
    "task: {kind: text-classification, text: [a, b], label: y}\n",
)
WRONG_FORM = Rule(
    "SP110",
    "wrong-form",
    "The text is not written in the form that the key needs: a name that is not kebab-case, a "
    "duration without its unit, a delimiter of several characters.",
    "training: {time_limit: two hours}\n",
    "training: {time_limit: 2h}\n",
)
NEWER_LANGUAGE = Rule(
    "SP111",
    "newer-language",
    "`spec` is the version of the language that a spec is written in. This specc reads version 1; "
    "a spec for a later one may mean things that it does not know.",
    "spec: 2\n",
    "spec: 1\n",
)
NOT_FINITE = Rule(
    "SP112",
    "not-finite",
    "Infinity (`.inf`, or a number too large for 64 bits of floating point) and `.nan` are "
    "numbers to YAML, but no setting of an experiment.",
    "training: {weight_decay: .inf}\n",
    "training: {weight_decay: 0.01}\n",
)
EMPTY_VALUE = Rule(
    "SP113",
    "empty-value",
    "The key stands there without a value, which YAML reads as null. Only keys that can be turned "
    "off take null; for the others, leave the key out to get its default.",
    "training:\n",
    "training: {epochs: 3}\n",
)
UNKNOWN_GPU = Rule(
    "SP114",
    "unknown-gpu",
    "GPUs are named as in the catalogue of specc, in any case: `t4`, `rtx-4090`, `a100-80gb`, "
    "`m3-max`. The name decides the device, the precision and the memory. For a GPU that is not "
    "listed, say what it is: `device: cuda` and `memory: 24GiB`.",
    "hardware: {gpu: rtx-4091}\n",
    "hardware: {gpu: rtx-4090}\n",
)

RULES = (
    NOT_A_MAPPING,
    MISSING_KEY,
    MISPLACED_KEY,
    UNKNOWN_KEY,
    WRONG_TYPE,
    NUMBER_OUT_OF_RANGE,
    UNKNOWN_CHOICE,
    QUOTED_NUMBER,
    WRONG_LENGTH,
    WRONG_FORM,
    NEWER_LANGUAGE,
    NOT_FINITE,
    EMPTY_VALUE,
    UNKNOWN_GPU,
)
