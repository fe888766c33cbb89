"""What each launcher adds to a project: its files to the byte, valid for those who read them.

`UPDATE_CASES=1 pytest tests/render/test_launchers.py` writes `launchers/` anew: read its diff.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from specc.hardware.catalogue import find
from specc.hardware.skypilot import NAMES
from specc.language.hardware import Launcher
from specc.pipeline import compile_project, plan
from specc.render.manifest import LAUNCHERS

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "specs/data/intents.csv"
SPEC = """\
name: intents
task: {{kind: text-classification, text: message, label: intent}}
model: bert-base-uncased
data: {{train: {data}, copy: {copy}}}
hardware: {{{hardware}}}
"""
TARGETS = {
    "gpus": "gpu: h100, count: 8, nodes: 2, strategy: fsdp",
    "cpu": "device: cpu",
    "cpus": "device: cpu, cores: 4, count: 2, nodes: 3",
}
CASES = [(launcher, target) for launcher in LAUNCHERS for target in TARGETS]


def rendered(folder: Path, hardware: str, copy: str = "always") -> dict[str, str]:
    """The text of every file that a spec compiles to, provenance left out."""
    spec = folder / "spec.yaml"
    spec.write_text(SPEC.format(data=os.path.relpath(DATA, folder), hardware=hardware, copy=copy))
    _, project, _ = compile_project(spec, weighs=False)
    return {f.path: f.content.decode() for f in project.files if not f.is_provenance}


@cache
def made(launcher: str, target: str) -> dict[str, str]:
    folder = Path(os.environ["PYTEST_LAUNCHERS"]) / f"{launcher}-{target}"
    folder.mkdir(exist_ok=True)
    return rendered(folder, f"{TARGETS[target]}, launcher: {launcher}")


@pytest.fixture(scope="module", autouse=True)
def _folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["PYTEST_LAUNCHERS"] = str(tmp_path_factory.mktemp("launchers"))


def test_every_launcher_of_the_language_has_files() -> None:
    assert set(LAUNCHERS) | {"auto"} == set(get_args(Launcher))


@pytest.mark.parametrize(("launcher", "target"), CASES)
def test_files_are_what_is_committed(launcher: Launcher, target: str) -> None:
    for output in LAUNCHERS[launcher]:
        path = HERE / "launchers" / f"{launcher}-{target}" / output.path
        text = made(launcher, target)[output.path]
        if os.environ.get("UPDATE_CASES"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.exists() and path.read_text() == text, "if meant: UPDATE_CASES=1"


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_a_launcher_changes_its_own_files_and_the_readme(
    launcher: Launcher, tmp_path: Path
) -> None:
    bare = rendered(tmp_path, "device: cpu")
    assert not set(bare) & {o.path for table in LAUNCHERS.values() for o in table}
    new = made(launcher, "cpu")
    assert new.keys() - bare.keys() == {output.path for output in LAUNCHERS[launcher]}
    differing = {path for path in bare if bare[path] != new[path]}
    always = {"README.md", "config.py"}  # which holds the hash of the spec
    assert differing == always | ({"requirements.txt"} if launcher == "ray" else set())
    for output in LAUNCHERS[launcher]:
        assert f"| `{output.path}` | {output.purpose} |" in new["README.md"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("launcher", "file", "shell"),
    [("torchrun", "launch.sh", "sh"), ("slurm", "launch.sbatch", "bash")],
)
def test_scripts_parse(launcher: str, file: str, shell: str, target: str) -> None:
    script = made(launcher, target)[file]
    result = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True)
    assert (result.returncode, result.stderr) == (0, "")


def documents(target: str) -> dict[str, Any]:
    """The Kubernetes manifests by kind."""
    return {d["kind"]: d for d in yaml.safe_load_all(made("kubernetes", target)["trainjob.yaml"])}


@pytest.mark.parametrize("target", TARGETS)
def test_manifests_of_kubernetes_are_valid(target: str) -> None:
    models = pytest.importorskip(
        "kubeflow_trainer_api.models", reason="kubeflow-trainer-api: not installed"
    )
    found = documents(target)
    assert set(found) == {"PersistentVolumeClaim", "TrainingRuntime", "TrainJob"}
    for kind in ("TrainingRuntime", "TrainJob"):
        model = getattr(models, f"TrainerV1alpha1{kind}")
        read = model.from_dict(found[kind])
        # What a model does not know, it drops: nothing may be lost on the way.
        assert plain(read.to_dict()) == plain(found[kind])


def plain(value: Any) -> Any:
    """A model makes quantities of numbers, and leaves empty mappings out."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item not in ({}, None)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, int) else value


