"""From logits to spans of the context: the best of each window, and of all windows of a question."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F

from config import Config
from windows import Window


class Span(NamedTuple):
    """A part of a context; `end` is exclusive, `score` the sum of its two logits."""

    start: int
    end: int
    score: float


def best_spans(logits: torch.Tensor, windows: list[Window], config: Config) -> list[list[Span]]:
    """The `n_best` spans of each window, from its logits (B, 2, T)."""
    logits = logits.clone()
    logits[:, :, 0] = -math.inf  # stands for no answer
    longest = config.max_answer_length
    ends = F.pad(logits[:, 1], (0, longest - 1), value=-math.inf).unfold(1, longest, 1)
    scores = (logits[:, 0, :, None] + ends).flatten(1)  # (B, T * longest)
    best = scores.topk(min(config.n_best, scores.shape[1]))
    found: list[list[Span]] = []
    for window, values, places in zip(
        windows, best.values.tolist(), best.indices.tolist(), strict=True
    ):
        found.append([])
        for value, place in zip(values, places, strict=True):
            first, more = divmod(place, longest)
            if value > -math.inf:
                start = int(window.offsets[first - window.first, 0])
                end = int(window.offsets[first - window.first + more, 1])
                found[-1].append(Span(start, end, value))
    return found


def merge(found: list[Span], config: Config) -> list[Span]:
    """The best of the spans of several windows; those that overlap may find the same one."""
    highest: dict[tuple[int, int], Span] = {}
    for span in sorted(found, key=lambda span: (-span.score, span.start, span.end)):
        highest.setdefault((span.start, span.end), span)
    return list(highest.values())[: config.n_best]
