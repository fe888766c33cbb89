"""Pretrained bases of each family: their own tokenizers, and the loss that their class computes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    MBartConfig,
    MBartForConditionalGeneration,
    T5Config,
    T5ForConditionalGeneration,
)

from specc.diagnostics.diagnostic import SpecError
from tests.generated.projects import run, train, write
from tests.golden.gallery import ROOT, compile_spec
from tests.tasks.text_to_text.bases import PHRASES, Value, lay_out
from tests.variants.bases import changed

TEXTS = (ROOT / "specs/data/phrases.en").read_text(encoding="utf-8").splitlines()
TEXTS += (ROOT / "specs/data/phrases.de").read_text(encoding="utf-8").splitlines()
BART_SIZES: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "max_position_embeddings": 96,
}

SAME_LOSS = """
import torch
from config import Config
from data import Loader, encode, load_tokenizer, read_splits
from loss import HeadLoss, token_losses
from model import build_model, forward, output_weight

config = Config()
torch.manual_seed(1)
model = build_model(config).eval()
for parameter in model.parameters():  # norms and biases that are not 1 and 0, as trained ones
    parameter.data += 0.2 * torch.randn_like(parameter) * (parameter.ndim == 1)
loader = Loader(read_splits(config)["train"], load_tokenizer(config), config)
batch = loader.batch([0, 5, 40, 90])
labels = torch.full_like(batch["target_ids"].flatten(), -100)
labels[batch["positions"]] = batch["labels"]
labels = labels.view_as(batch["target_ids"])
expected = model(
    input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=labels
).loss
gradients = torch.autograd.grad(expected, list(model.parameters()), allow_unused=True)
own = HeadLoss.apply(forward(model, batch), output_weight(model), batch["labels"])
own_gradients = torch.autograd.grad(own, list(model.parameters()), allow_unused=True)
for one, other in zip(gradients, own_gradients, strict=True):
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-3)
with torch.no_grad():
    states, weight = forward(model, batch), output_weight(model)
    print(batch["target_ids"][0].tolist())
    torch.testing.assert_close(HeadLoss.apply(states, weight, batch["labels"]), expected)
    torch.testing.assert_close(token_losses(states, weight, batch["labels"])[0].mean(), expected)
