"""The real loading code of hub sources, against a hub cache that is laid out as the hub does it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel

from specc.pipeline import compile_project

from .projects import read_lines, run_alone, write

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WORDS = (
    "good",
    "bad",
    "tea",
    "sun",
    "day",
    "food",
    "room",
    "late",
    "broken",
    "fine",
    "great",
    "poor",
)

SPEC = """\
task: {{kind: text-classification, text: sentence, label: label, labels: [bad, good]}}
model: {{base: my-team/tiny-encoder, architecture: bert{revision}}}
data:
  hub: {{path: my-team/reviews, splits: {{train: train, validation: validation, test: test}}}}
  max_length: 16
  storage: {storage}
training: {{epochs: 2, batch_size: 8, learning_rate: 1e-3}}
evaluation: {{resamples: 20}}
hardware: {hardware}
"""


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A HF_HOME whose cache holds the model `my-team/tiny-encoder`."""
    home = tmp_path / "hf"
    repository = home / "hub/models--my-team--tiny-encoder"
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text(COMMIT)
    torch.manual_seed(0)
    sizes = BertConfig(
        vocab_size=32,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    BertModel(sizes).save_pretrained(snapshot)
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    vocabulary = {name: index for index, name in enumerate(names)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(snapshot / "tokenizer.json"))
    return home


def reviews(folder: Path) -> Path:
    """A data set as `load_dataset` takes one from a folder: a file a split."""
    folder.mkdir()
    for split, count in (("train", 24), ("validation", 8), ("test", 8)):
        lines = ["sentence,label"]
        for number in range(count):
            is_good = number % 2
            word = WORDS[2 + number % 5]
            lines.append(f"{'good' if is_good else 'bad'} {word} {word},{is_good}")
        (folder / f"{split}.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.parametrize(
    ("hardware", "revision", "storage"),
    [
        ("cpu", "", "auto"),
        ("auto", ", revision: main", "disk"),
        ("{device: cpu, precision: bf16}", "", "auto"),
    ],
)
def test_hub_project_trains_offline_from_the_cache(
    hub: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hardware: str,
    revision: str,
    storage: str,
) -> None:
    spec = tmp_path / "hub.yaml"
    spec.write_text(SPEC.format(hardware=hardware, revision=revision, storage=storage))
    _, project, _ = compile_project(spec)
    folder = write(project, tmp_path / "project")
    data = reviews(tmp_path / "reviews")
    # The data set's id becomes a folder, which load_dataset takes as well: the one edit.
    config = (folder / "config.py").read_text()
    assert config.count('"my-team/reviews"') == 1
    (folder / "config.py").write_text(config.replace('"my-team/reviews"', repr(str(data))))
    monkeypatch.setenv("HF_HOME", str(hub))
    run_alone(folder, "train.py")
    predictions = read_lines(folder / "outputs/predictions.jsonl")
    assert [line["label"] for line in predictions] == ["bad", "good"] * 4
    hub.rename(hub.with_name("gone"))  # the trained model needs neither the base nor a network
    assert run_alone(folder, "evaluate.py").count('"accuracy"') == 1
    assert run_alone(folder, "predict.py", "good tea").count('"prediction"') == 1
