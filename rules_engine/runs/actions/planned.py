"""What planning a step comes to: a request to send, something to say, or a reason to do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rules_engine.calendar import Calendar
from rules_engine.dashtrack.outcomes import WriteRequest
from rules_engine.dashtrack.resources import Resource
from rules_engine.errors import RulesEngineError
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.actions import Verb
from rules_engine.store.records import Event, JsonObject


class StepProblem(RulesEngineError):
    """The step can't be carried out as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A request that would change Dashtrack."""

    verb: Verb
    resource: Resource
    request: WriteRequest
    object_id: str | None = None
    """None for a create."""
    project_id: str | None = None
    known_ids: tuple[str, ...] = ()
    """For a create: what its list had before."""
    before: Mapping[str, Any] | None = None
    """For an update: the written fields as they were, where the object is known."""
    fresh: Mapping[str, Any] | None = None
    """For a merge: the object's merged fields as the fresh read shows them, perhaps edited since the last poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """No request is needed, and why; the object that is there instead, if there is one."""

    reason: str
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A line for the log."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """An event of a rule's own."""

    event: str
    data: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """A message to an endpoint of the configuration."""

    to: str
    body: JsonObject


class Reads(Protocol):
    """Fresh reads of Dashtrack, for what the snapshot may be too old for."""

    def objects(self, resource: Resource, project_id: str | None) -> list[dict[str, Any]]:
        """The whole list, as it is now."""

    def object(self, resource: Resource, object_id: str) -> dict[str, Any]:
        """One object, as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What the planning of one step may look at."""

    rule_id: str
    event: Event
    snapshot: Snapshot
    reads: Reads
    calendar: Calendar
    mark: str | None
    """What the signature line carries; None when texts are not signed."""
    now: datetime
