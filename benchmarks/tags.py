"""Token classification with the Trainer: conll2003, MiniLM, the first token of a word labelled."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, minilm

MAX_LENGTH = 128
Sentences = tuple[list[list[str]], list[list[str]]]


def read(path: Path, num_rows: int | None = None) -> Sentences:
    """Words and IOB1 tags (first and last column) of the first `num_rows` sentences."""
    words: list[list[str]] = [[]]
    tags: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if not fields or fields[0] == "-DOCSTART-":
            words.append([])
            tags.append([])
        else:
            words[-1].append(fields[0])
            tags[-1].append(fields[-1])
    kept = [i for i, sentence in enumerate(words) if sentence][:num_rows]
    return [words[i] for i in kept], [to_bio(tags[i]) for i in kept]


def to_bio(tags: list[str]) -> list[str]:
    """BIO for IOB1."""
    bio, before = [], ""
    for tag in tags:
        letter, _, kind = tag.partition("-")
        bio.append(f"{'B' if letter == 'B' or kind != before else 'I'}-{kind}" if kind else "O")
        before = kind
    return bio


def trainer(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """The Trainer: at its defaults, or with bf16, grouped lengths and fused AdamW."""
    import datasets
    import numpy as np
    from seqeval.metrics import f1_score
    from transformers import (
        AutoModelForTokenClassification,
        AutoTokenizer,
        DataCollatorForTokenClassification,
        Trainer,
        TrainerCallback,
        TrainingArguments,
        set_seed,
    )

    from benchmarks.contenders import TUNED

    datasets.disable_progress_bars()
    clock, size = Clock(), settings["batch_size"]

    class Steps(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            clock.step(size)

    set_seed(settings["seed"])
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    train = read(Path(settings["train"]), settings["num_rows"])
    names = sorted({tag for sentence in train[1] for tag in sentence})

    def encode(part: dict[str, Any]) -> Any:
        encoded = tokenizer(
            part["words"], is_split_into_words=True, truncation=True, max_length=MAX_LENGTH
        )
        encoded["labels"] = []
        for row, tags in enumerate(part["tags"]):
            owners = encoded.word_ids(row)
            firsts = [
                w is not None and w != b for b, w in zip([None, *owners], owners, strict=False)
            ]
            pairs = zip(owners, firsts, strict=True)
            encoded["labels"].append([names.index(tags[w]) if f else -100 for w, f in pairs])
        return encoded

    def dataset(sentences: Sentences) -> Any:
        rows = datasets.Dataset.from_dict({"words": sentences[0], "tags": sentences[1]})
        return rows.map(encode, batched=True, remove_columns=["words", "tags"])

    model = AutoModelForTokenClassification.from_pretrained(minilm(), num_labels=len(names))
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
    made = Trainer(
        model=model,
        args=arguments,
        train_dataset=dataset(train),
        data_collator=DataCollatorForTokenClassification(tokenizer),
        callbacks=[Steps()],
    )
    made.train()
    measured = clock.report()
    if settings["score"]:
        answers = made.predict(dataset(read(Path(settings["test"]))))
        kept = [row != -100 for row in answers.label_ids]
        best = np.argmax(answers.predictions, -1)
        measured["f1"] = f1_score(
            [[names[i] for i in row[k]] for row, k in zip(answers.label_ids, kept, strict=True)],
            [[names[i] for i in row[k]] for row, k in zip(best, kept, strict=True)],
        )
    return measured
