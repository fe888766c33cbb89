"""Bad input that cannot be kept as a small text file: folders, large, deep and binary files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .harness import findings, shown

Maker = Callable[[Path], object]


def _unreadable(path: Path) -> None:
    path.write_text("spec: 1\n")
    path.chmod(0)


def _loop(path: Path) -> None:
    path.symlink_to(path)


GENERATED: dict[str, tuple[tuple[Maker, str], ...]] = {
    "SP001": (
        (
            lambda path: None,
            "error[SP001]: `x.yaml` does not exist\n"
            " --> x.yaml\n"
            "  = help: check the path; a relative one starts from the current folder\n",
        ),
    ),
    "SP002": (
        (
            Path.mkdir,
            "error[SP002]: `x.yaml` is a folder\n"
            " --> x.yaml\n"
            "  = help: name the spec's YAML file\n",
        ),
        (
            lambda path: os.mkfifo(path),
            "error[SP002]: `x.yaml` is no regular file\n"
            " --> x.yaml\n"
            "  = help: name the spec's YAML file\n",
        ),
    ),
    "SP003": (
        (
            _unreadable,
            "error[SP003]: `x.yaml` cannot be read: permission denied\n"
            " --> x.yaml\n"
            "  = help: check the path and its permissions\n",
        ),
    ),
    "SP004": (
        (
            lambda path: path.write_bytes(b"# " + b"x" * 10_000_000),
            "error[SP004]: `x.yaml` is larger than 1 MB, the limit for a spec\n"
            " --> x.yaml\n"
            "  = help: name the spec's YAML file; data goes into files that `data` names\n",
        ),
    ),
    "SP005": (
        (
            lambda path: path.write_bytes("name: x\n".encode("utf-16")),
            "error[SP005]: the file is UTF-16, not UTF-8\n"
            " --> x.yaml\n"
            "  = help: save it as UTF-8 in your editor\n",
        ),
        (
            lambda path: path.write_bytes("spec: 1\nname: café\n".encode("latin-1")),
            "error[SP005]: the byte 0xE9 is not UTF-8\n"
            " --> x.yaml:2:10\n"
            "  |\n"
            "1 | spec: 1\n"
            "2 | name: caf\ufffd\n"
            "  |          ^\n"
            "  |\n"
            "  = help: save the file as UTF-8 in your editor\n",
        ),
    ),
    "SP006": (
        (
            lambda path: path.write_bytes(b"name: a\0b\n"),
            "error[SP006]: the file holds the character U+0000, which a spec may not hold\n"
            " --> x.yaml:1:8\n"
            "  |\n"
            "1 | name: a\\x00b\n"
            "  |        ^^^^\n"
            "  |\n"
            "  = help: delete the character\n",
        ),
    ),
    "SP012": (
        (
            lambda path: path.write_text("model: " + "[" * 10_000 + "]" * 10_000),
            "error[SP012]: lists and mappings stand more than 64 deep in one another\n"
            " --> x.yaml:1:71\n"
            "  |\n"
            f"1 | model: {'[' * 89}…\n"
            f"  | {' ' * 70}^\n"
            "  |\n"
            "  = help: check the brackets; the language needs five levels\n",
        ),
        (
            lambda path: path.write_text("? " * 100_000),
            "error[SP012]: lists and mappings stand more than 64 deep in one another\n"
            " --> x.yaml:1:129\n"
            "  |\n"
            f"1 | …{'? ' * 48}…\n"
            f"  | {' ' * 25}^\n"
            "  |\n"
            "  = help: check the brackets; the language needs five levels\n",
        ),
    ),
}
"""By code: what makes the file `x.yaml`, and what is said about it before the closing line."""

CASES = [(code, i) for code, cases in GENERATED.items() for i in range(len(cases))]


@pytest.mark.parametrize(("code", "number"), CASES)
def test_generated_case(
    code: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, expected = GENERATED[code][number]
    monkeypatch.chdir(tmp_path)
    make(Path("x.yaml"))
    if make is _unreadable and os.access("x.yaml", os.R_OK):
        pytest.skip("the superuser can read every file")
    assert shown(findings(Path("x.yaml"))) == expected + "\nfound 1 error in x.yaml\n"


def test_a_path_that_leads_in_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _loop(Path("x.yaml"))
    assert "error[SP00" in shown(findings(Path("x.yaml")))


@pytest.mark.parametrize("name", ["a\0b.yaml", "x" * 5000, "", "no/such/folder.yaml"])
def test_strange_paths(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "error[SP00" in shown(findings(Path(name)))
