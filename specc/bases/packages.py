"""Which packages the tokenizer of a local base needs beside `transformers`, by its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specc.bases.files import is_regular, read_object

PIECES = ("sentencepiece", "protobuf")
"""What reads a SentencePiece model: the second is in the requirements of no other package."""

_READS_PIECES = frozenset(
    [
        "BartphoTokenizer",
        "BertGenerationTokenizer",
        "CpmTokenizer",
        "GPTSw3Tokenizer",
        "M2M100Tokenizer",
        "MarianTokenizer",
        "MLukeTokenizer",
        "PLBartTokenizer",
    ]
)
"""Classes that read the model of pieces, even where a tokenizer.json lies beside it."""
_SPLITS_WORDS: dict[str, tuple[str, ...]] = {
    "BertweetTokenizer": ("emoji",),
    "BioGptTokenizer": ("sacremoses",),
    "FlaubertTokenizer": ("sacremoses",),
    "FSMTTokenizer": ("sacremoses",),
    "RoFormerTokenizer": ("rjieba",),
    "XLMTokenizer": ("sacremoses",),
}
"""Classes that leave the splitting of texts to another package."""
_CLASS_OF: dict[str, str] = {
    "bert-generation": "BertGenerationTokenizer",
    "bertweet": "BertweetTokenizer",
    "biogpt": "BioGptTokenizer",
    "flaubert": "FlaubertTokenizer",
    "fsmt": "FSMTTokenizer",
    "gpt-sw3": "GPTSw3Tokenizer",
    "m2m_100": "M2M100Tokenizer",
    "marian": "MarianTokenizer",
    "mluke": "MLukeTokenizer",
    "plbart": "PLBartTokenizer",
    "roformer": "RoFormerTokenizer",
    "xlm": "XLMTokenizer",
}
"""By `model_type`: the class of a base that names none."""


def packages_of(folder: Path, config: dict[str, Any]) -> tuple[str, ...]:
    """The packages without which AutoTokenizer does not read what lies in `folder`."""
    settings = read_object(folder / "tokenizer_config.json") or {}
    named = settings.get("tokenizer_class") or config.get("tokenizer_class")
    class_name = str(named or _CLASS_OF.get(str(config.get("model_type")), ""))
    class_name = class_name.removesuffix("Fast")
    if class_name == "BertJapaneseTokenizer":
        return _japanese(settings)
    if class_name in _READS_PIECES:
        return PIECES
    has_pieces = any(folder.glob("*.model")) or any(folder.glob("*.spm"))
    if has_pieces and not is_regular(folder / "tokenizer.json"):
        return PIECES
    return _SPLITS_WORDS.get(class_name, ())


def _japanese(settings: dict[str, Any]) -> tuple[str, ...]:
    """MeCab with the dictionary that the base was pretrained with."""
    pieces = PIECES if settings.get("subword_tokenizer_type") == "sentencepiece" else ()
    if settings.get("word_tokenizer_type") != "mecab":
        return pieces
    said = settings.get("mecab_kwargs")
    dictionary = said.get("mecab_dic", "unidic_lite") if isinstance(said, dict) else "unidic_lite"
    known = {"ipadic": ("ipadic",), "unidic_lite": ("unidic-lite",)}
    return ("fugashi", *known.get(str(dictionary), ()), *pieces)
