"""What is counted in generated code: lines, branches, depth, imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.ClassDef)


def _docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines |= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return lines


def code_lines(text: str) -> int:
    """Lines that are neither blank nor comment nor docstring."""
    documentation = _docstring_lines(ast.parse(text))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in documentation
        for number, line in enumerate(text.splitlines(), 1)
    )


def branches(text: str) -> int:
    """`if` statements; `elif` counts, a conditional expression does not."""
    return sum(isinstance(node, ast.If) for node in ast.walk(ast.parse(text)))


def branches_per_100(text: str) -> float:
    return 100 * branches(text) / code_lines(text)


def _depth(node: ast.AST, outer: int) -> int:
    deepest = outer
    for child in ast.iter_child_nodes(node):
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        inner = outer + (isinstance(child, _BLOCKS) and not is_elif)
        deepest = max(deepest, _depth(child, inner))
    return deepest


def depths(text: str) -> dict[str, int]:
    """The deepest nesting of blocks in each function, by name."""
    functions = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef))
    return {function.name: _depth(function, 0) for function in functions}


def imports(text: str) -> Iterator[str]:
    """The top-level packages that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None and node.level == 0
            yield node.module.partition(".")[0]


def config_fields(text: str) -> list[str]:
    """The names of the fields of `Config`."""
    body = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)).body
    return [
        node.target.id
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def attributes_read(text: str) -> set[str]:
    """Every attribute that is read of `config`, `self.config` or the class `Config`."""
    owners = {"config", "Config", "self.config"}
    return {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in owners
    }
