"""The names under `run`: what a checkpoint knows of its run."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from specc.render.context.config import Group
from specc.render.literals import LINE_LENGTH, py

_MAY_CHANGE = frozenset(
    {
        *("epochs", "steps", "max_steps", "time_limit_s", "patience"),  # how long it trains
        *("eval_every", "save_every", "log_every", "keep_checkpoints"),  # what it reports when
        *("eval_batch_size", "num_resamples", "num_worst", "num_written", "prompts"),
        "num_written_in_training",
        *("device", "num_threads", "tokenizer_threads", "timeout_s"),  # where it runs
        *("micro_batch", "tensor_parallel"),  # how a batch is divided
        *("output_dir", "cache_dir", "spec_sha256"),
        # Files may have moved: their rows are compared.
        *("train_files", "validation_files", "test_files", "expected_files"),
    }
)
"""Settings that a resumed run may change. All others decide what the steps so far have learned, or
by what the best model was chosen."""


def run_context(
    groups: Sequence[Group], tokenizer_class: str, *, is_sharded: bool
) -> dict[str, Any]:
    """`may_change` prints the fields of this configuration that a resumed run may change."""
    library = "tokenizers" if tokenizer_class == "Tokenizer" else "transformers"
    return {
        "may_change": _literal([n for g in groups for n in g.names if n in _MAY_CHANGE]),
        "saved_pattern": "checkpoints/step-????????" + ("" if is_sharded else ".pt"),
        "tokenizer_import": f"from {library} import {tokenizer_class}",
    }


def _literal(names: list[str]) -> str:
    """Names as one Python string with spaces between them, in as few lines as they need."""
    lines = textwrap.wrap(" ".join(names), LINE_LENGTH - 8, break_on_hyphens=False)
    if len(lines) == 1:
        return py(lines[0])
    parts = "\n".join(f"    {py(line + ' ')}" for line in lines)
    return f"(\n{parts}\n)"
