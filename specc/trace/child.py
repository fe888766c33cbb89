"""Runs in a project's folder, in a process of its own; reads request.json, answers in JSON.

The project's own modules build the model and take the step; tensors have shapes and no memory
(torch's FakeTensorMode), so an accelerator that is not there can be meant.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import _engine_run_backward

from specc.trace.bits import bitsandbytes_on
from specc.trace.configs import UnknownShape, models_without_weights
from specc.trace.cuda import as_on
from specc.trace.devices import (
    gathered,
    is_sharded,
    keep_gradients,
    mark_spread,
    offload,
    one_of,
    rebuild,
    summing,
    zero_gradients,
)
from specc.trace.shapes import LargestShapes
from specc.trace.storages import CPU_BLOCK, CUDA_BLOCK, Kind, StorageTracker

DEVICE = torch.device("cpu")
"""Stands for all: only shapes count."""


def main() -> None:
    """Traces every setting of request.json and prints the answers on a line of their own."""
    request = json.loads(Path("request.json").read_text(encoding="utf-8"))
    sys.path.insert(0, str(Path.cwd()))
    with (
        models_without_weights(),
        bitsandbytes_on(request["device"]),
        one_of(request["num_processes"]),
    ):
        program = importlib.import_module("trace_program")
        config = importlib.import_module("config").Config()
        try:
            answers = [trace(program, config, request, one) for one in request["settings"]]
        except UnknownShape as error:
            print("untraced " + json.dumps(f"the shape of `{error}` is not known here"))
            return
    print("traced " + json.dumps(answers))


@dataclass
class Work:
    """What a step is taken with.

    `masters` are the weights that the optimizer steps, and `network` is the model as it is spread
    over the processes, with the peak that spreading it took under `loading`. `offloads`: shares and
    what the optimizer does are in host memory.
    """

    program: Any
    config: Any
    model: Any
    masters: Any
    network: Any
    optimizer: torch.optim.Optimizer
    batch: dict[str, torch.Tensor]
    loading: dict[Kind, int]
    offloads: bool


def trace(
    program: Any, config: Any, request: dict[str, Any], setting: dict[str, Any]
) -> dict[str, Any]:
    """Bytes and FLOPs of one step of training and one of evaluation."""
    block = CUDA_BLOCK if request["device"] == "cuda" else CPU_BLOCK
    tracker = StorageTracker(block, request["kept_messages"])
    parts = setting["accumulation"]
    with (
        as_on(request["device"]),
        FakeTensorMode(allow_non_fake_inputs=True),
        LargestShapes(),  # type: ignore[no-untyped-call]
        tracker,
    ):
        model = make_model(program, config, setting, tracker)
        whole = tracker.alive["weights"]
        if request["offloads"]:
            offload(model, tracker)
        work = prepare(program, config, model, setting, tracker, request["offloads"])
        if parts > 1:
            keep_gradients(work.network)
        train_step(work, 1, tracker)  # makes the optimizer's state, and all that is made once
        found = [value for state in work.optimizer.state.values() for value in state.values()]
        # Each once: bitsandbytes has one table of codes for all parameters.
        states = list({id(one): one for one in found if isinstance(one, torch.Tensor)}.values())
        if not work.offloads:
            tracker.mark(states, "optimizer")
        mark_spread(work.network, tracker)
        with gathered(work.network):
            beside = evaluate(program, model, setting, tracker)
            cache = cache_bytes(model, setting)
        sent, within = zip(*train_step(work, parts, tracker), strict=True)
    # The best model is loaded into the shares; without them it stands beside the last one.
    best = 0 if is_sharded(work.network) else whole
    return {
        "train": max(tracker.peak, work.loading, key=lambda peak: sum(peak.values())),
        "evaluate": beside | {"best": best, "cache": cache},
        "flops": tracker.flops // min(2, parts),
        "moved": tracker.moved // min(2, parts),
        "sent": int((parts - 1) * sent[0] + sent[-1]),
        "sent_within": int((parts - 1) * within[0] + within[-1]),
        "parameters": sum(p.numel() for p in model.parameters()),
        "trainable": sum(p.numel() for p in model.parameters() if p.requires_grad),
        "host": tracker.host_peak,
        "weights_saved": num_bytes(model.parameters()),
        "saved": num_bytes(model.parameters()) + num_bytes(states),
    }


def num_bytes(tensors: Iterable[torch.Tensor]) -> int:
    """Of all, whoever holds them."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def make_model(program: Any, config: Any, setting: dict[str, Any], tracker: StorageTracker) -> Any:
    """The project's own, whole."""
    model = program.make_model(config, setting["embedding_rows"])
    tracker.mark(model.parameters(), "weights")
    tracker.mark(model.buffers(), "weights")
    return model


