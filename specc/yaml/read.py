"""A spec file → `Source`, or all that keeps it from being read."""

from __future__ import annotations

from pathlib import Path

import yaml

from specc.diagnostics.diagnostic import Diagnostic, Rule, Span, SpecError
from specc.diagnostics.rules import yaml as rules
from specc.yaml.compose import Composer, Stop
from specc.yaml.source import Source
from specc.yaml.syntax import explain
from specc.yaml.text import Lines, read_text, text_for_display

__all__ = ["read_source", "text_for_display"]

_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)


def read_source(path: Path) -> Source:
    """Read a spec file.

    Raises:
        SpecError: with every finding; a syntax error ends the reading and is the last.
    """
    text = read_text(path)
    file = path.as_posix()
    lines = Lines(text)
    composer = Composer(file, text, lines)
    try:
        composer.feed(yaml.parse(text, Loader=_LOADER))
    except Stop:
        pass
    except yaml.MarkedYAMLError as error:
        composer.found.append(_syntax(file, text, lines, error))
    except (yaml.YAMLError, ValueError):
        # PyYAML's own scanner, used where libyaml is missing, lets `chr` fail on a bad escape.
        composer.report(rules.YAML_SYNTAX, Span(1, 1, 1, 1), "this is not YAML", "check escapes")
    if composer.found:
        raise SpecError(tuple(composer.found))
    if composer.root is None or composer.value is None:
        raise _refuse(
            rules.EMPTY_SPEC,
            file,
            Span(1, 1, 1, 1),
            "the spec is empty",
            "start with `task:`, `model:` and `data:`",
        )
    if not isinstance(composer.value, dict):
        kind = "a list" if isinstance(composer.value, list) else "a single value"
        raise _refuse(
            rules.NOT_A_MAPPING_AT_TOP,
            file,
            composer.root.value,
            f"the spec is {kind}, not a mapping of sections",
            "start with `task:`, `model:` and `data:`",
        )
    return Source(path, text, composer.value, composer.root)


def _refuse(rule: Rule, file: str, span: Span, message: str, help: str) -> SpecError:
    return SpecError((Diagnostic(rule, message, file, span, help),))


def _syntax(file: str, text: str, lines: Lines, error: yaml.MarkedYAMLError) -> Diagnostic:
    """The parser's complaint, at the place where the mistake was made as far as it tells."""
    problem, context = error.problem or "", error.context or ""
    stopped = error.problem_mark.index if error.problem_mark else 0
    started = error.context_mark.index if error.context_mark else stopped
    number, column = lines.position(stopped)
    line = lines.text_of(number)
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation:
        return Diagnostic(
            rules.TAB_INDENTATION,
            "the line is indented with a tab",
            file,
            Span(number, indentation.index("\t") + 1, number, len(indentation) + 1),
            "use two spaces",
        )
    message, help = explain(problem, context, line, column - 1, lines.position(started)[1] - 1)
    opened = any(word in context for word in ("flow", "quoted", "simple key", "alias", "anchor"))
    place = started if opened and "escape" not in problem and "hexdec" not in problem else stopped
    number, column = lines.position(min(place, len(text)))
    return Diagnostic(
        rules.YAML_SYNTAX, message, file, Span(number, column, number, column + 1), help
    )
