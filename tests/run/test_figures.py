"""Numbers and curves as text."""

from __future__ import annotations

import math

import pytest

from specc.run.figures import bar, duration, number, sparkline


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.93333, "0.933"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (-0.5, "-0.500"),
        (0.0, "0.000"),
        (1.2e-5, "1.2e-05"),
        (3e7, "3.0e+07"),
        (math.nan, "nan"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10 s"), (59.6, "1:00"), (187, "3:07"), (8100, "2:15:00")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_bar() -> None:
    assert bar(0.5, 4, is_unicode=True) == "━━──"
    assert bar(1.0, 4, is_unicode=False) == "####"


@pytest.mark.parametrize(
    ("values", "width", "curve"),
    [
        ([], 5, ""),
        ([1, 2, 3], 0, ""),
        ([3, 2, 1], 5, "█▅▁"),
        ([1, 1], 5, "▁▁"),
        ([0, 0, 1, 1, 2, 2], 3, "▁▅█"),
        ([0, math.nan, math.inf, 7], 5, "▁█"),
        (list(range(8)), 8, "▁▂▃▄▅▆▇█"),
    ],
)
def test_sparkline(values: list[float], width: int, curve: str) -> None:
    assert sparkline(values, width) == curve


def test_sparkline_in_ascii() -> None:
    assert sparkline(list(range(7)), 7, is_unicode=False) == "_.-=+*#"


@pytest.mark.parametrize("num", [1, 39, 40, 41, 79, 1000])
def test_a_curve_of_any_length_fits(num: int) -> None:
    assert len(sparkline(list(range(num)), 40)) == min(num, 40)
