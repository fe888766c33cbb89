"""What the keys of a spec say together: all checks, of every section and of the task."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Diagnostic
from specc.source.source import Source
from specc.spec import (
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
from specc.spec.ground import Check, Ground
from specc.spec.spec import Spec
from specc.tasks import room

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
    checks = CHECKS + room.checks(spec.task.kind)
    return [diagnostic for check in checks for diagnostic in check(ground)]
