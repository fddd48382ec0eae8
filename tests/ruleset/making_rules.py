"""Short ways to make events, rules and a snapshot for the tests of the ruleset."""

from __future__ import annotations

from datetime import UTC, datetime

from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.compile import compile_when, rule_from_document
from rules_engine.ruleset.templates import TemplateEnv
from rules_engine.ruleset.yaml_source import parse_yaml
from rules_engine.store.records import Cause, Event

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def make_event(types, *, before=None, after=None, changes=None, project_id=None, cause=Cause.EXTERNAL):
    names = (types,) if isinstance(types, str) else tuple(types)
    resource = names[0].split(".")[0]
    return Event(
        id=f"{resource}-1-r2",
        at=NOW,
        types=names,
        resource=resource,
        object_id="o1",
        project_id=project_id,
        revision=2,
        changes=changes or {},
        before=before,
        after=after,
        cause=cause,
        seen_between=(None, NOW),
    )


def status_event(before, after, *, resource="lead", more=None, types=()):
    """The status of an object went from one to another."""
    data = {"id": "o1", "name": "Acme", **(more or {})}
    return make_event(
        (f"{resource}.updated", f"{resource}.status_changed", *types),
        before={**data, "status": before},
        after={**data, "status": after},
        changes={"status": {"from": before, "to": after}},
    )


def make_trigger(written):
    (trigger,) = compile_when(written)
    return trigger


def make_rule(**more):
    document = {"id": "a", "when": "lead.created", "then": [{"log": "x"}], **more}
    return rule_from_document({key: value for key, value in document.items() if value is not None})


def make_env(functions=None):
    return TemplateEnv(now=NOW, functions=functions or {})


def check(text):
    """The problems of a rules file, by place and code."""
    return check_source(parse_yaml(text, "f.yaml")).problems


class Snapshot:
    """A snapshot in memory: {resource: [objects]}; objects of a project say so in project_id."""

    def __init__(self, **objects):
        self.objects = objects

    def get(self, resource, object_id):
        return next((data for data in self.all(resource) if data["id"] == object_id), None)

    def all(self, resource, project_id=None):
        found = self.objects.get(resource, [])
        return [data for data in found if project_id is None or data.get("project_id") == project_id]
