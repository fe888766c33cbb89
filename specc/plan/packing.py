"""Blocks of tokens: how long they are, and about how many the training texts fill."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from specc.data.facts import DataFacts
from specc.data.findings import plural
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules import packing as rules
from specc.language.model import Scratch
from specc.language.packed import Packed
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.plan.ledger import Ledger
from specc.plan.lengths import UnusableTokenizer, broken_tokenizer
from specc.yaml.source import Source

LONGEST_BLOCK = 1024
"""Tokens of a block where nothing is said: memory grows with it, and few texts gain from more."""

SAMPLE_BYTES = 1_000_000
ENOUGH_STEPS = 1_000
MOST_EPOCHS = 50


@dataclass(frozen=True, slots=True)
class Packing:
    """`num_tokens` of the training texts is an estimate; None for a hub data set."""

    block_size: int
    num_tokens: int | None

    @property
    def num_blocks(self) -> int:
        return math.ceil((self.num_tokens or 0) / self.block_size)

    def epochs(self, batch_size: int, from_scratch: bool) -> tuple[int, str]:
        """The usual number of passes, and why."""
        if not from_scratch:
            return 3, "the usual 3 passes"
        steps = math.ceil(self.num_blocks / batch_size)
        passes = max(1, min(MOST_EPOCHS, math.ceil(ENOUGH_STEPS / steps)))
        of_pass = plural(steps, "step")
        return passes, f"about {of_pass} a pass, and random weights need some 1,000 steps"


def plan_packing(
    spec: Spec, task: Packed, source: Source, facts: DataFacts, base: Base | None, ledger: Ledger
) -> tuple[Packing, list[Diagnostic]]:
    """Tokens of a block, and an estimate of the training tokens.

    Raises:
        SpecError: SP284, SP412.
    """
    limit = base.max_positions if base else getattr(spec.model, "max_positions", None)
    said = None if task.block_size == "auto" else task.block_size
    if over := block_over_positions(task, source, base):
        raise SpecError(tuple(over))
    reason = f"what the model has positions for, at most {LONGEST_BLOCK}"
    if limit is None:
        reason = f"the usual {LONGEST_BLOCK}: what the base has positions for is not known here"
    auto = min(limit or LONGEST_BLOCK, LONGEST_BLOCK)
    size = int(ledger.choose("task.block_size", said, auto, "given in the spec", reason))
    ledger.take(task, "task", "isolate_documents", "whether a document sees those before it")
    if facts.hub:
        return Packing(size, None), []
    try:
        tokens = _estimate(spec, facts, base.tokenizer if base else None)
    except UnusableTokenizer as error:
        raise broken_tokenizer(spec, source, error) from None
    packing = Packing(size, tokens)
    ledger.derive(
        "data.tokens.train",
        tokens,
        f"about; {plural(packing.num_blocks, 'block')} of {size} tokens",
    )
    return packing, [_below_one_block(source, packing)] if tokens < size else []


def _estimate(spec: Spec, facts: DataFacts, tokenizer: Path | None) -> int:
    """From the first megabyte where the tokenizer is here, from bytes and vocabulary elsewhere."""
    column = facts.splits["train"].table[spec.task.texts[0]]
    total, sample, taken = 0, [], 0
    for chunk in column.iterchunks():
        offsets = chunk.buffers()[1]
        bounds = memoryview(offsets).cast("i")[chunk.offset : chunk.offset + len(chunk) + 1]
        total += bounds[-1] - bounds[0] if len(chunk) else 0
        if tokenizer is not None and taken < SAMPLE_BYTES and len(chunk):
            data = memoryview(chunk.buffers()[2])[bounds[0] : bounds[-1]]
            sample.append(bytes(data[: SAMPLE_BYTES - taken]).decode(errors="ignore"))
            taken += min(len(data), SAMPLE_BYTES - taken)
    if tokenizer is None:
        return math.ceil(total / _bytes_a_token(spec)) + len(column)
    counted = _count(sample, tokenizer, spec.reads_special_tokens)
    return math.ceil(total * counted / max(1, taken)) + len(column)


def _bytes_a_token(spec: Spec) -> float:
    """Of English by byte-level BPE: one for the bare bytes, some 4 for tens of thousands."""
    if not isinstance(spec.model, Scratch):
        return 4.0
    return min(4.3, max(1.0, 0.42 * math.log2(spec.model.tokenizer.vocab_size) - 2.2))


def _count(texts: list[str], tokenizer: Path, reads_special: bool) -> int:
    from tokenizers import Tokenizer  # `specc check` does not get here

    try:
        encoder = Tokenizer.from_file(str(tokenizer))
        encoder.no_padding()
        encoder.no_truncation()
        encoder.encode_special_tokens = not reads_special
        return sum(map(len, encoder.encode_batch_fast(texts, add_special_tokens=False)))
    except Exception as error:  # the library raises nothing narrower
        raise UnusableTokenizer(str(error)) from error


def block_over_positions(task: Packed, source: Source, base: Base | None) -> list[Diagnostic]:
    """SP284: a block of more tokens than the base has positions for."""
    limit, size = base.max_positions if base else None, task.block_size
    if size == "auto" or not limit or size <= limit:
        return []
    return [
        Diagnostic(
            rules.BLOCK_OVER_POSITIONS,
            f"`block_size: {size}` is more than the {limit} tokens that the model has positions "
            "for",
            source.file,
            source.span("task", "block_size"),
            f"write `block_size: {limit}` or less",
        )
    ]


def _below_one_block(source: Source, packing: Packing) -> Diagnostic:
    return Diagnostic(
        rules.BELOW_ONE_BLOCK,
        f"the training text has about {packing.num_tokens:,} tokens, which do not fill one block "
        f"of {packing.block_size}",
        source.file,
        source.span("task", "block_size"),
        "give more text, or write a smaller `block_size`",
        severity="warning",
    )
