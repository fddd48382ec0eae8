"""The last hop of a write: to Dashtrack, or into a plan. It is all that a dry run swaps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rules_engine.dashtrack.outcomes import Outcome, Rejected, WriteRequest
from rules_engine.dashtrack.resources import Resource


@dataclass(frozen=True, slots=True)
class PlannedOnly:
    """The request was not sent: this is a plan."""


class Hop(Protocol):
    """Where a write goes."""

    def send(self, request: WriteRequest) -> Outcome | PlannedOnly:
        """Send it, once; raises Unauthorized or Redirected when nothing more may be sent at all."""


class PlanHop:
    """The hop of dry runs and shadow rules: nothing is sent."""

    def send(self, request: WriteRequest) -> PlannedOnly:  # noqa: ARG002 - the request is the plan's, not ours
        """Let the request be a plan."""
        return PlannedOnly()


class Post(Protocol):
    """Where a message to an endpoint goes."""

    @property
    def names(self) -> Collection[str]:
        """The endpoints of the configuration."""

    def deliver(self, to: str, *, message_id: str, body: Mapping[str, Any]) -> Outcome:
        """Send the message to one of `names`, once. The same id marks the same message, whatever its outcome was."""


class NoPost:
    """The post of a configuration without endpoints."""

    names: Collection[str] = ()

    def deliver(self, to: str, *, message_id: str, body: Mapping[str, Any]) -> Outcome:  # noqa: ARG002 - there is nothing to send it to
        """Refuse: there are no endpoints."""
        return Rejected(None, f"there is no endpoint {to!r}")


def imagined_result(
    resource: Resource, *, name: str, body: Mapping[str, Any] | None, known: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What later steps of a plan see as the answer: what is known of it, else `<NAME.FIELD>`."""
    unknown = {field: f"<{name}.{field}>" for field in resource.field_names}
    return {**unknown, **(known or {}), **(body or {})}
