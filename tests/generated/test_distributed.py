"""Several processes train what one trains: the same losses, weights and scores (gloo, CPU)."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch

from specc.trace.storages import CPU_BLOCK, StorageTracker
from tests.generated.inside import Spec, Trained, few_steps
from tests.generated.processes import Group, few_steps_of_many, trained
from tests.generated.projects import TIME_LIMIT_S, events, run, start, wait_for, write
from tests.generated.small import BERT, lay_out, of_task, small
from tests.generated.test_accumulation import CASES, STILL, assert_same
from tests.golden.gallery import compile_spec
from tests.tasks.text_to_text.test_pretrained import spec_for

DDP = {"device": "cpu", "count": 3, "strategy": "ddp"}
FSDP = {"device": "cpu", "count": 2, "strategy": "fsdp"}
WHOLE_WEIGHTS = {"penalties"}
"""What FSDP refuses (SP295)."""
SHARED = [
    n
    for n in CASES
    if n not in WHOLE_WEIGHTS | {"features", "weighted classes", "smoothed questions"}
]
CACHED = {"features"}
"""One process encodes the texts once, without dropout; several encode them each time."""


def on(spec: Spec, hardware: Spec, **training: Any) -> Spec:
    return spec | {"hardware": hardware, "training": spec["training"] | training}


def scores(output_dir: Path) -> list[float]:
    """What the evaluations said, and the final results."""
    said = [event for event in events(output_dir) if event["event"] == "eval"]
    values = [value for event in said for key, value in event.items() if key.startswith("eval/")]
    metrics = json.loads((output_dir / "results.json").read_text())["metrics"]
    found = [score for split in metrics.values() for score in split.values()]
    return [v for v in [*values, *(s.get("value") for s in found)] if isinstance(v, float)]


def words(line: str) -> Any:
    """A line of predictions without its probabilities, which are rounded."""
    return json.loads(line, parse_float=lambda _: None)


def assert_equal_runs(folder: Path, many: Trained, one: Trained) -> None:
    assert_same(many, one)
    outputs = folder / "outputs"
    assert scores(outputs / "many") == pytest.approx(scores(outputs / "one"), rel=1e-4, abs=1e-6)
    said = [(outputs / f"{name}/predictions.jsonl").read_text() for name in ("many", "one")]
    mine, others = ([words(line) for line in text.splitlines()] for text in said)
    assert mine == others
    assert mine


@pytest.mark.parametrize("name", [name for name in CASES if name not in CACHED])
def test_three_processes_with_ddp(name: str, tmp_path: Path) -> None:
    """Batches of 8 give shares of 3, 3 and 2, in parts of 2: one part has no row of its own."""
    folder = lay_out(tmp_path)
    one = few_steps(CASES[name], folder, "one")
    many = few_steps_of_many(on(CASES[name], DDP, micro_batch=2), folder, "many")
    assert "DistributedDataParallel(" in (folder / "projects/many/distributed.py").read_text()
    assert_equal_runs(folder, many, one)


def pretrained(name: str, folder: Path) -> Spec:
    """A head of one's own over partly frozen layers, or a writer with settings of its own."""
    if name == "pretrained answers":
        spec = spec_for("marian", folder)
        return small(spec, spec["model"] | STILL, label_smoothing=0.1)
    model = of_task("quick")["model"] | {"freeze": ["embeddings", "layers 0-3"]}
    return small(
        of_task("quick"),
        model | {"head": {"pooling": "mean", "hidden": [16], "dropout": 0.0}} | STILL,
    )


@pytest.mark.parametrize("name", [*SHARED, "pretrained classes", "pretrained answers"])
def test_two_processes_with_fsdp(name: str, tmp_path: Path) -> None:
    """Of 4 rows to evaluate, one process has all and the other none, or one more than the other."""
    folder = lay_out(tmp_path)
    spec = CASES[name] if name in CASES else pretrained(name, folder)
    # The levers are off under FSDP, and their weights have other names.
    one = few_steps(on(spec, {"device": "cpu"}, kernels="plain"), folder, "one")
    sizes = {"eval_batch_size": 3} if name in ("tags", "summaries") else {}
    stored = {"storage": "disk"} if name in ("labels", "isolated documents") else {}
    spread = on(spec, FSDP) | {"data": spec["data"] | stored}
    many = few_steps_of_many(spread, folder, "many", **sizes)
    assert "fully_shard(" in (folder / "projects/many/sharding.py").read_text()
    assert_equal_runs(folder, many, one)


