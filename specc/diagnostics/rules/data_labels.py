"""SP32x, SP33x: labels that the data does not hold, or that do not fit the task."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: text-classification, text: message, label: intent"
_DATA = "data: {train: data/train.csv, test: data/test.csv}\n"

EMPTY_LABEL = Rule(
    "SP320",
    "empty-label",
    "Some rows have no label. They would otherwise become a class of their own whose name is "
    "empty.",
    "data: {train: data/intents.csv}   # row 7: when do you open?,\n",
    "data: {train: data/intents.csv}   # row 7: when do you open?,question\n",
)
SINGLE_CLASS = Rule(
    "SP321",
    "single-class",
    "All training rows have the same label or number, so there is nothing to learn.",
    "data: {train: data/spam_only.csv}\n",
    "data: {train: data/spam_and_ham.csv}\n",
)
TOO_MANY_CLASSES = Rule(
    "SP322",
    "too-many-classes",
    "There is nearly a class for each row. The column is probably a free text or an identifier, "
    "not a label. If they are classes indeed, list them in `task.labels`.",
    "task: {kind: text-classification, text: message, label: ticket_id}\n",
    _TASK + "}\n",
)
LABEL_NOT_IN_TRAIN = Rule(
    "SP323",
    "label-not-in-train",
    "A label stands in the validation or test files and never in the training rows, so no row of "
    "it can ever be right. Mostly it is misspelt, or the file numbers its classes: then list the "
    "names in the order of the numbers in `task.labels`.",
    _TASK + "}\n" + _DATA + "# test.csv has the label greting\n",
    _TASK + "}\n" + _DATA + "# test.csv has the label greeting\n",
)
UNLISTED_LABEL = Rule(
    "SP324",
    "unlisted-label",
    "`task.labels` lists the label set, and the files hold a label that it does not list.",
    _TASK + ", labels: [greeting, question]}   # and the files hold: complaint\n",
    _TASK + ", labels: [greeting, question, complaint]}\n",
)
UNUSED_LABEL = Rule(
    "SP325",
    "unused-label",
    "A label of `task.labels` occurs in no training row. The model gets an output that it can "
    "never learn to use.",
    _TASK + ", labels: [greeting, question, goodbye]}   # and no row has goodbye\n",
    _TASK + ", labels: [greeting, question]}\n",
)
SIMILAR_LABELS = Rule(
    "SP326",
    "similar-labels",
    "Two labels differ only in case, in white space, in characters that cannot be seen, or in the "
    "way Unicode composes their letters. They are trained as two classes, which is seldom meant.",
    "data: {train: data/intents.csv}   # labels: question, Question\n",
    "data: {train: data/intents.csv}   # labels: question\n",
)
LABEL_NOT_A_NUMBER = Rule(
    "SP327",
    "label-not-a-number",
    "Regression learns numbers, written with a decimal point, and some rows hold something else.",
    _TASK + ", problem: regression}   # row 5 holds: 3,5\n",
    _TASK + ", problem: regression}   # row 5 holds: 3.5\n",
)
LABEL_NOT_ZERO_OR_ONE = Rule(
    "SP328",
    "label-not-zero-or-one",
    "Several label columns say for each label whether it applies: 1 or 0, or true or false.",
    "task: {kind: text-classification, text: message, label: [bug, praise]}   # row 5: yes,no\n",
    "task: {kind: text-classification, text: message, label: [bug, praise]}   # row 5: 1,0\n",
)
PROBLEM_DOES_NOT_FIT = Rule(
    "SP329",
    "problem-does-not-fit",
    "`task.problem` is pinned to a problem that the labels in the files do not allow: binary needs "
    "two labels, multi-label needs several labels a row, and a list of labels is no single class.",
    _TASK + ", problem: binary}   # and the files hold three labels\n",
    _TASK + ", problem: multi-class}\n",
)
STRATIFIED_LABELS = Rule(
    "SP330",
    "stratified-several-labels",
    "A stratified cut keeps each class's share, so each row needs exactly one class. Rows with "
    "several labels have none.",
    _TASK + ", separator: '+'}\ndata: {train: a.csv, split: {stratified: true}}\n",
    _TASK + ", separator: '+'}\ndata: {train: a.csv}\n",
)
WEIGHTS_DO_NOT_MATCH = Rule(
    "SP331",
    "weights-do-not-match-data",
    "`training.class_weights` gives each class its weight, and the classes in the files are "
    "others.",
    _TASK + "}   # labels: ham, spam\ntraining: {class_weights: {ham: 1.0, junk: 5.0}}\n",
    _TASK + "}   # labels: ham, spam\ntraining: {class_weights: {ham: 1.0, spam: 5.0}}\n",
)
UNPINNED_HUB_LABELS = Rule(
    "SP332",
    "unpinned-hub-labels",
    "The rows of a hub data set are not read when the project is compiled, so its labels have to "
    "be listed, in the order of the class numbers. A regression says `problem: regression`.",
    _TASK + "}\ndata: {hub: {path: imdb}}\n",
    _TASK + ", labels: [negative, positive]}\ndata: {hub: {path: imdb}}\n",
)
CLASS_MISSING_FROM_TRAIN = Rule(
    "SP333",
    "class-missing-from-train",
    "The class is so small that the cut put all of its rows into another split: it is scored and "
    "never trained.",
    "data: {train: data/rare.csv}   # one row has the label fax\n",
    "data: {train: data/rare.csv, split: {stratified: true}}   # and three rows or more a class\n",
)
LIST_AS_TEXT = Rule(
    "SP334",
    "list-as-text",
    "The cells of the label column are lists written as text, such as `['bad', 'urgent']` or "
    "`bad;urgent`. Each different list would become a class. A table with one cell a row needs a "
    "separator between the labels; JSON and Parquet hold lists.",
    _TASK + "}   # row 5 holds: ['bad', 'urgent']\n",
    _TASK + ", separator: '|'}   # row 5 holds: bad|urgent\n",
)
DOUBTFUL_LABEL = Rule(
    "SP335",
    "doubtful-label",
    "A label is a word or sign that often stands for no label: `NA`, `none`, or `-` and `-1` for "
    "texts on whose label the annotators did not agree. It is read as a class. List the classes "
    "in `task.labels` if it is one; `task.drop_labels` leaves its rows out.",
    _TASK + "}   # labels: entailment, neutral, contradiction, -\n",
    _TASK + "}   # labels: entailment, neutral, contradiction\n",
)
NUMBERED_WITHOUT_ZERO = Rule(
    "SP336",
    "numbered-without-zero",
    "Where `task.labels` lists names and a file holds numbers, 0 is the first name. This file has "
    "no 0: if its classes are counted from 1, every label is off by one.",
    _TASK + ", labels: [bug, praise, wish]}   # test.csv holds: 1, 2\n",
    _TASK + ", labels: [bug, praise, wish]}   # test.csv holds: bug, praise\n",
)
LISTS_OF_ONE = Rule(
    "SP337",
    "lists-of-one",
    "The labels are lists, which makes the problem multi-label, and each list holds one label. "
    "Some annotation tools write single labels so.",
    'data: {train: a.jsonl}   # {"message": "Hi", "intent": ["greeting"]}\n',
    'data: {train: a.jsonl}   # {"message": "Hi", "intent": "greeting"}\n',
)
NOTHING_TO_DROP = Rule(
    "SP339",
    "nothing-to-drop",
    "`task.drop_labels` leaves out the rows with these labels, as they are written in the file. No "
    "row has this one, so it is probably misspelt.",
    _TASK + ", drop_labels: [unsure]}   # the file has: Unsure\n",
    _TASK + ", drop_labels: [Unsure]}\n",
)
CLASS_NOT_SCORED = Rule(
    "SP338",
    "class-not-scored",
    "A rare class has no row in the validation or test rows that were cut from `train`. Its "
    "metrics there mean nothing, and neither do averages over the classes.",
    "data: {train: data/rare.csv}   # two of 300 rows are spam\n",
    "data: {train: data/more_rows.csv}   # 30 of 330 rows are spam\n",
)

RULES = (
    EMPTY_LABEL,
    SINGLE_CLASS,
    TOO_MANY_CLASSES,
    LABEL_NOT_IN_TRAIN,
    UNLISTED_LABEL,
    UNUSED_LABEL,
    SIMILAR_LABELS,
    LABEL_NOT_A_NUMBER,
    LABEL_NOT_ZERO_OR_ONE,
    PROBLEM_DOES_NOT_FIT,
    STRATIFIED_LABELS,
    WEIGHTS_DO_NOT_MATCH,
    UNPINNED_HUB_LABELS,
    CLASS_MISSING_FROM_TRAIN,
    LIST_AS_TEXT,
    DOUBTFUL_LABEL,
    NUMBERED_WITHOUT_ZERO,
    LISTS_OF_ONE,
    NOTHING_TO_DROP,
    CLASS_NOT_SCORED,
)
