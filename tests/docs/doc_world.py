"""The small world in which the examples of the rule reference are true: it stands in the page itself, as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from rules_engine.calendar import Calendar
from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.build import EXTERNAL, build_event
from rules_engine.polling.diff import Look, diff_feed
from rules_engine.ruleset.context import functions_for, scope_for
from rules_engine.ruleset.leave import leave_in
from rules_engine.ruleset.templates import TemplateEnv, compile_expression, compile_text, plain
from rules_engine.store.records import StoredObject

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
THEN = NOW - timedelta(minutes=5)


class World:
    """The objects, the event, and what templates see of them."""

    def __init__(self, text):
        data = json.loads(text)
        before, after = data.pop("before"), data.pop("after")
        self._objects = {**data, "lead": [after, *data["lead"]]}
        self.event = _event(before, after)
        self.env = TemplateEnv(
            functions=functions_for(self),
            leave=leave_in(self),
            calendar=Calendar(timezone="Europe/London"),
            now=NOW,
        )
        self.scope = scope_for(self.event, None, NOW)

    def get(self, resource, object_id):
        return next((one for one in self._objects[resource] if one["id"] == object_id), None)

    def all(self, resource, project_id=None):
        return [
            one for one in self._objects[resource] if project_id is None or one["project_id"] == project_id
        ]

    def shown(self, source):
        """What a template, or an expression, gives: texts as they are, anything else as JSON."""
        compile_it = compile_text if "{{" in source or "{%" in source else compile_expression
        value = plain(compile_it(source).evaluate(self.scope, self.env))
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _event(before, after):
    """The event that the engine makes of the two looks."""
    resource = RESOURCES["lead"]
    stored = StoredObject(
        resource="lead", object_id=before["id"], project_id=None, revision=1, data=before, since={}
    )
    look = Look(
        resource=resource,
        project_id=None,
        at=NOW,
        baseline=False,
        known_fields=frozenset(resource.field_names),
    )
    (change,) = diff_feed(look, {before["id"]: stored}, [after]).changes
    return build_event(change, account="default", revision=2, at=NOW, seen_from=THEN, origin=EXTERNAL)
