"""One room a task: its section of the language, its checks, its metrics, the files it emits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from specc.tasks.text_classification.language import TextClassification

TaskSection = Annotated[TextClassification, Field(title="task")]
"""Becomes a union discriminated by `kind` with the second task."""
