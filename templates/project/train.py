"""{{ project.train_summary | doc }}

# {% if devices.many %}
    {{ devices.command }}            trains, chooses the best checkpoint, scores the {{ data.final_split }} split
    {{ devices.command }} --resume   resumes from the last checkpoint, or starts where there is none

# {% if devices.divides %}
{{ devices.tensor_parallel }} processes hold layers together and take the same share of every batch; how many there are in
all, a multiple of that, changes the speed and nothing else.
# {% else %}
Each process takes its share of every batch, so their number changes the speed and nothing else.
# {% endif %}
# {% else %}
    python train.py              trains, chooses the best checkpoint, scores the {{ data.final_split }} split
    python train.py --resume     resumes from the last checkpoint, or starts where there is none
# {% endif %}

Results go to outputs/: results.json, metrics.jsonl, report.md, predictions.jsonl and model/.
"""

import argparse
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import torch
import torch.nn.functional as F

from checkpoint import Progress, checkpoints, load_checkpoint, save_checkpoint
from compiled import Forward, compile_forward
from config import Config
from data import FOLDER, Loader, file_digests, load_tokenizer, read_splits
from distributed import all_summed, data_rank, data_size, first_alone, gather, join, rank, summing, tensor_size, totals, world_size
from eight_bits import adamw_8bit
from evaluate import evaluate
from features import cache_features
from generate import samples
from loss import HeadLoss
from machine import check_machine
from masters import round_weights, take_masters
from speedups import speed_up
from model import build_model, has_bf16, output_weight, parameter_groups, pick_device, save_model, smoothed_loss
# {% if not training.compiles %}
from model import forward
# {% endif %}
from results import write_results
from run_folder import fingerprint, log_event, open_log, open_run
# {% if devices.is_fsdp %}
from sharding import gathered, load_weights, spread, whole_norm
# {% else %}
from distributed import spread
# {% endif %}
from store import delete_older
from tensor_parallel import clip_gradients
{{ model.class_import }}


