"""Plan to Project: every file as text, in memory. Pure but for reading the templates."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from specc import __version__
from specc.language.model import Scratch
from specc.plan.plan import Plan
from specc.project.project import Copy, Project, ProjectFile
from specc.render.context.config import config_groups, file_sha256
from specc.render.context.data import clean_context, data_context
from specc.render.context.devices import devices_context
from specc.render.context.launch import launch_context
from specc.render.context.machine import machine_context
from specc.render.context.model import model_context
from specc.render.context.project import project_context
from specc.render.context.run import run_context
from specc.render.context.sources import single_files
from specc.render.context.step import batch_name, rows_of
from specc.render.context.storage import storage_names
from specc.render.context.training import (
    evaluation_context,
    hardware_context,
    kernels_context,
    training_context,
)
from specc.render.environment import render_template
from specc.render.format import format_project
from specc.render.room import render_side


def _usual(plan: Plan) -> dict[str, Any]:
    """Names under `task` that a room gives only where it differs."""
    room = plan.spec.task.kind.replace("-", "_")
    return {
        "unit": plan.spec.task.UNIT,
        "verb": "predict",
        "forward_statement": f"logits = forward(model, {batch_name(plan)})",
        "predict_call": "predict(model, loader)",
        "baseline_call": "baseline(outcome)",
        "num_samples": rows_of(plan, "labels"),
        "sequence_lengths": "len(ids) for ids in loader.token_ids",
        "corpus": 'splits["train"].texts',
        "text_type": "str",
        "flat_texts": "texts",
        "is_pair": False,
        "adds_space": False,
        "adds_end": "",
        "proves_logits": False,
        "repeats_texts": False,
        "rebases": False,
        "class_weights": False,
        "weighs_labels": False,
        "counts_targets": False,
        "rates_targets": False,
        "smooths_targets": False,
        "has_thresholds": False,
        "tunes_thresholds": False,
        "writes_samples": False,
        "writes_texts": False,
        "truncated_counts": "",
        "expectations": (),
        "readme_words": "",
        "loss_place": "the line `loss = ...` in `train.py`",
        "changes": (),
        "report": f"{room}/report.py",
        "inspect": f"{room}/inspect.py",
        "trace": f"{room}/trace.py",
    }


def context_of(plan: Plan) -> dict[str, Any]:
    """Every name that a template may use."""
    task = render_side(plan.spec.task.kind)
    names: dict[str, Any] = {
        "task": _usual(plan),
        "data": data_context(plan),
        "clean": clean_context(plan),
        "model": model_context(plan, task.answers(plan)),
        "training": training_context(plan),
        "evaluation": evaluation_context(plan),
        "hardware": hardware_context(plan),
        "kernels": kernels_context(plan),
        "launch": launch_context(plan),
        "machine": machine_context(plan),
        "config_groups": config_groups(plan, task.config_group(plan)),
    }
    for namespace, own in task.context(plan).items():
        names[namespace] = names.get(namespace, {}) | own
    names["data"] |= storage_names(plan, names)
    # A tokenizer is trained on the texts as they are read, unless the task joins them before.
    names["task"].setdefault("corpus_type", names["task"].get("text_type"))
    names["devices"] = devices_context(plan, names["task"])
    names["project"] = project_context(plan, names["task"])
    names["run"] = run_context(
        names["config_groups"], names["model"]["tokenizer_class"], is_sharded=plan.devices.many
    )
    return names


def plan_json(plan: Plan) -> str:
    """The resolved plan for `.specc/plan.json`: every value, where it came from, and why."""
    lines = [asdict(entry) for entry in plan.entries]
    payload = {"version": 1, "specc": __version__, "name": plan.name, "entries": lines}
    return json.dumps(payload, indent=2, ensure_ascii=False) + "\n"


def render(plan: Plan) -> Project:
    """The whole project.

    Raises:
        RenderError: if a template printed something that is not right; that is a bug.
    """
    context = context_of(plan)
    table = render_side(plan.spec.task.kind).outputs(plan)
    texts = format_project({o.path: render_template(o.template, context) for o in table})
    files = [ProjectFile(o.path, texts[o.path].encode(), o.purpose) for o in table]
    files += [
        ProjectFile(".specc/spec.yaml", plan.spec_text.encode(), "the spec as given"),
        ProjectFile(".specc/plan.json", plan_json(plan).encode(), "every number and its reason"),
    ]
    return Project(
        name=plan.name,
        files=tuple(files),
        copies=_copies(plan),
        provenance={"specc": __version__, "spec": ".specc/spec.yaml"},
    )


def render_inspection(plan: Plan, split: str, count: int) -> str:
    """The program of `specc inspect`: it runs in the project's folder and is no part of it."""
    names = context_of(plan) | {"inspection": {"split": split, "count": count}}
    return render_template("project/inspect.py", names)


def render_trace(plan: Plan) -> str:
    """The program that takes one step of the project on made-up text; no part of it either."""
    # A part is a batch to it, and it reads no data. Several processes always take parts.
    size = plan.micro_batch if plan.devices.many else plan.spec.training.batch_size
    plan = replace(plan, micro_batch=size, on_disk=False)
    names = context_of(plan)
    model = plan.spec.model
    rows = "[list(range(num_rows))]"
    names["trace"] = {
        "vocab_size": model.tokenizer.vocab_size if isinstance(model, Scratch) else None,
        "names_device": plan.hardware.device != "cpu"
        and bool(names["hardware"]["autocast"] or names["task"]["class_weights"]),
        "kernels_call": names["kernels"]["call"].replace("train_loader.token_ids", rows),
    }
    program = render_template("project/trace.py", names)
    return format_project({"trace_program.py": program})["trace_program.py"]


def _copies(plan: Plan) -> tuple[Copy, ...]:
    if not plan.copies_files:
        return ()
    return tuple(
        Copy(name, path, path.stat().st_size, file_sha256(path))
        for name, path in single_files(plan)
    )
