"""`specc inspect` shows what the project's own data.py makes of the first examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.workbench import ROOT, specc
from tests.golden.gallery import SPECS


def inspected(name: str, *arguments: str, **environment: str) -> dict[str, Any]:
    done = specc("inspect", SPECS[name], "--json", *arguments, cwd=ROOT, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_tokens_and_answer_of_texts() -> None:
    seen = inspected("quickstart", "-n", "2", "--split", "test")
    assert (seen["split"], seen["rows"], len(seen["examples"])) == ("test", 80, 2)
    assert set(seen["first_batch"]) == {"input_ids", "attention_mask", "labels"}
    for example in seen["examples"]:
        tokens = [token["text"] for token in example["streams"][0]["tokens"]]
        assert tokens[0] == "[CLS]" and tokens[-1] == "[SEP]" and len(tokens) > 3
        assert isinstance(example["answer"], str)
    assert seen["lengths"]["median"] <= seen["lengths"]["p95"] <= seen["lengths"]["longest"]


def test_tags_stand_at_the_first_token_of_their_word() -> None:
    example = inspected("delivery-entities", "-n", "1")["examples"][0]
    tokens = example["streams"][0]["tokens"]
    assert [t["text"] for t in tokens if t.get("label") == "B-item"] == ["walnut"]
    labels = {t["text"]: t.get("label") for t in tokens}
    assert (labels["lin"], labels["##d"], labels["[CLS]"]) == ("I-person", None, None)


def test_a_person_reads_lines() -> None:
    done = specc("inspect", SPECS["delivery-entities"], "-n", "1", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "train: 72 examples" in done.stdout
    assert "|walnut/B-item|desk/I-item|" in done.stdout
    assert "17 learned" in done.stdout


def test_a_split_that_is_not_there() -> None:
    done = specc("inspect", SPECS["hub-sst2"], "--split", "test", cwd=ROOT)
    assert done.returncode == 2
    assert "there are train, validation" in done.stderr


def test_what_fails_in_the_project_is_told() -> None:
    done = specc("inspect", SPECS["hub-sst2"], "--json", cwd=ROOT, HF_HUB_OFFLINE="1")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], told["ok"]) == (3, 3, False)
    assert any("data.py cannot be run" in d["message"] for d in told["diagnostics"])


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    inspected("quickstart", "-n", "1", TMPDIR=str(tmp_path))
    assert not list(tmp_path.rglob("data.py"))
