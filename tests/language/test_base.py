"""Sizes of memory, in both families of units."""

from __future__ import annotations

import pytest

from specc.language.base import size_bytes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("24GiB", 24 * 2**30),
        ("24GB", 24 * 10**9),
        ("24 gb", 24 * 10**9),
        ("24gib", 24 * 2**30),
        (" 80GB ", 80 * 10**9),
        ("1.5GiB", 3 * 2**29),
        ("0.1GB", 10**8),
        ("512MiB", 2**29),
        ("1000000KB", 10**9),
        ("2TiB", 2**41),
        ("999999999TB", 999_999_999 * 10**12),
    ],
)
def test_sizes_are_exact(text: str, size: int) -> None:
    assert size_bytes(text) == size


@pytest.mark.parametrize(
    "text", ["", "24", "GiB", "24G", "24 gigs", "-1GB", "0GB", "0.0GiB", "1e3GB", "24GBs", "٢GB"]
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="must be a size; write it with its unit"):
        size_bytes(text)
