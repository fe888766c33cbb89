"""Takes real steps in a project's folder and prints the peak of what was allocated, in bytes.

Every allocation of a CPU tensor is seen by torch's profiler, the temporary ones of kernels too. On
CUDA, torch's own statistics say the same.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from specc.trace.configs import models_without_weights

_STEPS = 2
"""The first one makes the optimizer's state; the second is as all that follow."""


def steps(setting: dict[str, Any]) -> None:
    """Steps as the traced ones, with random weights; each under a name that the profile shows."""
    program = importlib.import_module("trace_program")
    config = importlib.import_module("config").Config()
    with models_without_weights():
        model = program.make_model(config, setting["embedding_rows"])
    masters = program.make_masters(model)
    optimizer = program.make_optimizer(masters, config)
    lengths = setting["length"], setting["target_length"]
    batch = program.make_texts(setting["micro_batch"], *lengths, torch.device("cpu"))
    if hasattr(program, "make_features"):
        batch = program.make_features(model, batch)
    for step in range(_STEPS):
        with torch.profiler.record_function(f"step {step}"):
            for _ in range(min(2, setting["accumulation"])):
                loss = program.forward_loss(model, batch, config)
                loss.backward()
                del loss
            program.finish_step(model, masters, optimizer, config)


def main() -> None:
    """Profiles from before the model is built, so that the profile knows every byte."""
    setting = json.loads(Path("request.json").read_text(encoding="utf-8"))["settings"][0]
    sys.path.insert(0, str(Path.cwd()))
    cpu = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=cpu, profile_memory=True) as profile:
        steps(setting)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        profile.export_chrome_trace(file.name)
        events = json.loads(Path(file.name).read_text(encoding="utf-8"))["traceEvents"]
    last = next(event for event in events if event.get("name") == f"step {_STEPS - 1}")
    start, end = last["ts"], last["ts"] + last["dur"]
    sizes = [
        event["args"]["Total Allocated"]
        for event in events
        if event.get("name") == "[memory]" and start <= event["ts"] <= end
    ]
    print(f"measured {max(sizes)}")


if __name__ == "__main__":
    main()
