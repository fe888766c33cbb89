"""The shapes of well-known models, for plans without the hub: from their `config.json` there."""

from __future__ import annotations

from typing import Any

_COLUMNS: dict[str, tuple[str, ...]] = {
    "bert": (
        *("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
        *("vocab_size", "max_position_embeddings", "type_vocab_size"),
    ),
    "distilbert": ("dim", "n_layers", "n_heads", "hidden_dim", "vocab_size"),
    "electra": (
        *("embedding_size", "hidden_size", "num_hidden_layers", "num_attention_heads"),
        *("intermediate_size", "vocab_size"),
    ),
    "gpt2": ("n_embd", "n_layer", "n_head", "vocab_size", "n_positions"),
    "t5": ("d_model", "d_ff", "num_layers", "num_heads", "d_kv", "vocab_size"),
    "bart": (
        *("d_model", "encoder_layers", "decoder_layers", "encoder_attention_heads"),
        *("decoder_attention_heads", "encoder_ffn_dim", "decoder_ffn_dim", "vocab_size"),
        "max_position_embeddings",
    ),
    "llama": (
        *("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads"),
        *("intermediate_size", "vocab_size", "max_position_embeddings", "tie_word_embeddings"),
    ),
}
_SAME_COLUMNS = {
    **{"roberta": "bert", "xlm-roberta": "bert", "albert": "electra", "marian": "bart"},
    **{"mbart": "bart", "m2m_100": "bart", "qwen2": "llama", "mistral": "llama"},
}
_GATED = {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}

_ENCODERS = """
bert-base-uncased                        bert 768 12 12 3072 30522 512 2
bert-base-cased                          bert 768 12 12 3072 28996 512 2
bert-large-uncased                       bert 1024 24 16 4096 30522 512 2
bert-large-cased                         bert 1024 24 16 4096 28996 512 2
bert-base-multilingual-cased             bert 768 12 12 3072 119547 512 2
bert-base-multilingual-uncased           bert 768 12 12 3072 105879 512 2
bert-base-chinese                        bert 768 12 12 3072 21128 512 2
sentence-transformers/all-MiniLM-L6-v2   bert 384 6 12 1536 30522 512 2
sentence-transformers/all-MiniLM-L12-v2  bert 384 12 12 1536 30522 512 2
microsoft/MiniLM-L12-H384-uncased        bert 384 12 12 1536 30522 512 2
distilbert-base-uncased                  distilbert 768 6 12 3072 30522
distilbert-base-cased                    distilbert 768 6 12 3072 28996
distilbert-base-multilingual-cased       distilbert 768 6 12 3072 119547
roberta-base                             roberta 768 12 12 3072 50265 514 1
roberta-large                            roberta 1024 24 16 4096 50265 514 1
distilroberta-base                       roberta 768 6 12 3072 50265 514 1
xlm-roberta-base                         xlm-roberta 768 12 12 3072 250002 514 1
xlm-roberta-large                        xlm-roberta 1024 24 16 4096 250002 514 1
google/electra-small-discriminator       electra 128 256 12 4 1024 30522
google/electra-base-discriminator        electra 768 768 12 12 3072 30522
google/electra-large-discriminator       electra 1024 1024 24 16 4096 30522
albert-base-v2                           albert 128 768 12 12 3072 30000
albert-large-v2                          albert 128 1024 24 16 4096 30000
"""
_DECODERS = """
gpt2                                     gpt2 768 12 12 50257 1024
gpt2-medium                              gpt2 1024 24 16 50257 1024
gpt2-large                               gpt2 1280 36 20 50257 1024
gpt2-xl                                  gpt2 1600 48 25 50257 1024
distilgpt2                               gpt2 768 6 12 50257 1024
HuggingFaceTB/SmolLM2-135M               llama 576 30 9 3 1536 49152 8192 1
HuggingFaceTB/SmolLM2-360M               llama 960 32 15 5 2560 49152 8192 1
HuggingFaceTB/SmolLM2-1.7B               llama 2048 24 32 32 8192 49152 8192 1
TinyLlama/TinyLlama-1.1B-Chat-v1.0       llama 2048 22 32 4 5632 32000 2048 0
meta-llama/Llama-3.2-1B                  llama 2048 16 32 8 8192 128256 131072 1
meta-llama/Llama-3.2-3B                  llama 3072 28 24 8 8192 128256 131072 1
meta-llama/Llama-3.1-8B                  llama 4096 32 32 8 14336 128256 131072 0
Qwen/Qwen2-0.5B                          qwen2 896 24 14 2 4864 151936 131072 1
Qwen/Qwen2-1.5B                          qwen2 1536 28 12 2 8960 151936 131072 1
Qwen/Qwen2.5-0.5B                        qwen2 896 24 14 2 4864 151936 32768 1
Qwen/Qwen2.5-1.5B                        qwen2 1536 28 12 2 8960 151936 131072 1
Qwen/Qwen2.5-7B                          qwen2 3584 28 28 4 18944 152064 131072 0
mistralai/Mistral-7B-v0.1                mistral 4096 32 32 8 14336 32000 32768 0
"""
_ENCODER_DECODERS = """
t5-small                                 t5 512 2048 6 8 64 32128
t5-base                                  t5 768 3072 12 12 64 32128
t5-large                                 t5 1024 4096 24 16 64 32128
google/flan-t5-small                     t5 512 1024 8 6 64 32128 gated
google/flan-t5-base                      t5 768 2048 12 12 64 32128 gated
google/flan-t5-large                     t5 1024 2816 24 16 64 32128 gated
google/t5-v1_1-small                     t5 512 1024 8 6 64 32128 gated
facebook/bart-base                       bart 768 6 6 12 12 3072 3072 50265 1024
facebook/bart-large                      bart 1024 12 12 16 16 4096 4096 50265 1024
facebook/bart-large-cnn                  bart 1024 12 12 16 16 4096 4096 50264 1024
facebook/bart-large-xsum                 bart 1024 12 12 16 16 4096 4096 50264 1024
sshleifer/distilbart-cnn-12-6            bart 1024 12 6 16 16 4096 4096 50264 1024
facebook/mbart-large-50                  mbart 1024 12 12 16 16 4096 4096 250054 1024
facebook/mbart-large-cc25                mbart 1024 12 12 16 16 4096 4096 250027 1024
facebook/nllb-200-distilled-600M         m2m_100 1024 12 12 16 16 4096 4096 256206 1024
facebook/nllb-200-distilled-1.3B         m2m_100 1024 24 24 16 16 8192 8192 256206 1024
facebook/nllb-200-1.3B                   m2m_100 1024 24 24 16 16 8192 8192 256206 1024
facebook/nllb-200-3.3B                   m2m_100 2048 24 24 16 16 8192 8192 256206 1024
facebook/m2m100_418M                     m2m_100 1024 12 12 16 16 4096 4096 128112 1024
facebook/m2m100_1.2B                     m2m_100 1024 24 24 16 16 8192 8192 128112 1024
Helsinki-NLP/opus-mt-en-de               marian 512 6 6 8 8 2048 2048 58101 512
Helsinki-NLP/opus-mt-de-en               marian 512 6 6 8 8 2048 2048 58101 512
Helsinki-NLP/opus-mt-en-fr               marian 512 6 6 8 8 2048 2048 59514 512
Helsinki-NLP/opus-mt-fr-en               marian 512 6 6 8 8 2048 2048 59514 512
Helsinki-NLP/opus-mt-en-es               marian 512 6 6 8 8 2048 2048 65001 512
Helsinki-NLP/opus-mt-es-en               marian 512 6 6 8 8 2048 2048 65001 512
Helsinki-NLP/opus-mt-en-ru               marian 512 6 6 8 8 2048 2048 62518 512
Helsinki-NLP/opus-mt-en-zh               marian 512 6 6 8 8 2048 2048 65001 512
Helsinki-NLP/opus-mt-zh-en               marian 512 6 6 8 8 2048 2048 65001 512
"""
_HOMES = {
    **{"bert": "google-bert", "roberta": "FacebookAI", "xlm-roberta": "FacebookAI"},
    **{"distilbert": "distilbert", "gpt2": "openai-community", "t5": "google-t5"},
    "albert": "albert",
}
"""Owners under whom the hub now keeps models that once had none."""


def _read(table: str) -> dict[str, dict[str, Any]]:
    found = {}
    for line in table.strip().splitlines():
        name, kind, *numbers = line.split()
        columns = _COLUMNS[_SAME_COLUMNS.get(kind, kind)]
        fields: dict[str, Any] = dict(zip(columns, map(int, numbers[: len(columns)]), strict=True))
        if "tie_word_embeddings" in fields:
            fields["tie_word_embeddings"] = bool(fields["tie_word_embeddings"])
        if numbers[-1] == "gated":
            fields |= _GATED
        if kind == "t5":
            fields["decoder_start_token_id"] = 0  # all of them
        if kind in ("distilbert", "electra"):
            fields["max_position_embeddings"] = 512  # all of them
        found[name] = {"model_type": kind} | fields
        if "/" not in name and kind in _HOMES:
            owner = "distilbert" if name.startswith("distil") else _HOMES[kind]
            found[f"{owner}/{name}"] = found[name]
    return found


KNOWN_CONFIGS = _read(_ENCODERS) | _read(_DECODERS) | _read(_ENCODER_DECODERS)
"""Fields of `config.json` by hub id, with `model_type`."""
