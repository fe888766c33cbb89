"""check, plan, build, explain and schema: what each prints and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.diagnostics.register import RULES

from .workbench import MISSPELT, SPEC, invoke, specc, write_spec


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_check_says_rows_and_labels_on_stdout(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    result = invoke("check", spec)
    assert result.exit_code == 0 and result.stderr == ""
    expected = "32 train, 8 validation rows; binary, 2 labels: delivery, refund (positive: refund)"
    assert result.stdout == f"ok  {spec}  {expected}\n"


def test_check_goes_on_after_a_spec_that_fails(tmp_path: Path) -> None:
    good, bad = write_spec(tmp_path), write_spec(tmp_path, "bad.yaml", MISSPELT)
    result = invoke("check", bad, good, tmp_path / "missing.yaml")
    assert result.exit_code == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["failed", "ok", "failed"]
    assert "SP104" in result.stderr and "SP001" in result.stderr
    payload = json.loads(invoke("check", bad, good, "--json").stdout)
    assert [spec["ok"] for spec in payload["specs"]] == [False, True]
    assert payload["specs"][1]["rows"] == {"train": 32, "validation": 8}
    assert [found["code"] for found in payload["diagnostics"]] == ["SP104"]


def test_plan_shows_every_entry_once_and_in_sections(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    result = invoke("plan", spec)
    assert result.exit_code == 0
    entries = json.loads(invoke("plan", spec, "--json").stdout)["entries"]
    lines = [line for line in result.stdout.splitlines() if line.startswith("  ")]
    assert len(lines) == len(entries)
    assert all(any(entry["reason"] in line for line in lines) for entry in entries)
    headings = [x for x in result.stdout.splitlines()[1:] if x and not x.startswith(" ")]
    assert headings[:5] == ["project", "task", "model", "data", "training"]


def test_build_twice_leaves_everything_unchanged(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    first = specc("build", spec, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    folder = tmp_path / "generated/intents"
    built = tree(folder)
    verbs = {line.split()[0] for line in first.stdout.splitlines() if line.startswith("   ")}
    assert verbs == {"create"} and "next:" in first.stdout
    second = specc("build", spec, cwd=tmp_path)
    assert f"generated/intents: {len(built_files(built))} unchanged" in second.stdout
    assert tree(folder) == built


def built_files(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if not name.startswith(".specc/")]


def test_build_check_shows_a_diff_and_fails(tmp_path: Path) -> None:
    spec, folder = write_spec(tmp_path), tmp_path / "out"
    assert invoke("build", spec, "-o", folder).exit_code == 0
    assert invoke("build", spec, "-o", folder, "--check").exit_code == 0
    spec.write_text(SPEC.replace("batch_size: 8", "batch_size: 4"))
    before = tree(folder)
    result = invoke("build", spec, "-o", folder, "--check")
    assert result.exit_code == 1
    assert "--- config.py" in result.stdout and "+    batch_size" in result.stdout
    assert tree(folder) == before
    payload = json.loads(invoke("build", spec, "-o", folder, "--check", "--json").stdout)
    paths = [difference["path"] for difference in payload["projects"][0]["differences"]]
    assert payload["ok"] is False and "config.py" in paths


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    spec, folder = write_spec(tmp_path), tmp_path / "out"
    result = invoke("build", spec, "-o", folder, "--dry-run")
    assert result.exit_code == 0 and "create  train.py" in result.stdout
    assert not folder.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["intents.csv", "intents.yaml"]


def test_a_conflict_is_told_and_is_one(tmp_path: Path) -> None:
    spec, folder = write_spec(tmp_path), tmp_path / "out"
    invoke("build", spec, "-o", folder)
    config = folder / "config.py"
    config.write_text(config.read_text().replace("batch_size: int = 8", "batch_size: int = 6"))
    spec.write_text(SPEC.replace("batch_size: 8", "batch_size: 4"))
    dry = invoke("build", spec, "-o", folder, "--dry-run")
    assert dry.exit_code == 1 and "conflict  config.py" in dry.stdout
    result = invoke("build", spec, "-o", folder)
    assert result.exit_code == 1
    assert "conflict  config.py" in result.stdout and "SP506" in result.stderr


def test_several_specs_go_to_folders_of_their_own(tmp_path: Path) -> None:
    one, two = write_spec(tmp_path), write_spec(tmp_path, "other.yaml")
    bad = write_spec(tmp_path, "bad.yaml", MISSPELT)
    result = specc("build", one, bad, two, cwd=tmp_path)
    assert result.returncode == 1
    assert sorted(p.name for p in (tmp_path / "generated").iterdir()) == ["intents", "other"]


def test_two_specs_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    specs = [write_spec(tmp_path / "a"), write_spec(tmp_path / "b")]
    result = specc("build", *specs, cwd=tmp_path)
    assert result.returncode == 2 and "would both go to `generated/intents`" in result.stderr


def test_a_foreign_folder_is_not_touched(tmp_path: Path) -> None:
    spec, folder = write_spec(tmp_path), tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.tex").write_text("x")
    result = invoke("build", spec, "-o", folder)
    assert result.exit_code == 2 and "SP502" in result.stderr
    for option in ("--dry-run", "--check"):
        assert invoke("build", spec, "-o", folder, option).stderr == result.stderr
    assert tree(folder) == {"thesis.tex": b"x"}


@pytest.mark.parametrize("code", ["SP104", "sp104", "unknown-key"])
def test_explain(code: str) -> None:
    result = invoke("explain", code)
    assert result.exit_code == 0
    assert result.stdout.startswith("SP104: unknown-key\n")
    assert "\nbad\n" in result.stdout and "\ngood\n" in result.stdout


def test_explain_without_a_code_lists_all() -> None:
    listed = invoke("explain").stdout
    assert all(f"  {code}  {rule.name}\n" in listed for code, rule in RULES.items())
    assert "SP3xx  the data" in listed


def test_explain_knows_what_is_nearest() -> None:
    result = invoke("explain", "unknwon-key")
    assert result.exit_code == 2 and "unknown-key" in result.stderr
