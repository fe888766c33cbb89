"""What access tokens look like, so that they are refused in specs and masked in output."""

from __future__ import annotations

import re

SECRET = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"hf_[A-Za-z0-9]{20,}"  # Hugging Face
    r"|sk-[A-Za-z0-9_-]{20,}"  # OpenAI, Anthropic
    r"|gh[opsru]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"
    r"|glpat-[A-Za-z0-9_-]{20,}"  # GitLab
    r"|xox[abprs]-[A-Za-z0-9-]{20,}"  # Slack
    r"|AKIA[0-9A-Z]{16}"  # Amazon
    r"|AIza[0-9A-Za-z_-]{35}"  # Google
    r")"
)


def masked(text: str) -> str:
    """The text with a `*` for each character of a token, so that positions stay."""
    return SECRET.sub(lambda match: "*" * len(match[0]), text)
