"""Which timers there must be: from the rules, the objects as they are and the timers that there are.

Plain functions over plain data. A timer is set when its object first names a moment, goes when the object names
another one or leaves the state, and stays, spent, as long as the value stays for which it fired. What lay in the past
when a rule or a feed was first seen is history and fires nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.durations import Duration
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.events.special import SCHEDULE
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.model import Schedule
from rules_engine.store.records import Event, Presence, StoredObject, Timer, TimerKind
from rules_engine.timing.cron import next_moment
from rules_engine.timing.holds import broken
from rules_engine.timing.moments import Moment, clock_event, is_open, moment_of, newest, settled_since
from rules_engine.timing.triggers import TimedRules, TimedTrigger, clock_types

REMOVED = "its rule was removed or is off"
CHANGED = "its trigger was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What planning asks of everything else, all of it as it is now."""

    account: str
    now: datetime
    calendar: Calendar
    known_since: Callable[[tuple[str, str], StoredObject], datetime]
    """Since when both the trigger and the object's feed are known: what was before is history."""
    event: Callable[[str], Event | None]
    """An event by its id."""
    project: Callable[[Event], Mapping[str, Any] | None]
    """The data of the project that an event's object is in."""
    stored: Callable[[str, str], StoredObject | None]
    """An object by its resource and id."""


@dataclass(slots=True)
class TimerPlan:
    """What has to change about the timers."""

    set: list[Timer] = field(default_factory=list)
    cancel: list[tuple[Timer, str]] = field(default_factory=list)
    """With the reason, in words; of a spent timer it only means that it can be forgotten."""


def plan_timers(
    rules: TimedRules, objects: Iterable[StoredObject], existing: Iterable[Timer], world: World
) -> TimerPlan:
    """The timers of these objects. `existing` are all that they have."""
    plan = TimerPlan()
    rows: dict[tuple[str, str], list[Timer]] = {}
    for timer in existing:
        rows.setdefault((timer.resource, timer.object_id), []).append(timer)
    clocks = _by_resource(rules)
    for stored in objects:
        own = rows.get((stored.resource, stored.object_id), [])
        for one, event_type in clocks.get(stored.resource, ()):
            _plan_clock(one, event_type, stored, own, world, plan)
        for timer in own:
            if timer.kind is TimerKind.HOLD:
                _plan_hold(rules, timer, stored, world, plan)
    return plan


def plan_rules(rules: TimedRules, existing: Iterable[Timer], world: World) -> TimerPlan:
    """What other rules mean for the timers that there are, and for the schedules. `existing` are all timers.

    A timer whose rule or trigger is no more goes; where only the trigger of a hold was changed, the event that armed
    it arms it anew.
    """
    plan = TimerPlan()
    scheduled = set()
    for timer in existing:
        key = (timer.rule_id, timer.trigger)
        if rules.find(timer.kind, key) is None:
            plan.cancel.append((timer, REMOVED if timer.rule_id not in rules.rules else CHANGED))
            if timer.kind is TimerKind.HOLD:
                _arm_anew(rules, timer, world, plan)
        elif timer.kind is TimerKind.SCHEDULE:
            scheduled.add(key)
    for key, one in rules.schedules.items():
        if key not in scheduled and (timer_at := next_of_schedule(one, world.calendar, world.now)):
            plan.set.append(timer_at)
    return plan


def hold_timer(one: TimedTrigger, event: Event, *, calendar: Calendar, now: datetime) -> Timer:
    """The timer of a state that an event brought about."""
    assert one.trigger.for_ is not None, "only a trigger with `for` holds"
    return Timer(
        rule_id=one.rule.id,
        trigger=one.trigger.digest,
        kind=TimerKind.HOLD,
        resource=event.resource,
        object_id=event.object_id,
        value=event.id,
        due_at=calendar.add(event.at, one.trigger.for_),
        armed_at=now,
    )


def next_of_schedule(one: TimedTrigger, calendar: Calendar, after: datetime) -> Timer | None:
    """The timer of a schedule's next moment; None when it has no more."""
    assert one.trigger.schedule is not None, "only a schedule has a next moment"
    moment = next_moment(one.trigger.schedule.cron, zone_of(one.trigger.schedule, calendar), after)
    if moment is None:
        return None
    return Timer(
        rule_id=one.rule.id,
        trigger=one.trigger.digest,
        kind=TimerKind.SCHEDULE,
        resource=SCHEDULE,
        object_id=one.rule.id,
        value=moment.isoformat(),
        due_at=moment,
        armed_at=after,
    )


