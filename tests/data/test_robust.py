"""Whatever lies in a file: a fact or a diagnostic, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .workbench import ROWS, findings_in, table, write

ENDINGS = ["csv", "tsv", "txt", "json", "jsonl", "parquet"]
PIECES = [
    b"text,label\n", b"text\tlabel\n", b"a,yes\n", b"b,no\n", b"a\tyes\n", b'"', b"'", b"\n", b"\r",
    b"\r\n", b",", b";", b"|", b"\t", b"\x00", b"\xff", b"\xfe", b"\xef\xbb\xbf", b"\xff\xfe",
    b'{"text": "a", "label": "x"}\n', b'{"text": "b", "label": 1}\n', b'{"text": null}\n', b"[",
    b'{"text": "\\ud800", "label": 99999999999999999999999}\n', b'{"text": 1, "text": 2}\n', b"NaN",
    b"]", b"\x81\x40", "äß".encode(), "好".encode("gb18030"), b" ", b"1", b"1.5", b"PAR1", b"{",
    b"}",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), st.sampled_from(ENDINGS))
@example(b'[{"text": "\\ud800", "label": "x"}, {"text": "b", "label": "y"}]', "json")
@example(b'{"text": "\\ud800", "label": "x"}\n{"text": "b", "label": "y"}', "jsonl")
@example(b'[{"text": "a", "label": 99999999999999999999}, {"text": "b", "label": 1}]', "json")
@example(b'{"text": "a", "label": NaN}\n{"text": "b", "label": 1.5}', "jsonl")
@example(b"text,label\n" + b"x" * 200_000 + b",y\n", "csv")
@example(b"x" * 200_000 + b",label\na,b\n", "csv")
@example(b"text,label\n\n\n", "csv")
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    write(folder / f"a.{ending}", content)
    for data in (f"a.{ending}", f"{{train: a.{ending}, validation: a.{ending[:1]}*}}"):
        for found in findings_in(folder, data):
            assert found.help and "\n" not in found.message


SETTINGS: list[tuple[str, str, str, str]] = [
    ("{train: a.csv, encoding: utf-16}", "", "", "SP306"),
    ('{train: a.csv, delimiter: ";"}', "", "", "SP312"),
    ("{train: a.csv, format: jsonl}", "", "", "SP305"),
    ("{train: a.csv, format: parquet}", "", "", "SP305"),
    ("{train: a.csv, columns: [text, label, id]}", "", "", ""),
    ("{train: b.csv, columns: [text, label, id]}", "", "", "SP314"),
    ("{train: c.csv}", "", "{class_weights: balanced}", "SP223"),
    ("{train: c.csv}", "", "{label_smoothing: 0.1}", "SP223"),
    ("{train: a.csv}", "thresholds: tuned", "", "SP226"),
    ("{train: a.csv}", "labels: [yes, no, maybe]", "", "SP325"),
    ("{train: a.csv, split: {validation: 0.9, test: 0.09}}", "", "", "SP350"),
    ("{train: d.csv}", "", "", "SP350"),
    ("{train: deep.json}", "", "", "SP305"),
    ("{train: .}", "", "", "SP303"),
    ("{train: '/nowhere/*.csv'}", "", "", "SP302"),
    ("{train: '**/[a]*.csv'}", "", "", ""),
    ("{train: '**a/*.csv'}", "", "", "SP302"),
    ("{train: e.csv}", "", "", "SP301"),
    (f"{{train: {'long' * 100}.csv}}", "", "", "SP305"),
]


@pytest.mark.parametrize(("data", "task", "training", "code"), SETTINGS)
def test_settings(data: str, task: str, training: str, code: str, tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table(ROWS))
    write(tmp_path / "b.csv", table(ROWS, ""))
    write(tmp_path / "c.csv", table([(text, f"{i}.5") for i, (text, _) in enumerate(ROWS)]))
    write(tmp_path / "d.csv", table(ROWS[:2]))
    write(tmp_path / "deep.json", "[" * 100_000)
    (tmp_path / "e.csv").symlink_to("e.csv")
    found = findings_in(tmp_path, data, task, training)
    assert (code in {d.code for d in found}) if code else not found, found