print("the same loss")
"""


def tokenizer_file(folder: Path, before: str, after: str, special: list[str]) -> int:
    """tokenizer.json of words, with tokens around each text; the size of its vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    words = sorted({word for text in TEXTS for word in text.split()})
    vocabulary = {word: number for number, word in enumerate([*special, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.add_special_tokens(special)
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.decoder = decoders.WordPiece(prefix="")
    form = " ".join(part for part in (before, "$A", after) if part)
    named = [(name, vocabulary[name]) for name in (before, after) if name]
    tokenizer.post_processor = processors.TemplateProcessing(single=form, special_tokens=named)
    tokenizer.save(str(folder / "tokenizer.json"))
    return len(vocabulary)


def sentencepiece_files(folder: Path) -> dict[str, int]:
    """source.spm and target.spm as Marian has them, and the vocabulary that they share."""
    import sentencepiece

    (folder / "texts.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    for side in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "texts.txt"),
            model_prefix=str(folder / side),
            vocab_size=200,
            minloglevel=2,
        )
        (folder / f"{side}.model").rename(folder / f"{side}.spm")
    pieces = [line.split("\t")[0] for line in (folder / "source.vocab").read_text().splitlines()]
    names = ["</s>", "<unk>", *(p for p in pieces if p not in ("<s>", "</s>", "<unk>")), "<pad>"]
    vocabulary = {name: number for number, name in enumerate(names)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    return vocabulary


def bart(folder: Path) -> None:
    size = tokenizer_file(folder, "<s>", "</s>", ["<s>", "<pad>", "</s>", "<unk>"])
    BartForConditionalGeneration(BartConfig(vocab_size=size, **BART_SIZES)).save_pretrained(folder)


def t5(folder: Path) -> None:
    """As version 1.1: gated, and the output is not scaled."""
    size = tokenizer_file(folder, "", "</s>", ["<pad>", "</s>", "<unk>"])
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_heads": 4}
    config = T5Config(
        vocab_size=size,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        **sizes,
    )
    T5ForConditionalGeneration(config).save_pretrained(folder)


def marian(folder: Path) -> None:
    """With a bias in the output layer, as its pretrained models have."""
    from transformers import MarianTokenizer

    vocabulary = sentencepiece_files(folder)
    pad = vocabulary["<pad>"]
    config = MarianConfig(
        vocab_size=len(vocabulary),
        pad_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=0,
        decoder_start_token_id=pad,
        **BART_SIZES,
    )
    model = MarianMTModel(config)
    model.final_logits_bias.normal_()
    model.save_pretrained(folder)
    files = [str(folder / name) for name in ("source.spm", "target.spm", "vocab.json")]
    MarianTokenizer(*files).save_pretrained(folder)


def mbart(folder: Path) -> None:
    """As its first version: the language ends each text, and starts each target."""
    from transformers import MBartTokenizer

    pieces = sorted({word for text in TEXTS for word in text})
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [(name, 0.0) for name in special] + [(f"{p}", -5.0) for p in pieces]
    tokenizer = MBartTokenizer(vocab=vocabulary, src_lang="en_XX", tgt_lang="de_DE")
    tokenizer.save_pretrained(folder)
    sizes = BART_SIZES | {"max_position_embeddings": 128}
    model = MBartForConditionalGeneration(MBartConfig(vocab_size=len(tokenizer), **sizes))
    model.save_pretrained(folder)


def m2m_100(folder: Path) -> None:
    """As NLLB: the language begins each text, and is the first token that is written."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        *sorted({letter for text in TEXTS for letter in text}),
    ]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=[], src_lang="eng_Latn", tgt_lang="deu_Latn")
    tokenizer.save_pretrained(folder)
    sizes = BART_SIZES | {"max_position_embeddings": 128, "encoder_layerdrop": 0.0}
    model = M2M100ForConditionalGeneration(M2M100Config(vocab_size=len(tokenizer), **sizes))
    model.save_pretrained(folder)


FAMILIES = {"bart": bart, "t5": t5, "marian": marian, "mbart": mbart, "m2m_100": m2m_100}
LANGUAGES = {
    "mbart": {"source_language": "en_XX", "target_language": "de_DE"},
    "m2m_100": {"source_language": "eng_Latn", "target_language": "deu_Latn"},
}


def spec_for(name: str, folder: Path) -> Value:
    """A spec over a base that is made in `folder`."""
    torch.manual_seed(0)
    (folder / "base").mkdir()
    FAMILIES[name](folder / "base")
    spec = changed(PHRASES, ("model",), {"base": str(folder / "base")})
    return changed(spec, ("task",), PHRASES["task"] | LANGUAGES.get(name, {}))


@pytest.mark.parametrize("name", FAMILIES)
def test_loss_is_that_of_the_class(name: str, tmp_path: Path) -> None:
    project = write(
        compile_spec(spec_for(name, lay_out(tmp_path)), tmp_path), tmp_path / "p/project"
    )
    said = run(project, "-c", SAME_LOSS)
    assert "the same loss" in said, said


@pytest.mark.parametrize("name", FAMILIES)
def test_base_is_trained_and_writes(name: str, tmp_path: Path) -> None:
    project = write(
        compile_spec(spec_for(name, lay_out(tmp_path)), tmp_path), tmp_path / "p/project"
    )
    output_dir = train(project, max_steps=3, num_resamples=2, num_written=6, max_new_tokens=12)
    results = json.loads((output_dir / "results.json").read_text(encoding="utf-8"))
    assert results["texts"]["written"] == {"validation": 6, "test": 6}
    line = json.loads((output_dir / "predictions.jsonl").read_text("utf-8").splitlines()[0])
    said = run(project, "predict.py", "--max-new-tokens", "12", line["text"])
    answer = json.loads(said.splitlines()[-1])  # Marian's tokenizer warns before it
    assert answer["prediction"] == line["prediction"]


def told(spec: Value, folder: Path) -> dict[str, str]:
    """The errors of a spec by code."""
    try:
        compile_spec(spec, folder)
    except SpecError as error:
        return {d.code: d.message for d in error.diagnostics}
    return {}


def test_languages_are_refused_where_nothing_reads_them(tmp_path: Path) -> None:
    spec = spec_for("bart", lay_out(tmp_path))
    assert "SP278" in told(changed(spec, ("task", "target_language"), "German"), tmp_path)


def test_mbart_needs_both_languages(tmp_path: Path) -> None:
    spec = spec_for("mbart", lay_out(tmp_path))
    spec = changed(spec, ("task",), PHRASES["task"] | {"source_language": "en_XX"})
    assert "target_language" in told(spec, tmp_path)["SP278"]


def test_t5_gets_its_prefix_from_the_languages(tmp_path: Path) -> None:
    names = {"source_language": "English", "target_language": "German"}
    spec = changed(spec_for("t5", lay_out(tmp_path)), ("task",), PHRASES["task"] | names)
    project = write(compile_spec(spec, tmp_path), tmp_path / "project")
    assert "translate English to German: " in (project / "config.py").read_text("utf-8")
    assert "SP278" in told(changed(spec, ("task", "prefix"), "German: "), tmp_path)


def test_a_base_of_unknown_family_is_refused(tmp_path: Path) -> None:
    spec = changed(PHRASES, ("model",), {"base": "acme/writer"})
    assert "SP406" in told(spec, lay_out(tmp_path))
    assert not told(changed(spec, ("model", "architecture"), "t5"), tmp_path)


def test_a_folder_of_another_family_is_refused_by_its_name(tmp_path: Path) -> None:
    spec = spec_for("bart", lay_out(tmp_path))
    config = tmp_path / "base/config.json"
    named = json.loads(config.read_text("utf-8")) | {"model_type": "pegasus"}
    config.write_text(json.dumps(named), encoding="utf-8")
    assert "pegasus" in told(spec, tmp_path)["SP452"]
    assert "SP413" in told(changed(spec, ("model", "architecture"), "bart"), tmp_path)


MENDED = """
import config, data, model
settings = config.Config()
network, tokenizer = model.build_model(settings), data.load_tokenizer(settings)
rows = data.Loader(data.read_splits(settings)["train"], tokenizer, settings).target_ids
print(network.config.decoder_start_token_id, {row[-1] for row in rows})
network.config.pad_token_id = network.config.eos_token_id
print(model.generation_config(network, settings).suppress_tokens)
"""


def test_a_t5_whose_files_lack_start_and_end_gets_both(tmp_path: Path) -> None:
    spec = spec_for("t5", lay_out(tmp_path))
    for name, key in (
        ("config.json", "decoder_start_token_id"),
        ("tokenizer.json", "post_processor"),
    ):
        path = tmp_path / "base" / name
        held = json.loads(path.read_text("utf-8"))
        held.pop(key)
        path.write_text(json.dumps(held), encoding="utf-8")
    project = write(compile_spec(spec, tmp_path), tmp_path / "project")
    assert run(project, "-c", MENDED).split("\n")[:2] == ["0 {1}", "None"]


def test_an_encoder_cannot_write(tmp_path: Path) -> None:
    spec = changed(PHRASES, ("model",), {"base": "bert-base-uncased"})
    assert "SP265" in told(spec, lay_out(tmp_path))


@pytest.mark.parametrize("freeze", ["encoder", "embeddings", "layers 0-0"])
def test_parts_are_frozen(freeze: str, tmp_path: Path) -> None:
    spec = changed(spec_for("bart", lay_out(tmp_path)), ("model", "freeze"), freeze)
    project = write(compile_spec(spec, tmp_path), tmp_path / "p/project")
    program = (
        "from config import Config\nfrom model import build_model\n"
        "frozen = [n for n, p in build_model(Config()).named_parameters() if not p.requires_grad]\n"
        "print(*frozen)"
    )
    frozen = run(project, "-c", program).split()
    assert frozen
    assert not [name for name in frozen if "decoder.layers" in name]
    assert ("model.shared.weight" in frozen) == (freeze == "embeddings")
