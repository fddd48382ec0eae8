"""Rules as plain data, the way the rest of the engine sees them: compiled once, checked, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from rules_engine.ruleset.place import Place
from rules_engine.ruleset.templates import Template

__all__ = [
    "ActionStep",
    "All",
    "AnyOf",
    "Condition",
    "Expression",
    "ListOf",
    "Literal",
    "MapOf",
    "Mode",
    "Not",
    "OnError",
    "OncePer",
    "Place",
    "Rule",
    "Templated",
    "Trigger",
    "Value",
]


class Mode(StrEnum):
    """What a rule may do."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What a rule waits for. An empty tuple leaves that side open."""

    events: tuple[str, ...]
    from_: tuple[Any, ...] = ()
    to: tuple[Any, ...] = ()
    not_from: tuple[Any, ...] = ()
    not_to: tuple[Any, ...] = ()
    changed: tuple[str, ...] = ()
    """Any of these fields must have changed."""
    tag: tuple[str, ...] = ()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Each field must equal one of its values, as the object is now (deleted: as it was)."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is what it says."""

    value: Any


@dataclass(frozen=True, slots=True)
class Templated:
    """A value to be worked out from a template."""

    template: Template


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping of values."""

    items: Mapping[str, Value]


Value = Literal | Templated | ListOf | MapOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One expression of a condition, and where it stands."""

    template: Template
    path: str
    """Its path in the rule: `if`, `if[1]`, `if.any[0]`."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Condition


Condition = Expression | All | AnyOf | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionStep:
    """One action of `then`."""

    key: str
    """Its path in `then`: "0", "1"."""
    action: str
    params: Mapping[str, Value]
    as_: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OncePer:
    """At most one run for a key, ever or within a period."""

    key: Template
    every: timedelta | None = None


class OnError(StrEnum):
    """What a failed step does to its run."""

    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When (trigger), if (condition), then (actions)."""

    id: str
    name: str
    mode: Mode
    triggers: tuple[Trigger, ...]
    condition: Condition | None
    vars: Mapping[str, Value]
    """In the order written: a later one may use an earlier one."""
    steps: tuple[ActionStep, ...]
    once_per: OncePer | None = None
    cooldown: timedelta | None = None
    triggered_by_rules: bool = False
    on_error: OnError = OnError.STOP
    allow_destructive: bool = False
    document: Mapping[str, Any]
    """The rule as written, as plain JSON data: what a run is pinned to."""
    digest: str
    """Hash of `document`."""
    place: Place
