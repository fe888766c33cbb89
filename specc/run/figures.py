"""Numbers, bars and curves as text, for the live view, the plain lines and the summary."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console

_LEVELS = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS = "_.-=+*#"


def can_show_unicode(console: Console) -> bool:
    return console.encoding.lower().startswith("utf")


def star(is_unicode: bool) -> str:
    """Marks the best value."""
    return "★" if is_unicode else "*"


def number(value: float) -> str:
    """A metric or a loss in at most 8 characters: `0.933`, `12.35`, `1.2e-05`."""
    size = abs(value)
    if not math.isfinite(value):
        return str(value)
    if size and (size < 0.001 or size >= 1e6):
        return f"{value:.1e}"
    return f"{value:.{3 if size < 10 else 2 if size < 100 else 1}f}"


def duration(seconds: float) -> str:
    """`8.3 s`, `42 s`, `3:07`, `2:15:00`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def bar(share: float, width: int, is_unicode: bool) -> str:
    """`share` (0 to 1) of `width` characters filled."""
    full, empty = ("━", "─") if is_unicode else ("#", ".")
    num_full = int(share * width)
    return full * num_full + empty * (width - num_full)


def sparkline(values: Sequence[float], width: int, is_unicode: bool = True) -> str:
    """The course of `values` in at most `width` characters, lowest to highest.

    More values than characters are averaged in equal stretches. Values that are not finite are
    left out.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite or width < 1:
        return ""
    num = min(width, len(finite))
    edges = [round(i * len(finite) / num) for i in range(num + 1)]
    means = [
        sum(finite[a:b]) / (b - a) for a, b in zip(edges[:-1], edges[1:], strict=True) if b > a
    ]
    low, high = min(means), max(means)
    levels = _LEVELS if is_unicode else _ASCII_LEVELS
    scale = (len(levels) - 1) / (high - low) if high > low else 0.0
    return "".join(levels[round((mean - low) * scale)] for mean in means)
