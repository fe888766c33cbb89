"""`launch.sh`: processes and hosts that die and come back; and torchrun's place in `specc run`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from specc.run.child import several
from specc.run.job import search_path
from specc.run.run import run_project

from .stand_in import WAITS_FOR_SIGTERM, Recorder, stand_in
from .training import build, scores, step, wait_until


def test_a_process_that_dies_is_started_again_with_the_others(
    tmp_path: Path, uninterrupted: Path
) -> None:
    project = build(tmp_path, "{device: cpu, count: 2, launcher: torchrun}")
    outputs = project / "outputs"
    with (tmp_path / "log").open("wb") as log:
        launched = subprocess.Popen(
            ["sh", str(project / "launch.sh")],  # from another folder
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PATH": search_path()},
        )
    try:
        wait_until(lambda: step(outputs) > 25)
        workers = [c for c in psutil.Process(launched.pid).children() if "train.py" in c.cmdline()]
        assert len(workers) == 2
        workers[1].kill()
        assert launched.wait(180) == 0, (tmp_path / "log").read_text()
    finally:
        with suppress(psutil.NoSuchProcess):
            for left in psutil.Process(launched.pid).children(recursive=True):
                left.kill()
        launched.kill()
    assert "resumed at step" in (tmp_path / "log").read_text()
    assert scores(outputs) == scores(uninterrupted)


def test_a_process_that_fails_is_told_by_its_own_words(tmp_path: Path) -> None:
    body = "if os.environ['RANK'] == '1':\n    raise ValueError('a bad row')\ntime.sleep(60)"
    result = run_project(stand_in(tmp_path, body), [], Recorder(), several(2))
    (found,) = result.diagnostics
    assert found.code == "SP601"
    assert found.message == "the training ended with exit code 1: ValueError: a bad row"
    assert result.log_tail[-1] == "ValueError: a bad row"


def test_a_process_that_the_system_kills_is_told_as_such(tmp_path: Path) -> None:
    body = "if os.environ['RANK'] == '1':\n    os.kill(os.getpid(), signal.SIGKILL)\ntime.sleep(60)"
    result = run_project(stand_in(tmp_path, body), [], Recorder(), several(2))
    assert [found.code for found in result.diagnostics] == ["SP602"]


def test_ctrl_c_lets_all_processes_save(tmp_path: Path) -> None:
    body = WAITS_FOR_SIGTERM.replace("save(3)", "save(3 + int(os.environ['RANK']))")
    project = stand_in(tmp_path, body)

    def stop() -> None:
        log = project / "outputs/run.log"
        wait_until(lambda: log.exists() and log.read_text().count("waiting") == 2)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop).start()
    result = run_project(project, [], Recorder(), several(2))
    assert result.outcome == "interrupted"
    saved = sorted(path.name for path in (project / "outputs/checkpoints").iterdir())
    assert saved == ["step-00000003.pt", "step-00000004.pt"]


def test_a_second_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    body = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('waiting', flush=True)\n"
    project = stand_in(tmp_path, f"{body}time.sleep(300)")
    with (tmp_path / "log").open("wb") as file:
        job = several(2)(project, [], file)
    log = tmp_path / "log"
    wait_until(lambda: log.read_text().count("waiting") == 2)
    children = psutil.Process().children(recursive=True)
    workers = [process for process in children if process.cwd() == str(project)]
    assert len(workers) == 3, "torchrun and two"
    job.request_stop()
    assert job.wait(1) is None
    job.request_stop()
    assert job.wait(20) == -signal.SIGKILL
    assert not psutil.wait_procs(workers, timeout=20)[1]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Two hosts, `node-a` and `node-b`, as namespaces with a cable between them."""
    if os.geteuid() or not shutil.which("ip") or not shutil.which("unshare"):
        pytest.skip("namespaces need root, iproute2 and unshare")
    mark = uuid.uuid4().hex[:6]
    names = {"a": f"specc-{mark}-a", "b": f"specc-{mark}-b"}
    try:
        for name in names.values():
            _ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
    try:
        ends = {host: f"v{mark}{host}" for host in names}
        _ip("link", "add", ends["a"], "type", "veth", "peer", "name", ends["b"])
        for number, (host, name) in enumerate(names.items(), start=1):
            _ip("link", "set", ends[host], "netns", name)
            _ip("-n", name, "addr", "add", f"10.99.0.{number}/24", "dev", ends[host])
            _ip("-n", name, "link", "set", ends[host], "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield names
    finally:
        for name in names.values():
            _kill_host(name)
            _ip("netns", "del", name)


def _kill_host(name: str) -> None:
    listed = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True)
    for pid in listed.stdout.split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def _launch(host: str, name: str, project: Path, log: Path) -> subprocess.Popen[bytes]:
    """`launch.sh` on a host that has a name of its own, as a machine has."""
    table = project.parent / "hosts"
    table.write_text("127.0.0.1 localhost\n10.99.0.1 node-a\n10.99.0.2 node-b\n")
    script = f"hostname node-{host} && mount --bind {table} /etc/hosts && exec sh launch.sh"
    with log.open("wb") as file:
        return subprocess.Popen(
            ["ip", "netns", "exec", name, "unshare", "--uts", "--mount", "sh", "-c", script],
            cwd=project,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PATH": search_path(),
                "HEAD_NODE": "node-a",
                "PET_RDZV_CONF": "last_call_timeout=60",  # on a busy machine b may come late
            },
        )


def test_a_host_that_dies_and_comes_back_is_taken_in_again(
    tmp_path: Path, hosts: dict[str, str], uninterrupted: Path
) -> None:
    project = build(tmp_path, "{device: cpu, nodes: 2, launcher: torchrun}")
    outputs = project / "outputs"
    first = _launch("a", hosts["a"], project, tmp_path / "a.log")
    _launch("b", hosts["b"], project, tmp_path / "b.log")
    wait_until(lambda: step(outputs) > 25)
    _kill_host(hosts["b"])
    again = _launch("b", hosts["b"], project, tmp_path / "b-again.log")
    assert (first.wait(150), again.wait(30)) == (0, 0), (tmp_path / "a.log").read_text()
    log = (tmp_path / "a.log").read_text()
    assert "resumed at step" in log and log.count("2 processes take 8 at a time") == 2
    assert scores(outputs) == scores(uninterrupted)
