"""`specc run`: one real training, and runs that cannot start."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from .workbench import ROOT, specc, write_spec


def test_smoke_trains_two_steps(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    result = specc("run", spec, "--smoke", "--json", cwd=tmp_path)
    payload = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, ""), payload
    assert payload["outcome"] == "finished" and payload["folder"] == "runs/intents"
    assert payload["results"]["training"]["steps"] == 2
    assert "accuracy" in payload["results"]["metrics"]["validation"]
    assert (tmp_path / "runs/intents/outputs/smoke/report.md").is_file()
    assert not (tmp_path / "runs/intents/outputs/results.json").exists()


def test_a_missing_package_is_found_before_the_start(tmp_path: Path) -> None:
    # The interpreter's own packages without torch: a finder that comes first and knows better.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util, importlib.metadata\n"
        "find, get = importlib.util.find_spec, importlib.metadata.distribution\n"
        "importlib.util.find_spec = lambda n, p=None: None if n == 'torch' else find(n, p)\n"
        "def distribution(name):\n"
        "    if name == 'torch':\n"
        "        raise importlib.metadata.PackageNotFoundError(name)\n"
        "    return get(name)\n"
        "importlib.metadata.distribution = distribution\n"
    )
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    result = specc("run", write_spec(tmp_path), cwd=tmp_path, PYTHONPATH=path)
    assert result.returncode == 2
    assert "SP604" in result.stderr and "specc[train]" in result.stderr
    assert not (tmp_path / "runs/intents/outputs").exists()


def built_with(folder: Path, program: str) -> Path:
    """A spec whose built project has another `train.py`, as if a person had rewritten it."""
    spec = write_spec(folder)
    assert specc("build", spec, "-o", folder / "out", cwd=folder).returncode == 0
    (folder / "out/train.py").write_text(program)
    return spec


def test_a_project_that_breaks_is_three_with_the_end_of_its_log(tmp_path: Path) -> None:
    spec = built_with(tmp_path, "raise ValueError('broken by hand')\n")
    for smoke in ([], ["--smoke"]):
        result = specc("run", spec, "-o", "out", *smoke, cwd=tmp_path)
        assert result.returncode == 3 and result.stdout == ""
        assert "  ValueError: broken by hand" in result.stderr and "SP601" in result.stderr
    payload = json.loads(specc("run", spec, "-o", "out", "--json", cwd=tmp_path).stdout)
    assert (payload["exit_code"], payload["outcome"]) == (3, "failed")
    assert payload["log_tail"][-1] == "ValueError: broken by hand"


def test_what_came_out_is_on_stdout_with_the_next_commands(tmp_path: Path) -> None:
    scores = {"validation": {"accuracy": {"value": 0.75, "low": 0.5, "high": 1.0}}}
    results = json.dumps({"name": "intents", "metrics": scores, "training": {"steps": 4}})
    program = f"open('outputs/results.json', 'w').write({results!r})\n"
    result = specc("run", built_with(tmp_path, program), "-o", "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "0.750 [0.500, 1.000]" in result.stdout
    assert re.search(r"\n  \S*python out/predict.py '(where is my|I want) ", result.stdout)
    assert "less out/outputs/report.md" in result.stdout


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    spec = built_with(tmp_path, "import time\ntime.sleep(60)\n")
    child = subprocess.Popen(
        [sys.executable, "-m", "specc", "run", str(spec), "-o", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stderr is not None
    while "starting" not in child.stderr.readline():
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=30)
    assert child.returncode == 130 and "SP603" in stderr


def test_a_conflict_keeps_a_run_from_starting(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    folder = tmp_path / "out"
    specc("build", spec, "-o", folder, cwd=tmp_path)
    (folder / "config.py").write_text("mine\n")
    spec.write_text(spec.read_text().replace("batch_size: 8", "batch_size: 4"))
    result = specc("run", spec, "-o", folder, cwd=tmp_path)
    assert result.returncode == 1 and "SP506" in result.stderr
    assert not (folder / "outputs").exists()


def test_an_earlier_run_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    program = "from pathlib import Path\nPath('outputs/results.json').write_text('{}')\n"
    spec = built_with(tmp_path, program)
    assert specc("run", spec, "-o", "out", cwd=tmp_path).returncode == 0
    spec.write_text(spec.read_text().replace("batch_size: 8", "batch_size: 4"))
    before = (tmp_path / "out/config.py").read_bytes()
    result = specc("run", spec, "-o", "out", cwd=tmp_path)
    assert result.returncode == 2 and "SP616" in result.stderr
    assert (tmp_path / "out/config.py").read_bytes() == before
    result = specc("run", spec, "-o", "out", "--overwrite", "--resume", cwd=tmp_path)
    assert result.returncode == 2 and "cannot go together" in result.stderr
    assert specc("run", spec, "-o", "out", "--overwrite", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out/config.py").read_bytes() != before


def test_specs_of_one_name_do_not_share_a_folder(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    (tmp_path / "second").mkdir()
    other = write_spec(tmp_path / "second")
    assert specc("build", spec, cwd=tmp_path).returncode == 0
    assert specc("build", spec, cwd=tmp_path).returncode == 0
    result = specc("build", other, cwd=tmp_path)
    assert result.returncode == 2 and "SP512" in result.stderr
    assert specc("build", other, "-o", "generated/second", cwd=tmp_path).returncode == 0
    assert specc("run", other, "-o", "generated/intents", "--smoke", cwd=tmp_path).returncode == 0


def printed_next(stdout: str) -> list[str]:
    """The commands under `next:`, without what they are for."""
    lines = stdout.partition("next:\n")[2].splitlines()
    return [re.split(r"  +", line.strip())[0] for line in lines]


def test_the_next_commands_can_be_run_as_printed(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, "my spec's.yaml")
    waiting = printed_next(specc("build", spec.name, "-o", "a b", cwd=tmp_path).stdout)
    done = []
    while waiting:
        command = waiting.pop(0)
        result = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, (command, result.stderr)
        waiting += printed_next(result.stdout) if " run " in command else []
        done.append(command)
    assert len(done) == 6 and (tmp_path / "a b/outputs/results.json").is_file()


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    for command in ("plan", "build"):
        program = f"{sys.executable} -m specc {command} {spec} | true"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {program}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
