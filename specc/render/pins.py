"""The versions that generated projects are tested with, and so pinned to.

They are literals, because the output must not depend on what happens to be installed; a test
holds them against the versions that the tests run with.
"""

from __future__ import annotations

PINS = {
    "torch": "2.13.0",
    "transformers": "5.23.0",
    "tokenizers": "0.23.3",
    "safetensors": "0.8.0",
    "datasets": "5.2.0",
    "pyarrow": "26.0.1",
    "scikit-learn": "1.9.1",
    "scipy": "1.17.1",
    "seqeval": "1.2.2",
    "sacrebleu": "2.6.0",
    "rouge-score": "0.1.2",
    "sentencepiece": "0.2.3",
    "protobuf": "7.36.2",
    "sacremoses": "0.2.0",
    "emoji": "2.16.0",
    "rjieba": "0.2.2",
    "fugashi": "1.5.2",
    "ipadic": "1.0.0",
    "unidic-lite": "1.0.8",
    "numpy": "2.4.6",
    "psutil": "7.2.2",
    "regex": "2026.11.15",
    "huggingface-hub": "2.4.0",
    "pytest": "9.2.0",
    "flash-attn": "2.8.3.post2",
    "bitsandbytes": "0.50.2",
}
