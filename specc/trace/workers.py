"""Where steps are traced: in processes of their own, which need not import torch one by one."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

import specc

_ROOT = Path(specc.__file__).parent.parent
_START = "import sys; sys.path.insert(0, sys.argv[1]); from specc.trace.{} import main; main()"
SAID, FAILED = "said.txt", "failed.txt"
"""Files of a project's folder with what its process wrote to standard output and error."""


class Template:
    """A process that has imported what every trace needs, and is copied by `fork` for each."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, folder: Path) -> bool:
        """Whether a copy has run in `folder`; the first one waits for the imports."""
        if self._process is None:
            self._process = subprocess.Popen(
                _command("template"),
                cwd=_ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(str(folder)) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return False
        return self._process.stdout.readline() != ""

    def end(self) -> None:
        """Lets the process go."""
        if self._process is not None:
            self._process.communicate()


_template: ContextVar[Template | None] = ContextVar("template", default=None)


@contextlib.contextmanager
def warm() -> Iterator[None]:
    """Within, traces share one import of torch; Linux alone copies such a process safely."""
    if _template.get() is not None or sys.platform != "linux":
        yield
        return
    template = Template()
    token = _template.set(template)
    try:
        yield
    finally:
        _template.reset(token)
        template.end()


def run_child(folder: Path) -> tuple[str, str]:
    """Traces what request.json of a project's folder asks for.

    Returns:
        What was written to standard output and to standard error.
    """
    template = _template.get()
    if template is not None and template.run(folder):
        said, failed = ((folder / name).read_text(encoding="utf-8") for name in (SAID, FAILED))
        return said, failed
    done = subprocess.run(
        _command("child"),
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, done.stderr


def _command(module: str) -> list[str]:
    return [sys.executable, "-c", _START.format(module), str(_ROOT)]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