# {% include "partials/loop_parts.py" %}
# {% from "partials/gradients.py" import compiled, gradients, take_step with context %}
# {% from "partials/processes.py" import agree, find_device, make_network, read_data with context %}
# {% if devices.many %}
# {% include "partials/step_loss.py" %}
# {% endif %}
def main(config: Config, resume: bool = False, overwrite: bool = False) -> dict[str, Any]:
    """Trains, evaluates and writes everything to `config.output_dir`; returns the results."""
    # Seed and device
    torch.manual_seed(config.seed)
    # {% if training.deterministic %}
    # {% if not hardware.is_cpu %}
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS asks for it
    # {% endif %}
    torch.use_deterministic_algorithms(True)
    # {% endif %}
    # {% if hardware.cores %}
    torch.set_num_threads(config.num_threads)
    # {% endif %}
    # {% if hardware.tf32 %}
    torch.set_float32_matmul_precision("high")  # products of fp32 numbers read them as tf32
    # {% endif %}
    # {% if devices.many or not hardware.is_cpu %}
    {{ find_device() | trim | indent(4) }}
    # {% endif %}
    output_dir = FOLDER / config.output_dir
    checkpoint_dir = output_dir / "checkpoints"
    lock = open_run(output_dir, resume, overwrite)
    stop = threading.Event()
    # A preempted job gets SIGTERM: save, then leave with the usual code 143.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: stop.set())

    # Data
    # {% if devices.many and data.on_disk %}
    with first_alone():  # it writes the files of rows and tokens, the others map them
        {{ read_data() | trim | indent(8) }}
    # {% else %}
    {{ read_data() | trim | indent(4) }}
    # {% endif %}
    # {% if data.on_disk %}
    delete_older(config.cache_dir)
    # {% endif %}
    train_loader, eval_loader = loaders["train"], loaders["validation"]
    print(train_loader.length_note(), flush=True)

    # Model
    # {% if model.is_scratch %}
    model = build_model(config, tokenizer.get_vocab_size())
    # {% else %}
    model = build_model(config)
    # {% endif %}
    # {% if not hardware.is_cpu and not devices.is_fsdp %}
    model.to(device)  # type: ignore[arg-type]  # the library wraps it without its types
    # {% endif %}
    # {% if hardware.pure_bf16 %}
    masters = take_masters(model)  # float32: what the optimizer steps; the model is bf16 from here
    # {% endif %}
    # {% if model.caches_features %}
    # The encoder is frozen, so each text passes it once, in eval mode (no dropout inside the frozen
    # part); from here on a batch holds features, and only the head is trained.
    encoding_started = time.perf_counter()
    for loader in loaders.values():
        loader.features = cache_features(model, loader)
    features_s = time.perf_counter() - encoding_started
    # {% endif %}
    # {% if kernels.any %}
    {{ kernels.call }}
    # {% endif %}
    # {% if devices.many %}
    {{ make_network() | trim | indent(4) }}
    # {% endif %}

    # Optimizer and schedule
    optimizer = {{ training.optimizer.call }}(
        # {% if training.optimizer.eight_bits %}
        {{ training.stepped }},
        # {% endif %}
        parameter_groups({{ training.stepped }}, config),
        # {% for argument in training.optimizer.arguments %}
        {{ argument }},
        # {% endfor %}
    )
    # {% if training.uses_scaler %}
    # fp16 cannot hold small gradients: the loss is scaled up, the gradients are scaled back.
    scaler = torch.amp.GradScaler(device.type)
    # {% endif %}
    # {% if training.by_epochs %}
    num_steps = config.epochs * len(train_loader)
    # {% else %}
    num_steps = config.steps
    # {% endif %}
    last_step = min(num_steps, config.max_steps or num_steps)
    # {% if evaluation.by_epoch %}
    eval_every = len(train_loader)
    # {% else %}
    eval_every = config.eval_every
    # {% endif %}
    # {% if training.checkpoint_by_epoch %}
    save_every = len(train_loader)
    # {% else %}
    save_every = config.save_every
    # {% endif %}

    # {% if task.class_weights and not devices.many %}
    {{ task.weights_statement }}
    # {% endif %}

    # Resume
    run = fingerprint(config, splits, tokenizer, model)
    # {% if data.on_disk and not data.is_hub %}
    run["files"] = str(file_digests(config))
    # {% endif %}
    # {% if training.uses_scaler %}
    progress = load_checkpoint(checkpoint_dir, run, model, optimizer, scaler)
    # {% else %}
    progress = load_checkpoint(checkpoint_dir, run, {{ training.stepped }}, optimizer)
    # {% endif %}
    # {% if hardware.pure_bf16 %}
    round_weights(masters, model)
    # {% endif %}
    # {% if devices.many and not model.is_scratch %}
    if rank() == 0:
        {{ model.save_tokenizer }}
    # {% elif not model.is_scratch %}
    {{ model.save_tokenizer }}
    # {% endif %}
    log = open_log(output_dir / "metrics.jsonl", progress.log_bytes)

    # Run header
    num_parameters = sum(p.numel() for p in model.parameters())
    num_trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"{num_trainable:,} of {num_parameters:,} parameters are trained")
    # {% if training.accumulates %}
    # {% if devices.divides %}
    groups = f"{data_size()} x {tensor_size()} processes"
    sizes = f"{config.batch_size} {{ task.unit }}; {groups} take {config.micro_batch} at a time"
    # {% elif devices.many %}
    sizes = f"{config.batch_size} {{ task.unit }}; {world_size()} processes take {config.micro_batch} at a time"
    # {% else %}
    sizes = f"{config.batch_size} {{ task.unit }}, {config.micro_batch} at a time"
    # {% endif %}
    print(f"{num_steps:,} steps, {len(train_loader):,} an epoch, of {sizes}")
    # {% else %}
    print(f"{num_steps:,} steps, {len(train_loader):,} an epoch, of {config.batch_size} {{ task.unit }}")
    # {% endif %}
    print(
        # {% for line in hardware.precision_lines %}
        {{ line | py }}
        # {% endfor %}
        , flush=True
    )
    if progress.num_steps != num_steps:
        progress.num_steps = num_steps
        log_event(
            log,
            "start",
            num_steps=num_steps,
            steps_per_epoch=len(train_loader),
            parameters=num_parameters,
            trainable=num_trainable,
            best_metric=config.best_metric,
            greater_is_better={{ evaluation.greater_is_better | py }},
            # {% if hardware.is_cpu %}
            device="cpu",
            # {% else %}
            device=str(device),
            # {% endif %}
            # {% if devices.many %}
            processes=world_size(),
            # {% endif %}
            precision={{ hardware.precision | py }},
            splits={name: len(examples) for name, examples in splits.items()},
        )

    {{ compiled() | trim | indent(4) }}

    # Loop
    model.train()
    first_step, time_to_first_step_s = progress.step, 0.0
    seconds_before, start_time = progress.seconds, time.perf_counter()
    mark_time, mark_loss, mark_samples = start_time, torch.zeros(()), 0  # since the last log line
    # {% if task.counts_targets %}
    mark_targets = 0
    # {% endif %}
    busy_s, num_samples = 0.0, 0  # of training alone, without evaluating and saving
    # {% if task.rates_targets %}
    num_targets = 0
    # {% endif %}
    # {% if devices.many %}
    for parts, num_own in train_loader.starting_at(progress.step):
        {{ agree() | trim | indent(8) }}
    # {% elif training.accumulates %}
    for parts in train_loader.starting_at(progress.step):
        num_labels = sum(len(part["labels"]) for part in parts)
    # {% else %}
    for batch in train_loader.starting_at(progress.step):
    # {% endif %}
        # {% if training.early_stopping %}
        if progress.step >= last_step or progress.num_stale >= config.patience:
            break
        # {% else %}
        if progress.step >= last_step:
            break
        # {% endif %}
        factor = learning_rate_factor(progress.step, num_steps, config)
        for group in optimizer.param_groups:
            group["lr"] = factor * group["peak_lr"]
        {{ gradients() | trim | indent(8) }}
        {{ take_step() | trim | indent(8) }}
        progress.step = step = progress.step + 1
        mark_samples += {{ devices.num_samples or task.num_samples }}
        # {% if task.counts_targets %}
        mark_targets += {{ training.num_labels }}
        # {% endif %}
        mark_loss = mark_loss + {{ training.detached_loss }} * {{ training.num_labels }}
        if step == first_step + 1:
            time_to_first_step_s = time.time() - psutil.Process().create_time()
        progress.seconds = seconds_before + time.perf_counter() - start_time
        # {% if training.time_limit %}
        if {{ devices.is_late }}:
            log_event(log, "stop", step=step, reason="time limit")
            print(f"the time limit of {config.time_limit_s:g} s is over", flush=True)
            last_step = step
        # {% endif %}
        eval_due = step % eval_every == 0 or step == last_step
        save_due = step % save_every == 0 or step == last_step or {{ devices.is_stopped }}

        # Log
        if step % config.log_every == 0 or step == 1 or eval_due or save_due:
            train_loss = {{ devices.loss_sum }} / {{ devices.mark }}
            if not math.isfinite(train_loss):
                saved = checkpoints(checkpoint_dir)
                raise SystemExit(
                    f"the loss is {train_loss} at step {step}; last good checkpoint: "
                    f"{saved[-1] if saved else 'none'}. Try {{ training.divergence_advice }}."
                )
            window_s = time.perf_counter() - mark_time
            rate = mark_samples / window_s
            busy_s, num_samples = busy_s + window_s, num_samples + mark_samples
            # {% if task.rates_targets %}
            num_targets += mark_targets
            # {% endif %}
            log_event(
                log,
                "train",
                step=step,
                epoch=round(step / len(train_loader), 3),
                **{"train/loss": train_loss, "train/lr": optimizer.param_groups[0]["lr"]},
                # {% if training.clips %}
                **{"train/gradient_norm": float(norm)},
                # {% endif %}
                **{"train/samples_per_second": round(rate, 1)},
                # {% if task.rates_targets %}
                **{"train/tokens_per_second": round(mark_targets / window_s, 1)},
                # {% endif %}
                memory_gib=round(memory_gib(), 3),
            )
            left_s = (last_step - step) * (time.perf_counter() - start_time) / (step - first_step)
            print(
                f"step {step}/{last_step}  loss {train_loss:.4f}  "
                # {% if task.rates_targets %}
                f"{mark_targets / window_s:,.0f} tokens/s  {left_s:.0f} s left",
                # {% else %}
                f"{rate:.1f} {{ task.unit }}/s  {left_s:.0f} s left",
                # {% endif %}
                flush=True,
            )
            mark_time, mark_loss, mark_samples = time.perf_counter(), torch.zeros(()), 0
            # {% if task.counts_targets %}
            mark_targets = 0
            # {% endif %}

        # Evaluate
        if eval_due:
            # {% if devices.is_fsdp %}
            with gathered(network):
                scores = evaluate(model, eval_loader, config)
                # {% if task.writes_samples %}
                texts = samples(model, tokenizer, config)
                # {% endif %}
            # {% else %}
            scores = evaluate(model, eval_loader, config)
            # {% endif %}
            value = scores[config.best_metric]
            improved = progress.best_value is None or {{ evaluation.improvement }}
            if improved:
                # A metric that is not defined on this split must not stay the best for good.
                best = None if math.isnan(value) else value
                progress.best_value, progress.best_step = best, step
                save_model(model, output_dir / "model")
            # {% if training.early_stopping %}
            watched = scores[config.stop_metric]
            if progress.stop_value is None or {{ training.gain }}:
                progress.stop_value = None if math.isnan(watched) else watched
                progress.num_stale = 0
            else:
                progress.num_stale += 1
            # {% endif %}
            named = {f"eval/{name}": number for name, number in scores.items()}
            log_event(log, "eval", step=step, epoch=round(step / len(train_loader), 3), best=improved, **named)
            print(f"step {step}/{last_step}  validation {config.best_metric} {value:.4f}", flush=True)
            # {% if task.writes_samples %}
            for sample in {{ devices.samples }}:
                log_event(log, "sample", step=step, **sample)
            # {% endif %}
            mark_time = time.perf_counter()

        # Save
        # {% if not devices.many %}
        stopping = stop.is_set()  # perhaps since SIGTERM came during the evaluation
        # {% endif %}
        if {{ devices.saves }}:
            log_event(log, "checkpoint", step=step)
            progress.log_bytes = log.tell()
            save_checkpoint(
                checkpoint_dir, run, progress, {{ training.stepped }}, optimizer,
                # {% if training.uses_scaler %}
                scaler,
                # {% endif %}
                keep=config.keep_checkpoints,
            )
            mark_time = time.perf_counter()
        if {{ devices.leaves }}:
            print(f"stopped by SIGTERM, saved at step {step}", flush=True)
            sys.exit(143)
    # {% if training.early_stopping %}
    if progress.num_stale >= config.patience:
        log_event(log, "stop", step=progress.step, reason="early stopping")
        print(f"stopped early: {config.patience} evaluations without a gain", flush=True)
    # {% endif %}

    # {% if data.has_test %}
    # Results: the best checkpoint by validation. The test split is scored here, once.
    # {% else %}
    # Results: the best checkpoint by validation. There is no test split.
    # {% endif %}
    training: dict[str, Any] = {
        "steps": progress.step,
        "best_step": progress.best_step,
        # {% if model.caches_features %}
        "features_s": round(features_s, 2),
        # {% endif %}
        "seconds": round(progress.seconds, 2),
        "samples_per_second": round(num_samples / busy_s, 2) if busy_s else None,
        # {% if task.rates_targets %}
        "tokens_per_second": round(num_targets / busy_s, 1) if busy_s else None,
        # {% endif %}
        "time_to_first_step_s": round(time_to_first_step_s, 2),
    }
    # {% if devices.is_fsdp %}
    load_weights(model, output_dir / "model/model.safetensors")
    with gathered(network):
        results = write_results(config, output_dir, loaders, training, model)
    # {% else %}
    results = write_results(
        config,
        output_dir,
        loaders,
        training,
        # {% if not hardware.is_cpu %}
        device,
        # {% endif %}
    )
    # {% endif %}
    log_event(log, "end", seconds=training["seconds"])
    log.close()
    lock.close()
    # {% if task.truncated_counts %}
    print(f"{train_loader.length_note()}; results.json and report.md are in {output_dir}")
    # {% else %}
    print(f"results in {output_dir / 'results.json'}, report in {output_dir / 'report.md'}")
    # {% endif %}
    return results


# {% include "partials/train_main.py" %}
