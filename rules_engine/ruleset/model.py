"""Rules as plain data, the way the rest of the engine sees them: compiled once, checked, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from rules_engine.durations import Duration
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.templates import Template

__all__ = [
    "ActionStep",
    "All",
    "AnyOf",
    "Branch",
    "Choose",
    "Condition",
    "Crossing",
    "Delay",
    "Expression",
    "ForEach",
    "ListOf",
    "Literal",
    "MapOf",
    "Mode",
    "Not",
    "OnError",
    "OnMissed",
    "OncePer",
    "Place",
    "Rule",
    "Schedule",
    "SetVars",
    "Step",
    "Stop",
    "Templated",
    "Trigger",
    "Value",
    "WaitFor",
]


class Mode(StrEnum):
    """What a rule may do."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"


class OnMissed(StrEnum):
    """What becomes of a schedule's moment that passed while no worker ran."""

    SKIP = "skip"
    ONCE = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Moments by the wall clock of a zone; one in a gap of daylight saving comes once after it, one in an overlap once."""

    cron: str
    """Five fields: minute, hour, day of month, month, day of week."""
    timezone: str | None = None
    """An IANA name; None: the calendar's."""
    on_missed: OnMissed = OnMissed.ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A threshold that a number crosses upwards: a value, or a share (of retainer_hours) where it was written with %."""

    threshold: float
    """80 for `80%`."""
    percent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What a rule waits for. An empty tuple leaves that side open."""

    events: tuple[str, ...]
    """Empty for a schedule."""
    schedule: Schedule | None = None
    for_: Duration | None = None
    """It must hold that long (a change that leaves from, to and where fitting)."""
    crosses: Crossing | None = None
    offset: Duration | None = None
    """Of an event by the clock: `before:` (task.due, holiday.starts), `by:` (task.overdue), `after:` (lead.stale)."""
    digest: str = ""
    """Hash of the trigger as written: a timer belongs to one, and a changed trigger arms anew."""
    place: Place | None = field(default=None, compare=False)
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
    """One action: on the API, or `log`, `emit`, `notify`, `webhook`."""

    key: str
    """Its place in its own block: "0", "1"."""
    action: str
    params: Mapping[str, Value]
    as_: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way of a `choose`; without a condition it is the `else`."""

    condition: Condition | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """The first branch that fits is taken."""

    key: str
    branches: tuple[Branch, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach:
    """The steps once for each item, with `item` and `index` (from 0) in reach."""

    key: str
    items: Value
    steps: tuple[Step, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Go on when that time has passed. The duration may be a template that gives its text."""

    key: str
    duration: Value
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor:
    """Go on after an event of the run's own object, or with `on_timeout` after the timeout."""

    key: str
    triggers: tuple[Trigger, ...]
    timeout: Duration | None = None
    on_timeout: tuple[Step, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVars:
    """Give names to values for later steps."""

    key: str
    values: Mapping[str, Value]
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """End the run here; it is done, with this reason."""

    key: str
    reason: Value
    place: Place | None = None


Step = ActionStep | Choose | ForEach | Delay | WaitFor | SetVars | Stop


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
    steps: tuple[Step, ...]
    once_per: OncePer | None = None
    cooldown: timedelta | None = None
    max_latency: timedelta | None = None
    """Within which a change that starts the rule must be seen."""
    triggered_by_rules: bool = False
    on_error: OnError | tuple[Step, ...] = OnError.STOP
    """Steps stand for: stop, after carrying these out; `error` is in their reach."""
    allow_destructive: bool = False
    document: Mapping[str, Any]
    """The rule as written, as plain JSON data: what a run is pinned to."""
    digest: str
    """Hash of `document`."""
    place: Place
