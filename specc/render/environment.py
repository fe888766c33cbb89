"""The Jinja environment: templates that stay valid in their own language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from specc.render.literals import doc, markdown, plain, py


def templates_folder() -> Path:
    """Where the templates are: beside the package in a checkout, inside it when installed."""
    inside = Path(__file__).resolve().parent.parent / "templates"
    return inside if inside.is_dir() else inside.parent.parent / "templates"


def _environment(**delimiters: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        **delimiters,  # type: ignore[arg-type]
    )
    environment.filters |= {"py": py, "doc": doc, "note": plain, "md": markdown}
    return environment


@cache
def python_environment() -> Environment:
    """For Python: directives are comments, so that a template parses as what it prints."""
    return _environment(block_start_string="# {%", comment_start_string="# {#")


@cache
def text_environment() -> Environment:
    """For Markdown, TOML and plain text."""
    return _environment()


def render_template(name: str, context: dict[str, Any]) -> str:
    """The text of one template.

    Raises:
        jinja2.UndefinedError: if the context lacks a name; that is a bug, not a user's error.
    """
    environment = python_environment() if name.endswith(".py") else text_environment()
    text = environment.get_template(name).render(context)
    return re.sub(r"[ \t]+\n", "\n", text)
