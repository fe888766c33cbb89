"""Windows: nothing of a context is lost, and positions of answers are theirs; spans: the best."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from .workbench import MINILM, ROWS, SHARED, jsonl, modules_of, project_in, squad, table

Modules = tuple[ModuleType, ModuleType, ModuleType]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    jsonl(folder / "qa.jsonl", table())
    return project_in(folder, "qa.jsonl", model=MINILM)[1]


@pytest.fixture
def modules(project: Path) -> Iterator[Modules]:
    with modules_of(project, "data", "spans", "config") as (data, spans, config):
        yield data, spans, config


def examples_of(data: ModuleType, rows: list[tuple[str, str, str]]) -> object:
    spans = [(c.index(a), c.index(a) + len(a)) for _, c, a in rows]
    questions, contexts, answers = (list(column) for column in zip(*rows, strict=True))
    return data.Examples(questions, contexts, [[a] for a in answers], spans)


def text_at(window: object, labels: tuple[int, int], context: str) -> str:
    """The text from one token of a window to another."""
    first, last = (label - window.first for label in labels)  # type: ignore[attr-defined]
    offsets = window.offsets  # type: ignore[attr-defined]
    return context[offsets[first, 0] : offsets[last, 1]]


LONG = [
    (q, f"{'Before that, much else was said of it. ' * n}{c}{' And then more followed.' * n}", a)
    for n in (0, 3, 20)
    for q, c, a in ROWS
]


@pytest.mark.parametrize(("length", "stride"), [(384, 128), (64, 20), (40, 0), (48, 15)])
def test_every_answer_is_labelled(modules: Modules, length: int, stride: int) -> None:
    data, _, config = modules
    settings = replace(
        config.Config(), max_length=length, stride=stride, max_question_length=length // 2
    )
    examples = examples_of(data, LONG)
    loader = data.Loader(examples, data.load_tokenizer(settings), settings)
    assert loader.num_cut == 0 or length < 64
    assert max(map(len, loader.token_ids)) <= length
    labelled = set()
    for window in loader.windows:
        _, context, answer = LONG[window.row]
        if window.labels != (0, 0):
            labelled.add(window.row)
            assert text_at(window, window.labels, context) == answer
    # An answer that is longer than what two windows share may be whole in none of them.
    assert labelled == set(range(len(LONG))) or stride < 20


def test_windows_cover_the_context_and_share_their_stride(modules: Modules) -> None:
    data, _, config = modules
    settings = replace(config.Config(), max_length=64, stride=20, max_question_length=30)
    loader = data.Loader(examples_of(data, LONG), data.load_tokenizer(settings), settings)
    by_row = itertools.groupby(loader.windows, key=lambda window: window.row)
    several = 0
    for row, group in by_row:
        windows = list(group)
        context = LONG[row][1]
        assert windows[0].offsets[0, 0] == 0
        assert windows[-1].offsets[-1, 1] >= len(context.rstrip(".。")) - 1
        for one, other in itertools.pairwise(windows):
            several += 1
            shared = {tuple(pair) for pair in one.offsets} & {tuple(p) for p in other.offsets}
            assert len(shared) >= 20
    assert several > 20


def test_long_questions_are_cut_and_counted(modules: Modules) -> None:
    data, _, config = modules
    settings = replace(config.Config(), max_length=64, stride=20, max_question_length=30)
    rows = [("why " * 500 + "?", *LONG[30][1:]), LONG[31]]
    loader = data.Loader(examples_of(data, rows), data.load_tokenizer(settings), settings)
    assert loader.num_cut == 1
    assert "1 questions are cut at 30 tokens" in loader.length_note()
    assert max(map(len, loader.token_ids)) <= 64
    assert {window.row for window in loader.windows} == {0, 1}


@pytest.mark.parametrize("context", ["\u200b", "\x00\x01", "😀", "a"])
def test_contexts_of_hardly_a_token(modules: Modules, context: str) -> None:
    data, spans, config = modules
    examples = data.Examples(["why?"], [context], [[]], [(0, 0)])
    loader = data.Loader(examples, data.load_tokenizer(config.Config()), config.Config())
    (batch,) = [batch for _, batch in loader.in_order()]
    logits = torch.zeros(1, 2, batch["input_ids"].shape[1])
    logits = logits.masked_fill(~batch["is_candidate"][:, None], -math.inf)
    (found,) = spans.best_spans(logits, loader.windows, config.Config())
    assert len(found) == len(loader.windows[0].offsets) * (len(loader.windows[0].offsets) + 1) // 2


def test_batches_hold_what_they_say(modules: Modules) -> None:
    data, _, config = modules
    settings = replace(config.Config(), max_length=64, stride=20, batch_size=4)
    loader = data.Loader(examples_of(data, LONG), data.load_tokenizer(settings), settings)
    numbers = [number for rows in loader.epoch(3) for number in rows]
    assert sorted(numbers) == list(range(len(loader.windows)))
    batch = loader.batch([0, 5, 9])
    for i, number in enumerate([0, 5, 9]):
        window = loader.windows[number]
        inside = batch["is_candidate"][i].nonzero().flatten().tolist()
        assert inside == [0, *range(window.first, window.first + len(window.offsets))]
        assert batch["labels"][i].tolist() == list(window.labels)
        assert all(label in inside for label in window.labels)


def test_spans_are_the_best_there_are(modules: Modules) -> None:
    data, spans, config = modules
    settings = replace(config.Config(), max_answer_length=4, n_best=7)
    examples = examples_of(data, ROWS[:4])
    loader = data.Loader(examples, data.load_tokenizer(settings), settings)
    batch = loader.batch([0, 1, 2, 3])
    torch.manual_seed(0)
    logits = torch.randn(4, 2, batch["input_ids"].shape[1])
    logits = logits.masked_fill(~batch["is_candidate"][:, None], -math.inf)
    for number, found in enumerate(spans.best_spans(logits, loader.windows[:4], settings)):
        window, scores = loader.windows[number], logits[number].double()
        tokens = range(window.first, window.first + len(window.offsets))
        pairs = [(s, e) for s in tokens for e in tokens if s <= e < s + 4]
        best = sorted(pairs, key=lambda pair: -float(scores[0, pair[0]] + scores[1, pair[1]]))[:7]
        expected = [
            (int(window.offsets[s - window.first, 0]), int(window.offsets[e - window.first, 1]))
            for s, e in best
        ]
        assert [(span.start, span.end) for span in found] == expected
        assert [span.score for span in found] == sorted((s.score for s in found), reverse=True)


def test_windows_of_a_question_are_merged(modules: Modules) -> None:
    _, spans, config = modules
    span, settings = spans.Span, replace(config.Config(), n_best=3)
    found = [span(3, 5, 1.0), span(3, 5, 2.0), span(0, 1, 1.5), span(9, 9, 0.1), span(4, 5, 0.2)]
    merged = spans.merge(found, settings)
    assert merged == [span(3, 5, 2.0), span(0, 1, 1.5), span(4, 5, 0.2)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not there")
def test_real_answers_are_at_their_labels(tmp_path: Path) -> None:
    """The tokens at the labels hold the answer; what they hold beside it is part of a word."""
    _, project = project_in(tmp_path, str(SHARED / "squad_v2_dev.json"), model=MINILM)
    with modules_of(project, "data", "config") as (data, config):
        settings = replace(config.Config(), max_length=128, stride=42)
        splits = data.read_splits(settings)
        tokenizer = data.load_tokenizer(settings)
        exact = total = 0
        for examples in splits.values():
            loader = data.Loader(examples, tokenizer, settings)
            answered = {window.row for window in loader.windows if window.labels != (0, 0)}
            assert answered == {row for row, span in enumerate(examples.spans) if any(span)}
            for window in loader.windows:
                if window.labels == (0, 0):
                    continue
                start, end = examples.spans[window.row]
                context = examples.contexts[window.row]
                said = text_at(window, window.labels, context)
                assert context[start:end] in said
                exact, total = exact + (said == context[start:end]), total + 1
        assert total > 100
        assert exact > 0.98 * total


def test_unanswerable_questions_point_to_the_first_token(tmp_path: Path) -> None:
    (tmp_path / "qa.json").write_text(json.dumps(squad(impossible=(0, 3, 5, 8, 10))))
    _, project = project_in(tmp_path, "qa.json", model=MINILM)
    with modules_of(project, "data", "config") as (data, config):
        for examples in data.read_splits(config.Config()).values():
            loader = data.Loader(examples, data.load_tokenizer(config.Config()), config.Config())
            for window in loader.windows:
                assert (window.labels == (0, 0)) == (not examples.answers[window.row])
