"""`specc plan` and `check` where the target's memory is known: the bar, the table, what fits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from specc.cli.main import cli
from specc.pipeline import compile_project
from tests.golden.gallery import ROOT, workplace


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workplace(tmp_path_factory.mktemp("memory"))


def spec_on(folder: Path, hardware: Any, **training: Any) -> Path:
    """The gallery's classifier from scratch, for another target."""
    spec = yaml.safe_load((ROOT / "specs/intents-from-scratch.yaml").read_text(encoding="utf-8"))
    spec["hardware"] = hardware
    spec["training"] |= training
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments])


def test_the_bar_and_its_parts(folder: Path) -> None:
    result = run("plan", str(spec_on(folder, {"gpu": "t4", "price_per_hour": 0.5})))
    assert result.exit_code == 0, result.stderr
    bar = next(line for line in result.stdout.splitlines() if "░" in line)
    assert len(bar.strip()) == 60
    assert "of 14.6 GiB at the worst moment of a step (T4)" in result.stdout
    assert "an evaluation needs" in result.stdout
    assert " TFLOP, " in result.stdout and "at the declared price" in result.stdout


def test_json_adds_up(folder: Path) -> None:
    result = run("plan", str(spec_on(folder, "rtx-4090")), "--json")
    step = json.loads(result.stdout)["step"]
    assert step["peak"] == sum(step["memory"].values()) + step["context"] + step["slack"]
    assert step["memory"]["weights"] >= 4 * step["parameters"]
    assert step["trainable"] == step["parameters"]
    assert 0 < step["seconds"][0] < step["seconds"][1]


def test_without_memory_nothing_is_traced(folder: Path) -> None:
    result = run("plan", str(spec_on(folder, "cpu")), "--json")
    assert json.loads(result.stdout)["step"] is None


def test_a_batch_that_does_not_fit_passes_in_parts(folder: Path) -> None:
    hardware = {"device": "cuda", "memory": "680MiB", "precision": "fp32"}
    plan, project, found = compile_project(spec_on(folder, hardware, batch_size=64))
    assert not [item for item in found if item.rule.code == "SP415"]
    assert 8 <= plan.micro_batch < 64 and not plan.gradient_checkpointing
    assert plan.step is not None and plan.step.peak <= plan.step.total == 680 * 2**20
    assert "needs 0.6" in plan.reason("training.micro_batch")
    assert plan.eval_batch_size == 2 * plan.micro_batch
    train = next(file for file in project.files if file.path == "train.py").content.decode()
    assert "for part in parts:" in train


def test_check_looks_at_memory_only_when_asked(folder: Path) -> None:
    spec = str(spec_on(folder, {"device": "cuda", "memory": "620MiB"}))
    assert run("check", spec).exit_code == 0
    asked = run("check", spec, "--hardware")
    assert asked.exit_code == 1
    assert "error[SP414]: a step needs " in asked.stderr
    assert "`hardware: " in asked.stderr


def test_gpus_side_by_side(folder: Path) -> None:
    spec = str(spec_on(folder, "cpu"))
    result = run("plan", spec, "--compare", "t4, h100,m3-max")
    head, *rows = result.stdout.splitlines()
    assert head.split()[:4] == ["hardware", "memory", "fits", "precision"]
    assert [row.split()[0] for row in rows[:3]] == ["t4", "h100", "m3-max"]
    assert ["fp16" in rows[0], "bf16" in rows[1]] == [True, True]
    payload = json.loads(run("plan", spec, "--compare", "t4,h100", "--json").stdout)
    peaks = {gpu["gpu"]: gpu["step"]["peak"] for gpu in payload["gpus"]}
    assert peaks["t4"] == peaks["h100"]


def test_a_gpu_that_is_not_in_the_catalogue(folder: Path) -> None:
    result = run("plan", str(spec_on(folder, "cpu")), "--compare", "rtx-4091")
    assert result.exit_code == 2
    assert "`rtx-4091` is not in the catalogue" in result.stderr
    assert "rtx-4090" in result.stderr
    several = run("plan", str(spec_on(folder, "cpu")), "--compare", "2x8xrtx-4091")
    assert several.stderr == result.stderr


def test_numbers_of_devices_in_the_table(folder: Path) -> None:
    spec = str(spec_on(folder, {"device": "cpu", "price_per_hour": 2.0}))
    result = run("plan", spec, "--compare", "h100,4xh100,2x8xa100-40gb,64xh100", "--json")
    rows = {row["gpu"]: row for row in json.loads(result.stdout)["gpus"]}
    assert rows["h100"]["step"]["num_devices"] == 1
    four, nodes = rows["4xh100"]["step"], rows["2x8xa100-40gb"]["step"]
    assert (four["num_devices"], four["strategy"], four["sent"] > 0) == (4, "ddp", True)
    assert (nodes["num_devices"], nodes["micro_batch"]) == (16, 2)
    assert four["cost"][1] == pytest.approx(four["hours"][1] * 4 * 2.0)
    assert "64 processes share" in rows["64xh100"]["error"]


def test_each_target_is_held_against_all_rules(folder: Path) -> None:
    """What `specc plan` says of a file with that hardware, the table says: numbers and refusals."""
    path = spec_on(folder, {"gpu": "h100", "count": 2, "strategy": "fsdp", "precision": "bf16"})
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["model"] |= {"attention": "flash-attention-2"}
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    targets = ("l4", "t4", "m3-max", "2xl4")
    shown = run("plan", str(path), "--compare", ",".join(targets), "--json").stdout
    rows = {row["gpu"]: row for row in json.loads(shown)["gpus"]}
    assert "needs compute capability 8.0, and the T4 has 7.5" in rows["t4"]["error"]
    assert "is for CUDA, and the device is mps" in rows["m3-max"]["error"]
    assert (rows["l4"]["error"], rows["2xl4"]["step"]["strategy"]) == (None, "fsdp")
    spec["hardware"] = "l4"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    alone = json.loads(run("plan", str(path), "--json").stdout)["step"]
    assert rows["l4"]["step"] == alone


