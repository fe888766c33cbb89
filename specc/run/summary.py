"""What came out of a run, as tables for stdout."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from specc.run.figures import duration, number
from specc.run.results import Results, Score

MAX_CLASSES = 12
_SPLITS = ("validation", "test")


def summary(results: Results, folder: str, planned_gib: float | None = None) -> Group:
    """Metrics by split with 95 % intervals beside the baseline, the weakest classes, the run.

    Args:
        results: of the finished run.
        folder: the project's folder, as the user gave it.
        planned_gib: the peak memory that the plan expected, where it expected any.
    """
    parts: list[RenderableType] = [_metrics(results)]
    if results.baseline_description and results.baseline:
        parts.append(Text(f"baseline: {results.baseline_description}"))
    classes = _classes(results)
    if classes is not None:
        parts += [Text(), classes]
    parts += [Text(), _facts(results, folder, planned_gib)]
    return Group(*parts)


def _metrics(results: Results) -> Table:
    splits = [name for name in _SPLITS if results.metrics.get(name)]
    splits += [name for name in results.metrics if name not in _SPLITS and results.metrics[name]]
    # A model is judged by the last split; the baseline is shown for that one.
    judged = next((name for name in reversed(splits) if results.baseline.get(name)), None)
    has_intervals = any(s.low is not None for m in results.metrics.values() for s in m.values())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("metric")
    for name in splits:
        table.add_column(Text(f"{name} [95 %]" if has_intervals else name), justify="right")
    if judged:
        table.add_column("baseline", justify="right")
    names = list(dict.fromkeys(name for split in splits for name in results.metrics[split]))
    for name in names:
        cells = [_cell(results.metrics[split].get(name)) for split in splits]
        if judged:
            cells.append(_cell(results.baseline[judged].get(name)))
        table.add_row(Text(name), *cells)
    return table


def _cell(score: Score | None) -> Text:
    if score is None:
        return Text("-")
    if score.low is None or score.high is None:
        return Text(number(score.value))
    return Text(f"{number(score.value)} [{number(score.low)}, {number(score.high)}]")


def _classes(results: Results) -> Table | None:
    """The classes of the last split by their first per-class metric, weakest first."""
    for name in reversed(list(results.per_class)):
        for metric, scores in results.per_class[name].items():
            weakest = sorted(scores.items(), key=lambda item: (item[1], item[0]))[:MAX_CLASSES]
            if not weakest:
                continue
            title = metric.removesuffix("_per_class")
            label = "class" if len(scores) <= MAX_CLASSES else f"weakest of {len(scores)} classes"
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
            table.add_column(label)
            table.add_column(f"{title}, {name}", justify="right")
            for class_name, value in weakest:
                table.add_row(Text(class_name), number(value))
            return table
    return None


def _facts(results: Results, folder: str, planned_gib: float | None) -> Table:
    training = results.training
    facts: dict[str, str] = {}
    if "steps" in training:
        best = f", best at {training['best_step']:.0f}" if "best_step" in training else ""
        facts["steps"] = f"{training['steps']:.0f}{best}"
    if "seconds" in training:
        facts["training"] = duration(training["seconds"])
    if "samples_per_second" in training:
        facts["rate"] = f"{training['samples_per_second']:.1f} samples/s"
    if "time_to_first_step_s" in training:
        facts["first step"] = f"after {duration(training['time_to_first_step_s'])}"
    if "peak_memory_gib" in training:
        planned = f", planned {planned_gib:.2f} GiB" if planned_gib else ""
        facts["peak memory"] = f"{training['peak_memory_gib']:.2f} GiB{planned}"
    facts["folder"] = folder
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(Text(name), Text(value, overflow="fold"))
    return table