def prepare(
    program: Any,
    config: Any,
    model: Any,
    setting: dict[str, Any],
    tracker: StorageTracker,
    offloads: bool,
) -> Work:
    """All that training starts with."""
    masters = program.make_masters(model)
    network = model
    tracker.start()
    if hasattr(program, "make_network"):
        network = program.make_network(model, config, DEVICE)
    loading = tracker.peak
    tracker.mark(network.buffers(), "weights")
    tracker.mark(network.parameters(), "host" if offloads else "weights")
    for weight, master in zip(network.parameters(), masters.parameters(), strict=True):
        tracker.mark([master], "optimizer", only="temporary")
        if weight.requires_grad:
            weight.register_post_accumulate_grad_hook(
                lambda mine, kept=master: tracker.mark(gradients_of([mine, kept]), "gradients")
            )
    optimizer = program.make_optimizer(masters, config)
    batch = make_batch(program, model, setting)
    tracker.mark(batch.values(), "batch")
    return Work(program, config, model, masters, network, optimizer, batch, loading, offloads)


def gradients_of(parameters: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Those that there are."""
    return [parameter.grad for parameter in parameters if parameter.grad is not None]


def train_step(work: Work, accumulation: int, tracker: StorageTracker) -> list[tuple[float, float]]:
    """All micro-batches of one optimizer step, the last one for the peak: gradients are there.

    Returns:
        The bytes that each of the two (or one) sent to other processes, and to those of its group.
    """

    def save(tensor: torch.Tensor) -> torch.Tensor:
        tracker.mark([tensor], "activations", only="temporary")
        return tensor

    tracker.start()
    rebuild(work.network, tracker)
    sent, num_parts = [], min(2, accumulation)
    for number in range(num_parts):
        before, within = tracker.sent, tracker.sent_within
        with summing(work.network, is_last=number == num_parts - 1):
            with torch.autograd.graph.saved_tensors_hooks(save, lambda tensor: tensor):
                loss = work.program.forward_loss(work.network, work.batch, work.config)
            backward(loss)
        del loss
        sent.append((tracker.sent - before, tracker.sent_within - within))
    held = gradients_of(work.network.parameters())
    tracker.mark(held, "host" if work.offloads else "gradients")
    tracker.is_host = work.offloads
    work.program.finish_step(work.model, work.masters, work.optimizer, work.config)
    tracker.is_host = False
    zero_gradients(work.network)
    return sent


def backward(loss: torch.Tensor) -> None:
    """`loss.backward()`, which would suspend `as_on` where a checkpoint is computed again."""
    _engine_run_backward(
        (loss,),
        (torch.ones_like(loss),),
        False,
        False,
        (),
        allow_unreachable=True,
        accumulate_grad=True,
    )


def make_batch(program: Any, model: Any, setting: dict[str, Any]) -> dict[str, torch.Tensor]:
    """What training sees: tokens, or the features of a frozen encoder."""
    lengths = setting["length"], setting["target_length"]
    texts = program.make_texts(setting["micro_batch"], *lengths, DEVICE)
    if not hasattr(program, "make_features"):
        return texts  # type: ignore[no-any-return]
    return program.make_features(model, texts)  # type: ignore[no-any-return]


def evaluate(
    program: Any, model: Any, setting: dict[str, Any], tracker: StorageTracker
) -> dict[str, int]:
    """The peak of one batch of an evaluation."""
    tracker.start()
    size = setting["eval_batch"]
    texts = program.make_texts(size, setting["length"], setting["target_length"], DEVICE)
    model.eval()
    with torch.inference_mode():
        program.forward_only(model, texts)
    model.train()
    return {str(kind): size for kind, size in tracker.peak.items()}


def cache_bytes(model: Any, setting: dict[str, Any]) -> int:
    """Keys and values of all layers while texts are written, in the arithmetic of the weights.

    Those that the network keeps of one text, times the texts that are written at a time.
    """
    if not setting["generated_sequences"] or getattr(model, "config", None) is None:
        return 0
    inputs = {"input_ids": torch.zeros(1, setting["length"], dtype=torch.long)}
    if model.config.is_encoder_decoder:
        target = torch.zeros(1, setting["target_length"], dtype=torch.long)
        inputs["decoder_input_ids"] = target
    model.eval()
    with torch.inference_mode():
        kept = model(**inputs, use_cache=True).past_key_values
    model.train()
    parts = (
        getattr(kept, name, None) for name in ("self_attention_cache", "cross_attention_cache")
    )
    layers = [layer for part in parts if part for layer in part.layers] or kept.layers
    size = num_bytes(tensor for layer in layers for tensor in (layer.keys, layer.values))
    return size * int(setting["generated_sequences"])
