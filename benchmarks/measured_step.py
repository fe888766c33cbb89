"""Takes real steps in a project's folder and prints the peaks of what was allocated, in bytes.

Every allocation of a CPU tensor is seen by torch's profiler, the temporary ones of kernels too. On
CUDA, torch's own statistics say the same. Several processes, as torchrun starts them, talk by gloo.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from specc.trace.configs import models_without_weights
from specc.trace.devices import gathered, summing

_PATIENCE_S = 0.1

_STEPS = 2
"""The first one makes the optimizer's state; the second is as all that follow."""


def steps(setting: dict[str, Any]) -> None:
    """Steps as the traced ones, with random weights; each under a name that the profile shows."""
    program = importlib.import_module("trace_program")
    config = importlib.import_module("config").Config()
    with models_without_weights():
        model = program.make_model(config, setting["embedding_rows"])
    masters = program.make_masters(model)
    device = torch.device("cpu")
    many = hasattr(program, "make_network")
    with torch.profiler.record_function("spread"):
        network = program.make_network(model, config, device) if many else model
    optimizer = program.make_optimizer(masters, config)
    lengths = setting["length"], setting["target_length"]
    batch = program.make_texts(setting["micro_batch"], *lengths, device)
    if hasattr(program, "make_features"):
        batch = program.make_features(model, batch)
    num_parts = min(2, setting["accumulation"])
    for step in range(_STEPS):
        # The last one is the one that counts.
        with torch.profiler.record_function("step" if step == _STEPS - 1 else "first step"):
            for part in range(num_parts):
                with summing(network, part == num_parts - 1):
                    loss = program.forward_loss(network, batch, config)
                    loss.backward()
                del loss
            program.finish_step(model, masters, optimizer, config)
    model.eval()
    with torch.profiler.record_function("evaluation"), gathered(network), torch.inference_mode():
        program.forward_only(model, program.make_texts(setting["eval_batch"], *lengths, device))


class Patience(TorchDispatchMode):
    """Waits until the threads of gloo have let go of a message: they do so sooner or later."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if any(kind.__name__ == "DTensor" for kind in types):
            return NotImplemented
        made = func(*args, **(kwargs or {}))
        if func.namespace == "c10d":
            time.sleep(_PATIENCE_S)
        return made


def measured(profile: torch.profiler.profile) -> dict[str, int]:
    """The most that was allocated in each part of the run, in bytes."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        profile.export_chrome_trace(file.name)
        events = json.loads(Path(file.name).read_text(encoding="utf-8"))["traceEvents"]
    sizes = [
        (event["ts"], int(event["args"]["Total Allocated"]))
        for event in events
        if event.get("name") == "[memory]"
    ]
    spans = {
        event["name"]: (event["ts"], event["ts"] + event["dur"])
        for event in events
        if event.get("name") in ("spread", "step", "evaluation")
    }
    return {
        name: max((size for time, size in sizes if start <= time <= end), default=0)
        for name, (start, end) in spans.items()
    }


def main() -> None:
    """Profiles from before the model is built, so that the profile knows every byte."""
    setting = json.loads(Path("request.json").read_text(encoding="utf-8"))["settings"][0]
    sys.path.insert(0, str(Path.cwd()))
    answer = os.fdopen(os.dup(1), "w")  # `join` silences all processes but one
    if "RANK" in os.environ:
        importlib.import_module("distributed").join(importlib.import_module("config").Config())
    cpu = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=cpu, profile_memory=True) as profile, Patience():
        steps(setting)
    print(f"measured {json.dumps(measured(profile))}", file=answer, flush=True)


if __name__ == "__main__":
    main()
