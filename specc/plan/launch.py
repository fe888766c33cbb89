"""What the plan alone knows of a launcher's limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specc.data.facts import DataFacts
from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.rules.launch import FILES_LEFT_BEHIND
from specc.language.checks_launch import CARRIERS, no_host_name
from specc.language.ground import Ground
from specc.language.spec import Spec
from specc.plan.base import Base
from specc.yaml.source import Source


def check_launch(
    spec: Spec, source: Source, name: str, facts: DataFacts, base: Base | None, copies_files: bool
) -> Iterator[Diagnostic]:
    """SP299 of a derived name; SP298, as a warning, for files that nobody said anything of."""
    if spec.name is None:
        yield from no_host_name(Ground(source, spec), name)
    if spec.hardware.launcher not in CARRIERS:
        return
    files = [] if copies_files else [f for split in facts.splits.values() for f in split.files]
    left = [file.name for file in files if not Path(file.name).is_absolute()]
    if base is not None and base.where == "folder":
        left.append("model.base")
    if left:
        yield Diagnostic(
            FILES_LEFT_BEHIND,
            f"`{spec.hardware.launcher}` brings only the project's folder to the nodes, and "
            f"`{left[0]}` stays outside",
            source.file,
            source.span("hardware", "launcher"),
            "mount it where its path leads on the nodes, or take data and weights from the hub"
            if copies_files
            else "write `data.copy: always`, or the absolute path of what the nodes mount",
            severity="warning",
        )
