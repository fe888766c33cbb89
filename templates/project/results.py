"""What a run leaves behind: results.json, predictions.jsonl and the error analysis in report.md."""

import json
import math
import platform
import re
import resource
import sys
from collections import Counter
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from config import Config
from distributed import rank, wait
from data import Loader, as_source, file_digests
from evaluate import Outcome, about_texts, baseline, describe, entities, intervals, predict, ratio, score, load_thresholds, tune_thresholds
from model import load_model
from run_folder import finite, whole_file
from scores import quality
{{ model.class_import }}


def with_intervals(outcome: Outcome, config: Config) -> dict[str, Any]:
    """Each metric as value, low and high{{ "; metrics by class as they are" if evaluation.has_per_class }}."""
    # {% if evaluation.resamples %}
    bounds = intervals(outcome, config)
    return {
        name: {{ evaluation.with_bounds }}
        for name, value in score(outcome).items()
    }
    # {% else %}
    # {% if evaluation.has_per_class %}
    return {name: value if isinstance(value, dict) else {"value": value} for name, value in score(outcome).items()}
    # {% else %}
    return {name: {"value": value} for name, value in score(outcome).items()}
    # {% endif %}
    # {% endif %}


def write_results(
    config: Config,
    output_dir: Path,
    loaders: dict[str, Loader],
    training: dict[str, Any],
    # {% if devices.is_fsdp %}
    model: {{ model.class_name }},
    # {% elif not hardware.is_cpu %}
    device: torch.device,
    # {% endif %}
) -> dict[str, Any]:
    # {% if devices.is_fsdp %}
    """Scores the best model on {{ data.scored_words }}; the first process writes everything."""
    # {% elif devices.many %}
    """Scores the best checkpoint on {{ data.scored_words }}; the first process writes everything."""
    wait()  # for the first process, which has written the model
    # {% else %}
    """Scores the best checkpoint on {{ data.scored_words }} and writes everything."""
    # {% endif %}
    # {% if not devices.is_fsdp %}
    model = load_model(
        output_dir / "model",
        # {% if model.own_head %}
        config,
        # {% endif %}
        # {% if not hardware.is_cpu %}
        device,
        # {% endif %}
    )
    # {% endif %}
    # {% if task.tunes_thresholds %}
    thresholds = tune_thresholds(predict(model, loaders["validation"], load_thresholds(Path())))
    named = {{ task.named_thresholds }}
    # {% if devices.many %}
    if rank() == 0:
        (output_dir / "model/thresholds.json").write_text(json.dumps(named, indent=2) + "\n", encoding="utf-8")
    # {% else %}
    (output_dir / "model/thresholds.json").write_text(json.dumps(named, indent=2) + "\n", encoding="utf-8")
    # {% endif %}
    # {% elif task.has_thresholds %}
    thresholds = load_thresholds(output_dir / "model")
    # {% endif %}
    # {% if task.has_thresholds %}
    outcomes = {name: predict(model, loaders[name], thresholds) for name in {{ data.scored | py }}}
    # {% else %}
    outcomes = {name: predict(model, loaders[name]) for name in {{ data.scored | py }}}
    # {% endif %}
    # {% if devices.many %}
    if rank() > 0:
        return {}
    # {% endif %}
    final = outcomes[{{ data.final_split | py }}]
    results: dict[str, Any] = {
        "name": {{ project.name | py }},
        "metrics": {name: with_intervals(outcome, config) for name, outcome in outcomes.items()},
        "baseline": {
            "description": {{ task.baseline_words | py }},
            "metrics": {name: score({{ task.baseline_call }}) for name, outcome in outcomes.items()},
        },
        # {% if evaluation.tokenization %}
        "tokenization": {{ evaluation.tokenization | py }},
        # {% endif %}
        # {% if task.writes_texts %}
        "texts": about_texts(outcomes, config),
        # {% endif %}
        # {% if task.tunes_thresholds %}
        "thresholds": named,
        # {% endif %}
        # {% if task.truncated_counts %}
        "truncated": {{ task.truncated_counts }},
        # {% endif %}
        "training": {**training, "peak_memory_gib": round(peak_memory_gib(), 3)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in {{ project.version_names | py }}},
        },
        "spec_sha256": config.spec_sha256,
        # {% if not data.is_hub %}
        "data_sha256": file_digests(config),
        # {% endif %}
    }
    write_predictions(output_dir / "predictions.jsonl", loaders[{{ data.final_split | py }}], final, config)
    write_report(output_dir, loaders[{{ data.final_split | py }}], final, config)
    # {% if task.truncated_counts %}
    with (output_dir / "report.md").open("a", encoding="utf-8") as report:
        report.write(f"\n{loaders['train'].length_note()}.\n")
    # {% endif %}
    with whole_file(output_dir / "results.json") as file:  # the last one: now the run is finished
        file.write((json.dumps(finite(results), indent=2, ensure_ascii=False) + "\n").encode())
    return results


def peak_memory_gib() -> float:
    # {% if hardware.is_cuda %}
    """Peak memory of the tensors on the GPU, in GiB."""
    return torch.cuda.max_memory_allocated() / 2**30
    # {% else %}
    """Largest resident memory of this process, in GiB (the system counts KiB, macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**30 if sys.platform == "darwin" else peak / 2**20
    # {% endif %}


# {% include task.report %}
