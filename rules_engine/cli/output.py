"""What commands print: data on stdout, everything else on stderr, and never a control character from a title.

Titles and names come from people who are not the user: an escape sequence in one of them must not reach the terminal.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from rules_engine.logs import Redactor, printable

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["complain", "console", "print_json", "print_json_line", "print_value", "printable", "say", "table"]

PIPED_WIDTH: Final = 240
"""Columns when nobody looks: wide enough that a program reading the text meets whole lines."""

_UNSAFE_IN_JSON: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_json(value: Any) -> None:
    """Print one JSON document, indented."""
    click.echo(_json(value, indent=2))


def print_json_line(value: Any) -> None:
    """Print one JSON document on one line, for streams of them."""
    click.echo(_json(value, indent=None))


def print_value(value: Any) -> None:
    """Print a text as it is, anything else as JSON; on a terminal no control character gets through."""
    if isinstance(value, (datetime, date, timedelta, Enum)):
        value = _plain(value)
    text = value if isinstance(value, str) else _json(value, indent=2)
    click.echo(printable(text, keep="\n\t") if sys.stdout.isatty() else text)


def say(message: str, *, colour: str | None = None) -> None:
    """Print a line for the person, on stderr."""
    click.secho(printable(message, keep="\n\t"), err=True, fg=colour, color=_colour_choice())


def complain(message: str, *, advice: str = "") -> None:
    """Print an error and what to do next, on stderr, without any key in it."""
    redactor = Redactor.for_environment(os.environ)
    click.secho("error: ", fg="red", bold=True, nl=False, err=True, color=_colour_choice())
    for text in filter(None, (message, advice)):
        click.echo(printable(redactor.text(text), keep="\n\t"), err=True)


def console(*, err: bool = False) -> Console:
    """A rich console on stdout (or stderr), plain when NO_COLOR is set or nobody looks."""
    from rich.console import Console  # noqa: PLC0415 - 60 ms that most calls do not need

    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    title: str | None = None,
    err: bool = False,
) -> None:
    """Print rows under these headings; None is an empty cell, everything else its text, made printable."""
    from rich.table import Table  # noqa: PLC0415 - 60 ms that most calls do not need
    from rich.text import Text  # noqa: PLC0415 - as above

    grid = Table(title=title, box=None, pad_edge=False, title_justify="left", header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text("" if cell is None else printable(_words(cell), keep="\n")) for cell in row))
    console(err=err).print(grid)


def _words(value: Any) -> str:
    return str(_plain(value)) if isinstance(value, (datetime, date, timedelta, Enum)) else str(value)


def _json(value: Any, *, indent: int | None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain, allow_nan=False)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _plain(value: Any) -> Any:
    """What JSON has no word for, as what it has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _colour_choice() -> bool | None:
    """False where the user does not want colour; None lets click look at the terminal."""
    return False if os.environ.get("NO_COLOR") else None
