"""From the options of `specc new`, and from a person where there is one, to a draft."""

from __future__ import annotations

import re
from dataclasses import replace

import click

from specc.diagnostics.diagnostic import SpecError
from specc.new.columns import NoGuess
from specc.new.draft import Draft, Wishes, draft
from specc.new.table import Table

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def make_wishes(table: Table | None, text: str | None, label: str | None, others: Wishes) -> Wishes:
    """The options, as columns of the table where there is one.

    Raises:
        click.UsageError: if a column is not there, or the name cannot be one.
    """
    name = others.name
    if name and (not _NAME.fullmatch(name) or len(name) > 64):
        raise click.UsageError(f"--name `{name}` is not kebab-case, such as my-intents")
    if table is None:
        return others
    texts, labels = _columns(table, "--text", text), _columns(table, "--label", label)
    return replace(others, text=texts, label=labels)


def make_draft(table: Table, wishes: Wishes, is_asking: bool) -> Draft:
    """Guesses what was not given; a person can correct each guess.

    Raises:
        click.UsageError: if a column cannot be guessed and nobody can be asked.
    """
    return _ask(table, wishes) if is_asking else _guess(table, wishes)


def _guess(table: Table, wishes: Wishes) -> Draft:
    try:
        return draft(table, wishes)
    except NoGuess as error:
        if table.unread:
            raise SpecError(table.unread) from None
        names = ", ".join(f"`{name}`" for name in table.names)
        help = "name them with --text and --label, or --source and --target where texts are written"
        raise click.UsageError(f"{error}; {help}; the columns are {names}") from None


def _ask(table: Table, wishes: Wishes) -> Draft:
    """One question a guess, with the guess as the answer that Return gives."""
    try:
        guess: Draft | None = draft(table, wishes)
    except NoGuess:
        guess = None
    click.echo(f"{table.rows:,} rows; columns: {', '.join(table.names)}", err=True)
    made_up = dict(zip(guess.columns or table.names, table.names, strict=True)) if guess else {}

    def answer(key: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
        default = ",".join(made_up[name] for name in names) or None
        return _prompt(table, f"{key} column(s)", default)

    if wishes.text is None:
        wishes = replace(wishes, text=answer("text", guess.text if guess else ()))
    if wishes.label is None:
        wishes = replace(wishes, label=answer("label", guess.label if guess else ()))
    made = _guess(table, wishes)
    if wishes.model is None:
        model = click.prompt("model", default=made.model, err=True)
        made = replace(made, model=model)
    return made


def _prompt(table: Table, question: str, default: str | None) -> tuple[str, ...] | None:
    def parse(text: str) -> tuple[str, ...] | None:
        try:
            return _columns(table, "the answer", text)
        except click.UsageError as error:
            raise click.BadParameter(error.message) from None

    answer: tuple[str, ...] | None = click.prompt(
        question, default=default, value_proc=parse, err=True
    )
    return answer


def _columns(table: Table, option: str, text: str | None) -> tuple[str, ...] | None:
    """One name as it is, or several with commas between them."""
    if text is None:
        return None
    names = (text,) if text in table.names else tuple(part.strip() for part in text.split(","))
    unknown = [name for name in names if name not in table.names]
    if unknown:
        there = ", ".join(f"`{name}`" for name in table.names)
        raise click.UsageError(f"{option}: there is no column `{unknown[0]}`; there are {there}")
    return names