def zone_of(schedule: Schedule, calendar: Calendar) -> str:
    """The zone by whose wall clock a schedule goes."""
    return schedule.timezone or calendar.timezone


def _by_resource(rules: TimedRules) -> dict[str, list[tuple[TimedTrigger, str]]]:
    found: dict[str, list[tuple[TimedTrigger, str]]] = {}
    for one in rules.clocks.values():
        for name in clock_types(one.trigger):
            found.setdefault(EVENT_TYPES[name].resource, []).append((one, name))
    return found


def _plan_clock(
    one: TimedTrigger, event_type: str, stored: StoredObject, own: list[Timer], world: World, plan: TimerPlan
) -> None:
    """Set, move or cancel the timer of one trigger for one object."""
    gone = stored.presence is Presence.DELETED
    moment = None if gone else moment_of(event_type, one.trigger.offset, stored, world.calendar)
    why_not = _why_not(one, event_type, stored, moment, world)
    known = False
    for timer in own:
        if (timer.rule_id, timer.trigger) != one.key or not timer.value.startswith(f"{event_type}@"):
            continue
        if moment is None or timer.value != moment.value:
            plan.cancel.append((timer, why_not or "its date was moved"))
            continue
        known = True
        if timer.spent:
            continue
        if why_not is not None:
            plan.cancel.append((timer, why_not))
        elif timer.due_at != moment.at:
            plan.set.append(replace(timer, due_at=moment.at))
    if known or moment is None or why_not is not None:
        return
    if not _is_history(one, event_type, stored, moment, world):
        plan.set.append(_clock_timer(one, stored, moment, world.now))


def _why_not(
    one: TimedTrigger, event_type: str, stored: StoredObject, moment: Moment | None, world: World
) -> str | None:
    """Why the event can't come for the object as it is now."""
    if not is_open(event_type, stored):
        return f"the {stored.resource} is not one that {event_type} comes for any more"
    if moment is None:
        return f"the {stored.resource} has no such date any more"
    if not one.trigger.where:
        return None
    event = clock_event(world.account, stored, moment.value, at=world.now)
    return mismatch(one.trigger, event, world.project(event))


def _is_history(
    one: TimedTrigger, event_type: str, stored: StoredObject, moment: Moment, world: World
) -> bool:
    """Whether the moment passed before anybody waited for it, or waiting for it makes no sense any more."""
    if moment.until is not None and moment.until <= world.now:
        return True
    known = world.known_since(one.key, stored)
    settled = settled_since(event_type, one.trigger.where, stored)
    return moment.at <= known and (settled is None or settled <= known)


def _clock_timer(one: TimedTrigger, stored: StoredObject, moment: Moment, now: datetime) -> Timer:
    return Timer(
        rule_id=one.rule.id,
        trigger=one.trigger.digest,
        kind=TimerKind.CLOCK,
        resource=stored.resource,
        object_id=stored.object_id,
        value=moment.value,
        due_at=moment.at,
        armed_at=now,
    )


def _plan_hold(rules: TimedRules, timer: Timer, stored: StoredObject, world: World, plan: TimerPlan) -> None:
    """Cancel a hold whose state is over."""
    one = rules.holds.get((timer.rule_id, timer.trigger))
    event = world.event(timer.value)
    if one is None or event is None:
        return
    project = world.project(replace(event, project_id=stored.project_id, after=stored.data))
    why = broken(one.trigger, event, stored, project)
    if why is not None:
        plan.cancel.append((timer, f"it did not hold: {why}"))


def _arm_anew(rules: TimedRules, timer: Timer, world: World, plan: TimerPlan) -> None:
    """The hold of a changed trigger, from the event that armed the old one, where that one fits still."""
    event = world.event(timer.value)
    if event is None:
        return
    project = world.project(event)
    for one in rules.holds.values():
        if one.rule.id == timer.rule_id and mismatch(one.trigger, event, project) is None:
            anew = hold_timer(one, event, calendar=world.calendar, now=world.now)
            began = _where_since(one, event, world)
            due_at = world.calendar.add(began, one.trigger.for_ or Duration())
            plan.set.append(replace(anew, due_at=due_at, across_gap=timer.across_gap))


def _where_since(one: TimedTrigger, event: Event, world: World) -> datetime:
    """Since when the object is as `where` asks: nobody has watched those fields for this trigger since its event."""
    stored = world.stored(event.resource, event.object_id)
    since = stored.since.items() if stored is not None else ()
    moved = newest(text for name, text in since if name in one.trigger.where)
    return event.at if moved is None else max(event.at, moved)
