"""What the keys of a spec say together: all checks, of every section and of the task."""

from __future__ import annotations

from specc import rooms
from specc.diagnostics.diagnostic import Diagnostic
from specc.language import (
    checks_data,
    checks_devices,
    checks_hardware,
    checks_launch,
    checks_model,
    checks_precision,
    checks_task,
    checks_text,
    checks_training,
)
from specc.language.ground import Check, Ground
from specc.language.spec import Spec
from specc.yaml.source import Source

CHECKS: tuple[Check, ...] = (
    *checks_text.CHECKS,
    *checks_data.CHECKS,
    *checks_model.CHECKS,
    *checks_training.CHECKS,
    *checks_hardware.CHECKS,
    *checks_devices.CHECKS,
    *checks_precision.CHECKS,
    *checks_launch.CHECKS,
    *checks_task.CHECKS,
)


def check_spec(source: Source, spec: Spec) -> list[Diagnostic]:
    """All findings, in no order."""
    ground = Ground(source, spec)
    checks = CHECKS + rooms.module(spec.task.kind, "checks").CHECKS
    return [diagnostic for check in checks for diagnostic in check(ground)]
