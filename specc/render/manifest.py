"""A file of a project, its template, and what it is for: the README's file map is made of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """One file of the project; `purpose` is its line in the README."""

    path: str
    template: str
    purpose: str
