"""Actions that change or remove what is there: update_*, delete_*, archive_project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.operations import item_path
from rules_engine.dashtrack.outcomes import WriteRequest
from rules_engine.dashtrack.resources import Field, Kind, Resource
from rules_engine.polling.diff import without_lag
from rules_engine.ruleset.actions import Verb
from rules_engine.runs.actions.fields import as_list, body_of, field_value
from rules_engine.runs.actions.names import project_id
from rules_engine.runs.actions.planned import Nothing, Planning, StepProblem, Write


def plan_update(resource: Resource, params: Mapping[str, Any], planning: Planning) -> Write | Nothing:
    """The request that changes an object; sets given as add and remove are merged into a fresh read."""
    target = _target(resource, params, planning)
    values = {name: value for name, value in params.items() if name != "id"}
    merges = {name: value for name, value in values.items() if _is_merge(resource.field(name), value)}
    plain = {name: value for name, value in values.items() if name not in merges}
    body = body_of(resource, plain, planning, keep_null=True)
    known = planning.snapshot.get(resource.name, target)
    fresh: dict[str, Any] | None = None
    if merges:
        known = _read_fresh(resource, target, planning)
        fresh = {name: known[name] for name in ("id", "updated_at", *merges) if name in known}
        body.update(_merged(resource, merges, known, planning))
    if not body:
        return Nothing(reason=f"the {resource.name} has these already", result=known)
    return Write(
        verb=Verb.UPDATE,
        resource=resource,
        request=WriteRequest(method="PATCH", path=_path(resource, target), body=body),
        object_id=target,
        before={name: known.get(name) for name in body} if known is not None else None,
        fresh=fresh,
    )


def _read_fresh(resource: Resource, target: str, planning: Planning) -> Mapping[str, Any]:
    """The object as it is now; a read that lags behind our own last write must not undo it."""
    fresh = planning.reads.object(resource, target)
    stored = planning.snapshot.stored(resource.name, target)
    if stored is None:
        return fresh
    names = planning.snapshot.member_names()
    return without_lag(resource, stored, fresh, at=planning.now, names=names)


def plan_delete(resource: Resource, params: Mapping[str, Any], planning: Planning) -> Write | Nothing:
    """The request that deletes an object for ever, or archives a project."""
    target = _target(resource, params, planning)
    return Write(
        verb=Verb.ARCHIVE if resource.archivable else Verb.DELETE,
        resource=resource,
        request=WriteRequest(method="DELETE", path=_path(resource, target), body=None),
        object_id=target,
    )


def _path(resource: Resource, object_id: str) -> str:
    try:
        return item_path(resource, object_id)
    except ValueError as error:
        raise StepProblem(str(error)) from None


def _target(resource: Resource, params: Mapping[str, Any], planning: Planning) -> str:
    """The object to change: the one named by `id`, else the event's own."""
    wanted = params.get("id")
    if wanted is None and "id" in params:
        raise StepProblem("`id` came out empty", advice="Leave `id` out to mean the event's own object.")
    if wanted is not None:
        if resource.name == "project":
            return project_id(planning.snapshot, wanted)
        return str(wanted["id"]) if isinstance(wanted, Mapping) and "id" in wanted else str(wanted)
    event = planning.event
    if event.resource == resource.name:
        return event.object_id
    raise StepProblem(
        f"a {event.resource} event has no {resource.name} of its own", advice="Name one: `id: …`."
    )


def _is_merge(row: Field | None, value: Any) -> bool:
    return row is not None and row.kind is Kind.WORDS and isinstance(value, Mapping)


def _merged(
    resource: Resource, merges: Mapping[str, Any], fresh: Mapping[str, Any], planning: Planning
) -> dict[str, Any]:
    """Each merged set that would differ from the fresh read."""
    body: dict[str, Any] = {}
    for name, change in merges.items():
        row = resource.field(name)
        assert row is not None
        current = as_list(fresh.get(name))
        added, removed = (
            field_value(row, as_list(change.get(side)), planning.snapshot, planning.calendar)
            for side in ("add", "remove")
        )
        merged = merge_words(current, added, removed)
        if merged != current:
            body[name] = merged
    return body


def merge_words(current: list[str], add: list[str], remove: list[str]) -> list[str]:
    """`current` with `add` at its end and `remove` taken out, without regard to case, nothing twice."""
    seen = {word.casefold() for word in remove}
    merged: list[str] = []
    for word in [*current, *add]:
        if word.casefold() not in seen:
            seen.add(word.casefold())
            merged.append(word)
    return merged
