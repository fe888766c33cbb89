"""SP3xx: what is wrong with the user's data, from the two modules beside this and the rows."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule
from specc.diagnostics.rules import data_files, data_labels

SLOW_PATTERN = Rule(
    "SP344",
    "slow-pattern",
    "A pattern of `clean.replace` needs too long for a text: it can match parts of it in very many "
    "ways, and tries them all. The time grows with the square of the text's length, or faster, so "
    "one long text holds up all others. The generated project has the same limit.",
    "data: {train: a.csv, clean: {replace: [{pattern: '(.*),(.*),(.*),(.*)[;:]'}]}}\n",
    "data: {train: a.csv, clean: {replace: [{pattern: '([^,;:]*,)+[^,;:]*[;:]'}]}}\n",
)
EMPTY_TEXTS = Rule(
    "SP340",
    "empty-texts",
    "A text column holds no text in any row of the split, before or after cleaning.",
    "data: {train: data/intents.csv, clean: {replace: [{pattern: '.'}]}}\n",
    "data: {train: data/intents.csv, clean: {replace: [{pattern: 'https?://[^ ]+'}]}}\n",
)
MOST_ROWS_DROPPED = Rule(
    "SP341",
    "most-rows-dropped",
    "More than half of the rows of a split were dropped, because their text was empty after "
    "cleaning or because they repeat an earlier row. That is seldom meant.",
    "data: {train: data/intents.csv, clean: {replace: [{pattern: '[a-z]+'}]}}\n",
    "data: {train: data/intents.csv, clean: {replace: [{pattern: '[0-9]+'}]}}\n",
)
EMPTY_ROWS_DROPPED = Rule(
    "SP470",
    "empty-rows-dropped",
    "Rows whose text is empty after cleaning are dropped: there is nothing to learn from. Where "
    "the text is missing because the file was exported or merged the wrong way, the rows can be "
    "saved.",
    "data: {train: data/holes.csv}\n",
    "data: {train: data/whole.csv}\n",
)
EMPTY_TEXT_KEPT = Rule(
    "SP342",
    "empty-text-kept",
    "`drop_empty: false` keeps rows whose text is empty. The model sees nothing but the special "
    "tokens and learns from them to guess.",
    "data: {train: data/intents.csv, clean: {drop_empty: false}}\n",
    "data: {train: data/intents.csv}\n",
)
NUMERIC_TEXT = Rule(
    "SP343",
    "numeric-text",
    "The text column holds nothing but numbers: probably an identifier or a score stands where the "
    "text should.",
    "task: {kind: text-classification, text: id, label: intent}\n",
    "task: {kind: text-classification, text: message, label: intent}\n",
)
ROW_MARKS = Rule(
    "SP345",
    "row-marks-not-followed",
    "A column says of each row whether it counts or where it belongs, and this is not followed: "
    "`is_impossible` of SQuAD beside answers, `answer: reject` of Prodigy, a column of splits, or "
    "no group in some rows. What is trained and scored would be other than what the file says.",
    'data: {train: a.jsonl}   # {"text": "Hi", "label": "bug", "answer": "reject"}\n',
    'data: {train: a.jsonl}   # {"text": "Hi", "label": "greeting", "answer": "accept"}\n',
)
EMPTY_SPLIT = Rule(
    "SP350",
    "empty-split",
    "The share is so small, or the rows so few, that no row would be in the split. Say a larger "
    "share, or give the split a file of its own.",
    "data: {train: data/six_rows.csv, split: {validation: 0.05}}\n",
    "data: {train: data/six_rows.csv, split: {validation: 0.2}}\n",
)
CLASS_TOO_SMALL = Rule(
    "SP351",
    "class-too-small-to-stratify",
    "A stratified cut takes the same share of each class, and a class has too few rows to have "
    "one in every split.",
    "data: {train: data/rare.csv, split: {stratified: true}}\n",
    "data: {train: data/rare.csv, split: {stratified: false}}\n",
)
REPEATED_ROWS = Rule(
    "SP352",
    "repeated-rows",
    "Rows of a split repeat an earlier row of it, text and label. They are kept, and weigh more "
    "than others. `drop_duplicates` keeps the first of each.",
    "data: {train: data/intents.csv}\n",
    "data: {train: data/intents.csv, clean: {drop_duplicates: true}}\n",
)
TEXT_IN_TWO_SPLITS = Rule(
    "SP353",
    "text-in-two-splits",
    "The same text stands in two splits, so that what was learned by heart is scored as "
    "understood. Drop duplicates before the cut, keep related rows together with `split.group`, or "
    "take them out of the file.",
    "data: {train: data/intents.csv}\n",
    "data: {train: data/intents.csv, clean: {drop_duplicates: true}}\n",
)

RULES: tuple[Rule, ...] = (
    *data_files.RULES,
    *data_labels.RULES,
    SLOW_PATTERN,
    EMPTY_TEXTS,
    MOST_ROWS_DROPPED,
    EMPTY_ROWS_DROPPED,
    EMPTY_TEXT_KEPT,
    NUMERIC_TEXT,
    ROW_MARKS,
    EMPTY_SPLIT,
    CLASS_TOO_SMALL,
    REPEATED_ROWS,
    TEXT_IN_TWO_SPLITS,
)
