"""The fields of the generated config.py: literals with their units and reasons."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc.language.base import duration_seconds
from specc.language.data import held_out
from specc.language.model import Pretrained
from specc.plan.architectures import FAMILIES
from specc.plan.plan import Plan
from specc.render.context.sources import project_path, single_files
from specc.render.context.training import training_context
from specc.render.literals import assignment


@dataclass
class Group:
    """A titled paragraph of the configuration."""

    title: str
    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return f"# {self.title}"

    def add(self, name: str, annotation: str, value: Any, note: str) -> None:
        """Appends a field; `note` is its unit and reason."""
        self.names.append(name)
        self.lines += assignment(name, annotation, value, note)


def file_sha256(path: Any) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def config_groups(plan: Plan, task: Group) -> list[Group]:
    """All groups in reading order; `task` holds the task's own fields."""
    groups = [_data(plan), task, _model(plan), _training(plan), _evaluation(plan), _run(plan)]
    return [group for group in groups if group.lines]


def _data(plan: Plan) -> Group:
    group = Group("Data")
    if plan.facts.hub:
        _hub(plan, group)
    else:
        _files(plan, group)
    if plan.packing is None:
        group.add("max_length", "int", plan.max_length, plan.reason("data.max_length"))
    if plan.on_disk:
        _storage(plan, group)
    return group


def _storage(plan: Plan, group: Group) -> None:
    note = "rows and tokens, each in a file named by the sha256 of what it is made of"
    group.add("cache_dir", "str", "cache", note)
    note = (
        "of the tokenizers library, 0: one a core; it takes nine tenths of the time of this step, "
        "so other processes would add little but copies"
    )
    group.add("tokenizer_threads", "int", plan.hardware.cores or 0, note)


def _hub(plan: Plan, group: Group) -> None:
    hub = plan.spec.data.hub
    assert hub is not None
    group.add("dataset", "str", hub.path, "on the Hugging Face hub")
    if hub.name:
        group.add("dataset_name", "str", hub.name, "its configuration")
    if hub.revision:
        group.add("dataset_revision", "str", hub.revision, "commit, tag or branch")
    for name in plan.splits:
        group.add(f"{name}_split", "str", getattr(hub.splits, name), "the hub's name of the split")


def _files(plan: Plan, group: Group) -> None:
    """Files by split, what is cut from them, and what large files must look like."""
    data, splits = plan.spec.data, plan.facts.splits
    for name, split in splits.items():
        if split.origin == "files":
            paths = tuple(project_path(plan, file) for file in split.files)
            rows = sum(file.rows for file in split.files)
            group.add(f"{name}_files", "tuple[str, ...]", paths, f"{rows:,} rows")
    cut = {name: split for name, split in splits.items() if split.origin == "cut"}
    for name, split in cut.items():
        note = "of the text" if plan.facts.by_position else f"of the rows: {split.rows:,}"
        group.add(f"{name}_fraction", "float", held_out(data)[name], note)
    if cut and not plan.facts.by_position:
        group.add("split_seed", "int", data.split.seed, "of the shuffle before the cut")
    if not plan.copies_files:
        expected = tuple(
            (name, file.stat().st_size, file_sha256(file)) for name, file in single_files(plan)
        )
        group.add(
            "expected_files", "tuple[tuple[str, int, str], ...]", expected, "path, bytes, sha256"
        )


def _model(plan: Plan) -> Group:
    group, model = Group("Model"), plan.spec.model
    if isinstance(model, Pretrained):
        assert plan.base is not None
        where = {"hub": "on the Hugging Face hub", "folder": "folder with the weights"}.get(
            plan.base.where, "package and folder in it"
        )
        reference = plan.base.reference
        if plan.base.where == "folder" and not Path(reference).is_absolute():
            reference = posixpath.normpath(f"{plan.to_spec}/{reference}")
        group.add("base", "str", reference, where)
        if model.revision:
            group.add("revision", "str", model.revision, "commit, tag or branch")
    else:
        group.add("num_layers", "int", model.layers, "transformer blocks")
        group.add("hidden_size", "int", model.hidden_size, "width of a token")
        group.add("num_heads", "int", model.heads, "attention heads a layer")
        size = model.feed_forward_size or 4 * model.hidden_size
        group.add("feed_forward_size", "int", size, plan.reason("model.feed_forward_size"))
        if "max_positions" in FAMILIES[model.architecture].sizes:
            group.add("max_positions", "int", model.max_positions, "tokens the model can read")
        group.add("vocab_size", "int", model.tokenizer.vocab_size, "tokens at most")
    if model.dropout is not None:
        group.add("dropout", "float", model.dropout, f"in the {plan.spec.task.NETWORK.kind}")
    if plan.frozen:
        group.add("frozen", "tuple[str, ...]", plan.frozen, "patterns of names not trained")
    return group


