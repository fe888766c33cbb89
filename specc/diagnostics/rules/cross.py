"""SP2xx: keys that are right one by one and wrong together, from the modules beside this."""

from __future__ import annotations

from specc.diagnostics.rules import (
    cross_data,
    cross_model,
    cross_precision,
    cross_task,
    devices,
    launch,
)

RULES = (
    *cross_data.RULES,
    *cross_task.RULES,
    *cross_model.RULES,
    *cross_precision.RULES,
    *devices.RULES,
    *launch.RULES,
)
