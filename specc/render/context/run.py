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
    }
)
"""Settings that a resumed run may change. All others decide what the steps so far have learned, or
by what the best model was chosen."""

_FILES = ("train_files", "validation_files", "test_files", "expected_files")
"""They may have moved, and their rows are compared. All are named, whichever a project has."""


def run_context(
    groups: Sequence[Group], tokenizer_class: str, *, is_sharded: bool
) -> dict[str, Any]:
    """`may_change` prints the fields of this configuration that a resumed run may change."""
    library = "tokenizers" if tokenizer_class == "Tokenizer" else "transformers"
    return {
        "may_change": _literal(
            [_FILES, *([n for n in g.names if n in _MAY_CHANGE] for g in groups)]
        ),
        "saved_pattern": "checkpoints/step-????????" + ("" if is_sharded else ".pt"),
        "tokenizer_import": f"from {library} import {tokenizer_class}",
    }


def _literal(groups: Sequence[Sequence[str]]) -> str:
    """Names as one Python string with spaces between them; each group begins a line."""
    texts = [" ".join(names) for names in groups if names]
    width = LINE_LENGTH - 8
    lines = [line for t in texts for line in textwrap.wrap(t, width, break_on_hyphens=False)]
    parts = "\n".join(f"    {py(line + ' ')}" for line in lines)
    return f"(\n{parts}\n)"
