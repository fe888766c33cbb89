"""Imports what every trace needs, then is copied by `fork` for each: a folder a line comes in.

A copy has the modules and nothing else of the traces before. When it has ended, a line goes out.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

from specc.trace.child import main as trace
from specc.trace.workers import FAILED, SAID


def main() -> None:
    """Ends with standard input."""
    for line in sys.stdin:
        if (copy := os.fork()) == 0:
            _in_folder(json.loads(line))
        os.waitpid(copy, 0)
        print(flush=True)


def _in_folder(folder: str) -> None:
    """What a process would do that starts there; it does not come back."""
    os.chdir(folder)
    for number, name in enumerate((SAID, FAILED), start=1):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    try:
        trace()
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
