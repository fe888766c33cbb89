"""`specc run --on slurm`, on a cluster of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.run.progress import Progress
from specc.run.run import run_project
from specc.run.slurm import SlurmJob

from . import slurm_cluster
from .stand_in import WAITS_FOR_SIGTERM, Recorder, stand_in
from .training import build, scores, step, wait_until

pytestmark = pytest.mark.skipif(bool(slurm_cluster.missing()), reason=slurm_cluster.missing())


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[str]:
    with slurm_cluster.cluster() as configuration:
        yield configuration


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `launch.sbatch` of two processes."""
    folder = tmp_path_factory.mktemp("script")
    return build(folder, "{device: cpu, count: 2, launcher: slurm}") / "launch.sbatch"


class Listener(Recorder):
    """Keeps what was said of the job."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def tick(self, progress: Progress) -> None:
        super().tick(progress)
        if progress.status not in self.said:
            self.said.append(progress.status)


def slurm(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def job_of(project: Path) -> str:
    """The number of the job that works in a folder."""
    lines = slurm("squeue", "-h", "-o", "%i %Z").splitlines()
    return next((line.split()[0] for line in lines if line.endswith(str(project))), "")


def state(job: str) -> str:
    return slurm("squeue", "-h", "-o", "%T", "-j", job)


def test_a_preempted_job_ends_as_if_nothing_had_been(tmp_path: Path, uninterrupted: Path) -> None:
    project = build(tmp_path, "{device: cpu, count: 2, launcher: slurm}")
    failures: list[Exception] = []

    def preempt() -> None:
        try:
            wait_until(lambda: step(project / "outputs") > 25)
            job = job_of(project)
            slurm("sbatch", "-p", "high", "-n", "4", "--output=/dev/null", "--wrap", "sleep 1")
            wait_until(lambda: state(job) == "PENDING")
            # SLURM holds a requeued job back for two minutes.
            slurm("scontrol", "update", f"JobId={job}", "StartTime=now")
        except Exception as error:
            failures.append(error)
            slurm("scancel", "--me")  # else the run waits for ever

    thread = threading.Thread(target=preempt)
    thread.start()
    listener = Listener()
    result = run_project(project, [], listener, SlurmJob)
    thread.join()
    log = result.log.read_text()
    assert (failures, result.outcome) == ([], "finished"), log
    assert "stopped by SIGTERM, saved at step" in log and "resumed at step" in log
    assert any("requeued 1 time: runs on" in said for said in listener.said), listener.said
    assert scores(project / "outputs") == scores(uninterrupted)


def test_a_job_saves_before_its_time_is_over_and_waits_for_more(
    tmp_path: Path, script: Path
) -> None:
    project = stand_in(tmp_path, WAITS_FOR_SIGTERM)
    shutil.copy(script, project)
    job = slurm("sbatch", "--parsable", f"--chdir={project}", str(project / "launch.sbatch"))
    log = project / f"slurm-{job}.log"
    wait_until(lambda: log.exists() and log.read_text().count("waiting") == 2)
    slurm("scancel", "--batch", "--signal=USR1", job)  # as SLURM does before the time limit
    wait_until(lambda: state(job) == "PENDING")
    assert "saved" in log.read_text()  # the first that leaves ends the others
    slurm("scontrol", "update", f"JobId={job}", "StartTime=now")
    wait_until(lambda: log.read_text().count("waiting") == 4)
    slurm("scancel", job)
    wait_until(lambda: state(job) == "")
    time.sleep(3)
    assert state(job) == "", "a cancelled job does not come back"


def test_ctrl_c_cancels_the_job_which_saves(tmp_path: Path, script: Path) -> None:
    project = stand_in(tmp_path, WAITS_FOR_SIGTERM)
    shutil.copy(script, project)
    log = project / "outputs/run.log"

    def stop() -> None:
        wait_until(lambda: log.exists() and log.read_text().count("waiting") == 2)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop).start()
    result = run_project(project, [], Recorder(), SlurmJob)
    assert result.outcome == "interrupted"
    assert [found.code for found in result.diagnostics] == ["SP603"]
    assert result.last_checkpoint is not None and "saved" in log.read_text()


def test_a_job_that_somebody_else_cancels(tmp_path: Path, script: Path) -> None:
    project = stand_in(tmp_path, WAITS_FOR_SIGTERM)
    shutil.copy(script, project)
    log = project / "outputs/run.log"

    def cancel() -> None:
        wait_until(lambda: log.exists() and log.read_text().count("waiting") == 2)
        slurm("scancel", job_of(project))

    threading.Thread(target=cancel).start()
    result = run_project(project, [], Recorder(), SlurmJob)
    (found,) = result.diagnostics
    assert (result.outcome, found.code) == ("failed", "SP612")
    assert found.message.endswith(": it was cancelled")
    assert found.help == "run again with `--resume` to go on"


def test_a_training_that_fails_is_told_with_its_own_last_word(tmp_path: Path, script: Path) -> None:
    project = stand_in(tmp_path, "raise ValueError('a bad row')")
    shutil.copy(script, project)
    result = run_project(project, [], Recorder(), SlurmJob)
    (found,) = result.diagnostics
    assert found.code == "SP601"
    assert found.message == "the training ended with exit code 1: ValueError: a bad row"


def test_a_job_that_is_refused(
    tmp_path: Path, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = stand_in(tmp_path, WAITS_FOR_SIGTERM)
    shutil.copy(script, project)
    monkeypatch.setenv("SBATCH_PARTITION", "nowhere")
    with pytest.raises(SpecError) as caught:
        run_project(project, [], Recorder(), SlurmJob)
    (found,) = caught.value.diagnostics
    assert found.code == "SP611" and "invalid partition" in found.message.lower()
