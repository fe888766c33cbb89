"""What holds for every command: options, streams, exit codes, and failures of all classes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from specc.cli.main import COMMANDS
from specc.cli.payloads import Result

from .workbench import MISSPELT, ROOT, SPEC, invoke, specc, write_spec


def test_help_lists_commands_and_exit_codes() -> None:
    result = invoke("--help")
    assert result.exit_code == 0 and result.stderr == ""
    assert all(f"  {name} " in result.stdout for name in COMMANDS)
    assert all(f"  {code} " in result.stdout for code in ("0", "1", "2", "3", "70", "130"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_shared_options(command: str) -> None:
    result = invoke(command, "--help")
    assert result.exit_code == 0
    assert all(
        option in result.stdout for option in ("--json", "--diagnostics", "--color", "--quiet")
    )


def test_version() -> None:
    assert invoke("--version").stdout == "specc 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "did you mean `check`?"),
        (["check"], "missing argument"),
        (["check", "--nope", "x.yaml"], "--nope"),
        (["--color", "blue", "check", "x.yaml"], "blue"),
        (["run", "x.yaml", "--max-steps", "0"], "--max-steps"),
        (["run", "x.yaml", "--smoke", "--resume"], "--smoke"),
        (["build", "a.yaml", "b.yaml", "-o", "x"], "-o"),
        (["build", "a.yaml", "--check", "--dry-run"], "--dry-run"),
        (["explain", "SP9"], "there is no code"),
    ],
)
def test_wrong_usage_is_two_and_says_how(arguments: list[str], message: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ") and message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["check", "--nope"], 2, "usage"),
        (["nope"], 2, "usage"),
        (["explain", "nope"], 2, "usage"),
        (["schema", "-o", "missing/schema.json"], 2, "io"),
        (["check", "missing.yaml"], 2, None),
        (["plan", "missing.yaml"], 2, None),
        (["build", "missing.yaml"], 2, None),
        (["run", "missing.yaml"], 2, None),
        (["new", "missing.csv"], 2, "usage"),
        (["new", "bad.yaml", "-o", "new.yaml"], 1, None),
        (["new", "bad.yaml", "--force"], 2, "usage"),
        (["plan", "bad.yaml"], 1, None),
        (["build", "bad.yaml"], 1, None),
        (["check", "bad.yaml"], 1, None),
    ],
)
def test_json_is_one_object_for_every_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, "bad.yaml", MISSPELT)
    for given in ([*arguments, "--json"], ["--json", *arguments]):
        result = invoke(*given)
        assert result.exit_code == code
        assert result.stderr == ""
        payload = json.loads(result.stdout)
        common = {key: payload[key] for key in Result.model_fields}
        Result.model_validate(common)
        assert (payload["ok"], payload["exit_code"]) == (False, code)
        assert (payload["error"] or {}).get("kind") == kind
        assert bool(payload["diagnostics"]) == (kind is None)


@pytest.mark.parametrize("command", ["check", "plan", "build", "explain", "schema", "new"])
def test_json_is_one_object_on_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = write_spec(tmp_path)
    arguments = {"explain": [], "schema": [], "new": ["intents.csv", "-o", "new.yaml"]}
    result = invoke(command, *arguments.get(command, [spec]), "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    payload = json.loads(result.stdout)
    assert (payload["version"], payload["command"], payload["ok"]) == (1, command, True)


def test_formats(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, text=MISSPELT)
    full, concise, github = (
        invoke("check", spec, "--diagnostics", f).stderr for f in ("full", "concise", "github")
    )
    assert "  --> " in full and "^^^^^" in full
    assert f"{spec}:10:12: error[SP104]" in concise
    assert github.startswith("::error title=SP104")
    assert invoke("--diagnostics", "concise", "check", spec).stderr == concise


@pytest.mark.parametrize(
    ("option", "environment", "is_colored"),
    [
        ("auto", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_color(tmp_path: Path, option: str, environment: dict[str, str], is_colored: bool) -> None:
    spec = write_spec(tmp_path, text=MISSPELT)
    cleared = {"NO_COLOR": None, "FORCE_COLOR": None}
    result = invoke("check", spec, "--color", option, **{**cleared, **environment})
    assert ("\033[" in result.stderr, "\033[" in result.stdout) == (is_colored, is_colored)


def test_texts_of_the_user_do_not_reach_the_terminal_raw(tmp_path: Path) -> None:
    name = "a\x1b[31m\u202eb.yaml"
    write_spec(tmp_path, name, MISSPELT)
    write_spec(tmp_path, "label.yaml", SPEC.replace("intent}", '"in\\etent\\a"}'))
    for arguments in (["check", tmp_path / name], ["plan", tmp_path / "label.yaml"]):
        result = invoke(*arguments)
        assert result.exit_code == 1
        output = result.stdout + result.stderr
        assert not set(output) & {"\x1b", "\x07", "\u202e"}
        assert "\\x1b" in output


def test_a_file_name_that_is_no_text_is_told_and_is_json(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    try:
        write_spec(tmp_path, name)
    except OSError:
        pytest.skip("this file system has only names that are text")
    assert "\\udce9" in specc("check", name, cwd=tmp_path).stdout
    result = specc("check", name, "--json", cwd=tmp_path)
    assert json.loads(result.stdout)["specs"][0]["ok"] is True


def test_quiet_leaves_results_and_errors(tmp_path: Path) -> None:
    good = invoke("check", "-q", write_spec(tmp_path))
    assert good.stderr == "" and good.stdout.startswith("ok")
    bad = invoke("check", "-q", write_spec(tmp_path, "bad.yaml", MISSPELT))
    assert "SP104" in bad.stderr


def test_light_commands_import_nothing_heavy(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    heavy = {"torch", "transformers", "datasets", "sklearn"}
    everything = heavy | {"pydantic", "pyarrow", "rich", "yaml", "jinja2", "tokenizers"}
    cases: list[tuple[list[str], set[str]]] = [
        (["--help"], everything),
        (["check", str(spec)], heavy | {"rich", "jinja2"}),
        (["plan", str(spec)], heavy),
        (["build", str(spec)], heavy),
        (["new", str(tmp_path / "intents.csv"), "-o", "other.yaml"], heavy),
    ]
    for arguments, unwanted in cases:
        program = (
            "import sys\nfrom specc.cli.main import main\ntry:\n    main()\n"
            "except SystemExit as end:\n    assert end.code == 0, end.code\n"
            "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
        )
        result = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        assert not set(result.stderr.split("\n")[-2].split()) & unwanted, arguments


def test_an_internal_error_is_seventy_and_asks_for_a_report(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "yaml.py").write_text("raise RuntimeError('this PyYAML is damaged')\n")
    path = f"{broken}{os.pathsep}{ROOT}"
    result = specc("check", spec, cwd=tmp_path, PYTHONPATH=path)
    assert result.returncode == 70 and result.stdout == ""
    assert "this is a bug in specc 0.1.0: RuntimeError: this PyYAML is damaged" in result.stderr
    assert "Traceback" not in result.stderr
    loud = specc("check", spec, cwd=tmp_path, PYTHONPATH=path, SPECC_TRACEBACK="1")
    assert "Traceback" in loud.stderr
    result = specc("check", spec, "--json", cwd=tmp_path, PYTHONPATH=path)
    assert json.loads(result.stdout)["error"]["kind"] == "internal"


def test_a_reader_that_leaves_is_no_failure(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-m", "specc", "explain"],
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
    )
    os.close(write)
    assert (result.returncode, result.stderr) == (0, b"")


def test_a_terminal_without_unicode_gets_escapes(tmp_path: Path) -> None:
    write_spec(tmp_path, "大.yaml")
    result = specc("check", "大.yaml", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert result.returncode == 0 and "\\u5927.yaml" in result.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_do_no_harm(tmp_path: Path, closed: str) -> None:
    spec = write_spec(tmp_path, "bad.yaml", MISSPELT)
    command = f"{sys.executable} -m specc check {spec} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "bug" not in done.stderr
