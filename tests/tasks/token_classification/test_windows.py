"""Every word is answered for once, whatever the tokenizer and however long the sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import RobertaConfig, RobertaModel

from tests.tasks.token_classification.workbench import (
    COLUMNS,
    TINY,
    compiled_in,
    imported,
    write,
)

MODULES = ("config", "data", "windows", "model", "evaluate", "predict")
ROWS = "\n".join(f"Ann{i} B-PER\nlives O\nin O\nNew B-LOC\nYork I-LOC\n. O\n" for i in range(30))


class Made:
    """An untrained project, imported, with its model."""

    def __init__(self, modules: list[ModuleType], folder: Path, settings: dict[str, Any]) -> None:
        self.config, self.data, self.windows, self.model, self.evaluate, self.predict = modules
        self.settings = self.config.Config(**settings)
        self.folder = folder
        splits = self.data.read_splits(self.settings)
        if hasattr(self.settings, "vocab_size"):
            texts = [" ".join(words) for words in splits["train"].words]
            saved = folder / "model/tokenizer.json"
            self.tokenizer = self.data.load_tokenizer(self.settings, texts, saved)
            torch.manual_seed(0)
            self.net = self.model.build_model(self.settings, self.tokenizer.get_vocab_size())
        else:
            self.tokenizer = self.data.load_tokenizer(self.settings)
            self.net = self.model.build_model(self.settings)
        with torch.no_grad():  # so that tags differ
            self.net.classifier.weight.normal_(std=2.0)

    def loader(self, sentences: list[list[str]], **settings: Any) -> Any:
        config = self.config.Config(**(vars(self.settings) | settings))
        examples = self.data.Examples(sentences, [[0] * len(words) for words in sentences])
        return self.data.Loader(examples, self.tokenizer, config)

    def answers(self, sentences: list[list[str]], **settings: Any) -> Any:
        return self.evaluate.predict(self.net, self.loader(sentences, **settings))


def made(folder: Path, task: str, rest: str, **settings: Any) -> Iterator[Made]:
    write(folder / "rows.conll", ROWS)
    _, project = compiled_in(folder, task, "rows.conll", rest)
    with imported(project, MODULES) as modules:
        yield Made(modules, folder, settings)


def sentences(count: int, longest: int, seed: int = 0) -> list[list[str]]:
    rng = random.Random(seed)
    words = ["Ann1", "lives", "York", "unheard-of", ".", "\u200b", "", "北京", "é", "x" * 200]
    return [rng.choices(words, k=rng.randint(1, longest)) for _ in range(count)]


# Of one project at a time the modules can be imported: these two have each their own.


def test_all_tokens_are_trained_on_and_the_first_answers(tmp_path: Path) -> None:
    task = COLUMNS.replace("}", ", label_on: all}")
    for project in made(tmp_path, task, TINY, max_length=16):
        texts = sentences(10, 30)
        loader = project.loader(texts)
        pieces = [
            ids for words in project.windows.encode(project.tokenizer, texts) for ids in words
        ]
        assert sum(len(w.positions) for w in loader.windows) == sum(min(len(p), 7) for p in pieces)
        assert any(len(piece) > 1 for piece in pieces)
        outcome = project.evaluate.predict(project.net, loader)
        # As if only first tokens carried a tag: the same windows, with the other ones left out.
        windows = []
        for w in loader.windows:
            first = [i for i in range(len(w.words)) if not i or w.words[i] != w.words[i - 1]]
            at = project.windows.Window
            windows.append(
                at(w.row, w.token_ids, [w.positions[i] for i in first], [w.words[i] for i in first])
            )
        loader.windows = windows
        alone = project.evaluate.predict(project.net, loader)
        for one, other in zip(outcome.predictions, alone.predictions, strict=True):
            assert one.tolist() == other.tolist()
        assert outcome.losses == pytest.approx(alone.losses, rel=1e-4)


def roberta_folder(folder: Path) -> None:
    """A tiny RoBERTa with its byte-level tokenizer, as a user would have it on disk."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator([ROWS.replace("\n", " ")], trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    sizes = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32, max_position_embeddings=66,
    )  # fmt: skip
    RobertaModel(sizes).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


