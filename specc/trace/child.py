"""Runs in a project's folder, in a process of its own; reads request.json, answers in JSON.

The project's own modules build the model and take the step; tensors have shapes and no memory
(torch's FakeTensorMode), so an accelerator that is not there can be meant.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import _engine_run_backward
from torch.utils.flop_counter import FlopCounterMode

from specc.trace.configs import UnknownShape, models_without_weights
from specc.trace.cuda import as_on
from specc.trace.shapes import LargestShapes
from specc.trace.storages import StorageTracker


def main() -> None:
    """Traces every setting of request.json and prints the answers on a line of their own."""
    request = json.loads(Path("request.json").read_text(encoding="utf-8"))
    sys.path.insert(0, str(Path.cwd()))
    with models_without_weights():
        program = importlib.import_module("trace_program")
        config = importlib.import_module("config").Config()
        try:
            answers = [trace(program, config, request, one) for one in request["settings"]]
        except UnknownShape as error:
            print("untraced " + json.dumps(f"the shape of `{error}` is not known here"))
            return
    print("traced " + json.dumps(answers))


def trace(
    program: Any, config: Any, request: dict[str, Any], setting: dict[str, Any]
) -> dict[str, Any]:
    """Bytes and FLOPs of one step of training and one of evaluation."""
    device = torch.device("cpu")  # stands for all: only shapes count
    tracker = StorageTracker(512 if request["device"] == "cuda" else 64)
    with (
        as_on(request["device"]),
        FakeTensorMode(allow_non_fake_inputs=True),
        LargestShapes(),  # type: ignore[no-untyped-call]
        tracker,
    ):
        model = program.make_model(config, setting["embedding_rows"])
        masters = program.make_masters(model)
        tracker.mark(model.parameters(), "weights")
        tracker.mark(model.buffers(), "weights")
        for weight, master in zip(model.parameters(), masters.parameters(), strict=True):
            tracker.mark([master], "optimizer", only="temporary")
            if weight.requires_grad:
                weight.register_post_accumulate_grad_hook(
                    lambda _, kept=master: tracker.mark([kept.grad], "gradients")
                )
        optimizer = program.make_optimizer(masters, config)
        batch = make_batch(program, model, setting, device)
        tracker.mark(batch.values(), "batch")
        # The counter keeps what a checkpoint would free, so another step is measured.
        with FlopCounterMode(display=False) as flops:
            train_step(program, model, masters, optimizer, config, batch, 1, tracker)
        states = [value for state in optimizer.state.values() for value in state.values()]
        tracker.mark((s for s in states if isinstance(s, torch.Tensor)), "optimizer")
        evaluation = evaluate(program, model, setting, device, tracker)
        tracker.start()
        parts = setting["accumulation"]
        train_step(program, model, masters, optimizer, config, batch, parts, tracker)
    evaluation["cache"] = cache_bytes(model, setting)
    return {
        "train": tracker.peak,
        "evaluate": evaluation,
        "flops": flops.get_total_flops(),
        "moved": tracker.moved // min(2, setting["accumulation"]),
        "parameters": sum(p.numel() for p in model.parameters()),
        "trainable": sum(p.numel() for p in model.parameters() if p.requires_grad),
    }


def train_step(
    program: Any,
    model: Any,
    masters: Any,
    optimizer: torch.optim.Optimizer,
    config: Any,
    batch: dict[str, torch.Tensor],
    accumulation: int,
    tracker: StorageTracker,
) -> None:
    """All micro-batches of one optimizer step, the last one for the peak: gradients are there."""

    def save(tensor: torch.Tensor) -> torch.Tensor:
        tracker.mark([tensor], "activations", only="temporary")
        return tensor

    for _ in range(min(2, accumulation)):
        with torch.autograd.graph.saved_tensors_hooks(save, lambda tensor: tensor):
            loss = program.forward_loss(model, batch, config)
        backward(loss)
        del loss
    program.finish_step(model, masters, optimizer, config)


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


def make_batch(
    program: Any, model: Any, setting: dict[str, Any], device: torch.device
) -> dict[str, torch.Tensor]:
    """What training sees: tokens, or the features of a frozen encoder."""
    lengths = setting["length"], setting["target_length"]
    texts = program.make_texts(setting["micro_batch"], *lengths, device)
    if not hasattr(program, "make_features"):
        return texts  # type: ignore[no-any-return]
    return program.make_features(model, texts)  # type: ignore[no-any-return]


def evaluate(
    program: Any, model: Any, setting: dict[str, Any], device: torch.device, tracker: StorageTracker
) -> dict[str, int]:
    """The peak of one batch of an evaluation."""
    tracker.start()
    size = setting["eval_batch"]
    texts = program.make_texts(size, setting["length"], setting["target_length"], device)
    model.eval()
    with torch.inference_mode():
        program.forward_only(model, texts)
    model.train()
    return {str(kind): size for kind, size in tracker.peak.items()}


def cache_bytes(model: Any, setting: dict[str, Any]) -> int:
    """Keys and values of all layers while texts are written (Pope et al. 2022), wide as weights."""
    sequences = setting["generated_sequences"]
    config = getattr(model, "config", None)
    if not sequences or config is None:
        return 0
    heads = config.num_attention_heads
    shared = getattr(config, "num_key_value_heads", None) or heads
    width = next(model.parameters()).element_size()
    per_token = 2 * width * config.hidden_size // heads * shared
    if not config.is_encoder_decoder:
        return int(per_token * config.num_hidden_layers * sequences * setting["length"])
    tokens = setting["length"] + setting["target_length"]
    layers = getattr(config, "decoder_layers", None) or config.num_decoder_layers
    return int(per_token * layers * sequences * tokens)
