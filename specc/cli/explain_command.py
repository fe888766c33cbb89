"""`specc explain`: what a code stands for."""

from __future__ import annotations

from difflib import get_close_matches

import click

from specc.cli.exit_codes import ExitCode
from specc.cli.options import pass_output, shared_options
from specc.cli.output import Output, Styled
from specc.cli.payloads import ExplainResult, RulePayload
from specc.diagnostics.diagnostic import Rule
from specc.diagnostics.register import RULES, STAGES

_NEAREST = 4


@click.command("explain")
@click.argument("code", required=False)
@shared_options
@pass_output
def command(output: Output, code: str | None) -> int:
    """Explain CODE, with a bad and a good example; without it, list all codes."""
    rules = [find(code)] if code else list(RULES.values())
    if code:
        _explain(output, rules[0])
    else:
        _list(output, rules)
    payloads = [
        RulePayload(code=r.code, name=r.name, explanation=r.explanation, bad=r.bad, good=r.good)
        for r in rules
    ]
    output.emit(ExplainResult(command="explain", ok=True, exit_code=ExitCode.OK, rules=payloads))
    return ExitCode.OK


def find(text: str) -> Rule:
    """The rule of a code or a name, in any case."""
    by_name = {rule.name: rule for rule in RULES.values()}
    wanted = text.strip()
    if rule := RULES.get(wanted.upper()) or by_name.get(wanted.lower()):
        return rule
    near = get_close_matches(wanted.upper(), RULES, _NEAREST, 0.5)
    near += get_close_matches(wanted.lower(), by_name, _NEAREST, 0.5)
    help = f"the nearest are {', '.join(near[:_NEAREST])}" if near else "`specc explain` lists all"
    raise click.UsageError(f"there is no code `{text}`; {help}")


def _explain(output: Output, rule: Rule) -> None:
    output.print(Styled(f"{rule.code}: {rule.name}", bold=True))
    output.print()
    for line in click.wrap_text(rule.explanation, 88, preserve_paragraphs=True).splitlines():
        output.print(line)
    for title, color, example in (("bad", "red", rule.bad), ("good", "green", rule.good)):
        output.print()
        output.print(Styled(title, color))
        for line in example.rstrip().splitlines():
            output.print(f"    {line}")


def _list(output: Output, rules: list[Rule]) -> None:
    for prefix, stage in STAGES.items():
        output.print(Styled(f"{prefix}xx  {stage}", bold=True))
        for rule in rules:
            if rule.code.startswith(prefix):
                output.print(f"  {rule.code}  {rule.name}")
