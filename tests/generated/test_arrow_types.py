"""The compiler and a project read the same values from Parquet, whatever Arrow calls their type."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from specc.data.files import open_file
from specc.data.findings import FileProblem
from specc.data.read import read_file
from specc.language.data import DataFields
from specc.pipeline import compile_project

from .projects import run, write

DAY = datetime.datetime(2024, 2, 29, 12, 30)
WORDS = ["Tom's", "", "naïve", None]
LISTS: list[Any] = [["a", "b"], [], None, ["c"]]
PAIRED = [["a", "b"], None, ["c", ""], ["d", "e"]]
STRINGS = {
    "string": pa.array(WORDS),
    "large-string": pa.array(WORDS, pa.large_string()),
    "string-view": pa.array(WORDS, pa.string_view()),
    "dictionary": pa.array(WORDS).dictionary_encode(),
    "large-dictionary": pa.array(WORDS, pa.large_string()).dictionary_encode(),
    "null": pa.nulls(4),
    "bool": pa.array([True, False, None, True]),
    "int8": pa.array([1, -2, None, 0], pa.int8()),
    "uint64": pa.array([2**64 - 1, 0, None, 7], pa.uint64()),
    "float32": pa.array([5.0, 0.1, None, -2.5], pa.float32()),
    "float64": pa.array([5.0, 0.1, None, 1e300]),
    "float16": pa.array([5.0, 0.5, None, -2.0], pa.float16()),
    "decimal": pa.array([decimal.Decimal("1.50"), None, None, decimal.Decimal("-3.00")]),
    "date": pa.array([DAY.date(), None, None, DAY.date()]),
    "timestamp": pa.array([DAY, None, None, DAY]),
    "zoned-timestamp": pa.array([DAY, None, None, DAY], pa.timestamp("ms", "UTC")),
    "time": pa.array([DAY.time(), None, None, DAY.time()]),
    "duration": pa.array([datetime.timedelta(days=1), None, None, None]),
}
OF_LISTS = {
    "list": pa.array(LISTS, pa.list_(pa.string())),
    "large-list": pa.array(LISTS, pa.large_list(pa.large_string())),
    "list-of-views": pa.array(LISTS, pa.list_(pa.string_view())),
    "list-of-dictionary": pa.array(LISTS, pa.list_(pa.dictionary(pa.int8(), pa.string()))),
    "fixed-size-list": pa.array(PAIRED, pa.list_(pa.string(), 2)),
    "list-view": pa.array(LISTS, pa.list_view(pa.string())),
    "large-list-view": pa.array(LISTS, pa.large_list_view(pa.large_string())),
    "list-of-bools": pa.array([[True], [], None, [False, True]]),
    "list-of-ints": pa.array([[1, 2], [], None, [3]], pa.large_list(pa.int16())),
    "list-of-floats": pa.array([[1.0], [0.5], None, []]),
    "list-of-nulls": pa.array([[], [], None, []], pa.list_(pa.null())),
}
REFUSED = {
    "binary": pa.array([b"a"] * 4),
    "large-binary": pa.array([b"a"] * 4, pa.large_binary()),
    "binary-view": pa.array([b"a"] * 4, pa.binary_view()),
    "fixed-size-binary": pa.array([b"a"] * 4, pa.binary(1)),
    "list-of-bytes": pa.array([[b"a"]] * 4, pa.large_list(pa.large_binary())),
    "struct": pa.array([{"a": 1}] * 4),
    "list-of-lists": pa.array([[["a"]]] * 4, pa.large_list(pa.list_(pa.string()))),
    "list-of-structs": pa.array([[{"a": 1}]] * 4),
    "map": pa.array([[("a", 1)]] * 4, pa.map_(pa.string(), pa.int64())),
    "uuid": pa.array([b"a" * 16] * 4, pa.uuid()),
}
SPEC = """\
task: {{kind: text-classification, text: text, label: value}}
model: {{architecture: bert, layers: 1, hidden_size: 16, heads: 2}}
data: {{train: {train}, storage: {storage}}}
hardware: cpu
"""
PROGRAM = """\
import json, sys
from data import read_table
found = {}
for path in sys.argv[1:]:
    table = read_table(path, ("text", "value"))
    parts = table.to_batches() if hasattr(table, "to_batches") else table
    found[path] = [value or [] for part in parts for value in part["value"].to_pylist()]
