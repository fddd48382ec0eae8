"""Actions that create: create_task, create_lead, create_note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.operations import create_path
from rules_engine.dashtrack.outcomes import WriteRequest
from rules_engine.dashtrack.resources import Resource, Scope
from rules_engine.polling.diff import same_value
from rules_engine.ruleset.actions import Verb
from rules_engine.runs.actions.fields import as_list, body_of
from rules_engine.runs.actions.names import project_id
from rules_engine.runs.actions.planned import Nothing, Planning, StepProblem, Write
from rules_engine.runs.identity import signed

_NOT_FIELDS = ("project", "unless_exists")


def plan_create(resource: Resource, params: Mapping[str, Any], planning: Planning) -> Write | Nothing:
    """The request that creates an object, or Nothing where `unless_exists` finds one like it."""
    project = _project(resource, params, planning)
    values = {name: value for name, value in params.items() if name not in _NOT_FIELDS}
    body = body_of(resource, values, planning, keep_null=False)
    missing = [row.name for row in resource.fields if row.required and not body.get(row.name)]
    if missing:
        raise StepProblem(f"{', '.join(missing)} of a new {resource.name} came out empty")
    twin = _existing(resource, project, params.get("unless_exists"), body, planning)
    if twin is not None:
        return Nothing(reason=f"a {resource.name} like it exists: {twin['id']}", result=twin)
    for row in resource.fields:
        if row.signed and planning.mark is not None:
            body[row.name] = signed(body.get(row.name), planning.rule_id, planning.mark)
    return Write(
        verb=Verb.CREATE,
        resource=resource,
        request=WriteRequest(method="POST", path=create_path(resource, project), body=body),
        project_id=project,
        known_ids=tuple(planning.snapshot.all_stored(resource.name, project)),
    )


def _project(resource: Resource, params: Mapping[str, Any], planning: Planning) -> str | None:
    if resource.scope is not Scope.PROJECT:
        return None
    if params.get("project") is not None:
        return project_id(planning.snapshot, params["project"])
    event = planning.event
    own = event.object_id if event.resource == "project" else event.project_id
    if own is None:
        raise StepProblem(
            f"a {event.resource} event has no project of its own", advice="Name one: `project: NAME`."
        )
    return own


def _existing(
    resource: Resource, project: str | None, names: Any, body: Mapping[str, Any], planning: Planning
) -> Mapping[str, Any] | None:
    """The first object in a fresh read of the list whose named fields equal the body's."""
    if not names:
        return None
    people = planning.snapshot.member_names()
    return next(
        (
            item
            for item in planning.reads.objects(resource, project)
            if all(
                same_value(resource, name, item.get(name), body.get(name), names=people)
                for name in as_list(names)
            )
        ),
        None,
    )
