"""Questions, language models and translation with the Trainer, on the same rows as specc."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, minilm
from benchmarks.works import parts

TUNED: dict[str, Any] = {
    "bf16": True,
    "train_sampling_strategy": "group_by_length",
    "optim": "adamw_torch_fused",
}
"""What a knowledgeable user sets."""


def rows_of(settings: dict[str, Any]) -> list[str]:
    """The training rows as they stand in the file."""
    return parts(Path(settings["train"]), settings["work"])[1][: settings["num_rows"]]


def fit(model: Any, dataset: Any, collator: Any, settings: dict[str, Any], **more: Any) -> Clock:
    """One training of the Trainer; what its clock saw."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    clock, size = Clock(), settings["batch_size"]

    class Steps(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            clock.step(size)

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
        dataloader_drop_last=True,
        **more,
    )
    Trainer(
        model=model,
        args=arguments,
        train_dataset=dataset,
        data_collator=collator,
        callbacks=[Steps()],
    ).train()
    return clock


def answers(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """Extractive questions, 384 tokens with a stride of 128, padded to the longest of a batch."""
    import datasets
    from transformers import (
        AutoModelForQuestionAnswering,
        AutoTokenizer,
        DataCollatorWithPadding,
        set_seed,
    )

    datasets.disable_progress_bars()
    set_seed(settings["seed"])
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    items = [json.loads(row) for row in rows_of(settings)]

    def encode(part: dict[str, Any]) -> Any:
        encoded = tokenizer(
            part["question"],
            part["context"],
            truncation="only_second",
            max_length=384,
            stride=128,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        owners, offsets = encoded.pop("overflow_to_sample_mapping"), encoded.pop("offset_mapping")
        encoded["start_positions"], encoded["end_positions"] = [], []
        for window, owner in enumerate(owners):
            start = part["start"][owner]
            end = start + len(part["answer"][owner])
            inside = [i for i, s in enumerate(encoded.sequence_ids(window)) if s == 1]
            places = offsets[window]
            first, last = 0, 0
            if places[inside[0]][0] <= start and end <= places[inside[-1]][1]:
                first = max(i for i in inside if places[i][0] <= start)
                last = min(i for i in inside if places[i][1] >= end)
            encoded["start_positions"].append(first)
            encoded["end_positions"].append(last)
        return encoded

    columns = {
        "question": [item["question"] for item in items],
        "context": [item["context"] for item in items],
        "answer": [item["answers"]["text"][0] for item in items],
        "start": [item["answers"]["answer_start"][0] for item in items],
    }
    dataset = datasets.Dataset.from_dict(columns)
    dataset = dataset.map(encode, batched=True, remove_columns=list(columns))
    model = AutoModelForQuestionAnswering.from_pretrained(minilm())
    more = TUNED if tuned else {}
    return fit(model, dataset, DataCollatorWithPadding(tokenizer), settings, **more).report()


def language(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """GPT-2 from scratch on blocks of 256 tokens, with a byte-level BPE of 1,000 tokens."""
    import datasets
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2LMHeadModel, default_data_collator, set_seed

    datasets.disable_progress_bars()
    set_seed(settings["seed"])
    text, block = "".join(rows_of(settings)), 256
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<|endoftext|>"]
    tokenizer.train_from_iterator(
        [text],
        trainers.BpeTrainer(vocab_size=1000, special_tokens=special, initial_alphabet=alphabet),
    )
    ids = tokenizer.encode(text).ids
    blocks = [ids[i : i + block] for i in range(0, len(ids) - block, block)]
    dataset = datasets.Dataset.from_dict({"input_ids": blocks, "labels": blocks})
    config = GPT2Config(
        vocab_size=1000,
        n_positions=block,
        n_embd=384,
        n_layer=6,
        n_head=6,
        bos_token_id=0,
        eos_token_id=0,
    )
    more = {key: value for key, value in TUNED.items() if "sampling" not in key} if tuned else {}
    clock = fit(GPT2LMHeadModel(config), dataset, default_data_collator, settings, **more)
    report = clock.report()
    report["samples_per_second"] *= block
    return report


def translation(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """Marian's shape from scratch, with a BPE of 8,000 tokens for both languages."""
    import datasets
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import (
        DataCollatorForSeq2Seq,
        MarianConfig,
        MarianMTModel,
        PreTrainedTokenizerFast,
        set_seed,
    )

    datasets.disable_progress_bars()
    set_seed(settings["seed"])
    pairs = [row.rstrip("\n").split("\t") for row in rows_of(settings)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    texts = [text for pair in pairs for text in pair]
    trainer = trainers.BpeTrainer(vocab_size=8000, special_tokens=special)
    tokenizer.train_from_iterator(texts, trainer)
    sides = [
        [encoding.ids[:127] + [1] for encoding in tokenizer.encode_batch(list(side))]
        for side in zip(*pairs, strict=True)
    ]
    masks = [[1] * len(ids) for ids in sides[0]]
    columns = {"input_ids": sides[0], "attention_mask": masks, "labels": sides[1]}
    config = MarianConfig(
        vocab_size=8000,
        d_model=256,
        encoder_layers=3,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=1024,
        decoder_ffn_dim=1024,
        max_position_embeddings=128,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        forced_eos_token_id=1,
        scale_embedding=True,
    )
    model = MarianMTModel(config)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    collator = DataCollatorForSeq2Seq(fast, model=model)
    more = TUNED if tuned else {}
    return fit(model, datasets.Dataset.from_dict(columns), collator, settings, **more).report()


TRAINERS = {"answers": answers, "language": language, "translation": translation}
