"""The line of evaluate.py that computes each metric, with scikit-learn and SciPy.

Names in scope: `targets`, `predictions`, `scores`, `classes`, `varies`, `metrics`, `stats`.
"""

from __future__ import annotations

from specc.plan.plan import Plan
from specc.tasks.text_classification.facts import labels_of

_PRF = {"precision": "precision_score", "recall": "recall_score", "f1": "f1_score"}

_SINGLE = {
    "accuracy": "metrics.accuracy_score(targets, predictions)",
    "balanced_accuracy": (
        'metrics.recall_score(targets, predictions, labels=np.unique(targets), average="macro", '
        "zero_division=0)"
    ),
    "mcc": "metrics.matthews_corrcoef(targets, predictions)",
}
_LABELS = {"subset_accuracy": "metrics.accuracy_score(targets, predictions)"}
_NUMBERS = {
    "pearson": "stats.pearsonr(targets, predictions).statistic if varies else np.nan",
    "spearman": "stats.spearmanr(targets, predictions).statistic if varies else np.nan",
    "mse": "metrics.mean_squared_error(targets, predictions)",
    "mae": "metrics.mean_absolute_error(targets, predictions)",
    "rmse": "metrics.root_mean_squared_error(targets, predictions)",
    "r2": "metrics.r2_score(targets, predictions) if len(targets) > 1 else np.nan",
}


def expression(name: str, plan: Plan) -> str:
    """A float, or a dictionary by label for the metrics per class."""
    problem = labels_of(plan.facts).problem
    if problem == "regression":
        return f"float({_NUMBERS[name]})"
    stem, _, average = name.partition("_")
    if stem in _PRF and average == "per_class":
        options = "average=None, zero_division=0"
        if problem != "multi-label":
            options = f"labels=classes, {options}"
        values = f"metrics.{_PRF[stem]}(targets, predictions, {options})"
        return f"dict(zip(Config.labels, {values}.tolist(), strict=True))"
    if name in ("roc_auc", "average_precision"):
        return _ranking(name, problem)
    if stem in _PRF:
        return f"float(metrics.{_PRF[stem]}(targets, predictions, {_average(average, problem)}))"
    return f"float({(_LABELS if problem == 'multi-label' else _SINGLE)[name]})"


def _average(average: str, problem: str) -> str:
    if not average:
        # The positive class is the second; without `pos_label`, a split that lacks it would fail.
        return 'labels=[1], average="macro", zero_division=0'
    labels = "" if problem == "multi-label" else "labels=classes, "
    return f'{labels}average="{average}", zero_division=0'


def _ranking(name: str, problem: str) -> str:
    """Areas under curves: of the positive class, or the mean over the classes that occur."""
    if problem == "binary":
        return f"ranked(metrics.{name}_score, targets == 1, scores[:, 1])"
    if problem == "multi-label":
        return f"mean_over_labels(metrics.{name}_score, targets, scores)"
    return f"mean_over_labels(metrics.{name}_score, np.eye(len(Config.labels))[targets], scores)"
