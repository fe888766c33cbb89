"""SP284 and SP393: blocks of tokens. The rooms of the tasks that cut blocks list them."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_SCRATCH = "model: {architecture: gpt2, "

BLOCK_OVER_POSITIONS = Rule(
    "SP284",
    "block-over-positions",
    "A block is one sequence for the model, which cannot read more tokens than it has positions "
    "for.",
    "task: {kind: causal-lm, block_size: 512}\n" + _SCRATCH + "max_positions: 256}\n",
    "task: {kind: causal-lm, block_size: 256}\n" + _SCRATCH + "max_positions: 256}\n",
)
BELOW_ONE_BLOCK = Rule(
    "SP393",
    "text-below-one-block",
    "The training text does not fill a single block, so that most of each batch is padding and "
    "one step is a pass. More text, or smaller blocks, train better.",
    "task: {kind: causal-lm, block_size: 1024}\ndata: haiku.txt\n",
    "task: {kind: causal-lm, block_size: 32}\ndata: haiku.txt\n",
)
