"""`specc run --on ray`, on a cluster of this machine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from specc.run.job import search_path
from specc.run.ray import RayJob
from specc.run.run import run_project

from .stand_in import Recorder, stand_in
from .training import build, scores, step, wait_until

pytestmark = pytest.mark.skipif(
    shutil.which("ray", path=search_path()) is None, reason="ray: not installed"
)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """A head node with two CPUs; RAY_ADDRESS names it to `ray job`."""
    folder = tempfile.mkdtemp(prefix="ray-")  # a socket's path has to be short
    port, dashboard, client, agent = _free_ports(4)
    environment = {**os.environ, "PATH": search_path(), "RAY_USAGE_STATS_ENABLED": "0"}
    start = ["ray", "start", "--head", "--block", f"--port={port}", "--num-cpus=2"]
    start += [f"--dashboard-port={dashboard}", f"--ray-client-server-port={client}"]
    start += [f"--dashboard-agent-listen-port={agent}", f"--temp-dir={folder}"]
    start += ["--object-store-memory=100000000", "--disable-usage-stats"]
    with Path(folder, "log").open("wb") as log:
        head = subprocess.Popen(start, env=environment, stdout=log, stderr=log)
    os.environ["RAY_ADDRESS"] = f"http://127.0.0.1:{dashboard}"
    try:
        listed = ["ray", "job", "list"]
        wait_until(
            lambda: not subprocess.run(listed, env=environment, capture_output=True).returncode
        )
        yield
    finally:
        os.environ.pop("RAY_ADDRESS")
        family = psutil.Process(head.pid).children(recursive=True)
        for process in [psutil.Process(head.pid), *family]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        head.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _workers(project: Path) -> list[psutil.Process]:
    """Ray's training workers."""
    return [p for p in psutil.process_iter() if p.name().startswith("ray::RayTrainWo")]


def test_a_worker_that_dies_is_started_again_with_the_others(
    tmp_path: Path, uninterrupted: Path
) -> None:
    project = build(tmp_path, "{device: cpu, count: 2, launcher: ray}")

    def kill() -> None:
        wait_until(lambda: step(project / "outputs") > 25)
        _workers(project)[0].kill()

    thread = threading.Thread(target=kill)
    thread.start()
    result = run_project(project, [], Recorder(), RayJob)
    thread.join()
    log = result.log.read_text()
    assert result.outcome == "finished", log
    assert log.count("resumed at step") == 1, "the first worker speaks for all"
    assert scores(project / "outputs") == scores(uninterrupted)


def test_ctrl_c_stops_the_job(tmp_path: Path) -> None:
    project = stand_in(tmp_path, "")
    body = "import time\nprint('waiting', flush=True)\ntime.sleep(300)\n"
    (project / "ray_train.py").write_text(body)
    log = project / "outputs/run.log"

    def stop() -> None:
        # Not the command that is repeated in the log, but what the job says.
        wait_until(lambda: log.exists() and "\nwaiting\n" in log.read_text())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop).start()
    result = run_project(project, [], Recorder(), RayJob)
    assert result.outcome == "interrupted"
    assert [found.code for found in result.diagnostics] == ["SP603"]


def test_a_job_that_somebody_else_stops(tmp_path: Path) -> None:
    project = stand_in(tmp_path, "")
    body = "import time\nprint('waiting', flush=True)\ntime.sleep(300)\n"
    (project / "ray_train.py").write_text(body)
    log = project / "outputs/run.log"

    def stop() -> None:
        wait_until(lambda: log.exists() and "\nwaiting\n" in log.read_text())
        job = re.search(r"specc-[0-9a-f]{12}", log.read_text())
        assert job is not None
        command = ["ray", "job", "stop", job[0]]
        subprocess.run(command, env={**os.environ, "PATH": search_path()}, check=True)

    threading.Thread(target=stop).start()
    result = run_project(project, [], Recorder(), RayJob)
    assert result.outcome == "failed"
    assert [found.code for found in result.diagnostics] == ["SP612"]


def test_a_job_that_fails_is_told_by_its_own_words(tmp_path: Path) -> None:
    project = stand_in(tmp_path, "")
    (project / "ray_train.py").write_text("raise ValueError('a bad row')\n")
    result = run_project(project, [], Recorder(), RayJob)
    (found,) = result.diagnostics
    assert found.code == "SP601" and "ValueError: a bad row" in found.message
