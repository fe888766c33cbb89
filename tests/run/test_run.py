"""A run from start to end, with real child processes."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.run.earlier import last_checkpoint
from specc.run.run import run_project

from .stand_in import WAITS_FOR_SIGTERM, Recorder, stand_in

FINISHES = """
print("hello", flush=True)
start()
for step in range(1, 11):
    train(step)
evaluate(10, 0.5)
save(10)
emit("end", seconds=0.1)
(outputs / "results.json").write_text(json.dumps({"name": "x", "training": {"steps": 10}}))
"""


def test_a_run_is_followed_to_its_end(tmp_path: Path) -> None:
    recorder = Recorder()
    result = run_project(stand_in(tmp_path, FINISHES), [], recorder)
    assert (result.outcome, result.exit_code, result.diagnostics) == ("finished", 0, ())
    assert result.results is not None and result.results.training == {"steps": 10}
    assert recorder.kinds() == ["start", *["train"] * 10, "eval", "end"]
    assert recorder.progress.phase == "finished"
    assert recorder.progress.best is not None and recorder.progress.best.value == 0.5
    assert recorder.has_ended
    assert result.log.read_text() == "hello\n"
    assert result.last_checkpoint == tmp_path / "outputs/checkpoints/step-00000010.pt"


def test_arguments_and_environment_reach_the_project(tmp_path: Path) -> None:
    body = "print(sys.argv[1:], os.environ['PYTHONUNBUFFERED'], os.environ['MARK'], os.getcwd())"
    os.environ["MARK"] = "kept"
    result = run_project(stand_in(tmp_path, body), ["--seed", "3"], Recorder())
    assert result.log.read_text() == f"['--seed', '3'] 1 kept {tmp_path.resolve()}\n"


def test_a_given_output_folder_is_where_everything_is_read(tmp_path: Path) -> None:
    body = FINISHES.replace("start()", "start(72)")
    project = stand_in(tmp_path, body)
    (project / "train.py").write_text(
        (project / "train.py").read_text().replace('Path("outputs")', 'Path("elsewhere")')
    )
    recorder = Recorder()
    result = run_project(project, ["--output-dir=elsewhere", "--max-steps", "10"], recorder)
    assert result.log == tmp_path.resolve() / "elsewhere/run.log"
    assert result.results is not None
    assert recorder.progress.num_steps == 10
    assert not (tmp_path / "outputs").exists()


def test_the_events_of_an_earlier_run_are_not_shown(tmp_path: Path) -> None:
    project = stand_in(tmp_path, FINISHES)
    run_project(project, [], Recorder())
    stand_in(tmp_path, "time.sleep(0.3)\nstart()\ntrain(1)\n")
    recorder = Recorder()
    run_project(project, ["--overwrite"], recorder)
    assert recorder.kinds() == ["start", "train"]


def test_a_resumed_run_keeps_the_curve_up_to_its_checkpoint(tmp_path: Path) -> None:
    project = stand_in(tmp_path, FINISHES)
    run_project(project, [], Recorder())
    lines = (project / "outputs/metrics.jsonl").read_bytes().splitlines(keepends=True)
    kept = sum(len(line) for line in lines[:6])
    stand_in(
        tmp_path,
        f"time.sleep(0.3)\nos.truncate(outputs / 'metrics.jsonl', {kept})\ntime.sleep(0.3)\n"
        "for step in (6, 7): train(step)\n",
    )
    recorder = Recorder()
    result = run_project(project, ["--resume"], recorder)
    assert [p.step for p in recorder.progress.losses] == [1, 2, 3, 4, 5, 6, 7]
    assert [e.values["step"] for e in recorder.events if not e.is_past] == [6, 7]
    assert recorder.progress.num_steps == 10
    assert result.log.read_text().startswith("hello\n")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            "raise ValueError('a bad row')",
            "SP601",
            "the training ended with exit code 1: ValueError: a bad row",
        ),
        (
            "raise SystemExit('the loss is nan at step 3')",
            "SP601",
            "the training ended with exit code 1: the loss is nan at step 3",
        ),
        ("sys.exit(7)", "SP601", "the training ended with exit code 7"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "SP602",
            "the system killed the training (SIGKILL), most likely for want of memory",
        ),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SP602", "the training was ended by SIGSEGV"),
        ("import sklearnish.metrics", "SP604", "`sklearnish` is not installed"),
        (
            "class OutOfMemoryError(RuntimeError): pass\nraise OutOfMemoryError('20 GiB asked')",
            "SP607",
            "no memory left: __main__.OutOfMemoryError: 20 GiB asked",
        ),
        (
            "raise OSError(28, 'No space left on device')",
            "SP618",
            "no space left on the device: OSError: [Errno 28] No space left on device",
        ),
    ],
)
def test_each_failure_has_its_diagnostic(
    tmp_path: Path, body: str, code: str, message: str
) -> None:
    body = f"start()\nsave(5)\nprint('a line of the log', flush=True)\n{body}\n"
    if "exit(7)" in body:
        body = body.replace("print('a line of the log', flush=True)\n", "")
    result = run_project(stand_in(tmp_path, body), [], Recorder())
    assert result.outcome == "failed"
    (diagnostic,) = result.diagnostics
    assert (diagnostic.code, diagnostic.message.replace("__main__.", "")) == (
        code,
        message.replace("__main__.", ""),
    )
    assert [note.message for note in diagnostic.notes] == [
        "the whole log is `outputs/run.log`",
        "the last checkpoint is `outputs/checkpoints/step-00000005.pt`",
    ]
    assert len(result.log_tail) <= 20
    assert "exit(7)" in body or "a line of the log" in result.log_tail


def test_a_checkpoint_of_another_run_is_told_with_each_difference(tmp_path: Path) -> None:
    head = "x/step-00000005.pt belongs to another run (then -> now):"
    said = f"{head}\\n  seed: 0 -> 1\\n  network: a -> b"
    result = run_project(stand_in(tmp_path, f"raise SystemExit('{said}')"), [], Recorder())
    (found,) = result.diagnostics
    assert (found.code, found.message) == (
        "SP615",
        "the checkpoint `step-00000005.pt` belongs to another run: `seed`, `network` differ",
    )
    assert found.notes[0].message == "then -> now: seed: 0 -> 1"
    assert found.help == "undo the change, or add `--overwrite` instead of `--resume`"


def test_a_damaged_checkpoint_is_named_whether_or_not_another_is_left(tmp_path: Path) -> None:
    project = stand_in(tmp_path, "print('a/step-00000012.pt is damaged', flush=True)\nstart()\n")
    result = run_project(project, ["--resume"], Recorder())
    (found,) = result.diagnostics
    assert (found.code, found.severity, result.outcome) == ("SP617", "warning", "finished")
    assert "`step-00000012.pt` is damaged" in found.message
    stand_in(tmp_path, "print('a/step-2.pt is damaged')\nsys.exit('no whole checkpoint is left')")
    (found,) = run_project(project, ["--resume"], Recorder()).diagnostics
    assert (found.code, found.severity) == ("SP617", "error")


@pytest.mark.parametrize("is_finished", [True, False])
def test_an_earlier_run_is_replaced_only_where_that_is_said(
    tmp_path: Path, is_finished: bool
) -> None:
    project = stand_in(tmp_path, FINISHES if is_finished else "start()\nsave(5)\n")
    run_project(project, [], Recorder())
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(SpecError) as error:
        run_project(project, [], Recorder())
    (found,) = error.value.diagnostics
    assert found.code == "SP616" and found.help and "add `--overwrite`" in found.help
    assert ("--resume" in found.help) is not is_finished
    assert {path: path.read_bytes() for path in before} == before
    for arguments in (["--resume"], ["--overwrite"]):
        assert run_project(project, arguments, Recorder()).outcome == "finished"


def test_a_training_that_somebody_else_started_is_waited_for(tmp_path: Path) -> None:
    project = stand_in(tmp_path, FINISHES)
    (project / "outputs").mkdir()
    with (project / "outputs/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SpecError) as error:
            run_project(project, ["--overwrite"], Recorder())
    assert error.value.diagnostics[0].code == "SP606"
    assert not (project / "outputs/run.log").exists()


def test_a_missing_package_of_the_train_extra_names_the_extra(tmp_path: Path) -> None:
    body = "raise ModuleNotFoundError(\"No module named 'torch'\")"
    result = run_project(stand_in(tmp_path, body), [], Recorder())
    assert result.diagnostics[0].help == "pip install 'specc[train]'"


def test_only_the_log_of_this_run_is_blamed(tmp_path: Path) -> None:
    project = stand_in(tmp_path, "raise ValueError('first')")
    run_project(project, [], Recorder())
    stand_in(tmp_path, "sys.exit(2)")
    result = run_project(project, ["--resume"], Recorder())
    assert result.diagnostics[0].message == "the training ended with exit code 2"


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        run_project(tmp_path, [], Recorder())
    assert error.value.diagnostics[0].code == "SP605"
    assert not (tmp_path / "outputs").exists()


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    project = stand_in(tmp_path, FINISHES)
    (project / "outputs").mkdir()
    (project / "outputs/run.log").write_text("of the first\n")
    with (project / "outputs/run.log").open() as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        with pytest.raises(SpecError) as error:
            run_project(project, [], Recorder())
    assert error.value.diagnostics[0].code == "SP606"
    assert (project / "outputs/run.log").read_text() == "of the first\n"


def test_results_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    project = stand_in(tmp_path, FINISHES)
    (project / "outputs").write_text("a file")
    with pytest.raises(SpecError) as error:
        run_project(project, [], Recorder())
    assert error.value.diagnostics[0].code == "SP608"


def test_a_reporter_that_fails_leaves_no_child_behind(tmp_path: Path) -> None:
    class Failing(Recorder):
        def tick(self, progress: object) -> None:
            raise OSError("the terminal is gone")

    started = time.monotonic()
    with pytest.raises(OSError, match="the terminal is gone"):
        run_project(stand_in(tmp_path, WAITS_FOR_SIGTERM), [], Failing())
    assert time.monotonic() - started < 20
    with (tmp_path / "outputs/run.log").open() as log:
        fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_last_checkpoint_is_the_highest_whole_one(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    for name in ("step-9.pt", "step-00000010.pt", "step-00000011.tmp", "best.pt"):
        with zipfile.ZipFile(folder / name, "w") as file:
            file.writestr("data", "x")
    (folder / "step-00000012.pt").write_bytes((folder / "step-9.pt").read_bytes()[:-1])
    assert last_checkpoint(tmp_path) == folder / "step-00000010.pt"
    assert last_checkpoint(folder) is None


RUN_AND_TELL = """
import sys
from pathlib import Path
from specc.run.reporter import Silent
from specc.run.run import run_project

