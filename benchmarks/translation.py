"""Translation from scratch with the Trainer: Marian's shape, a BPE for both languages."""

from __future__ import annotations

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


def chrf(model: Any, tokenizer: Any, pairs: list[list[str]]) -> float:
    """sacreBLEU's chrF of greedy translations."""
    import torch
    from sacrebleu.metrics import CHRF

    model.eval()
    rows = encode(tokenizer, [pair[0] for pair in pairs])
    order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    written = [""] * len(rows)
    for start in range(0, len(order), 64):
        part = order[start : start + 64]
        batch = tokenizer.pad({"input_ids": [rows[row] for row in part]}, return_tensors="pt")
        with torch.inference_mode():
            ids = model.generate(**batch, num_beams=1, do_sample=False, max_new_tokens=127)
        for row, text in zip(part, tokenizer.batch_decode(ids, True), strict=True):
            written[row] = text.strip()
    return float(CHRF().corpus_score(written, [[pair[1] for pair in pairs]]).score)


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
    return clock.report() | {"chrf": chrf(model, tokenizer, test)}