@pytest.mark.parametrize("target", TARGETS)
def test_manifests_of_kubernetes_belong_together(target: str) -> None:
    found = documents(target)
    runtime, job = found["TrainingRuntime"], found["TrainJob"]["spec"]
    assert job["runtimeRef"]["name"] == runtime["metadata"]["name"]
    (node,) = runtime["spec"]["template"]["spec"]["replicatedJobs"]
    pod = node["template"]["spec"]["template"]["spec"]
    assert [c["name"] for c in pod["containers"]] == ["node"]
    mounts = {mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
    assert mounts == {volume["name"] for volume in pod["volumes"]}
    claim = found["PersistentVolumeClaim"]["metadata"]["name"]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim
    mode = "ReadWriteMany" if job["trainer"]["numNodes"] > 1 else "ReadWriteOnce"
    assert found["PersistentVolumeClaim"]["spec"]["accessModes"] == [mode]
    image = made("kubernetes", target)["Dockerfile"]
    assert "WORKDIR /project\n" in image
    assert pod["containers"][0]["volumeMounts"][0]["mountPath"] == "/project/outputs"


@pytest.mark.parametrize("target", TARGETS)
def test_tasks_of_skypilot_are_valid(target: str) -> None:
    schemas = pytest.importorskip("sky.utils.schemas", reason="skypilot: not installed")
    jsonschema = pytest.importorskip("jsonschema")
    task = yaml.safe_load(made("skypilot", target)["sky.yaml"])
    jsonschema.validate(task, schemas.get_task_schema())
    jsonschema.validate(task["resources"], schemas.get_resources_schema())


@pytest.mark.parametrize("target", TARGETS)
def test_tasks_of_skypilot_say_what_they_need(target: str) -> None:
    task = yaml.safe_load(made("skypilot", target)["sky.yaml"])
    wanted = {"gpus": {"accelerators": "H100:8"}, "cpu": {"cpus": "1+"}, "cpus": {"cpus": "8+"}}
    assert task["resources"] == wanted[target]
    assert task["num_nodes"] == {"gpus": 2, "cpu": 1, "cpus": 3}[target]
    script = f"set -eu\n{task['run']}"
    result = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert result.returncode == 0


def test_names_for_skypilot_are_of_the_catalogue() -> None:
    for name in NAMES:
        gpu = find(name)
        assert gpu is not None and gpu.id == name and gpu.device == "cuda"


def test_ray_program_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="ray: not installed")
    for path, text in made("ray", "cpus").items():
        if path.endswith(".py") and "/" not in path:
            (tmp_path / path).write_text(text)
    command = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "ray_train.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "ray_train.py" not in result.stdout, result.stdout


def test_files_that_stay_outside_are_a_warning(tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_text("message,intent\n" + "buy it,buy\nsell it,sell\n" * 900_000)
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "task: {kind: text-classification, text: message, label: intent}\n"
        "model: bert-base-uncased\ndata: {train: large.csv}\n"
        "hardware: {device: cpu, launcher: ray}\n"
    )
    found = [d for d in plan(spec, weighs=False)[1] if d.code == "SP298"]
    assert [d.severity for d in found] == ["warning"] and "`large.csv`" in found[0].message
