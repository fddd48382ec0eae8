"""The state of one evaluation: the scope it reads, the names it has bound, and what it may still use up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.ruleset.templates.errors import OutOfFuel, OutputTooLong, TemplateError
from rules_engine.ruleset.templates.limits import DEFAULT_LIMITS, LONG_TEXT, Limits

Leave = Callable[[Any], Sequence[tuple[Any, Any]]]
"""The first and the last day of each approved leave of a person (or of several), as the data has them."""
_NOTHING: dict[str, Any] = {}
_LESS = "Make the template do less: shorter lists, fewer loops inside loops."


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEnv:
    """What surrounds an evaluation: everything a template can use beside its scope."""

    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """By the name that a template calls; each takes and gives plain data (and may raise `RulesEngineError`)."""
    leave: Leave = lambda _who: ()
    """Who is away when; raises `TemplateError` for a person who is not known."""
    calendar: Calendar = field(default_factory=Calendar)
    now: datetime
    limits: Limits = DEFAULT_LIMITS


class Run:
    """One evaluation. Everything that could grow is paid for here before it is made.

    `local` holds what `for` and `set` have bound; only texts have statements, and they begin with a dict of their own.
    """

    __slots__ = ("characters", "env", "fuel", "local", "scope")

    def __init__(self, scope: Mapping[str, Any], env: TemplateEnv) -> None:
        limits = env.limits
        self.scope = scope
        self.env = env
        self.local = _NOTHING
        self.fuel = limits.fuel
        self.characters = limits.characters

    def burn(self, units: int) -> None:
        """Pay for work. Raises `OutOfFuel` when there is not enough left."""
        self.fuel -= units
        if self.fuel < 0:
            message = f"The template does too much: it was stopped after {self.env.limits.fuel:,} steps."
            raise OutOfFuel(message, advice=_LESS)

    def make(self, characters: int) -> None:
        """Pay for a text of that length that is about to be made. Raises `OutOfFuel`."""
        self.characters -= characters
        self.fuel -= characters >> 5
        if self.characters < 0:
            message = (
                f"The template makes too much text: more than {self.env.limits.characters:,} characters."
            )
            raise OutOfFuel(message, advice=_LESS)

    def read(self, text: str) -> None:
        """Pay for going through a text; short ones are free. Raises `OutOfFuel`."""
        if len(text) > LONG_TEXT:
            self.burn(len(text) >> 5)


class Output:
    """The text that a template is writing. Raises `OutputTooLong` before it grows past its bound."""

    __slots__ = ("_parts", "_room", "_run")

    def __init__(self, run: Run) -> None:
        self._run = run
        self._parts: list[str] = []
        self._room = run.env.limits.output

    def write(self, text: str) -> None:
        """Add a piece."""
        self._room -= len(text)
        if self._room < 0:
            raise too_long(self._run)
        self._run.make(len(text))
        self._parts.append(text)

    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)


def checked_text(run: Run, text: str) -> str:
    """The text, when it can be sent and its UTF-8 is within bounds. Raises `OutputTooLong`, `TemplateError`."""
    limit = run.env.limits.output
    if len(text) > limit or utf8_length(text) > limit:
        raise too_long(run)
    return text


def utf8_length(text: str) -> int:
    """How many bytes a text has as UTF-8. Raises `TemplateError` for one that has no such form."""
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError as problem:
        message = (
            f"the text holds half a character (a lone surrogate, at {problem.start}), which can't be sent"
        )
        raise TemplateError(message) from None


def too_long(run: Run) -> OutputTooLong:
    """The error of a template that gives too much text."""
    limit = run.env.limits.output
    message = f"The template gives more text than {limit:,} bytes, the most that one field may hold."
    return OutputTooLong(message, advice="Shorten it: `truncate`, a slice, or fewer items.")
