"""Codes about texts that do not suit the base's tokenizer."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: text-classification, text: message, label: intent}\n"

UNKNOWN_CHARACTERS = Rule(
    "SP471",
    "unknown-characters",
    "The tokenizer of the base has no token for some of the characters: they reach the model as "
    "one and the same unknown token, or not at all. Texts of another script than the base was "
    "pretrained on lose most of what they say. `data.unknown_characters: accept` trains all the "
    "same.",
    _TASK + "model: bert-base-uncased\ndata: data/chinese.csv\n",
    _TASK + "model: bert-base-chinese\ndata: data/chinese.csv\n",
)
UNWRITABLE_CHARACTERS = Rule(
    "SP472",
    "unwritable-characters",
    "What the tokenizer of the base makes of a target cannot be turned back into that target: it "
    "has no token for a character, or forgets line breaks and indentation. The model can never "
    "write such texts. T5 knows no braces and no line breaks; byte-level tokenizers write every "
    "text.",
    "task: {kind: text-to-text, source: question, target: code}\nmodel: t5-small\n",
    "task: {kind: text-to-text, source: question, target: code}\nmodel: facebook/bart-base\n",
)
SPECIAL_TOKENS_IN_TEXT = Rule(
    "SP473",
    "special-tokens-in-text",
    "The texts hold names of special tokens, such as `<|endoftext|>` between documents. Read as "
    "letters they are a few ordinary tokens each; read as tokens they end a text, or hide a word. "
    "`data.special_tokens` says which is meant.",
    "task: {kind: causal-lm}\nmodel: gpt2\ndata: stories.txt   # with <|endoftext|> in it\n",
    "task: {kind: causal-lm}\nmodel: gpt2\ndata: {train: stories.txt, special_tokens: read}\n",
)

RULES = (UNKNOWN_CHARACTERS, UNWRITABLE_CHARACTERS, SPECIAL_TOKENS_IN_TEXT)
