"""Rule tests as plain data: what a test file says, checked, with the place of each part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from rules_engine.durations import Duration
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object as a test gives or makes it: some of its fields, in words."""

    resource: str
    fields: Mapping[str, Any]
    """`project` may stand for `project_id`, by name or id."""
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Somebody makes an object."""

    thing: Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Somebody changes fields of an object."""

    thing: Thing
    ref: str
    """Which object: its id or its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Somebody deletes an object."""

    resource: str
    ref: str
    path: Path


Edit: TypeAlias = Create | Change | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What the next look finds, all of it at once."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmitEvent:
    """A `custom.` event, as if a rule had emitted it, or one of the engine's own."""

    event: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """Time passes."""

    duration: Duration
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One action that is expected."""

    action: str
    fields: Mapping[str, Any]
    """In the words of the rule language; only these are compared."""
    exactly: bool
    """Whether nothing else may have been sent."""
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must have been done since the last check, or since the beginning."""

    actions: tuple[Expected, ...]
    path: Path


Step: TypeAlias = Edits | EmitEvent | Advance | Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test."""

    name: str
    rules: tuple[str, ...]
    """The ids of the rules in force; empty: every rule that is not off."""
    now: datetime
    given: tuple[Thing, ...]
    """The world at the baseline, as the file has it."""
    more: tuple[Thing, ...]
    """What the test itself adds to that world or says otherwise."""
    steps: tuple[Step, ...]
    why: Mapping[str, str]
    """Rule id → a verdict, or a part of the reason, for which it refused an event."""
    errors: Mapping[str, str]
    """Rule id → a part of the error with which a run of it fails."""
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The tests of one file."""

    source: Source
    cases: tuple[Case, ...]
