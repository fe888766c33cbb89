"""Decisions about speed: each has a value, its reason and the next best, and reaches the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.diagnostics.diagnostic import SpecError
from specc.hardware.catalogue import find
from specc.pipeline import compile_project, plan
from specc.plan.hardware import HardwarePlan
from specc.plan.plan import Plan
from specc.trace.run import program_files
from tests.golden.gallery import SPECS, compiled
from tests.variants.bases import BASES, changed, lay_out

DECISIONS = ("model.attention", "training.compile", "training.optimizer.fused", "data.workers")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("speed"))


def written(spec: dict[str, Any], folder: Path) -> Path:
    path = folder / "speed.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


def planned(spec: dict[str, Any], folder: Path) -> Plan:
    return plan(written(spec, folder), weighs=False)[0]


def on(hardware: object, **training: object) -> dict[str, Any]:
    spec = changed(BASES["quick"], ("hardware",), hardware)
    return spec | {"training": spec["training"] | training}


@pytest.mark.parametrize("name", SPECS)
def test_each_decision_is_in_the_ledger_with_the_next_best(name: str) -> None:
    entries = {entry.key: entry for entry in compiled(name)[0].entries}
    for key in DECISIONS:
        assert entries[key].origin == "spec" or "next best: " in entries[key].reason, key


def test_what_fills_the_place_of_attention(folder: Path) -> None:
    def value(spec: dict[str, Any]) -> Any:
        made = planned(spec, folder)
        return next(e.value for e in made.entries if e.key == "model.attention")

    assert value(on("cpu")) == "short"
    assert value(on("cpu", kernels="plain")) == "sdpa"
    assert value(on("h100")) == "sdpa"
    assert value(changed(on("cpu"), ("model", "attention"), "eager")) == "eager"


def test_a_pinned_kernel_of_attention_is_left_alone(folder: Path) -> None:
    made = planned(changed(on("cpu"), ("model", "attention"), "sdpa"), folder)
    assert not made.kernels.short_attention and not made.kernels.first_token
    assert made.kernels.pooled_dropout


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (on("cpu", compile=True), "torch.compile fuses operations itself"),
        (on({"device": "cpu", "precision": "bf16-pure"}), "the levers were measured with fp32"),
    ],
)
def test_levers_are_off_beside_it(spec: dict[str, Any], reason: str, folder: Path) -> None:
    made = planned(spec, folder)
    assert not made.kernels.any
    assert made.reason("kernels").startswith(reason)


@pytest.mark.parametrize(
    ("kind", "target", "fused"),
    [("adamw-8bit", "cpu", False), ("adamw-8bit", "h100", True), ("adafactor", "h100", False)],
)
def test_who_has_a_fused_step(kind: str, target: str, fused: bool, folder: Path) -> None:
    made = planned(on(target, optimizer=kind), folder)
    values = {entry.key: entry.value for entry in made.entries}
    assert values["training.optimizer.fused"] is fused


def test_tf32_is_what_is_multiplied_and_what_is_reckoned_with() -> None:
    gpu = find("a100-80gb")
    exact = HardwarePlan("cuda", "fp32", "", None, gpu)
    assert (exact.rate, HardwarePlan("cuda", "fp32", "", None, gpu, tf32=True).rate) == (
        "fp32",
        "tf32",
    )
    assert HardwarePlan("cuda", "bf16-pure", "", None, gpu).rate == "bf16"
    assert HardwarePlan("auto", "auto", "", None).rate is None


def files(spec: dict[str, Any], folder: Path) -> dict[str, str]:
    project = compile_project(written(spec, folder), weighs=False)[1]
    return {file.path: file.content.decode() for file in project.files}


def test_tf32_is_one_line(folder: Path) -> None:
    said = {"device": "cuda", "precision": "fp32"}
    with_it, without = files(on(said | {"tf32": True}), folder), files(on(said), folder)
    line = 'torch.set_float32_matmul_precision("high")'
    assert line in with_it["train.py"] and line not in without["train.py"]


def test_flash_attention_names_its_package_and_is_not_needed_to_plan(folder: Path) -> None:
    spec = changed(on("h100"), ("model", "attention"), "flash-attention-2")
    made = files(spec, folder)
    assert 'attn_implementation="flash_attention_2"' in made["model.py"]
    assert 'find_spec("flash_attn") is None' in made["model.py"]
    assert made["model.py"].count("flash_attention_2") == 1, "a trained model is read with sdpa"
    assert "flash-attn==" in made["requirements.txt"]
    traced = program_files(planned(spec, folder))
    assert b'attn_implementation="sdpa"' in traced["model.py"]


def test_a_missing_package_stops_the_run_with_one_sentence(folder: Path) -> None:
    spec = changed(on("h100"), ("model", "attention"), "flash-attention-2")
    names: dict[str, Any] = {}
    source = files(spec, folder)["model.py"]
    start = source.index("def check_flash")
    exec("import importlib.util\n" + source[start : source.index("\n\n\n", start)], names)
    with pytest.raises(SystemExit, match=r"^attention needs the package flash-attn: pip install"):
        names["check_flash"]()


def test_flash_attention_of_a_network_that_it_cannot_compute(folder: Path) -> None:
    from tests.tasks.text_to_text import bases

    bases.lay_out(folder)
    spec = bases.summaries() | {"hardware": "a100-80gb"}
    spec["model"] = spec["model"] | {"architecture": "t5", "attention": "flash-attention-2"}
    spec["model"].pop("heads", None)
    with pytest.raises(SpecError) as raised:
        planned(spec, folder)
    assert "SP416" in {item.rule.code for item in raised.value.diagnostics}


def test_batches_are_copied_from_pinned_memory_on_cuda_alone(folder: Path) -> None:
    line = "tensor.pin_memory().to(self.device, non_blocking=True)"
    assert line in files(on("cuda"), folder)["data.py"]
    assert line not in files(on("auto"), folder)["data.py"]
    assert line not in files(on("cpu"), folder)["data.py"]
