"""A file of a project, its template, and what it is for: the README's file map is made of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.language.hardware import Launcher
from specc.render.context.machine import declares_machine

if TYPE_CHECKING:
    from specc.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Output:
    """One file of the project; `purpose` is its line in the README."""

    path: str
    template: str
    purpose: str


LOSS = Output("loss.py", "project/loss.py", "cross-entropy without the logits of all tokens")
"""For tasks that learn every token of a text."""

DISTRIBUTED = Output(
    "distributed.py", "project/distributed.py", "the processes: who, how many, what they tell"
)
"""For several processes."""

SHARDING = Output("sharding.py", "project/sharding.py", "the network, spread over all processes")
"""For FSDP."""

DIVIDED = Output(
    "tensor_parallel.py", "project/tensor_parallel.py", "layers that processes hold together"
)
"""For `tensor_parallel`."""

LAUNCHERS: dict[Launcher, tuple[Output, ...]] = {
    "torchrun": (
        Output("launch.sh", "launchers/torchrun/launch.sh", "starts the processes of a node"),
    ),
    "slurm": (Output("launch.sbatch", "launchers/slurm/launch.sbatch", "the job, for `sbatch`"),),
    "kubernetes": (
        Output("trainjob.yaml", "launchers/kubernetes/trainjob.yaml", "the job, for `kubectl`"),
        Output("Dockerfile", "launchers/kubernetes/Dockerfile", "the image that every node runs"),
        Output(".dockerignore", "launchers/kubernetes/dockerignore", "what the image leaves out"),
    ),
    "ray": (Output("ray_train.py", "launchers/ray/ray_train.py", "the job, for a Ray cluster"),),
    "skypilot": (Output("sky.yaml", "launchers/skypilot/sky.yaml", "the job, for `sky`"),),
}
"""What a project has for the launcher that its spec names; nothing for `auto`.

A launcher is a row here and a folder of templates, whose README.md is its part of the README.
"""


MASTERS = Output("masters.py", "project/masters.py", "bf16 weights and their float32 copies")
EIGHT_BITS = Output("eight_bits.py", "project/eight_bits.py", "AdamW with moments of 8 bits")
MACHINE = Output("machine.py", "project/machine.py", "whether this machine is the declared one")
COMPILED = Output("compiled.py", "project/compiled.py", "torch.compile, and what if it fails")


def project_outputs(
    plan: Plan,
    room: str,
    own: Sequence[Output],
    predict: str,
    speedups: str = "project/speedups.py",
) -> list[Output]:
    """The files of a project in reading order.

    `own` are those from `data.py` to `evaluate.py`, which the task has for itself; `room` is the
    folder of its templates, `predict` what its `predict.py` is for.
    """
    store = Output("store.py", "project/store.py", "rows and tokens as files that are mapped")
    faster = Output("speedups.py", speedups, "faster equivalents for this hardware")
    saved = "project/sharded_checkpoint.py" if plan.devices.many else "project/checkpoint.py"
    return [
        Output("config.py", "project/config.py", "every setting, with unit and reason"),
        Output("train.py", "project/train.py", "the loop, read top to bottom"),
        *own[:1],
        *([store] if plan.on_disk else []),
        *own[1:],
        Output("results.py", "project/results.py", "results, predictions and error analysis"),
        Output("checkpoint.py", saved, "atomic save, exact resume"),
        Output("run_folder.py", "project/run_folder.py", "one run per folder; what may resume"),
        *([DISTRIBUTED] if plan.devices.many else []),
        *([SHARDING] if plan.devices.strategy == "fsdp" else []),
        *([DIVIDED] if plan.devices.tensor_parallel > 1 else []),
        *([MACHINE] if declares_machine(plan) else []),
        *([MASTERS] if plan.hardware.precision == "bf16-pure" else []),
        *([EIGHT_BITS] if plan.spec.training.optimizer.kind == "adamw-8bit" else []),
        *([COMPILED] if plan.compiles else []),
        *([faster] if plan.kernels.any else []),
        Output("predict.py", f"{room}/predict.py", predict),
        Output("tests/test_smoke.py", f"{room}/tests/test_smoke.py", "tests on a tiny model"),
        *LAUNCHERS.get(plan.spec.hardware.launcher, ()),
        Output("requirements.txt", "project/requirements.txt", "what the project imports, pinned"),
        Output("README.md", "project/README.md", "this page"),
    ]