def test_a_precision_that_a_target_has_not_is_left_open(folder: Path) -> None:
    path = spec_on(folder, {"gpu": "l4", "precision": "bf16"})
    shown = run("plan", str(path), "--compare", "t4", "--json").stdout
    (row,) = json.loads(shown)["gpus"]
    assert row["step"]["precision"] == "fp16"
    assert row["error"] == "`precision: bf16` is not for it; fp16 instead"


def test_a_model_that_fits_no_device_whole_is_shared(folder: Path) -> None:
    model = {"architecture": "bert", "layers": 4, "hidden_size": 512, "heads": 8}
    path = spec_on(folder, {"device": "cuda", "memory": "1300MiB", "precision": "bf16", "count": 4})
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["model"] = model | {"tokenizer": {"vocab_size": 2000}}
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    plan, project, _ = compile_project(path)
    assert (plan.devices.strategy, plan.kernels.any) == ("fsdp", False)
    reason = plan.reason("hardware.strategy")
    assert "ddp, 1 at a time, layers computed again: " in reason and "does not fit" in reason
    assert plan.step is not None and plan.step.memory["gathered"] > 0
    assert 3.9 < 4 * plan.step.parameters / plan.step.memory["weights"] < 4.1
    modules = {file.path: file.content.decode() for file in project.files}
    assert "fully_shard" in modules["sharding.py"]
    shown = run("plan", str(path)).stdout
    assert "on each device" in shown and "4 x cuda, fsdp" in shown
    assert "each device sends" in shown and "disk " in shown


def test_shares_on_the_host_are_offered(folder: Path) -> None:
    """The device then holds what computes; the host has the rest, and PCIe takes its time."""
    model = {"architecture": "bert", "layers": 4, "hidden_size": 1024, "heads": 16}
    hardware = {"device": "cuda", "memory": "1290MiB", "precision": "bf16", "count": 8}
    path = spec_on(folder, hardware | {"strategy": "fsdp"})
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["model"] = model | {"tokenizer": {"vocab_size": 2000}}
    spec["training"] |= {"micro_batch": 1, "gradient_checkpointing": True}
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    error = run("plan", str(path)).stderr
    assert "error[SP414]" in error
    assert "`hardware.offload: true` needs 1.2 GiB of each of 8" in error
    spec["hardware"]["offload"] = True
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    plan, _, _ = compile_project(path)
    assert plan.step is not None
    assert plan.step.host == pytest.approx(16 * plan.step.parameters, rel=0.02)
    assert "host memory of a node" in run("plan", str(path)).stdout


def test_layers_that_devices_hold_together_are_offered_and_planned(folder: Path) -> None:
    hardware = {"device": "cuda", "memory": "2150MiB", "precision": "fp32", "count": 2}
    hardware |= {"strategy": "fsdp"}
    large = {"architecture": "bert", "layers": 1, "hidden_size": 512, "feed_forward_size": 65536}
    path = spec_on(folder, hardware, batch_size=2)
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(spec | {"model": large}), encoding="utf-8")
    error = run("plan", str(path)).stderr
    assert "`hardware.tensor_parallel: 2` needs " in error
    divided = spec | {"model": large, "hardware": hardware | {"tensor_parallel": 2}}
    path.write_text(yaml.safe_dump(divided), encoding="utf-8")
    shown = run("plan", str(path))
    assert shown.exit_code == 0, shown.stderr
    assert "2 x cuda, fsdp" in shown.stdout and "for layers held together" in shown.stdout


def test_what_would_help_never_breaks_a_rule(folder: Path) -> None:
    """fsdp goes neither with fp16 nor with Adafactor."""
    hardware = {"device": "cuda", "memory": "650MiB", "precision": "bf16", "count": 2}
    for more in ({"precision": "fp16"}, {"strategy": "fsdp"}):
        spec = str(spec_on(folder, hardware | more))
        error = run("plan", spec).stderr
        assert "error[SP414]: a step needs " in error and " of each device" in error
        refused = "hardware.count" if "precision" in more else "adafactor"
        assert refused not in error.split("help:")[1]


def test_optimizers_with_less_state_are_offered_with_what_they_need(folder: Path) -> None:
    """Of a parameter AdamW holds 8 bytes; in 8 bits a little more than 2, embeddings apart."""
    model = {"architecture": "bert", "layers": 4, "hidden_size": 512, "heads": 8}
    path = spec_on(folder, {"device": "cuda", "memory": "820MiB", "precision": "fp32"})
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["model"] = model | {"tokenizer": {"vocab_size": 2000}}
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    help_ = run("plan", str(path)).stderr.split("help:")[1]
    eight, factors = (
        float(re.search(rf"optimizer: {name}` needs ([0-9.]+) GiB", help_)[1])  # type: ignore[index]
        for name in ("adamw-8bit", "adafactor")
    )
    assert factors < eight < 0.8
    spec["training"]["optimizer"] = "adamw-8bit"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    step = json.loads(run("plan", str(path), "--json").stdout)["step"]
    embedded = (2000 + 512 + 2) * 512
    in_8_bits = 2 * (step["trainable"] - embedded) + 8 * embedded
    assert step["memory"]["optimizer"] == pytest.approx(in_8_bits, rel=0.05)
