"""What specc's projects are compared with: the Hugging Face Trainer, and the tutorials' loop.

Run as a script in a fresh process: `python -m benchmarks.contenders NAME SETTINGS.json` prints one
JSON object. All contenders see the same rows, batch size, learning rate, epochs and seed.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, minilm
from benchmarks.trainers import TUNED

MAX_LENGTH = 128
Rows = tuple[list[str], list[int]]


def read(path: Path, num_rows: int | None = None) -> Rows:
    """Texts and labels of a CSV with the columns `text` and `label`; the first `num_rows`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:num_rows]
    return [row["text"] for row in rows], [int(row["label"]) for row in rows]


def accuracy(model: Any, tokenizer: Any, rows: Rows) -> float:
    """Share of right answers, in float32."""
    import torch

    model.eval()
    hits = 0
    with torch.inference_mode():
        for start in range(0, len(rows[0]), 64):
            batch = tokenizer(
                rows[0][start : start + 64],
                truncation=True,
                max_length=MAX_LENGTH,
                padding=True,
                return_tensors="pt",
            )
            answers = model(**batch).logits.argmax(-1)
            hits += int((answers == torch.tensor(rows[1][start : start + 64])).sum())
    return hits / len(rows[0])


def trainer(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """The Trainer: at its defaults, or with bf16, grouped lengths and fused AdamW."""
    import datasets
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainerCallback,
        TrainingArguments,
        set_seed,
    )

    datasets.disable_progress_bars()
    clock, size = Clock(), settings["batch_size"]

    class Steps(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            clock.step(size)

    set_seed(settings["seed"])
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    texts, labels = read(Path(settings["train"]), settings["num_rows"])
    rows = datasets.Dataset.from_dict({"text": texts, "labels": labels}).map(
        lambda part: tokenizer(part["text"], truncation=True, max_length=MAX_LENGTH),
        batched=True,
        remove_columns=["text"],
    )
    model = AutoModelForSequenceClassification.from_pretrained(minilm(), num_labels=2)
    if settings["frozen"]:
        model.bert.requires_grad_(False)
    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(),
        num_train_epochs=settings["epochs"],
        per_device_train_batch_size=size,
        learning_rate=settings["learning_rate"],
        warmup_steps=0.1,
        seed=settings["seed"],
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        **(TUNED if tuned else {}),
    )
    started = time.time()
    Trainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        data_collator=DataCollatorWithPadding(tokenizer),
        callbacks=[Steps()],
    ).train()
    whole = {"whole_samples_per_second": settings["epochs"] * len(texts) / (time.time() - started)}
    return clock.report() | whole | _scored(model, tokenizer, settings)


def tutorial(settings: dict[str, Any]) -> dict[str, float]:
    """The tutorials' loop: float32, every text padded to the maximum, rows in random order."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    clock, size = Clock(), settings["batch_size"]
    torch.manual_seed(settings["seed"])
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    texts, labels = read(Path(settings["train"]), settings["num_rows"])
    model = AutoModelForSequenceClassification.from_pretrained(minilm(), num_labels=2)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings["learning_rate"])
    order = list(range(len(texts)))
    for epoch in range(settings["epochs"]):
        random.Random(settings["seed"] + epoch).shuffle(order)
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            batch = tokenizer(
                [texts[row] for row in rows],
                padding="max_length",
                truncation=True,
                max_length=MAX_LENGTH,
                return_tensors="pt",
            )
            loss = model(**batch, labels=torch.tensor([labels[row] for row in rows])).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            clock.step(len(rows))
    return clock.report() | _scored(model, tokenizer, settings)


def _scored(model: Any, tokenizer: Any, settings: dict[str, Any]) -> dict[str, float]:
    if not settings["score"]:
        return {}
    return {"accuracy": accuracy(model, tokenizer, read(Path(settings["test"])))}


def main() -> None:
    """Runs one contender and prints what it measured."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    name, settings = sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    from benchmarks import answers, language, tags, translation

    trainers = {
        "classification": trainer,
        "tags": tags.trainer,
        "answers": answers.trainer,
        "language": language.trainer,
        "translation": translation.trainer,
    }
    runs = {
        "tutorial": lambda: tutorial(settings),
        "trainer-default": lambda: trainers[settings["work"]](settings, tuned=False),
        "trainer-tuned": lambda: trainers[settings["work"]](settings, tuned=True),
    }
    print("RESULT " + json.dumps(runs[name]()), flush=True)


if __name__ == "__main__":
    main()
