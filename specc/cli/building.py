"""What `build` and `run` share: one spec to its folder, told file by file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.cli.output import Output, Styled
from specc.cli.payloads import BuiltProject, DifferencePayload, FilePayload
from specc.cli.shell import pager, program, shell_path
from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.pipeline import compile_project
from specc.plan.plan import Plan
from specc.project.check import Difference, check_project
from specc.project.origin import refuse_other_spec
from specc.project.project import Project
from specc.project.status import Change
from specc.project.write import preview_project, write_project

_COLORS = {
    "create": "green",
    "update": "yellow",
    "merge": "yellow",
    "conflict": "red",
    "keep": "cyan",
    "remove": "magenta",
}


def _no_objection(_: Path) -> None:
    """A build may go to any folder."""


@dataclass(frozen=True)
class Placement:
    """Where a project goes: to the folder that the user `named`, else to the `usual` one.

    `ready` raises a SpecError where nothing may be written to a folder now.
    """

    named: Path | None
    usual: Callable[[str], Path]
    ready: Callable[[Path], None] = _no_objection

    def __call__(self, name: str) -> Path:
        return self.named or self.usual(name)

    def origin(self, spec: Path, folder: Path) -> str:
        """The spec as seen from its project.

        Raises:
            SpecError: SP512 where the usual folder holds the project of another spec.
        """
        origin = Path(os.path.relpath(spec.resolve(), folder.resolve())).as_posix()
        if self.named is None:
            refuse_other_spec(folder, origin)
        return origin


@dataclass(frozen=True)
class Built:
    """What happened to one spec; `plan` is None if it could not be compiled."""

    payload: BuiltProject
    diagnostics: tuple[Diagnostic, ...]
    plan: Plan | None = None
    folder: Path | None = None

    @property
    def ok(self) -> bool:
        return self.payload.ok


def default_folder(name: str) -> Path:
    """Seen from the current folder."""
    return Path("generated") / name


def write_one(output: Output, spec: Path, place: Placement, *, is_run: bool = False) -> Built:
    """Compiles and writes; a conflict is told and is not ok. `is_run`: a run follows, say less."""

    def write(plan: Plan, project: Project, folder: Path) -> Built:
        place.ready(folder)
        result = write_project(project, folder, place.origin(spec, folder))
        output.diagnostics(result.diagnostics)
        is_ok = not any(found.severity == "error" for found in result.diagnostics)
        if is_run:
            output.progress(f"{folder.as_posix()}: {_counted(result.changes)}")
        else:
            _tell(output, result.changes, folder)
        if is_ok and not is_run:
            output.next_commands(_next(spec, folder, plan))
        files = _files(result.changes)
        payload = BuiltProject(spec=str(spec), ok=is_ok, folder=str(folder), files=files)
        return Built(payload, result.diagnostics, plan, folder)

    return _compiled(output, spec, place, write)


def dry_run_one(output: Output, spec: Path, place: Placement) -> Built:
    """Says what `write_one` would do; not ok where that would be a conflict."""

    def look(plan: Plan, project: Project, folder: Path) -> Built:
        place.origin(spec, folder)
        changes = preview_project(project, folder)
        _tell(output, changes, folder, "nothing was written: ")
        is_ok = all(change.action != "conflict" for change in changes)
        files = _files(changes)
        payload = BuiltProject(spec=str(spec), ok=is_ok, folder=str(folder), files=files)
        return Built(payload, (), plan, folder)

    return _compiled(output, spec, place, look)


def check_one(output: Output, spec: Path, place: Placement) -> Built:
    """Not ok if the folder is not what would be rendered; edits of the user's count too."""

    def compare(plan: Plan, project: Project, folder: Path) -> Built:
        differences = check_project(project, folder)
        for difference in differences:
            _tell_difference(output, difference, folder)
        if not differences:
            output.print(Styled("ok", "green"), f"  {folder.as_posix()} is as {spec} builds it")
        payload = BuiltProject(
            spec=str(spec),
            ok=not differences,
            folder=str(folder),
            differences=[
                DifferencePayload(path=d.path, kind=d.kind, is_edit=d.is_edit, diff=d.diff)
                for d in differences
            ],
        )
        return Built(payload, (), plan, folder)

    return _compiled(output, spec, place, compare)


def _compiled(
    output: Output, spec: Path, place: Placement, then: Callable[[Plan, Project, Path], Built]
) -> Built:
    found: tuple[Diagnostic, ...] = ()
    try:
        plan, project, found = compile_project(spec, place)
        output.diagnostics(found)
        built = then(plan, project, place(project.name))
    except SpecError as error:
        output.diagnostics(error.diagnostics)
        return Built(BuiltProject(spec=str(spec), ok=False), found + error.diagnostics)
    return Built(built.payload, found + built.diagnostics, built.plan, built.folder)


def _files(changes: Sequence[Change]) -> list[FilePayload]:
    return [FilePayload(path=c.path, action=c.action, note=c.note) for c in changes]


def _tell(output: Output, changes: Sequence[Change], folder: Path, head: str = "") -> None:
    """A line a file, and how many of each."""
    for change in changes:
        verb = Styled(f"{change.action:>9}", _COLORS.get(change.action))
        note = f"  ({change.note})" if change.note else ""
        output.print(verb, f"  {change.path}", Styled(note, dim=True))
    output.print(f"{folder.as_posix()}: {head}{_counted(changes)}")


def _counted(changes: Sequence[Change]) -> str:
    counts = Counter(change.action for change in changes)
    return ", ".join(f"{number} {action}" for action, number in sorted(counts.items()))


def _tell_difference(output: Output, difference: Difference, folder: Path) -> None:
    words = {
        "changed": "differs" if not difference.is_edit else "was edited",
        "missing": "is missing",
        "extra": "is no longer generated",
    }
    path = (folder / difference.path).as_posix()
    # `#` lines are no part of a patch, so the whole of stdout can be applied as one.
    output.print(Styled(f"# {path} {words[difference.kind]}", bold=True))
    for line in difference.diff.splitlines():
        color = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        output.print(Styled(line, color))


def _next(spec: Path, folder: Path, plan: Plan) -> list[tuple[str, str]]:
    there, shown = shell_path(folder), shell_path(spec)
    train = plan.devices.command.replace("train.py", f"{there}/train.py")
    started, _, rest = train.partition(" ")
    return [
        (f"{program(started)} {rest}", "train it; needs nothing of specc"),
        (f"{pager()} {there}/README.md", "what each file is for"),
        (f"{program('specc')} run {shown}", "or build and train in one go"),
    ]
