"""How a filter or a test is described: one row for the evaluator, the static checks and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, Signature, signature
from keyword import iskeyword
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
    judge: Callable[[Mapping[str, Any]], str] | None = None
    """Why these arguments, as far as they are written out, can't be right, or ""; by what the function calls them.
    An argument that only an evaluation knows is None."""

    def complaint(self, written: Sequence[Any], keywords: Mapping[str, Any]) -> str:
        """Why it can't be called like this, or "" where it can; an argument that is not known yet is None."""
        shape = _shape(self.function)
        try:
            named = {_python_name(keyword): value for keyword, value in keywords.items()}
            given = shape.bind(None, None, *written, **named)
        except TypeError as problem:
            taken = [_shown(parameter) for parameter in list(shape.parameters.values())[2:]]
            listed = f"it takes {', '.join(taken)}" if taken else "it takes nothing in brackets"
            said = str(problem)
            for keyword in keywords:
                said = said.replace(repr(python_name(keyword)), repr(keyword))
            return f"{self.name!r}: {said}; {listed}"
        found = self.judge(given.arguments) if self.judge is not None else ""
        return f"{self.name!r}: {found}" if found else ""


def python_name(keyword: str) -> str:
    """What a function calls an argument that is named like a word of Python: `for` is its `for_`."""
    return f"{keyword}_" if iskeyword(keyword) else keyword


def _python_name(keyword: str) -> str:
    if keyword.endswith("_"):
        raise TypeError(f"got an unexpected keyword argument {keyword!r}")
    return python_name(keyword)


@lru_cache(maxsize=256)  # there are fewer filters and tests, and a rules file uses them by the thousand
def _shape(function: Callable[..., Any]) -> Signature:
    return signature(function)


def _shown(parameter: Parameter) -> str:
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return "arguments"
    if parameter.kind is Parameter.VAR_KEYWORD:
        return "named arguments"
    name = parameter.name.rstrip("_")
    if parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is None:
        return f"{name}=…"
    return name if parameter.default is Parameter.empty else f"{name}={parameter.default!r}"


def table(rows: Iterable[Filter]) -> Mapping[str, Filter]:
    """The rows by their names."""
    return {row.name: row for row in rows}
