"""Trains a new marian encoder-decoder of 2 layers to predict the translation in `de` from `en`.

    python train.py              trains, chooses the best checkpoint, scores the test split
    python train.py --resume     resumes from the last checkpoint, or starts where there is none

Results go to outputs/: results.json, metrics.jsonl, report.md, predictions.jsonl and model/.
"""

import argparse
import math
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import psutil
import torch

from checkpoint import checkpoints, load_checkpoint, save_checkpoint
from config import Config
from data import FOLDER, Loader, load_tokenizer, read_splits
from evaluate import evaluate
from loss import HeadLoss
from model import build_model, forward, output_weight, parameter_groups, save_model
from results import write_results
from run_folder import fingerprint, log_event, open_log, open_run
from speedups import speed_up


def learning_rate_factor(step: int, num_steps: int, config: Config) -> float:
    """Share of the peak learning rate at `step`: a line up, then a line down."""
    num_warmup = math.ceil(config.warmup_fraction * num_steps)
    if step < num_warmup:
        return (step + 1) / num_warmup
    return (num_steps - step) / max(1, num_steps - num_warmup)


def memory_gib() -> float:
    """Resident memory of this process now, in GiB."""
    return psutil.Process().memory_info().rss / 2**30


def main(config: Config, resume: bool = False, overwrite: bool = False) -> dict[str, Any]:
    """Trains, evaluates and writes everything to `config.output_dir`; returns the results."""
    # Seed and device
    torch.manual_seed(config.seed)
    output_dir = FOLDER / config.output_dir
    checkpoint_dir = output_dir / "checkpoints"
    lock = open_run(output_dir, resume, overwrite)
    stop = threading.Event()
    # A preempted job gets SIGTERM: save, then leave with the usual code 143.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: stop.set())

    # Data
    splits = read_splits(config)
    tokenizer = load_tokenizer(
        config, splits["train"].all_texts(), output_dir / "model/tokenizer.json"
    )
    loaders = {
        name: Loader(
            examples if name == "train" else examples.head(config.max_eval_rows), tokenizer, config
        )
        for name, examples in splits.items()
    }
    train_loader, eval_loader = loaders["train"], loaders["validation"]
    print(train_loader.length_note(), flush=True)

    # Model
    model = build_model(config, tokenizer.get_vocab_size())
    speed_up(model, config.seed)

    # Optimizer and schedule
    optimizer = torch.optim.AdamW(
        parameter_groups(model, config), betas=(0.9, 0.999), eps=1e-08, fused=True
    )
    num_steps = config.epochs * len(train_loader)
    last_step = min(num_steps, config.max_steps or num_steps)
    eval_every = len(train_loader)
    save_every = len(train_loader)

    # Resume
    run = fingerprint(config, splits, tokenizer, model)
    progress = load_checkpoint(checkpoint_dir, run, model, optimizer)
    log = open_log(output_dir / "metrics.jsonl", progress.log_bytes)

    # Run header
    num_parameters = sum(p.numel() for p in model.parameters())
    num_trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"{num_trainable:,} of {num_parameters:,} parameters are trained")
    print(f"{num_steps:,} steps, {len(train_loader):,} an epoch, of {config.batch_size} pairs")
    print(
        "precision fp32: no `hardware.instructions` are declared, and bf16 is slow on a "
        "CPU that has none for it",
        flush=True,
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
            greater_is_better=False,
            device="cpu",
            precision="fp32",
            splits={name: len(examples) for name, examples in splits.items()},
        )

    # Loop
    model.train()
    first_step, time_to_first_step_s = progress.step, 0.0
    seconds_before, start_time = progress.seconds, time.perf_counter()
    mark_time, mark_loss, mark_samples = start_time, torch.zeros(()), 0  # since the last log line
    mark_targets = 0
    busy_s, num_samples = 0.0, 0  # of training alone, without evaluating and saving
    for batch in train_loader.starting_at(progress.step):
        if progress.step >= last_step:
            break
        factor = learning_rate_factor(progress.step, num_steps, config)
        for group in optimizer.param_groups:
            group["lr"] = factor * group["peak_lr"]
        states = forward(model, batch)
        loss = HeadLoss.apply(states, output_weight(model), batch["labels"])
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), config.gradient_clip)
        optimizer.step()
        optimizer.zero_grad()
        progress.step = step = progress.step + 1
        mark_samples += len(batch["target_ids"])
        mark_targets += len(batch["labels"])
        mark_loss = mark_loss + loss.detach() * len(batch["labels"])
        if step == first_step + 1:
            time_to_first_step_s = time.time() - psutil.Process().create_time()
        progress.seconds = seconds_before + time.perf_counter() - start_time
        eval_due = step % eval_every == 0 or step == last_step
        save_due = step % save_every == 0 or step == last_step or stop.is_set()

        # Log
        if step % config.log_every == 0 or step == 1 or eval_due or save_due:
            train_loss = float(mark_loss) / mark_targets
            if not math.isfinite(train_loss):
                saved = checkpoints(checkpoint_dir)
                raise SystemExit(
                    f"the loss is {train_loss} at step {step}; last good checkpoint: "
                    f"{saved[-1] if saved else 'none'}. Try a lower learning rate or a longer warm-up."
                )
            window_s = time.perf_counter() - mark_time
            rate = mark_samples / window_s
            busy_s, num_samples = busy_s + window_s, num_samples + mark_samples
            log_event(
                log,
                "train",
                step=step,
                epoch=round(step / len(train_loader), 3),
                **{"train/loss": train_loss, "train/lr": optimizer.param_groups[0]["lr"]},
                **{"train/gradient_norm": float(norm)},
                **{"train/samples_per_second": round(rate, 1)},
                memory_gib=round(memory_gib(), 3),
            )
            left_s = (last_step - step) * (time.perf_counter() - start_time) / (step - first_step)
            print(
                f"step {step}/{last_step}  loss {train_loss:.4f}  "
                f"{rate:.1f} pairs/s  {left_s:.0f} s left",
                flush=True,
            )
            mark_time, mark_loss, mark_samples = time.perf_counter(), torch.zeros(()), 0
            mark_targets = 0

        # Evaluate
        if eval_due:
            scores = evaluate(model, eval_loader, config)
            value = scores[config.best_metric]
            improved = progress.best_value is None or value < progress.best_value
            if improved:
                # A metric that is not defined on this split must not stay the best for good.
                best = None if math.isnan(value) else value
                progress.best_value, progress.best_step = best, step
                save_model(model, output_dir / "model")
            named = {f"eval/{name}": number for name, number in scores.items()}
            log_event(
                log,
                "eval",
                step=step,
                epoch=round(step / len(train_loader), 3),
                best=improved,
                **named,
            )
            print(
                f"step {step}/{last_step}  validation {config.best_metric} {value:.4f}", flush=True
            )
            mark_time = time.perf_counter()

        # Save
        stopping = stop.is_set()  # perhaps since SIGTERM came during the evaluation
        if save_due or stopping:
            log_event(log, "checkpoint", step=step)
            progress.log_bytes = log.tell()
            save_checkpoint(
                checkpoint_dir, run, progress, model, optimizer, keep=config.keep_checkpoints
            )
            mark_time = time.perf_counter()
        if stopping:
            print(f"stopped by SIGTERM, saved at step {step}", flush=True)
            sys.exit(143)

    # Results: the best checkpoint by validation. The test split is scored here, once.
    training: dict[str, Any] = {
        "steps": progress.step,
        "best_step": progress.best_step,
        "seconds": round(progress.seconds, 2),
        "samples_per_second": round(num_samples / busy_s, 2) if busy_s else None,
        "time_to_first_step_s": round(time_to_first_step_s, 2),
    }
    results = write_results(config, output_dir, loaders, training)
    log_event(log, "end", seconds=training["seconds"])
    log.close()
    lock.close()
    print(f"{train_loader.length_note()}; results.json and report.md are in {output_dir}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    start.add_argument("--overwrite", action="store_true", help="replace the run in the folder")
    parser.add_argument(
        "--output-dir", type=os.path.abspath, default=str(FOLDER / Config.output_dir)
    )
    parser.add_argument("--max-steps", type=int, default=Config.max_steps, help="stop this early")
    parser.add_argument("--seed", type=int, default=Config.seed)
    settings = vars(parser.parse_args())
    resume, overwrite = settings.pop("resume"), settings.pop("overwrite")
    main(replace(Config(), **settings), resume, overwrite)
