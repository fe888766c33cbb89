"""SP22x, SP23x: what contradicts the kind of problem, and metrics that do not fit it."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: text-classification, text: message, label: intent, "
_PARTS = "task: {kind: text-classification, text: message, label: [bug, praise]"

COLUMN_WITH_TWO_ROLES = Rule(
    "SP221",
    "column-with-two-roles",
    "The column that holds the label is also read as text, or keeps groups together. In the first "
    "case the answer stands in the question, in the second no class would ever be in two splits.",
    "task: {kind: text-classification, text: intent, label: intent}\n",
    "task: {kind: text-classification, text: message, label: intent}\n",
)
SEPARATOR_WITH_COLUMNS = Rule(
    "SP222",
    "separator-with-columns",
    "`separator` splits one column into several labels. Where each label has a column of its own "
    "that holds 0 or 1, or the column holds lists, there is nothing to split.",
    _PARTS + ', separator: ","}\n',
    _PARTS + "}\n",
)
KEY_WITHOUT_CLASSES = Rule(
    "SP223",
    "key-without-classes",
    "Regression predicts a number, so there are no classes to name, to weigh, to smooth or to "
    "keep in proportion.",
    _TASK + "problem: regression}\ntraining: {class_weights: balanced}\n",
    _TASK + "problem: regression}\n",
)
LABELS_WITHOUT_MULTI_LABEL = Rule(
    "SP224",
    "labels-without-multi-label",
    "Several label columns, or a separator, give each text several labels. That is multi-label, "
    "and contradicts a `problem` that is pinned to something else.",
    _PARTS + ", problem: multi-class}\n",
    _PARTS + ", problem: multi-label}\n",
)
SMOOTHING_OF_MANY_LABELS = Rule(
    "SP225",
    "smoothing-of-many-labels",
    "Label smoothing takes a share of the target from the one true class and spreads it over all "
    "classes. With several labels a text there is no one true class.",
    _PARTS + "}\ntraining: {label_smoothing: 0.1}\n",
    _PARTS + "}\n",
)
TUNED_THRESHOLD = Rule(
    "SP226",
    "tuned-threshold-without-multi-label",
    "Thresholds decide for each label on its own whether it applies. Where exactly one class "
    "applies, the most probable one is taken and there is no threshold to tune.",
    _TASK + "problem: multi-class, thresholds: tuned}\n",
    _TASK + "problem: multi-class}\n",
)
LABELS_CONTRADICT = Rule(
    "SP227",
    "labels-contradict-task",
    "`labels` names the label set in order, and must agree with the rest of the task: exactly two "
    "for a binary problem, and the columns themselves, in their order, where each label has its "
    "own column.",
    _TASK + "problem: binary, labels: [a, b, c]}\n",
    _TASK + "problem: binary, labels: [a, b]}\n",
)
WEIGHTS_WITHOUT_LABEL = Rule(
    "SP228",
    "class-weights-do-not-match",
    "`class_weights` gives each class its weight. A name that is no label does nothing, and a "
    "label without a weight leaves open what was meant.",
    _TASK + "labels: [a, b]}\ntraining: {class_weights: {a: 1.0, c: 2.0}}\n",
    _TASK + "labels: [a, b]}\ntraining: {class_weights: {a: 1.0, b: 2.0}}\n",
)
UNKNOWN_METRIC = Rule(
    "SP231",
    "unknown-metric",
    "There is no metric of this name. Names are written with underscores, the average last: "
    "`f1_macro`.",
    "evaluation: {metrics: [f1-macro]}\n",
    "evaluation: {metrics: [f1_macro]}\n",
)
METRIC_DOES_NOT_FIT = Rule(
    "SP232",
    "metric-does-not-fit",
    "The metric is not defined for this kind of problem: `f1` without an average needs one "
    "positive class, `pearson` needs numbers.",
    _TASK + "problem: regression}\nevaluation: {metrics: [accuracy]}\n",
    _TASK + "problem: regression}\nevaluation: {metrics: [mae]}\n",
)
METRIC_OF_MANY_NUMBERS = Rule(
    "SP233",
    "metric-of-many-numbers",
    "A per-class metric gives a number for each class. What chooses the checkpoint or stops the "
    "training has to be one number.",
    "evaluation: {best: f1_per_class}\n",
    "evaluation: {best: f1_macro}\n",
)

RULES = (
    COLUMN_WITH_TWO_ROLES,
    SEPARATOR_WITH_COLUMNS,
    KEY_WITHOUT_CLASSES,
    LABELS_WITHOUT_MULTI_LABEL,
    SMOOTHING_OF_MANY_LABELS,
    TUNED_THRESHOLD,
    LABELS_CONTRADICT,
    WEIGHTS_WITHOUT_LABEL,
    UNKNOWN_METRIC,
    METRIC_DOES_NOT_FIT,
    METRIC_OF_MANY_NUMBERS,
)
