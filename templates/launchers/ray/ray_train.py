"""Trains on a Ray cluster, with one worker {{ "a GPU" if launch.is_gpu else "a process" }}.

    ray job submit --working-dir . -- python ray_train.py --output-dir /shared/{{ project.name }}

All nodes have to see the folder for results; what is in the working folder, Ray copies to them. If a
worker or its node fails, all workers start again, from the last checkpoint.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray.train import FailureConfig, RunConfig, ScalingConfig, get_context
from ray.train.torch import TorchConfig, TorchTrainer

from config import Config
from train import main


def work(options: dict[str, Any]) -> None:
    """What each worker does. Ray has told it of the others, with the variables that torchrun sets."""
    # {% if launch.many %}
    if get_context().get_world_rank() > 0:
        sys.stdout = open(os.devnull, "w")  # the first worker speaks for all
    # {% endif %}
    main(replace(Config(), **options), resume=True)


def train(options: dict[str, Any]) -> None:
    """Starts the workers and waits for them; three times again if one is lost.

    Args:
        options: fields of `Config` that differ from `config.py`.
    """
    # {% if launch.many %}
    # Ray's own `print` goes to the log past sys.stdout, from every worker.
    ray.init(runtime_env={"env_vars": {"RAY_TRAIN_ENABLE_PRINT_PATCH": "0"}})
    # {% endif %}
    trainer = TorchTrainer(
        work,
        train_loop_config=options,
        # {% if launch.is_gpu %}
        torch_config=TorchConfig(backend="cpu:gloo,cuda:nccl", timeout_s={{ launch.timeout_s }}),
        # {% else %}
        torch_config=TorchConfig(backend="gloo", timeout_s={{ launch.timeout_s }}),
        # {% endif %}
        scaling_config=ScalingConfig(
            num_workers={{ launch.num_processes }},
            # {% if launch.is_gpu %}
            use_gpu=True,
            # {% endif %}
            # {% if launch.cores and launch.is_gpu %}
            resources_per_worker={"CPU": {{ launch.cores }}, "GPU": 1},
            # {% elif launch.cores %}
            resources_per_worker={"CPU": {{ launch.cores }}},
            # {% endif %}
        ),
        run_config=RunConfig(
            storage_path=str(Path(options["output_dir"]) / "ray"),
            failure_config=FailureConfig(max_failures=3),
        ),
    )
    trainer.fit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Trains on a Ray cluster.")
    parser.add_argument("--output-dir", required=True, type=Path, help="on a file system that all nodes see")
    parser.add_argument("--max-steps", type=int, help="stop after so many steps")
    arguments = parser.parse_args()
    train({"output_dir": str(arguments.output_dir.resolve()), "max_steps": arguments.max_steps})