def test_roberta_reads_words_with_the_space_before_them(tmp_path: Path) -> None:
    roberta_folder(tmp_path / "base")
    for project in made(tmp_path, COLUMNS, "model: ./base\n"):
        words = ["lives", "in", "York", "\u200b", ""]
        encoded = project.windows.encode(project.tokenizer, [words])[0]
        running = project.tokenizer.encode(" lives in York", add_special_tokens=False).ids
        assert [token for ids in encoded[:3] for token in ids] == running
        assert encoded[4] != []
        window = project.loader([words]).windows[0]
        assert (window.token_ids[0], window.token_ids[-1]) == (0, 2)
        assert len(project.answers([words]).predictions[0]) == 5


@pytest.fixture(scope="module", params=["wordpiece", "bpe", "unigram"])
def scratch(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Made]:
    """From scratch, with each kind of tokenizer; at most 16 tokens at a time."""
    tokenizer = f", tokenizer: {{train: {request.param}, vocab_size: 400}}}}\n"
    rest = TINY.replace("}\n", tokenizer)
    yield from made(tmp_path_factory.mktemp(request.param), COLUMNS, rest, max_length=16)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 14, 126])
def test_windows_cover_words_of_any_length(scratch: Made, size: int) -> None:
    rng = random.Random(size)
    for number in (0, 1, 2, 7, 300):
        lengths = [rng.randint(1, max(1, size // 2)) for _ in range(number)]
        found = list(scratch.windows.windows_of(lengths, size))
        assert [word for _, answered in found for word in answered] == list(range(number))
        for read, answered in found:
            assert sum(lengths[word] for word in read) <= size
            assert set(answered) <= set(read)


def test_every_word_is_answered_once(scratch: Made) -> None:
    texts = [*sentences(20, 80), ["x"] * 10_000, ["Ann1"]]
    loader = scratch.loader(texts)
    found = [(w.row, word) for w in loader.windows for word in w.words]
    assert found == [(row, word) for row, words in enumerate(texts) for word in range(len(words))]
    assert max(map(len, loader.token_ids)) <= 16
    assert len(loader.windows) > len(texts)
    for window in loader.windows:
        assert len(window.positions) == len(window.words)
        assert 0 < min(window.positions) <= max(window.positions) < len(window.token_ids) - 1


def test_a_word_of_no_token_is_the_unknown_one(scratch: Made) -> None:
    texts = [["Ann1", "\u200b", ""], ["\u200b"], [""]]
    encoded = scratch.windows.encode(scratch.tokenizer, texts)
    assert [len(words) for words in encoded] == [3, 1, 1]
    assert all(ids for words in encoded for ids in words)
    assert encoded[2] == [[scratch.tokenizer.token_to_id("[UNK]")]]


def test_answers_do_not_depend_on_the_batch(scratch: Made) -> None:
    texts = [*sentences(30, 40), [], ["York"]]
    together = scratch.answers(texts, eval_batch_size=7)
    for row, words in enumerate(texts):
        assert len(together.predictions[row]) == len(words)
        if words:
            alone = scratch.answers([words])
            assert alone.predictions[0].tolist() == together.predictions[row].tolist()
            assert alone.confidence[0] == pytest.approx(together.confidence[row], abs=1e-4)
            assert alone.losses[0] == pytest.approx(together.losses[row], abs=1e-3)
    assert together.losses[-2] == 0


def test_a_short_sentence_is_one_window_and_context_counts(scratch: Made) -> None:
    texts = [["Ann1", "lives"], ["York", "lives"]]
    windows = scratch.loader(texts).windows
    assert [w.row for w in windows] == [0, 1]
    both = scratch.answers(texts)
    assert both.confidence[0][1] != both.confidence[1][1]


def test_raw_text_is_tagged_as_its_words_are(scratch: Made) -> None:
    project = scratch
    project.model.save_model(project.net, project.folder / "model")
    predictor = project.predict.Predictor(project.folder / "model", project.settings)
    text = "  Ann1 lives in New York, 北京。 हिन्दी! " + "Ann2 sees York. " * 20
    places = project.data.word_places(text)
    words = [text[start:end] for start, end in places]
    by_text, by_words, empty, nothing = predictor([text, words, "", []])
    assert by_text["words"] == words
    assert by_text["prediction"] == by_words["prediction"]
    assert by_text["entities"]
    for one, other in zip(by_text["entities"], by_words["entities"], strict=True):
        first, last = one["words"]
        assert one["words"] == other["words"]
        assert one["text"] == text[one["start"] : one["end"]]
        assert (one["start"], one["end"]) == (places[first][0], places[last - 1][1])
        assert one["probability"] == other["probability"]
        assert "start" not in other
    assert (empty["prediction"], empty["entities"]) == ([], [])
    assert (nothing["prediction"], nothing["entities"]) == ([], [])
