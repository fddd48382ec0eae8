"""A compiled template, and what it needs to be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.ruleset.templates.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that a template reads from its scope, with the attributes read from it."""

    name: str
    path: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a registered function."""

    name: str
    keywords: tuple[str, ...]
    positional: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Use:
    """A filter or a test that a template uses."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEnv:
    """What surrounds an evaluation."""

    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    now: datetime
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template, compiled."""

    source: str
    is_constant: bool
    references: tuple[Reference, ...] = ()
    calls: tuple[Call, ...] = ()
    filters: tuple[Use, ...] = ()
    tests: tuple[Use, ...] = ()
    run: Callable[[Mapping[str, Any], TemplateEnv], Any] = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, Any], env: TemplateEnv) -> Any:
        """The value."""
        return self.run(scope, env)


def compile_text(source: str) -> Template:
    """Compile a text."""
    return Template(source=source, is_constant=True, run=lambda _scope, _env: source)


def compile_expression(source: str) -> Template:
    """Compile an expression."""
    return compile_text(source)
