"""A language model's project as its owner uses it: killed and resumed, asked, inspected."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.workbench import ROOT, specc
from tests.generated.projects import events, run, run_alone
from tests.generated.test_resume import assert_same_outcome, kill_and_resume, without_timing
from tests.golden.gallery import SPECS
from tests.tasks.causal_lm.workbench import MIXED, made, varied


def test_killed_run_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    """Dropout masks, order, samples and tokenizer included."""
    spec = varied(
        ("training.checkpoint", {"every": 3}),
        ("training.early_stopping", {"patience": 9}),
        ("evaluation", {"every": 4, "resamples": 10}),
        ("task.generation", {"max_new_tokens": 8, "prompts": ["", "The"]}),
    )
    _, project = made(tmp_path, spec, MIXED * 12)
    run_alone(project, "train.py", "--output-dir", "alone")
    assert "sample" in {event["event"] for event in events(project / "alone")}
    assert kill_and_resume(project, "killed", 1, 3) >= 2
    assert_same_outcome(project / "alone", project / "killed")
    assert without_timing(project / "killed") == without_timing(project / "alone")


def test_prompts_come_from_arguments_files_and_pipes(tmp_path: Path) -> None:
    _, project = made(tmp_path, varied(("task.documents", "line")), MIXED * 12)
    run(project, "train.py", "--max-steps", "1")
    few = ("--max-new-tokens", "3", "--seed", "5")
    (project / "prompts.jsonl").write_text('{"text": "The"}\n{"text": null}\n', encoding="utf-8")
    (project / "prompts.csv").write_text('id,text\n1,"one, two"\n', encoding="utf-8")
    (project / "prompts.txt").write_text("first\n\nsecond\n", encoding="utf-8")
    wanted = {
        ("prompts.jsonl",): ["The", ""],
        ("prompts.csv",): ["one, two"],
        ("prompts.txt",): ["first", "second"],
    }
    for (name,), prompts in wanted.items():
        lines = run(project, "predict.py", "--file", name, *few).splitlines()
        assert [json.loads(line)["prompt"] for line in lines] == prompts
    greedy = [
        run(project, "predict.py", "The gulls", "--temperature", "0", "--seed", seed)
        for seed in ("1", "2")
    ]
    assert greedy[0] == greedy[1]


def test_blocks_are_inspected_as_training_sees_them() -> None:
    done = specc("inspect", SPECS["harbour-stories"], "--json", "-n", "2", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["lengths"]["longest"] == 64
    assert set(seen["first_batch"]) == {"input_ids", "position_ids", "labels"}
    tokens = [token["text"] for token in seen["examples"][0]["streams"][0]["tokens"]]
    assert tokens[0] == "<|endoftext|>" and len(tokens) == 64
