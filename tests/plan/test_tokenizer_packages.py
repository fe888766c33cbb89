"""What a project installs for its tokenizer follows from the files of the base."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc.bases.packages import PIECES, packages_of
from specc.plan.base import Base
from specc.render.pins import PINS

MECAB = {"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "mecab"}


@pytest.mark.parametrize(
    ("kind", "files", "settings", "packages"),
    [
        ("deberta-v2", ["spm.model"], {}, PIECES),
        (
            "camembert",
            ["sentencepiece.bpe.model"],
            {"tokenizer_class": "CamembertTokenizer"},
            PIECES,
        ),
        ("t5", ["spiece.model", "tokenizer.json"], {"tokenizer_class": "T5TokenizerFast"}, ()),
        ("bert", ["vocab.txt"], {"tokenizer_class": "BertTokenizer"}, ()),
        ("roberta", ["vocab.json", "merges.txt"], {}, ()),
        ("marian", ["source.spm", "target.spm", "vocab.json"], {}, PIECES),
        ("m2m_100", ["sentencepiece.bpe.model", "tokenizer.json"], {}, PIECES),
        ("m2m_100", ["tokenizer.json"], {"tokenizer_class": "NllbTokenizerFast"}, ()),
        ("roberta", ["vocab.txt"], {"tokenizer_class": "BertweetTokenizer"}, ("emoji",)),
        ("xlm", ["vocab.json", "merges.txt"], {}, ("sacremoses",)),
        ("bert", ["vocab.txt"], MECAB, ("fugashi", "unidic-lite")),
        (
            "bert",
            ["vocab.txt"],
            MECAB | {"mecab_kwargs": {"mecab_dic": "ipadic"}},
            ("fugashi", "ipadic"),
        ),
        ("bert", ["vocab.txt"], MECAB | {"mecab_kwargs": {"mecab_dic": None}}, ("fugashi",)),
    ],
)
def test_packages_follow_the_files(
    kind: str, files: list[str], settings: dict[str, Any], packages: tuple[str, ...], tmp_path: Path
) -> None:
    for name in files:
        (tmp_path / name).touch()
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    assert packages_of(tmp_path, {"model_type": kind}) == packages
    assert set(packages) <= set(PINS)


def test_packages_of_an_id_do_not_depend_on_this_machine() -> None:
    """A base that is not known may have any tokenizer."""
    unknown = Base("hub", "microsoft/deberta-v3-base", None, None, None, None, None)
    assert unknown.tokenizer_packages == PIECES
