"""Finds the rules that an event could start, by its types, so that an event costs what fits it, not what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rules_engine.events.special import SCHEDULE
from rules_engine.ruleset.model import Mode, Rule, Trigger
from rules_engine.store.records import Event

Candidate = tuple[Rule, Trigger]


class RuleIndex:
    """Triggers by event type; those by a schedule by their rule, since its moments are its own. None that is off."""

    __slots__ = ("_by_type",)

    def __init__(self, rules: Iterable[Rule]) -> None:
        by_type: dict[str, list[tuple[int, Candidate]]] = {}
        order = 0
        for rule in rules:
            if rule.mode is Mode.OFF:
                continue
            for trigger in rule.triggers:
                for event_type in dict.fromkeys(trigger.events or (_of_schedule(rule.id),)):
                    by_type.setdefault(event_type, []).append((order, (rule, trigger)))
                order += 1
        self._by_type: Mapping[str, tuple[tuple[int, Candidate], ...]] = MappingProxyType(
            {event_type: tuple(entries) for event_type, entries in by_type.items()}
        )

    def candidates(self, event: Event) -> Iterable[Candidate]:
        """Each rule and trigger that names one of the event's types, once, in the order of the rules.

        A rule with several triggers may come several times; the first that fits is enough.
        """
        names = (_of_schedule(event.object_id),) if event.resource == SCHEDULE else event.types
        found = {order: candidate for name in names for order, candidate in self._by_type.get(name, ())}
        return [found[order] for order in sorted(found)]

    @property
    def event_types(self) -> frozenset[str]:
        """Every event type that some rule waits for."""
        return frozenset(name for name in self._by_type if not name.startswith(_of_schedule("")))


def _of_schedule(rule_id: str) -> str:
    return f"{SCHEDULE}/{rule_id}"
