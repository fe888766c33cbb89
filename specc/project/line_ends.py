"""Line ends: a checkout or an editor that made all of them CRLF has changed nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

_MAX_BYTES = 2**24
"""Larger files are data, and are not read whole."""


def is_crlf(content: bytes) -> bool:
    """Whether every line ends with CRLF, and there is at least one."""
    return b"\n" in content and content.count(b"\r\n") == content.count(b"\n")


def plain(content: bytes) -> bytes:
    """The same with LF, where all lines end with CRLF; other content as it is."""
    return content.replace(b"\r\n", b"\n") if is_crlf(content) else content


def like(content: bytes, sample: bytes) -> bytes:
    """`content` with the line ends of `sample`, if that is text with CRLF."""
    if is_crlf(sample) and b"\0" not in content and b"\r\n" not in content:
        return content.replace(b"\n", b"\r\n")
    return content


def is_same(content: bytes, rendered: bytes) -> bool:
    """Whether a file holds what was rendered, apart from line ends."""
    return content == rendered or plain(content) == rendered


def plain_sha256(path: Path) -> str | None:
    """The hash of a file with LF instead of CRLF; None for one that has none, or is large."""
    if path.stat().st_size > _MAX_BYTES:
        return None
    content = path.read_bytes()
    return hashlib.sha256(plain(content)).hexdigest() if is_crlf(content) else None
