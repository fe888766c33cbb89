"""Two runs of one project are one: nothing depends on the order of a hash table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated.projects import run_alone, write
from tests.generated.test_resume import SCRATCH
from tests.golden.gallery import compile_spec, workplace
from tests.variants.bases import changed

LEARN = (
    "import pathlib, sys; from config import Config; from data import load_tokenizer, read_splits; "
    "texts = read_splits(Config())['train'].texts; "
    "load_tokenizer(Config(), texts, pathlib.Path(sys.argv[1]))"
)


@pytest.mark.parametrize("algorithm", ["wordpiece", "bpe", "unigram"])
def test_tokenizer_is_learned_the_same_again(algorithm: str, tmp_path: Path) -> None:
    spec = changed(SCRATCH, ("model", "tokenizer", "train"), algorithm)
    project = write(compile_spec(spec, workplace(tmp_path)), tmp_path / "project")
    for name in ("one.json", "other.json"):
        run_alone(project, "-c", LEARN, name)
    one, other = ((project / name).read_text("utf-8") for name in ("one.json", "other.json"))
    assert one == other
