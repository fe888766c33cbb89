"""The templates themselves: valid in their own language, and without decisions of their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from specc.plan.plan import Plan
from specc.render.context.readers import WAYS
from specc.render.environment import python_environment, templates_folder, text_environment
from specc.render.manifest import DIVIDED, EIGHT_BITS, LAUNCHERS, Output
from specc.render.render import context_of
from specc.render.room import render_side
from tests.golden.gallery import SPECS, compiled

FOLDER = templates_folder()
FILES = [path for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
TEMPLATES = {path.relative_to(FOLDER).as_posix(): path for path in FILES}
PYTHON = [name for name in TEMPLATES if name.endswith(".py")]
_FRAGMENTS = ("partials/", "/report", "/inspect.py", "/trace.py")
PARTIALS = [name for name in PYTHON if any(part in name for part in _FRAGMENTS)]
READERS = [name for name in PYTHON if name.startswith("partials/readers/")]

MAX_LINES = 300
MORE_LINES = {"project/train.py": 455, "project/store.py": 330}
"""train.py is one function that reads top to bottom, in its template as in its output.

Of store.py a project gets the part that its task uses.
"""

ALLOWED_IN_A_TEST = (nodes.Name, nodes.Getattr, nodes.Not, nodes.And, nodes.Or)


def outputs(plan: Plan) -> list[Output]:
    """The files of a project, by its task."""
    return render_side(plan.spec.task.kind).outputs(plan)


def text_of(name: str) -> str:
    return TEMPLATES[name].read_text(encoding="utf-8")


def syntax(name: str) -> nodes.Template:
    environment = python_environment() if name.endswith(".py") else text_environment()
    return environment.parse(text_of(name))


def computed(test: nodes.Node) -> Iterator[nodes.Node]:
    """What stands in a condition beside names, `not`, `and`, `or` and `==` with a literal."""
    is_equality = (
        isinstance(test, nodes.Compare)
        and [operand.op for operand in test.ops] == ["eq"]
        and isinstance(test.ops[0].expr, nodes.Const)
    )
    if is_equality:
        yield from computed(test.expr)  # type: ignore[attr-defined]
        return
    if not isinstance(test, ALLOWED_IN_A_TEST):
        yield test
        return
    for child in test.iter_child_nodes():
        yield from computed(child)


def test_the_templates_are_found() -> None:
    assert len(PYTHON) >= 20
    assert len(PARTIALS) >= 9
    assert len(TEMPLATES) >= 22
    assert all(path.is_file() for path in TEMPLATES.values())


@pytest.mark.parametrize("name", PYTHON)
def test_python_template_parses_as_it_stands(name: str) -> None:
    body = ast.parse(text_of(name)).body
    assert body, f"{name} holds no statement"


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_leaves_white_space_to_the_environment(name: str) -> None:
    found = re.findall(r"\{[%{#]-|-[%}#]\}", text_of(name))
    assert not found, f"{name}: {found}"


@pytest.mark.parametrize("name", PYTHON)
def test_directives_of_python_are_comments_on_lines_of_their_own(name: str) -> None:
    lines = [line.strip() for line in text_of(name).splitlines() if "{%" in line]
    odd = [line for line in lines if not re.fullmatch(r"# \{% .+ %\}", line)]
    assert not odd, f"{name}: {odd}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_decides_nothing(name: str) -> None:
    tree = syntax(name)
    tests: list[nodes.Node] = [node.test for node in tree.find_all(nodes.If)]
    tests += [node.test for node in tree.find_all(nodes.CondExpr)]
    tests += [node.iter for node in tree.find_all(nodes.For)]
    found = {test.lineno: repr(test)[:160] for test in tests for _ in computed(test)}
    assert not found, f"{name}: give these conditions a name in specc/render/context: {found}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_has_no_inheritance_and_sets_no_variable(name: str) -> None:
    kinds = (nodes.Extends, nodes.Block, nodes.Import, nodes.Assign)
    assert not list(syntax(name).find_all(kinds))


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_is_short_enough_to_read(name: str) -> None:
    limit = MORE_LINES.get(name, MAX_LINES)
    assert len(text_of(name).splitlines()) <= limit


def test_every_template_is_used() -> None:
    plans = [compiled(name)[0] for name in SPECS]
    used = {output.template for plan in plans for output in outputs(plan)}
    for plan in plans:
        task = context_of(plan)["task"]
        used |= {task["report"], task["inspect"], task["trace"]}
        used |= {"project/inspect.py", "project/trace.py"}
    used |= {DIVIDED.template, EIGHT_BITS.template}  # of variants, not of the gallery
    used |= {output.template for table in LAUNCHERS.values() for output in table}
    used |= {f"launchers/{launcher}/README.md" for launcher in LAUNCHERS}
    directive = r'{% (?:include|from) "([^"]+)"'
    included = {path for name in TEMPLATES for path in re.findall(directive, text_of(name))}
    assert used | included | set(READERS) == set(TEMPLATES)


def test_every_way_of_reading_has_a_template() -> None:
    assert {Path(name).stem for name in READERS} == set(WAYS.values())


@pytest.mark.parametrize("name", SPECS)
def test_readme_maps_every_file(name: str) -> None:
    plan, project = compiled(name)
    readme = next(f.content.decode() for f in project.files if f.path == "README.md")
    table: list[Output] = outputs(plan)
    assert {o.path for o in table} == {f.path for f in project.files if not f.is_provenance}
    for output in table:
        assert f"| `{output.path}` | {output.purpose} |" in readme


def test_folder_is_beside_the_package() -> None:
    assert Path(FOLDER, "project", "train.py").is_file()
