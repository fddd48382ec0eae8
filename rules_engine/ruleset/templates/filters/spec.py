"""How a filter or a test is described: one row for the evaluator, the static checks and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, Signature, signature
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter (`value | name(…)`) or a test (`value is name(…)`)."""

    name: str
    function: Callable[..., Any]
    """Called with the run, the value, and the arguments as written."""
    summary: str
    """What it does, in one sentence for a user."""
    example: str
    """`TEMPLATE → RESULT`, run by a test."""
    lenient: bool = False
    """Whether it takes a value that is not defined."""
    filter_at: int | None = None
    """Which of its arguments names a filter, if one does."""
    test_at: int | None = None
    """Which of its arguments names a test, if one does."""

    def complaint(self, positional: int, keywords: tuple[str, ...]) -> str:
        """Why it can't be called with so many arguments and these keywords, or "" where it can."""
        shape = _shape(self.function)
        try:
            shape.bind(*(None,) * (positional + 2), **dict.fromkeys(keywords))
        except TypeError as problem:
            taken = [_shown(parameter) for parameter in list(shape.parameters.values())[2:]]
            listed = f"it takes {', '.join(taken)}" if taken else "it takes nothing in brackets"
            return f"{self.name!r}: {problem}; {listed}"
        return ""


@lru_cache(maxsize=256)  # there are fewer filters and tests, and a rules file uses them by the thousand
def _shape(function: Callable[..., Any]) -> Signature:
    return signature(function)


def _shown(parameter: Parameter) -> str:
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return "arguments"
    if parameter.kind is Parameter.VAR_KEYWORD:
        return "named arguments"
    return (
        parameter.name if parameter.default is Parameter.empty else f"{parameter.name}={parameter.default!r}"
    )


def table(rows: Iterable[Filter]) -> Mapping[str, Filter]:
    """The rows by their names."""
    return {row.name: row for row in rows}
