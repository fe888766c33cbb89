"""Codes of languages that a base does not have are told before anything is built."""

from __future__ import annotations

import pytest

from specc.bases.languages import CODES, codes_among, codes_on_hub, nearest_code

MBART, NLLB, M2M = (CODES[f"{name}Tokenizer"] for name in ("MBart50", "Nllb", "M2M100"))


def test_codes_are_those_of_the_library() -> None:
    from transformers.models.m2m_100 import tokenization_m2m_100 as m2m
    from transformers.models.mbart import tokenization_mbart as mbart
    from transformers.models.mbart50 import tokenization_mbart50 as mbart50
    from transformers.models.nllb import tokenization_nllb as nllb

    assert CODES["MBartTokenizer"] == set(mbart.FAIRSEQ_LANGUAGE_CODES)
    assert set(mbart50.FAIRSEQ_LANGUAGE_CODES) == MBART
    assert set(nllb.FAIRSEQ_LANGUAGE_CODES) == NLLB
    assert set(m2m.FAIRSEQ_LANGUAGE_CODES["m2m100"]) == M2M


@pytest.mark.parametrize(
    ("said", "codes", "meant"),
    [
        ("en", MBART, "en_XX"),
        ("German", MBART, "de_DE"),
        ("EN_xx", MBART, "en_XX"),
        ("de_AT", MBART, "de_DE"),
        ("de", NLLB, "deu_Latn"),
        ("eng", NLLB, "eng_Latn"),
        ("en_XX", M2M, "en"),
        ("eng_Latn", M2M, "en"),
        ("pt-BR", M2M, "pt"),
        ("Germam", MBART, "de_DE"),
        ("klingon", MBART, None),
        ("uk_UA", CODES["MBartTokenizer"], None),
    ],
)
def test_code_that_is_meant(said: str, codes: frozenset[str], meant: str | None) -> None:
    assert nearest_code(said, codes) == meant


def test_codes_of_ids_and_of_tokens() -> None:
    assert codes_on_hub("facebook/mbart-large-50-many-to-many-mmt") == MBART
    assert codes_on_hub("facebook/mbart-large-cc25") == CODES["MBartTokenizer"]
    assert codes_on_hub("facebook/nllb-200-distilled-600M") == NLLB
    assert codes_on_hub("my-team/mbart") == frozenset()
    assert codes_among(["<s>", "en_XX", "zho_Hans", "__de__", "<e>"]) == {"en_XX", "zho_Hans", "de"}
