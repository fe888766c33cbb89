"""A SLURM cluster of this machine alone: its controller, its node and munge, started by hand."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/bin"

# More CPUs than there may be: two tasks have to find room anywhere.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
KillWait=60
MessageTimeout=60
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=low Nodes={host} Default=YES State=UP PriorityTier=1 GraceTime=60
PartitionName=high Nodes={host} State=UP PriorityTier=10
"""


def missing() -> str:
    """Why there can be no cluster here; empty where there can."""
    absent = [name for name in (*DAEMONS, "sbatch") if not shutil.which(name, path=PATH)]
    if absent:
        return f"{', '.join(absent)}: not installed (Debian: slurmctld slurmd slurm-client munge)"
    return "SLURM's daemons are started as root" if os.geteuid() else ""


@contextmanager
def cluster() -> Iterator[str]:
    """Starts the daemons; SLURM_CONF of their cluster. They are gone at the end of the block."""
    # A socket's path has to be short, which that of a test's own folder is not.
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    try:
        folder.chmod(0o755)
        configuration = _configure(folder)
        os.environ["SLURM_CONF"] = str(configuration)
        _start(folder, configuration)
        yield str(configuration)
    finally:
        with suppress(OSError):
            subprocess.run(["scancel", "--me"], capture_output=True, timeout=20, check=False)
        for name in ("slurmd", "slurmctld", "munge"):
            with suppress(OSError, ValueError):
                os.kill(int((folder / f"{name}.pid").read_text()), signal.SIGTERM)
        os.environ.pop("SLURM_CONF", None)
        time.sleep(2)
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path) -> Path:
    (folder / "state").mkdir()
    (folder / "spool").mkdir()
    (folder / "munge.key").write_bytes(secrets.token_bytes(128))
    (folder / "munge.key").chmod(0o400)
    host = socket.gethostname().partition(".")[0]
    path = folder / "slurm.conf"
    path.write_text(CONFIGURATION.format(host=host, folder=folder, ports=_free_ports()))
    return path


def _free_ports() -> list[int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return [first.getsockname()[1], second.getsockname()[1]]


def _start(folder: Path, configuration: Path) -> None:
    named = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log"}
    munge = [f"--{option}={folder}/munge.{end}" for option, end in named.items()]
    commands = (
        ["munged", "--force", *munge, f"--seed-file={folder}/munge.seed"],
        ["slurmctld", "-c", "-f", str(configuration)],
        ["slurmd", "-f", str(configuration)],
    )
    for command in commands:
        subprocess.run(command, env={**os.environ, "PATH": PATH}, check=True, capture_output=True)
    for _ in range(60):
        told = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True)
        if "idle" in told.stdout:
            return
        time.sleep(1)
    raise RuntimeError((folder / "slurmctld.log").read_text())