result = run_project(Path(sys.argv[1]), sys.argv[2:], Silent())
print(result.outcome, result.exit_code, *(d.message for d in result.diagnostics), sep="|")
"""


def start_specc(project: Path) -> subprocess.Popen[str]:
    """specc as a process of its own, once its child has said that it waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_AND_TELL, str(project)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    log = project / "outputs/run.log"
    deadline = time.monotonic() + 30
    while not (log.is_file() and "waiting" in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_request_lets_the_project_save(tmp_path: Path, number: signal.Signals) -> None:
    process = start_specc(stand_in(tmp_path, WAITS_FOR_SIGTERM))
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert output == "interrupted|143|the run was stopped at step 3 of 10\n"
    assert (tmp_path / "outputs/run.log").read_text() == "waiting\nsaved\n"
    assert last_checkpoint(tmp_path / "outputs") is not None


def test_a_second_stop_request_kills(tmp_path: Path) -> None:
    body = WAITS_FOR_SIGTERM.replace("save(3)", "print('deaf', flush=True); time.sleep(60)")
    process = start_specc(stand_in(tmp_path, body))
    process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 30
    while "deaf" not in (tmp_path / "outputs/run.log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert output == "interrupted|-9|the run was stopped at step 3 of 10\n"


def test_a_training_whose_specc_was_killed_still_holds_its_folder(tmp_path: Path) -> None:
    body = WAITS_FOR_SIGTERM + "\n"
    project = stand_in(tmp_path, "print(os.getpid(), flush=True)\n" + body)
    process = start_specc(project)
    process.kill()
    process.communicate()
    child = int((project / "outputs/run.log").read_text().split()[0])
    try:
        with pytest.raises(SpecError) as error:
            run_project(project, [], Recorder())
        assert error.value.diagnostics[0].code == "SP606"
    finally:
        os.kill(child, signal.SIGKILL)