print(json.dumps(found))
"""


def table_of(folder: Path, name: str, values: pa.Array) -> Path:
    path = folder / f"{name}.parquet"
    parquet.write_table(pa.table({"text": [f"text {i}" for i in range(4)], "value": values}), path)
    return path


def compiler_reads(path: Path) -> list[Any]:
    asked = ("text", "value")
    file = open_file(path.name, path, DataFields(), asked)
    _, table = read_file(file, asked)
    return [value or [] for value in table["value"].to_pylist()]


def project_reads(folder: Path, storage: str, train: pa.Array, paths: list[Path]) -> Any:
    """What the reader of a project gives for files that need not be its own."""
    rows = pa.table({"text": [f"text number {i}" for i in range(40)], "value": train})
    parquet.write_table(rows, folder / "train.parquet")
    (folder / "spec.yaml").write_text(SPEC.format(train="train.parquet", storage=storage))
    target = folder / "out/project"
    _, project, _ = compile_project(folder / "spec.yaml", lambda _: target)
    write(project, target)
    return json.loads(run(target, "-c", PROGRAM, *map(str, paths)))


@pytest.mark.parametrize("storage", ["memory", "disk"])
@pytest.mark.parametrize("kind", ["text", "list", "list-view"])
def test_project_reads_every_type_as_the_compiler(tmp_path: Path, storage: str, kind: str) -> None:
    """Compiled for a column of plain texts, of lists, and of lists as views."""
    names = pa.array(["ab"[i % 2] for i in range(40)])
    lists = [[name] for name in names.to_pylist()]
    train = {
        "text": names,
        "list": pa.array(lists, pa.large_list(pa.large_string())),
        "list-view": pa.array(lists, pa.list_view(pa.string())),
    }[kind]
    views = {name: values for name, values in OF_LISTS.items() if name.endswith("list-view")}
    columns = {"text": STRINGS, "list": {k: OF_LISTS[k] for k in OF_LISTS if k not in views}}
    of_kind = columns.get(kind, views)
    paths = {name: table_of(tmp_path, name, values) for name, values in of_kind.items()}
    found = project_reads(tmp_path, storage, train, list(paths.values()))
    wrong = {n: (found[str(p)], compiler_reads(p)) for n, p in paths.items()}
    assert not {name: pair for name, pair in wrong.items() if pair[0] != pair[1]}


def test_types_are_read_as_what_they_say(tmp_path: Path) -> None:
    """The values themselves, where both readers could be wrong together."""
    reads = {
        name: compiler_reads(table_of(tmp_path, name, values))
        for name, values in (STRINGS | OF_LISTS).items()
    }
    for name in ("string", "large-string", "string-view", "dictionary", "large-dictionary"):
        assert reads[name] == ["Tom's", [], "naïve", []], name
    for name in ("list", "large-list", "list-of-views", "list-view", "large-list-view"):
        assert reads[name] == [["a", "b"], [], [], ["c"]], name
    assert reads["fixed-size-list"] == [["a", "b"], [], ["c", ""], ["d", "e"]]
    assert reads["bool"] == ["1", "0", [], "1"]
    assert reads["list-of-bools"] == [["1"], [], [], ["0", "1"]]
    assert reads["float64"] == ["5", "0.1", [], "1e+300"]
    assert reads["uint64"] == ["18446744073709551615", "0", [], "7"]
    assert reads["date"] == ["2024-02-29", [], [], "2024-02-29"]


@pytest.mark.parametrize("name", REFUSED)
def test_types_without_a_spelling_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileProblem) as caught:
        compiler_reads(table_of(tmp_path, name, REFUSED[name]))
    assert "column `value` of" in caught.value.message
    assert f"`{name}.parquet`" in caught.value.message
