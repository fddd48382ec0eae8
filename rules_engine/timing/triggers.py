"""The triggers of the rules in force that have to do with time or with measures, sorted by what they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.model import Mode, Rule, Trigger
from rules_engine.store.records import TimerKind


@dataclass(frozen=True, slots=True)
class TimedTrigger:
    """One trigger of a rule."""

    rule: Rule
    trigger: Trigger

    @property
    def key(self) -> tuple[str, str]:
        """What its timers are known by."""
        return self.rule.id, self.trigger.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRules:
    """The rules in force, as whoever keeps the time sees them."""

    rules: Mapping[str, Rule]
    holds: Mapping[tuple[str, str], TimedTrigger]
    """Triggers with `for`."""
    clocks: Mapping[tuple[str, str], TimedTrigger]
    """Triggers by the clock: due, overdue, stale, starts."""
    schedules: Mapping[tuple[str, str], TimedTrigger]
    measures: tuple[TimedTrigger, ...]
    """Triggers by measure: hours used, all tasks done."""
    crossings: frozenset[tuple[str, str]]
    """Those that remember whether a number is over their threshold."""

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> TimedRules:
        """The triggers of these rules, but for rules that are off."""
        in_force = {rule.id: rule for rule in rules if rule.mode is not Mode.OFF}
        every = [TimedTrigger(rule, trigger) for rule in in_force.values() for trigger in rule.triggers]
        return cls(
            rules=in_force,
            holds={one.key: one for one in every if one.trigger.for_ is not None},
            clocks={one.key: one for one in every if clock_types(one.trigger)},
            schedules={one.key: one for one in every if one.trigger.schedule is not None},
            measures=tuple(one for one in every if measured_types(one.trigger)),
            crossings=frozenset(one.key for one in every if one.trigger.crosses is not None),
        )

    def find(self, kind: TimerKind, key: tuple[str, str]) -> TimedTrigger | None:
        """The trigger that a timer belongs to; None when the rule or the trigger is no more."""
        kinds = {
            TimerKind.HOLD: self.holds,
            TimerKind.CLOCK: self.clocks,
            TimerKind.SCHEDULE: self.schedules,
        }
        return kinds[kind].get(key)


def clock_types(trigger: Trigger) -> tuple[str, ...]:
    """The events by the clock that the trigger names."""
    return tuple(
        name for name in trigger.events if name in EVENT_TYPES and EVENT_TYPES[name].clock is not None
    )


def measured_types(trigger: Trigger) -> tuple[str, ...]:
    """The events by measure that the trigger names."""
    return tuple(name for name in trigger.events if name in EVENT_TYPES and EVENT_TYPES[name].measure)
