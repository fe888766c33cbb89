"""Translation from scratch with the Trainer: Marian's shape, a BPE for both languages."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.trainers import TUNED, fit
from benchmarks.works import split_of


def train_tokenizer(texts: list[str]) -> Any:
    """A BPE of 8,000 tokens, as the collator and `generate` want it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.BpeTrainer(vocab_size=8000, special_tokens=special)
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def encode(tokenizer: Any, texts: list[str]) -> list[list[int]]:
    """Tokens of each text, cut to 127, and the end of text."""
    ids = tokenizer(texts, add_special_tokens=False)["input_ids"]
    return [row[:127] + [tokenizer.eos_token_id] for row in ids]


def bits_per_byte(model: Any, tokenizer: Any, pairs: list[list[str]]) -> float:
    """Loss on the targets in bits, by their bytes in UTF-8: tokenizers need not be the same.

    Texts written after so short a training change from seed to seed; the loss hardly does.
    """
    import torch

    model.eval()
    rows, wanted = (encode(tokenizer, list(side)) for side in zip(*pairs, strict=True))
    nats = 0.0
    for start in range(0, len(rows), 64):
        batch = tokenizer.pad({"input_ids": rows[start : start + 64]}, return_tensors="pt")
        labels = tokenizer.pad({"input_ids": wanted[start : start + 64]}, return_tensors="pt")
        targets = labels["input_ids"].masked_fill(labels["attention_mask"] == 0, -100)
        with torch.inference_mode():
            loss = model(**batch, labels=targets).loss
        nats += float(loss) * int(labels["attention_mask"].sum())
    return nats / math.log(2) / sum(len(pair[1].encode()) for pair in pairs)


def trainer(settings: dict[str, Any], tuned: bool) -> dict[str, float]:
    """The Trainer with the collator for sequences to sequences."""
    import datasets
    from transformers import DataCollatorForSeq2Seq, MarianConfig, MarianMTModel, set_seed

    datasets.disable_progress_bars()
    set_seed(settings["seed"])
    pairs = [row.rstrip("\n").split("\t") for row in split_of(settings, "train")[1]]
    tokenizer = train_tokenizer([text for pair in pairs for text in pair])
    sources, targets = (encode(tokenizer, list(side)) for side in zip(*pairs, strict=True))
    masks = [[1] * len(ids) for ids in sources]
    columns = {"input_ids": sources, "attention_mask": masks, "labels": targets}
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
    collator = DataCollatorForSeq2Seq(tokenizer, model=model)
    dataset = datasets.Dataset.from_dict(columns)
    _, clock = fit(model, dataset, collator, settings, **(TUNED if tuned else {}))
    if not settings["score"]:
        return clock.report()
    rows = split_of(settings, "test")[1]
    test = [row.rstrip("\n").split("\t") for row in rows]
    return clock.report() | {"bits_per_byte": bits_per_byte(model, tokenizer, test)}