def hold(vocab_size: int) -> None:
    """Writes what this process holds while the network is made and spread, in numbers."""
    names = ("distributed", "model", "sharding")
    distributed, model, sharding = (importlib.import_module(name) for name in names)
    config = importlib.import_module("config").Config()
    distributed.join(config)
    network = model.build_model(config, vocab_size)
    held = [p.numel() for p in network.parameters() if not p.is_meta]
    total = sum(p.numel() for p in network.parameters())
    with StorageTracker(CPU_BLOCK) as tracker:
        sharding.spread(network, torch.device("cpu"))
    share = sum(p.to_local().numel() for p in network.parameters())
    tied = network.lm_head.weight is network.get_input_embeddings().weight
    answer = [sum(held), total, share, sum(tracker.peak.values()) / 4, tied]
    Path(f"held{distributed.rank()}.json").write_text(json.dumps(answer))


def test_no_process_but_the_first_holds_the_whole_model(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    sizes = {"layers": 16, "hidden_size": 64}
    spec = CASES["blocks"] | {"model": CASES["blocks"]["model"] | sizes}
    project = write(compile_spec(on(spec, FSDP), folder), folder / "project")
    Group(project, 2).run(hold, 300)
    first, second = (json.loads((project / f"held{rank}.json").read_text()) for rank in (0, 1))
    assert first[0] == first[1] == second[1], "the first process has all weights"
    assert second[0] == 0, "the other has none before they are spread"
    assert second[2] == pytest.approx(first[1] / 2, rel=0.01)
    assert second[3] < 0.7 * first[1], "at the worst moment: its share, and a layer"
    assert first[4] and second[4], "what is tied stays tied"


@pytest.mark.parametrize("hardware", [DDP, FSDP], ids=["ddp", "fsdp"])
def test_goes_on_with_another_number_of_processes(hardware: Spec, tmp_path: Path) -> None:
    """Four processes, of which a batch of 6 leaves none idle and one of 2 some, then one, then two.

    Of 5 rows to evaluate, one of four has two. In the end nothing is left to train.
    """
    folder = lay_out(tmp_path)
    spec = on(CASES["blocks"], hardware, batch_size=6, epochs=4)
    spec |= {"evaluation": spec["evaluation"] | {"every": 2}}
    project = write(compile_spec(spec, folder, "many"), folder / "projects/many")
    steps = {"log_every": 1, "max_eval_rows": 5, "eval_batch_size": 1}
    Group(project, 2).train(folder / "whole", max_steps=9, **steps)
    for size, last in ((4, 4), (1, 6), (2, 9), (2, 9)):
        Group(project, size).train(folder / "parts", resume=True, max_steps=last, **steps)
    whole, parts = trained(folder / "whole"), trained(folder / "parts")
    assert scores(folder / "parts") == pytest.approx(scores(folder / "whole"), rel=1e-4)
    assert [event["step"] for event in parts.log] == list(range(1, 10))
    assert parts.losses == pytest.approx(whole.losses, rel=1e-5)
    for name, weights in parts.weights.items():
        torch.testing.assert_close(weights, whole.weights[name], rtol=1e-4, atol=2e-6, msg=name)


def test_as_many_processes_go_on_exactly(tmp_path: Path) -> None:
    """With dropout: each process has its own random numbers back.

    Of two numbers the sum is the same in any order; of three, DDP's order depends on its buckets,
    which it lays out anew after the first step of a run.
    """
    folder = lay_out(tmp_path)
    spec = on(CASES["classes"], DDP | {"count": 2}, optimizer="adamw", learning_rate=0.01)
    spec |= {"model": spec["model"] | {"dropout": 0.2}}
    project = write(compile_spec(spec, folder, "many"), folder / "projects/many")
    group, steps = Group(project, 2), {"log_every": 1, "max_eval_rows": 4}
    group.train(folder / "whole", max_steps=6, **steps)
    group.train(folder / "parts", max_steps=4, **steps)
    group.train(folder / "parts", resume=True, max_steps=6, **steps)
    whole, parts = trained(folder / "whole"), trained(folder / "parts")
    assert parts.losses == whole.losses
    for name, weights in parts.weights.items():
        torch.testing.assert_close(weights, whole.weights[name], rtol=0, atol=0, msg=name)


@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_shards_of_recomputed_layers(precision: str, tmp_path: Path) -> None:
    """bfloat16 computes what float32 does, with 8 bits; the shares stay float32.

    Without rounding it is also the same with shares that are kept on the host.
    """
    folder = lay_out(tmp_path)
    spec = CASES["summaries"]
    one = few_steps(on(spec, {"device": "cpu"}, kernels="plain"), folder, "one")
    hardware = {"device": "cuda", "precision": precision, "count": 2, "strategy": "fsdp"}
    offload = {"offload": True} if precision == "fp32" else {}
    many = on(spec, hardware | offload, gradient_checkpointing=True, micro_batch=2)
    found = few_steps_of_many(many, folder, "many", device="cpu")
    assert found.losses == pytest.approx(one.losses, rel=2e-2 if precision == "bf16" else 1e-5)
    assert {weights.dtype for weights in found.weights.values()} == {torch.float32}
    project = folder / "projects/many"
    assert ("CPUOffloadPolicy(" in (project / "sharding.py").read_text()) == bool(offload)


def torchrun(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Two processes, started as the README says."""
    return start(project, "-m", "torch.distributed.run", "--nproc-per-node=2", *arguments)


def test_torchrun_stops_and_goes_on(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    spec = on(CASES["classes"], DDP | {"count": 2}, epochs=400)
    project = write(compile_spec(spec, folder, "many"), folder / "projects/many")
    outputs = project / "outputs"
    running = torchrun(project, "train.py")
    assert wait_for(running, lambda: any(e["event"] == "eval" for e in events(outputs)))
    running.terminate()
    said, _ = running.communicate(timeout=TIME_LIMIT_S)
    stopped = int(re.search(r"stopped by SIGTERM, saved at step (\d+)", said)[1])
    assert said.count("stopped by SIGTERM") == 1, "the first process speaks for all"
    last = str(stopped + 2)
    going_on = torchrun(project, "train.py", "--resume", "--max-steps", last)
    said, _ = going_on.communicate(timeout=TIME_LIMIT_S)
    assert going_on.returncode == 0, said
    assert f"resumed at step {stopped}" in said
    assert json.loads((outputs / "results.json").read_text())["training"]["steps"] == stopped + 2


def test_errors_say_which_process_they_are_of(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    spec = on(CASES["classes"], DDP | {"count": 2})
    project = write(compile_spec(spec, folder, "many"), folder / "projects/many")
    for path in (project / "data").iterdir():
        path.unlink()
    running = torchrun(project, "train.py")
    said, _ = running.communicate(timeout=TIME_LIMIT_S)
    assert running.returncode == 1
    lines = [line for line in said.splitlines() if "FileNotFoundError" in line]
    assert lines
    assert all(re.match(r"\[rank [01]\] ", line) for line in lines), said


@pytest.mark.parametrize("name", ["own head", "numbers", "tags"])
def test_what_bf16_shares_were_scored_with_is_what_predicts(name: str, tmp_path: Path) -> None:
    """The project's own tests, which also score the model of a finished run again."""
    cases: dict[str, Spec] = {
        "own head": small(of_task("scratch"), BERT | {"head": {"pooling": "mean"}}),
        "numbers": small(of_task("stars"), BERT),
        "tags": small(of_task("words"), BERT),
    }
    target = {"device": "cuda", "precision": "bf16", "count": 2, "strategy": "fsdp"}
    spec = cases[name] | {"hardware": target}
    project = write(compile_spec(spec, lay_out(tmp_path)), tmp_path / "project")
    run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
