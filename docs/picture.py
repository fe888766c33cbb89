"""Draws docs/run.svg from a real run: `python -m docs.picture PROJECT_FOLDER`.

The live view is replayed from the run's own metrics.jsonl, up to the middle and at the end, and
the final table is that of its results.json.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from specc.run.follow import Event
from specc.run.live import render
from specc.run.progress import Progress
from specc.run.results import read_results
from specc.run.summary import summary

WIDTH = 92


def main(project: Path) -> None:
    """Writes docs/run.svg."""
    lines = (project / "outputs/metrics.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    results = read_results(project / "outputs/results.json")
    assert results is not None
    seconds = float(events[-1]["seconds"])
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ specc run specs/quickstart.yaml", style="bold"))
    shown = events[: len(events) * 2 // 3]
    progress, now = Progress(), 0.0
    for number, event in enumerate(shown):
        now = seconds * number / len(events)
        progress.apply(Event(event["event"], event), now)
    console.print(render(progress, now=now, elapsed_s=now, width=WIDTH - 2, is_unicode=True))
    console.print(Text("  ...", style="dim"))
    console.print(summary(results, "runs/quickstart"))
    path = Path(__file__).parent / "run.svg"
    # The picture must not ask anybody's server for a font.
    svg = re.sub(r",\s*url\([^)]*\) format\([^)]*\)", "", console.export_svg(title="specc run"))
    path.write_text(svg, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
