"""A language model from scratch with the Trainer: GPT-2's shape, blocks of 256 tokens."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.trainers import TUNED, fit
from benchmarks.works import split_of

BLOCK = 256


def train_tokenizer(text: str) -> Any:
    """A byte-level BPE of 1,000 tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=1000,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def bits_per_byte(model: Any, tokenizer: Any, text: str) -> float:
    """Loss on the text in bits, by its bytes in UTF-8; every token but the first is predicted."""
    import torch

    model.eval()
    ids = torch.tensor(tokenizer.encode(text).ids)
    nats = 0.0
    with torch.inference_mode():
        for start in range(0, len(ids) - 1, BLOCK - 1):
            block = ids[None, start : start + BLOCK]
            nats += float(model(input_ids=block, labels=block).loss) * (block.shape[1] - 1)
    return nats / math.log(2) / len(text.encode())


def trainer(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """The Trainer on packed blocks; the rate is in tokens."""
    import datasets
    from transformers import GPT2Config, GPT2LMHeadModel, default_data_collator, set_seed

    datasets.disable_progress_bars()
    set_seed(settings["seed"])
    text = "".join(split_of(settings, "train")[1])
    tokenizer = train_tokenizer(text)
    ids = tokenizer.encode(text).ids
    blocks = [ids[i : i + BLOCK] for i in range(0, len(ids) - BLOCK, BLOCK)]
    dataset = datasets.Dataset.from_dict({"input_ids": blocks, "labels": blocks})
    config = GPT2Config(
        vocab_size=1000,
        n_positions=BLOCK,
        n_embd=384,
        n_layer=6,
        n_head=6,
        bos_token_id=0,
        eos_token_id=0,
    )
    more = {key: value for key, value in TUNED.items() if "sampling" not in key} if tuned else {}
    model = GPT2LMHeadModel(config)
    _, clock = fit(model, dataset, default_data_collator, settings, **more)
    report = clock.report()
    report["samples_per_second"] *= BLOCK
    if settings["score"]:
        rows = split_of(settings, "test")[1]
        report["bits_per_byte"] = bits_per_byte(model, tokenizer, "".join(rows))
    return report
