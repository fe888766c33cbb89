"""The tables at the end of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specc.run.results import read_results
from specc.run.summary import summary

from .stand_in import console

CONTENT: dict[str, Any] = {
    "name": "intents",
    "metrics": {
        "validation": {"accuracy": {"value": 0.95, "low": 0.91, "high": 0.98}},
        "test": {
            "accuracy": {"value": 0.93333, "low": 0.88333, "high": 0.96667},
            "loss": 0.21,
            "f1_per_class": {"refund": {"value": 0.8}, "[track]": 0.5},
        },
    },
    "baseline": {
        "description": "always track_delivery",
        "metrics": {"test": {"accuracy": {"value": 0.125}}},
    },
    "training": {
        "steps": 72,
        "best_step": 63,
        "seconds": 31.2,
        "samples_per_second": 61.234,
        "time_to_first_step_s": 2.1,
        "peak_memory_gib": 1.31,
    },
}


def printed(tmp_path: Path, content: Any, width: int = 80) -> list[str]:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(content))
    results = read_results(path)
    assert results is not None
    screen = console(width)
    screen.print(summary(results, "runs/intents"))
    return [line.rstrip() for line in screen.export_text().splitlines()]


def test_a_whole_summary(tmp_path: Path) -> None:
    assert printed(tmp_path, CONTENT) == [
        "metric        validation [95 %]            test [95 %]   baseline",
        "─────────────────────────────────────────────────────────────────",
        "accuracy   0.950 [0.910, 0.980]   0.933 [0.883, 0.967]      0.125",
        "loss                          -                  0.210          -",
        "baseline: always track_delivery",
        "",
        "class     f1, test",
        "──────────────────",
        "[track]      0.500",
        "refund       0.800",
        "",
        "steps        72, best at 63",
        "training     31 s",
        "rate         61.2 samples/s",
        "first step   after 2.1 s",
        "peak memory  1.31 GiB",
        "folder       runs/intents",
    ]


def test_many_classes_show_the_weakest(tmp_path: Path) -> None:
    content = {"metrics": {"test": {"f1_per_class": {f"c{n:02}": n / 100 for n in range(77)}}}}
    lines = printed(tmp_path, content)
    assert any(line.startswith("weakest of 77 classes") for line in lines)
    assert sum(line.startswith("c") for line in lines) == 12


def test_what_is_missing_is_left_out(tmp_path: Path) -> None:
    assert printed(tmp_path, {})[-1] == "folder  runs/intents"
    odd = {"metrics": {"test": {"accuracy": None, "f1": "x"}}, "baseline": 3, "training": []}
    assert printed(tmp_path, odd)[-1] == "folder  runs/intents"


def test_a_file_that_is_missing_or_no_json_gives_nothing(tmp_path: Path) -> None:
    assert read_results(tmp_path / "results.json") is None
    (tmp_path / "results.json").write_text("[")
    assert read_results(tmp_path / "results.json") is None
    (tmp_path / "results.json").write_text("[]")
    assert read_results(tmp_path / "results.json") is None
