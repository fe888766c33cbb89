"""The planned peak of memory beside the measured one, in the results of a run."""

from __future__ import annotations

import json
from pathlib import Path

from specc.run.results import Results, read_results


def add_memory(path: Path, planned_gib: float | None) -> Results | None:
    """Writes `memory: {planned_gib, measured_gib}` into `results.json`; returns what it then holds.

    The planned peak is null where the target's memory is not known. Nothing is written where the
    project measured nothing.
    """
    results = read_results(path)
    measured = results.training.get("peak_memory_gib") if results else None
    if results is None or measured is None:
        return results
    planned = None if planned_gib is None else round(planned_gib, 3)
    memory = {"planned_gib": planned, "measured_gib": measured}
    text = json.dumps(results.content | {"memory": memory}, indent=2, ensure_ascii=False)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path)
    return read_results(path)
