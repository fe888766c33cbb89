"""What the CPU of this machine offers, in the words of the language.

`specc new` alone looks at the machine, once, and writes down what it saw: a spec names its target,
so that it compiles to the same project everywhere.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

from specc.language.hardware import Instructions

_CPU_INFO = Path("/proc/cpuinfo")
_X86: tuple[tuple[str, Instructions], ...] = (
    ("amx_bf16", "amx-bf16"),
    ("avx512_bf16", "avx512-bf16"),
    ("avx512f", "avx512"),
    ("avx2", "avx2"),
)


def cpu_instructions() -> Instructions | None:
    """The best that this machine has; None where it has none of them or cannot be asked."""
    if sys.platform == "darwin":
        return _apple()
    try:
        return instructions_in(_CPU_INFO.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def instructions_in(cpu_info: str) -> Instructions | None:
    """The same from the text of Linux's `/proc/cpuinfo`."""
    lines = (line.partition(":") for line in cpu_info.splitlines())
    flags = next((set(v.split()) for k, _, v in lines if k.strip() in ("flags", "Features")), set())
    for flag, name in _X86:
        if flag in flags:
            return name
    if "asimd" in flags:
        return "neon-bf16" if "bf16" in flags else "neon"
    return None


def _apple() -> Instructions | None:
    if platform.machine() != "arm64":
        return None
    asked = ["sysctl", "-n", "hw.optional.arm.FEAT_BF16"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return "neon-bf16" if answer.strip() == "1" else "neon"