def _training(plan: Plan) -> Group:
    group, training, unit = Group("Training"), plan.spec.training, plan.spec.task.UNIT
    batches = plan.spec.task.batch_unit
    if plan.num_epochs is not None:
        steps = f" = {plan.num_steps:,} steps" if plan.num_steps else ""
        rows = (
            f"over {plan.split_rows['train']:,} {unit}" if plan.split_rows else f"over the {unit}"
        )
        group.add("epochs", "int", plan.num_epochs, f"passes {rows}{steps}")
    else:
        group.add("steps", "int", training.steps, "optimizer steps")
    group.add("batch_size", "int", training.batch_size, plan.reason("training.batch_size"))
    if plan.accumulates:
        whose = " of a process" if plan.devices.many else ""
        note = f"{batches} that pass through the network{whose} at a time; their gradients add up"
        group.add("micro_batch", "int", plan.micro_batch, note)
    if plan.packing is None:
        why = plan.reason("training.length_window")
        group.add("batches_per_window", "int", plan.length_window, why)
    _rates(plan, group)
    _regularization(plan, group)
    if training.time_limit:
        seconds = duration_seconds(training.time_limit)
        group.add("time_limit_s", "float", seconds, f"seconds of training: {training.time_limit}")
    group.add("seed", "int", training.seed, "of weights, dropout and order")
    return group


def _rates(plan: Plan, group: Group) -> None:
    """Learning rates and their schedule."""
    training, names = plan.spec.training, training_context(plan)
    rate = training.learning_rate
    peak = plan.spec.learning_rate
    group.add("learning_rate", "float", peak, "peak" + (", encoder" if rate.head else ""))
    if rate.head is not None:
        group.add("head_learning_rate", "float", rate.head, "peak, head")
    if rate.layer_decay != 1:
        group.add("layer_decay", "float", rate.layer_decay, "a layer's rate, by that above it")
    if training.warmup >= 1:
        group.add("warmup_steps", "int", int(training.warmup), "until the peak")
    elif training.warmup:
        group.add("warmup_fraction", "float", training.warmup, "of all steps, until the peak")
    if names["schedule_ends_above_zero"]:
        end = training.schedule.end  # type: ignore[union-attr]
        group.add("final_lr_factor", "float", end, "last learning rate, by the peak")
    if names["schedule_power"] is not None:
        group.add("schedule_power", "float", names["schedule_power"], "1 is linear")


def _regularization(plan: Plan, group: Group) -> None:
    """Decay, penalties, clipping and early stopping."""
    training = plan.spec.training
    group.add("weight_decay", "float", training.weight_decay, "not of biases, norms and embeddings")
    if training.l1:
        group.add("l1", "float", training.l1, "penalty on absolute weights")
    if training.l2:
        group.add("l2", "float", training.l2, "penalty on squared weights")
    if training.gradient_clip is not None:
        group.add("gradient_clip", "float", training.gradient_clip, "largest gradient norm")
    stopping = training.early_stopping
    if stopping:
        group.add("stop_metric", "str", plan.stop_metric, "what early stopping watches")
        group.add(
            "patience", "int", stopping.patience, "evaluations without a gain before the stop"
        )
        group.add("min_change", "float", stopping.min_change, "that counts as gain")


def _evaluation(plan: Plan) -> Group:
    group, evaluation = Group("Evaluation"), plan.spec.evaluation
    group.add(
        "best_metric", "str", plan.best, f"chooses the checkpoint: {plan.reason('evaluation.best')}"
    )
    group.add("eval_batch_size", "int", plan.eval_batch_size, plan.reason("evaluation.batch_size"))
    if evaluation.every != "epoch":
        group.add("eval_every", "int", evaluation.every, "steps")
    if plan.resamples:
        group.add("num_resamples", "int", plan.resamples, "bootstrap, behind each 95 % interval")
    group.add("num_worst", "int", evaluation.worst_examples, "examples in the report")
    return group


def _run(plan: Plan) -> Group:
    group, training = Group("Run"), plan.spec.training
    group.add("output_dir", "str", "outputs", "results, checkpoints, model; in this folder")
    group.names.append("max_steps")
    group.lines.append("max_steps: int | None = None  # stop early, for a trial")
    group.lines.append("max_eval_rows: int | None = None  # score fewer, for a trial")
    if plan.hardware.device != "cpu":
        group.add("device", "str", plan.hardware.device, "where the model is trained")
    if plan.devices.many:
        why = f"seconds: {plan.reason('hardware.timeout')}"
        group.add("timeout_s", "float", plan.devices.timeout_s, why)
    if plan.devices.tensor_parallel > 1:
        why = f"processes; {plan.reason('hardware.tensor_parallel')}"
        group.add("tensor_parallel", "int", plan.devices.tensor_parallel, why)
    if plan.hardware.cores:
        group.add("num_threads", "int", plan.hardware.cores, "CPU cores of the target")
    group.add("log_every", "int", plan.log_every, f"steps; {plan.reason('training.log_every')}")
    if training.checkpoint.every != "epoch":
        group.add("save_every", "int", training.checkpoint.every, "steps")
    group.add("keep_checkpoints", "int", training.checkpoint.keep, "the latest are kept")
    digest = hashlib.sha256(plan.spec_text.encode()).hexdigest()
    group.add("spec_sha256", "str", digest, "of .specc/spec.yaml")
    return group
