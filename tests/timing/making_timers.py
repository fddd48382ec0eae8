"""Short ways to make rules, objects and a world for the tests of timing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from rules_engine.calendar import Calendar
from rules_engine.ruleset.compile import rule_from_document
from rules_engine.store.records import Cause, Event, Presence, StoredObject
from rules_engine.timing.plan import World
from rules_engine.timing.triggers import TimedRules

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def rule(when, rule_id="a", **more):
    return rule_from_document({"id": rule_id, "when": when, "then": [{"log": "x"}], **more})


def timed(*whens, **more):
    return TimedRules.of([rule(when, f"r{number}", **more) for number, when in enumerate(whens)])


def stored(resource="task", object_id="o1", *, since=NOW, presence=Presence.PRESENT, project_id=None, **data):
    data = {"id": object_id, **data}
    texts = since if isinstance(since, dict) else dict.fromkeys(data, since.isoformat())
    return StoredObject(
        resource=resource,
        object_id=object_id,
        project_id=project_id,
        revision=1,
        data=data,
        since=texts,
        presence=presence,
    )


def world(*, now=NOW, known_since=LONG_AGO, calendar=None, events=()):
    by_id = {event.id: event for event in events}
    return World(
        account="default",
        now=now,
        calendar=calendar or Calendar(),
        known_since=lambda _key, _stored: known_since,
        event=by_id.get,
        project=lambda _event: None,
        stored=lambda _resource, _object_id: None,
    )


def event(types, *, before=None, after=None, changes=None, resource=None, object_id="o1", at=NOW, **more):
    names = (types,) if isinstance(types, str) else tuple(types)
    kind = resource or names[0].split(".")[0]
    return Event(
        id=f"default/{kind}/{object_id}/{more.pop('revision', 2)}",
        at=at,
        types=names,
        resource=kind,
        object_id=object_id,
        project_id=more.pop("project_id", None),
        revision=2,
        changes=changes or {},
        before=before,
        after=after,
        cause=more.pop("cause", Cause.EXTERNAL),
        seen_between=(more.pop("since", None), at),
        **more,
    )


def status_event(before, after, **more):
    return event(
        ("lead.updated", "lead.status_changed"),
        before={"id": "o1", "status": before},
        after={"id": "o1", "status": after},
        changes={"status": {"from": before, "to": after}},
        **more,
    )


def moments_between(start, end):
    """Any minute from one moment to another."""
    minutes = int((end - start) / timedelta(minutes=1))
    return st.integers(0, minutes).map(lambda count: start + timedelta(minutes=count))
