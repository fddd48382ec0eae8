"""From what rules need to the feeds that are wanted: one for the account, or one for each project that will do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rules_engine.dashtrack.resources import RESOURCES, Scope
from rules_engine.polling.planning.schedule import Wanted

Project = Mapping[str, Any]


class Need(Protocol):
    """What planning asks of a rule's need."""

    @property
    def rule_id(self) -> str:
        """The rule whose need it is."""

    @property
    def resource(self) -> str:
        """The kind of object."""

    @property
    def weight(self) -> float:
        """What seeing a change soon is worth to the rule."""

    @property
    def max_latency(self) -> float | None:
        """Seconds within which a change must be seen."""

    def takes(self, project: Project) -> bool:
        """Whether that project's feed is needed."""


@dataclass(frozen=True, slots=True)
class Want:
    """A feed that is wanted, and by which needs."""

    feed: Wanted
    needs: tuple[Need, ...]


def wants_of(needs: Iterable[Need], projects: Sequence[Project]) -> tuple[Want, ...]:
    """The feeds that the needs make up, those of the account first, then project by project."""
    found: dict[str, list[Need]] = {}
    inner: list[Need] = []
    for need in needs:
        if RESOURCES[need.resource].scope is Scope.ACCOUNT:
            found.setdefault(need.resource, []).append(need)
        else:
            inner.append(need)
    for project in projects:
        for need in inner:
            if need.takes(project):
                found.setdefault(f"{need.resource}/{project['id']}", []).append(need)
    return tuple(_want(key, each) for key, each in found.items())


def _want(key: str, needs: Sequence[Need]) -> Want:
    by_rule: dict[str, float] = {}
    for need in needs:
        by_rule[need.rule_id] = max(need.weight, by_rule.get(need.rule_id, 0.0))
    bounds = [need.max_latency for need in needs if need.max_latency is not None]
    feed = Wanted(
        key=key,
        resource=key.partition("/")[0],
        weight=sum(by_rule.values()),
        max_latency=min(bounds, default=None),
    )
    return Want(feed, tuple(needs))


def taker_of(needs: Sequence[Need]) -> Callable[[str, Project], bool]:
    """Whether some need takes a project's feed of that resource."""
    return lambda resource, project: any(need.resource == resource and need.takes(project) for need in needs)
