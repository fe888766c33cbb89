"""What the hub's cache tells of an id may refuse it, and changes nothing of what is built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics.diagnostic import SpecError
from specc.pipeline import check, plan

ENCODER = "task: {kind: text-classification, text: text, label: label}\n"
DECODER = "task: {kind: causal-lm, text: text}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    rows = "".join(f"some words {i},{'ab'[i % 2]}\n" for i in range(60))
    (tmp_path / "d.csv").write_text("text,label\n" + rows)
    return tmp_path


def cache(folder: Path, name: str, **config: Any) -> Path:
    base = folder / "hub" / f"models--{name.replace('/', '--')}"
    snapshot = base / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (base / "refs").mkdir()
    (base / "refs" / "main").write_text("abc")
    (snapshot / "config.json").write_text(json.dumps(config))
    return snapshot


def told(folder: Path, task: str, model: str) -> str:
    spec = folder / "s.yaml"
    spec.write_text(f"{task}model: {model}\ndata: d.csv\n")
    try:
        check(spec)
    except SpecError as error:
        return "\n".join(f"{d.code} {d.message} {d.help}" for d in error.diagnostics)
    return ""


def test_a_family_is_not_sent_into_another(folder: Path) -> None:
    model = "{base: team/encoder, architecture: bert}"
    assert told(folder, ENCODER, model) == ""
    cache(folder, "team/encoder", model_type="modernbert")
    assert told(folder, ENCODER, model).startswith("SP413")


def test_a_type_that_the_library_does_not_know(folder: Path) -> None:
    cache(folder, "team/own", model_type="ourbert", auto_map={})
    assert told(folder, ENCODER, "team/own").startswith("SP433")


def test_half_a_download_is_told(folder: Path) -> None:
    snapshot = cache(folder, "team/half", model_type="modernbert")
    assert told(folder, ENCODER, "team/half") == ""
    (snapshot / "model.safetensors").write_bytes(b"\x40\0\0\0\0\0\0\0{}")
    assert "models--team--half" in told(folder, ENCODER, "team/half")


def test_blocks_fit_the_positions_in_the_cache(folder: Path) -> None:
    spec = folder / "s.yaml"
    assert told(folder, DECODER, "team/old") == ""
    before = plan(spec, weighs=False)[0]
    snapshot = cache(folder, "team/old", model_type="gpt_neo", max_position_embeddings=256)
    assert "`block_size: 256`" in told(folder, DECODER, "team/old")
    task = DECODER.replace("text: text", "text: text, block_size: 256")
    assert told(folder, task, "team/old") == ""
    assert "SP284" in told(folder, task.replace("256", "257"), "team/old")
    (snapshot / "config.json").write_text('{"model_type": "gpt_neo"}')
    assert told(folder, DECODER, "team/old") == ""
    assert plan(spec, weighs=False)[0] == before


def test_another_revision_is_another_folder(folder: Path) -> None:
    cache(folder, "team/own", model_type="ourbert")
    assert told(folder, ENCODER, "{base: team/own, revision: v2}") == ""
