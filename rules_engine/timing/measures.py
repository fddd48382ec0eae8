"""Events by measure: what is true of a project's many objects after the changes of a look, and was not before.

Before and after are both reckoned from the changes themselves, so a measure needs no memory: what was so when it was
first looked at fires nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from rules_engine.calendar import Calendar
from rules_engine.ruleset.crossings import as_number, crossing_text
from rules_engine.ruleset.model import Crossing
from rules_engine.store.records import Event, StoredObject
from rules_engine.timing.triggers import TimedRules, measured_types

ALL_DONE = "project.all_tasks_done"
HOURS_USED = "project.hours_used"
_MONTH_LENGTH = len("2026-11")
_PRECISION = 6


class Objects(Protocol):
    """What measuring asks of the snapshot: the state after the changes."""

    def all(self, resource: str, project_id: str | None = None) -> Sequence[Mapping[str, Any]]:
        """The data of a project's objects."""

    def stored(self, resource: str, object_id: str) -> StoredObject | None:
        """One object."""


def measure(
    account: str,
    rules: TimedRules,
    events: Sequence[Event],
    snapshot: Objects,
    *,
    calendar: Calendar,
    now: datetime,
) -> list[Event]:
    """The events by measure that rules wait for and these changes bring about."""
    wanted = {name for one in rules.measures for name in measured_types(one.trigger)}
    found: list[Event] = []
    if ALL_DONE in wanted:
        found += _all_done(account, events, snapshot, now)
    if HOURS_USED in wanted:
        months = _months(events, calendar, now)
        crossings = {one.trigger.crosses for one in rules.measures if one.trigger.crosses is not None}
        for crossing in sorted(crossings, key=lambda one: one.threshold):
            found += _hours_used(account, crossing, events, snapshot, months, now)
    return found


def _all_done(account: str, events: Iterable[Event], snapshot: Objects, now: datetime) -> Iterator[Event]:
    """The projects whose last open task was done, removed or moved away."""
    closing: dict[str, Event] = {}
    for event in events:
        if event.resource == "task":
            was, now_open = _open_in(event, event.before), _open_in(event, event.after)
            if was is not None and was != now_open:
                closing[was] = event
    for project_id, event in closing.items():
        tasks = snapshot.all("task", project_id)
        project = snapshot.stored("project", project_id)
        if tasks and project is not None and not any(map(_is_open, tasks)):
            value = f"{event.object_id}.{event.revision}"
            yield _event(account, f"{ALL_DONE}@{value}", project, because=event, at=now)


def _open_in(event: Event, data: Mapping[str, Any] | None) -> str | None:
    """The project in which the task is open; None where it is done or gone."""
    if data is None or not _is_open(data):
        return None
    return str(data.get("project_id") or event.project_id)


def _is_open(task: Mapping[str, Any]) -> bool:
    return str(task.get("status") or "").casefold() != "done"


def _months(events: Sequence[Event], calendar: Calendar, now: datetime) -> tuple[str, ...]:
    """The calendar months that the look spans: this one, and the one before where it began in that."""
    since = [event.seen_between[0] for event in events if event.seen_between[0] is not None]
    moments = (min([now, *since]), now)
    return tuple(dict.fromkeys(f"{moment.astimezone(calendar.zone):%Y-%m}" for moment in moments))


def _hours_used(
    account: str,
    crossing: Crossing,
    events: Sequence[Event],
    snapshot: Objects,
    months: Iterable[str],
    now: datetime,
) -> Iterator[Event]:
    """The projects whose hours went over that share of their retainer."""
    touched = {
        str(event.project_id if event.resource == "time_entry" else event.object_id): event
        for event in events
        if event.resource == "time_entry"
        or (event.resource == "project" and "retainer_hours" in event.changes)
    }
    for project_id, because in touched.items():
        project = snapshot.stored("project", project_id)
        retainer = as_number(project.data.get("retainer_hours")) if project is not None else None
        if project is None or not retainer or retainer <= 0:
            continue
        retainer_before = _retainer_before(events, project_id, retainer)
        for month in months:
            after = sum(_hours(entry, month) for entry in snapshot.all("time_entry", project_id))
            before = after - sum(_added(event, project_id, month) for event in events)
            if _share(before, retainer_before) < crossing.threshold <= _share(after, retainer):
                yield _event(
                    account,
                    f"{HOURS_USED}@{crossing_text(crossing)}@{month}",
                    project,
                    because=because,
                    at=now,
                    changes={
                        "hours_used": {"from": round(before, _PRECISION), "to": round(after, _PRECISION)}
                    },
                )


def _share(hours: float, retainer: float | None) -> float:
    """How many hundredths of the retainer; without one nothing is used of it."""
    return round(hours / retainer * 100, _PRECISION) if retainer else 0.0


def _retainer_before(events: Iterable[Event], project_id: str, now: float) -> float | None:
    for event in events:
        if event.resource == "project" and event.object_id == project_id:
            change = event.changes.get("retainer_hours")
            return as_number(change.get("from")) if change is not None else now
    return now


def _added(event: Event, project_id: str, month: str) -> float:
    """By how much one change of a time entry moved the project's hours in that month."""
    if event.resource != "time_entry":
        return 0.0
    sides = ((event.before, -1), (event.after, 1))
    return sum(
        sign * _hours(data, month)
        for data, sign in sides
        if data is not None and str(data.get("project_id") or event.project_id) == project_id
    )


def _hours(entry: Mapping[str, Any], month: str) -> float:
    if str(entry.get("date") or "")[:_MONTH_LENGTH] != month:
        return 0.0
    return as_number(entry.get("hours")) or 0.0


def _event(
    account: str,
    value: str,
    project: StoredObject,
    *,
    because: Event,
    at: datetime,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Event:
    """The event of a project that `because` was the last change to bring about, with that one's cause."""
    return Event(
        id=f"{account}/project/{project.object_id}/{value}",
        at=at,
        types=(value.partition("@")[0],),
        resource="project",
        object_id=project.object_id,
        project_id=project.project_id,
        revision=project.revision,
        changes=changes or {},
        before=project.data,
        after=project.data,
        cause=because.cause,
        cause_rule=because.cause_rule,
        cause_run=because.cause_run,
        depth=because.depth,
        seen_between=because.seen_between,
    )
