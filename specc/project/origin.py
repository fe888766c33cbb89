"""Which spec a project was built from, so that two specs do not share a folder by accident."""

from __future__ import annotations

from pathlib import Path

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules.write import FOLDER_OF_ANOTHER_SPEC
from specc.project.project import PROVENANCE_FOLDER

ORIGIN_PATH = f"{PROVENANCE_FOLDER}/origin"


def origin_content(origin: str) -> bytes:
    """`origin` is the spec's path as seen from the project's folder."""
    return (origin + "\n").encode("utf-8", "surrogateescape")


def refuse_other_spec(folder: Path, origin: str) -> None:
    """Stops where an earlier build put the project of another spec into `folder`.

    Raises:
        SpecError: SP512.
    """
    try:
        found = (folder / ORIGIN_PATH).read_bytes()
    except OSError:
        return
    if found == origin_content(origin):
        return
    other = found.decode("utf-8", "replace").strip()
    shown = folder.as_posix()
    message = f"this folder holds the project of another spec, `{other}` as seen from it"
    help_line = f"set another `name` in this spec; if that spec was moved here, add `-o {shown}`"
    raise SpecError((Diagnostic(FOLDER_OF_ANOTHER_SPEC, message, shown, help=help_line),))
