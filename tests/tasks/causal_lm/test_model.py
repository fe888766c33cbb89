"""Loss, isolation, generation and metrics of a project against plain computations of the same."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from tests.tasks.causal_lm.workbench import MIXED, imported, made, varied

FAMILIES = ("gpt2", "llama", "qwen2", "mistral")


@pytest.fixture(scope="module")
def isolated(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A project that keeps documents apart."""
    spec = varied(("task.isolate_documents", True), ("task.documents", "paragraph"))
    return imported(made(tmp_path_factory.mktemp("isolated"), spec)[1])


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A project that does not."""
    return imported(made(tmp_path_factory.mktemp("joined"), varied())[1])


def new_model(modules: SimpleNamespace, vocab_size: int = 300, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return modules.model.build_model(modules.config.Config(), vocab_size).eval()


def tokenizer_of(modules: SimpleNamespace, folder: Path) -> Any:
    return modules.data.load_tokenizer(modules.config.Config(), [MIXED], folder / "tokenizer.json")


@pytest.mark.parametrize("count", [1, 511, 512, 1300])
def test_loss_and_gradients_are_those_of_cross_entropy(joined: SimpleNamespace, count: int) -> None:
    torch.manual_seed(count)
    states, weight = torch.randn(count, 24), torch.randn(70, 24)
    labels = torch.randint(70, (count,))
    results = []
    for function in (
        joined.loss.HeadLoss.apply,
        lambda x, w, y: F.cross_entropy(F.linear(x, w), y),
    ):
        inputs = [states.clone().requires_grad_(), weight.clone().requires_grad_()]
        loss = function(*inputs, labels)
        (3 * loss).backward()
        results.append((loss.detach(), *(tensor.grad for tensor in inputs)))
    for mine, theirs in zip(*results, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-7)
    losses, is_right = joined.loss.token_losses(states, weight, labels)
    logits = F.linear(states, weight)
    torch.testing.assert_close(losses, F.cross_entropy(logits, labels, reduction="none"))
    assert torch.equal(is_right, logits.argmax(-1) == labels)


def test_loss_of_half_precision_states_keeps_small_gradients(joined: SimpleNamespace) -> None:
    """Thousands of targets: the share of one token in the mean is below what fp16 can hold."""
    torch.manual_seed(0)
    labels = torch.randint(50, (6000,))
    states = torch.randn(6000, 16).half().requires_grad_()
    weight = (0.1 * torch.randn(50, 16)).requires_grad_()
    (2.0**12 * joined.loss.HeadLoss.apply(states, weight, labels)).backward()
    exact = states.detach().float().requires_grad_()
    (2.0**12 * F.cross_entropy(F.linear(exact, weight.half().float()), labels)).backward()
    assert states.grad is not None and exact.grad is not None
    torch.testing.assert_close(states.grad.float(), exact.grad, rtol=2e-2, atol=2e-3)


def test_every_token_is_a_target_once(joined: SimpleNamespace, tmp_path: Path) -> None:
    config, tokenizer = joined.config.Config(), tokenizer_of(joined, tmp_path)
    loader = joined.data.Loader(joined.data.Examples([MIXED, "two", MIXED]), tokenizer, config)
    stream = [0]
    for text in (MIXED, "two", MIXED):
        stream += [*tokenizer.encode(text).ids, 0]
    assert loader.stream.tolist() == stream
    seen: list[int] = []
    for rows, batch in loader.in_order():
        inputs = batch["input_ids"].flatten()[: len(batch["labels"])]
        start = rows[0] * config.block_size
        assert inputs.tolist() == stream[start : start + len(inputs)]
        seen += batch["labels"].tolist()
    assert seen == stream[1:]
    for epoch in range(2):
        rows = [row for batch in loader.epoch(epoch) for row in batch]
        assert sorted(rows) == list(range(loader.num_blocks))
    assert loader.epoch(0) != loader.epoch(1)
    sizes = [len(loader.batch(rows)["labels"]) for rows in loader.epoch(0)]
    assert sum(sizes) == len(stream) - 1


def test_bytes_of_tokens_add_up_to_the_text(joined: SimpleNamespace, tmp_path: Path) -> None:
    config, tokenizer = joined.config.Config(), tokenizer_of(joined, tmp_path)
    texts = [MIXED, "\U0001f30a" * 50, "", "港口"]
    loader = joined.data.Loader(joined.data.Examples(texts), tokenizer, config)
    assert len(loader.num_bytes) == len(loader.stream) - 1
    assert loader.num_bytes.sum() == sum(len(text.encode()) for text in texts)
    assert (loader.num_bytes[loader.stream[1:].numpy() == 0] == 0).all()
    assert tokenizer.decode(tokenizer.encode(MIXED).ids, skip_special_tokens=False) == MIXED


def test_an_end_token_in_a_text_is_text(joined: SimpleNamespace, tmp_path: Path) -> None:
    tokenizer = tokenizer_of(joined, tmp_path)
    assert 0 not in tokenizer.encode("before <|endoftext|> after").ids
    again = joined.data.load_tokenizer(joined.config.Config(), [], tmp_path / "tokenizer.json")
    assert 0 not in again.encode("before <|endoftext|> after").ids


@pytest.mark.parametrize("with_speedups", [False, True])
@pytest.mark.parametrize("architecture", FAMILIES)
def test_a_packed_document_is_read_as_if_alone(
    architecture: str, with_speedups: bool, tmp_path: Path
) -> None:
    spec = varied(("task.isolate_documents", True), ("model.architecture", architecture))
    modules = imported(made(tmp_path, spec)[1])
    model, config = new_model(modules), modules.config.Config()
    if with_speedups:
        modules.speedups.speed_up(model, 0)
        model.eval()
    tokenizer = tokenizer_of(modules, tmp_path)

    def states(texts: list[str]) -> torch.Tensor:
        examples = modules.data.Examples(texts)
        loader = modules.data.Loader(examples, tokenizer, replace(config, block_size=64))
        batch = loader.batch([0])
        with torch.inference_mode():
            return modules.model.forward(model, batch)  # type: ignore[no-any-return]

    first, second = "港口 at six", "and back"
    packed, size = states([first, second]), len(tokenizer.encode(first).ids) + 1
    torch.testing.assert_close(packed[:size], states([first]), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(packed[size:], states([second]), rtol=1e-4, atol=1e-5)


def test_without_isolation_a_document_sees_those_before(
    joined: SimpleNamespace, tmp_path: Path
) -> None:
    model, config = new_model(joined), joined.config.Config()
    tokenizer = tokenizer_of(joined, tmp_path)
    found = []
    for first in ("one", "two"):
        examples = joined.data.Examples([first, "and back"])
        batch = joined.data.Loader(examples, tokenizer, config).batch([0])
        with torch.inference_mode():
            found.append(joined.model.forward(model, batch)[-1])
    assert not torch.allclose(found[0], found[1], atol=1e-4)


@pytest.mark.parametrize("with_speedups", [False, True])
@pytest.mark.parametrize("architecture", ["gpt2", "llama"])
def test_greedy_text_is_that_without_a_cache(
    architecture: str, with_speedups: bool, tmp_path: Path
) -> None:
    modules = imported(made(tmp_path, varied(("model.architecture", architecture)))[1])
    model, tokenizer = new_model(modules), tokenizer_of(modules, tmp_path)
    config = replace(modules.config.Config(), temperature=0.0, max_new_tokens=20, block_size=32)
    ids = [0, *tokenizer.encode("The gulls").ids]
    num_given = len(ids)
    with torch.inference_mode():
        for _ in range(20):
            ids.append(int(model(input_ids=torch.tensor([ids[-32:]])).logits[0, -1].argmax()))
    wanted = tokenizer.decode(ids[num_given:])
    if with_speedups:
        modules.speedups.speed_up(model, 0)
        model.eval()
    generator = torch.Generator().manual_seed(0)
    text, ended = modules.generate.generate(model, tokenizer, "The gulls", config, generator)
    assert (text, ended) == (wanted.split("<|endoftext|>")[0], 0 in ids[num_given:])


def test_a_model_learns_after_it_has_written(joined: SimpleNamespace, tmp_path: Path) -> None:
    """What the attention keeps from writing, without gradients, serves training as well."""
    model, tokenizer = new_model(joined), tokenizer_of(joined, tmp_path)
    joined.speedups.speed_up(model, 0)
    config = replace(joined.config.Config(), max_new_tokens=8)
    joined.generate.samples(model, tokenizer, config)
    loader = joined.data.Loader(joined.data.Examples([MIXED]), tokenizer, config)
    batch = loader.batch([0, 1])
    states = joined.model.forward(model, batch)
    joined.loss.HeadLoss.apply(states, model.lm_head.weight, batch["labels"]).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_text_goes_on_beyond_the_window(joined: SimpleNamespace, tmp_path: Path) -> None:
    model, tokenizer = new_model(joined, seed=3), tokenizer_of(joined, tmp_path)
    config = replace(joined.config.Config(), max_new_tokens=150, block_size=16, temperature=2.0)
    lengths = []
    for seed in range(4):
        generator = torch.Generator().manual_seed(seed)
        text, ended = joined.generate.generate(model, tokenizer, MIXED, config, generator)
        lengths.append((len(text.encode()), ended))
    assert any(size > 100 for size, _ in lengths), lengths


def test_draws_keep_to_their_settings(joined: SimpleNamespace) -> None:
    logits = torch.tensor([2.0, 1.0, 0.0, -1.0, -30.0])
    shares = logits.softmax(-1)

    def drawn(**settings: Any) -> np.ndarray:
        config = replace(joined.config.Config(), **settings)
        generator = torch.Generator().manual_seed(0)
        draws = [joined.generate.draw(logits, config, generator) for _ in range(4000)]
        return np.bincount(draws, minlength=5) / 4000

    assert drawn(temperature=0.0)[0] == 1
    np.testing.assert_allclose(drawn(), shares.numpy(), atol=0.03)
    np.testing.assert_allclose(drawn(temperature=2.0), (logits / 2).softmax(-1), atol=0.03)
    two = (shares[:2] / shares[:2].sum()).tolist()
    np.testing.assert_allclose(drawn(top_k=2), [*two, 0, 0, 0], atol=0.03)
    np.testing.assert_allclose(drawn(top_p=0.7), [*two, 0, 0, 0], atol=0.03)  # .64, .88, ...
    assert drawn(top_p=0.6)[0] == 1
    np.testing.assert_allclose(drawn(top_k=900), shares.numpy(), atol=0.03)


def test_samples_leave_the_random_numbers_of_training_alone(
    joined: SimpleNamespace, tmp_path: Path
) -> None:
    model, tokenizer = new_model(joined), tokenizer_of(joined, tmp_path)
    config = replace(joined.config.Config(), prompts=("", "The"), max_new_tokens=5)
    before = torch.get_rng_state()
    samples = joined.generate.samples(model, tokenizer, config)
    assert torch.equal(torch.get_rng_state(), before)
    assert [sample["prompt"] for sample in samples] == ["", "The"]
    assert samples == joined.generate.samples(model, tokenizer, config)


def test_metrics_are_what_the_definitions_say(isolated: SimpleNamespace, tmp_path: Path) -> None:
    config, tokenizer = isolated.config.Config(), tokenizer_of(isolated, tmp_path)
    model = new_model(isolated, seed=1)
    texts = [part for part in (MIXED * 2).split("\n\n") if part]
    loader = isolated.data.Loader(isolated.data.Examples(texts), tokenizer, config)
    outcome = isolated.evaluate.predict(model, loader)
    model.eval()
    nats, right, count = 0.0, 0, 0
    for row in range(loader.num_blocks):
        batch = loader.batch([row])
        with torch.inference_mode():
            logits = model(
                input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
            ).logits[0, : len(batch["labels"])]
        nats += float(F.cross_entropy(logits, batch["labels"], reduction="sum"))
        right += int((logits.argmax(-1) == batch["labels"]).sum())
        count += len(batch["labels"])
    num_bytes = sum(len(text.encode()) for text in texts)
    scores = isolated.evaluate.score(outcome)
    assert scores["loss"] == pytest.approx(nats / count, rel=1e-5)
    assert scores["perplexity"] == pytest.approx(math.exp(nats / count), rel=1e-4)
    assert scores["bits_per_byte"] == pytest.approx(nats / math.log(2) / num_bytes, rel=1e-5)
    assert scores["accuracy"] == pytest.approx(right / count)
    assert outcome.by_position[0].sum() == pytest.approx(nats, rel=1e-5)
    assert outcome.by_token[1].sum() == count
    some = isolated.evaluate.score(outcome, np.array([0, 0, 1]))
    wanted = outcome.losses[[0, 0, 1]].sum() / outcome.num_tokens[[0, 0, 1]].sum()
    assert some["loss"] == pytest.approx(wanted)


def test_baseline_counts_training_tokens(joined: SimpleNamespace, tmp_path: Path) -> None:
    config, tokenizer = joined.config.Config(), tokenizer_of(joined, tmp_path)
    train = joined.data.Loader(joined.data.Examples([MIXED]), tokenizer, config)
    other = joined.data.Loader(joined.data.Examples(["The gulls did."]), tokenizer, config)
    scores = joined.evaluate.score(joined.evaluate.baseline(other, train))
    targets = [*tokenizer.encode("The gulls did.").ids, 0]
    stream = train.stream[1:].tolist()
    total = len(stream) + tokenizer.get_vocab_size()
    nats = [-math.log((stream.count(token) + 1) / total) for token in targets]
    assert scores["loss"] == pytest.approx(sum(nats) / len(nats))
    assert scores["bits_per_byte"] == pytest.approx(sum(nats) / math.log(2) / 14)


@pytest.mark.parametrize("way", ["metaspace", "nfkc", "lower case"])
def test_bytes_of_other_tokenizers_add_up_too(joined: SimpleNamespace, way: str) -> None:
    """A pretrained tokenizer may put in spaces, or change what it reads: bytes are the text's."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    if way == "nfkc":
        tokenizer.normalizer = normalizers.NFKC()
    if way == "lower case":
        tokenizer.normalizer = normalizers.Lowercase()
    pieces = ["<unk>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=pieces, show_progress=False)
    tokenizer.train_from_iterator(["The gulls did. A cafe in the harbour. \ufb01ne"], trainer)
    texts = [MIXED, "\ufb01ne \u2460 caf\u00e9", "  two  spaces ", "\n\n"]
    loader = joined.data.Loader(joined.data.Examples(texts), tokenizer, joined.config.Config())
    assert loader.num_bytes.sum() == sum(len(text.encode()) for text in texts)
    assert (loader.num_bytes >= 0).all()
