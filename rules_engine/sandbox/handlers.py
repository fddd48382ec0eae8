"""What each operation of the API does: from a call to an answer.

A handler reads and changes objects and nothing else; keys, limits, faults and the log are settled around it.
It raises Refusal for what Dashtrack would refuse.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.sandbox import shapes, values, vocabulary
from rules_engine.sandbox.answers import Answer, as_json, listed, wrapped
from rules_engine.sandbox.database import LATEST
from rules_engine.sandbox.errors import BadValue, Refusal
from rules_engine.sandbox.objects import Objects, Origin
from rules_engine.sandbox.shapes import HIDDEN_FIELD, Shape, read_request
from rules_engine.sandbox.summaries import holiday_stats, project_stats

MAX_BODY = 5_000_000
"""Bytes; a longer body is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that may be handled."""

    objects: Objects
    origin: Origin
    params: Mapping[str, str]
    """From the path: `id`."""
    query: Mapping[str, str]
    body: bytes = b""
    member_id: str | None = None
    """Whose key it is."""
    at_n: int = LATEST
    """Reads see the objects as they were at this place in the log."""

    @property
    def id(self) -> str:
        """The id in the path, in the form in which ids are stored."""
        return self.params["id"].lower()


def parse_json(body: bytes) -> Any:
    """The body as JSON that can be stored and given out again; raises BadValue."""
    if len(body) > MAX_BODY:
        raise BadValue(f"The body is longer than {MAX_BODY} bytes")
    try:
        parsed = json.loads(body)
        json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise BadValue("The body is not valid JSON") from None
    return parsed


def parse_json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; raises BadValue."""
    parsed = parse_json(body)
    if not isinstance(parsed, dict):
        raise BadValue("The body must be a JSON object")
    return parsed


def list_projects(call: Call) -> Answer:
    """GET /projects: those that are not archived, or the one that `id` names."""
    if "id" in call.query:
        return wrapped("projects", [_shown(_project(call, call.query["id"].lower()))])
    projects = call.objects.all("project", at_n=call.at_n)
    texts = [as_json(_shown(one)) for one in projects if not one["archived"] and not one.get(HIDDEN_FIELD)]
    return listed("projects", texts)


def get_project(call: Call) -> Answer:
    """GET /projects/{id}, archived or not."""
    return wrapped("project", _shown(_project(call, call.id)))


def update_project(call: Call) -> Answer:
    """PATCH /projects/{id}."""
    _project(call, call.id)
    changed = call.objects.update(shapes.PROJECT, call.id, _fields(call, shapes.PROJECT), call.origin)
    return wrapped("project", _shown(changed))


def archive_project(call: Call) -> Answer:
    """DELETE /projects/{id}: it is archived, not removed; a second time changes nothing."""
    if not _project(call, call.id)["archived"]:
        call.objects.update(shapes.PROJECT, call.id, {"archived": True}, call.origin)
    return wrapped("success", value=True)


def get_project_stats(call: Call) -> Answer:
    """GET /projects/{id}/stats."""
    project = _project(call, call.id)
    tasks = call.objects.all("task", call.id, call.at_n)
    entries = call.objects.all("time_entry", call.id, call.at_n)
    return wrapped("stats", project_stats(project, tasks, entries, call.objects.names()))


def list_tasks(call: Call) -> Answer:
    """GET /projects/{id}/tasks with `status`, `assigned_to` (user id) and `task_list`."""
    _project(call, call.id)
    wanted = {"task_list": call.query["task_list"]} if "task_list" in call.query else {}
    if "status" in call.query:
        wanted["status"] = _word(call, "status", vocabulary.TASK_STATUSES)
    if "assigned_to" not in call.query:
        return listed("tasks", _matching(call, shapes.TASK, wanted))
    person = call.query["assigned_to"]
    name = call.objects.names().get(person.lower(), person)
    return listed(
        "tasks", _matching(call, shapes.TASK, wanted, lambda task: name in (task["assigned_to"] or ()))
    )


def create_task(call: Call) -> Answer:
    """POST /projects/{id}/tasks."""
    return _create_in_project(call, shapes.TASK)


def get_task(call: Call) -> Answer:
    """GET /tasks/{id}."""
    return wrapped("task", _task(call))


def update_task(call: Call) -> Answer:
    """PATCH /tasks/{id}."""
    _task(call)
    return wrapped("task", call.objects.update(shapes.TASK, call.id, _fields(call, shapes.TASK), call.origin))


def delete_task(call: Call) -> Answer:
    """DELETE /tasks/{id}, for ever."""
    _task(call)
    call.objects.delete(shapes.TASK, call.id, call.origin)
    return wrapped("success", value=True)


def list_leads(call: Call) -> Answer:
    """GET /leads with `status` and `rep`."""
    wanted = {"status": _word(call, "status", vocabulary.LEAD_STATUSES)} if "status" in call.query else {}
    if "rep" not in call.query:
        return listed("leads", _matching(call, shapes.LEAD, wanted))
    rep = call.query["rep"].casefold()
    return listed(
        "leads", _matching(call, shapes.LEAD, wanted, lambda lead: (lead["rep"] or "").casefold() == rep)
    )


def create_lead(call: Call) -> Answer:
    """POST /leads."""
    lead = call.objects.create(shapes.LEAD, _fields(call, shapes.LEAD, new=True), call.origin)
    return wrapped("lead", lead, status=201)


def get_lead(call: Call) -> Answer:
    """GET /leads/{id}."""
    return wrapped("lead", _existing(call, "lead"))


def update_lead(call: Call) -> Answer:
    """PATCH /leads/{id}."""
    _existing(call, "lead")
    return wrapped("lead", call.objects.update(shapes.LEAD, call.id, _fields(call, shapes.LEAD), call.origin))


def delete_lead(call: Call) -> Answer:
    """DELETE /leads/{id}, for ever."""
    _existing(call, "lead")
    call.objects.delete(shapes.LEAD, call.id, call.origin)
    return wrapped("success", value=True)


def list_time(call: Call) -> Answer:
    """GET /projects/{id}/time with `from` and `to` (both days counted) and `user_id`."""
    _project(call, call.id)
    first, last = _day(call, "from", "0000-00-00"), _day(call, "to", "9999-99-99")
    wanted = {"user_id": call.query["user_id"].lower()} if "user_id" in call.query else {}
    within = (
        None
        if {"from", "to"}.isdisjoint(call.query)
        else lambda entry: first <= (entry["date"] or "") <= last
    )
    return listed("time_entries", _matching(call, shapes.TIME_ENTRY, wanted, within))


def list_notes(call: Call) -> Answer:
    """GET /projects/{id}/notes."""
    _project(call, call.id)
    return listed("notes", _matching(call, shapes.NOTE, {}))


def create_note(call: Call) -> Answer:
    """POST /projects/{id}/notes."""
    return _create_in_project(call, shapes.NOTE)


def list_team(call: Call) -> Answer:
    """GET /team."""
    return listed("team", call.objects.texts("member", at_n=call.at_n))


def list_holidays(call: Call) -> Answer:
    """GET /holidays with `scope` (me or team) and `status`, and stats beside the list."""
    scope = _word(call, "scope", vocabulary.HOLIDAY_SCOPES) if "scope" in call.query else "me"
    members = [member["id"] for member in call.objects.all("member", at_n=call.at_n)]
    people = members if scope == "team" else [call.member_id or next(iter(members), None)]
    theirs = [
        one
        for one in call.objects.all("holiday", at_n=call.at_n)
        if scope == "team" or one["user_id"] in people
    ]
    stats = holiday_stats(theirs, len(people))
    if "status" in call.query:
        status = _word(call, "status", vocabulary.HOLIDAY_STATUSES)
        theirs = [one for one in theirs if one["status"] == status]
    return listed("holidays", [as_json(one) for one in theirs], stats=stats)


def _create_in_project(call: Call, shape: Shape) -> Answer:
    project = _project(call, call.id)
    fields = {**_fields(call, shape, new=True), "project_id": project["id"]}
    return wrapped(shape.name, call.objects.create(shape, fields, call.origin), status=201)


def _existing(call: Call, resource: str) -> dict[str, Any]:
    found = call.objects.get(resource, call.id, call.at_n)
    if found is None:
        raise Refusal(404, f"{resource.capitalize()} not found")
    return found


def _project(call: Call, project_id: str) -> dict[str, Any]:
    project = call.objects.get("project", project_id, call.at_n)
    if project is None:
        raise Refusal(404, "Project not found")
    if project.get(HIDDEN_FIELD):
        raise Refusal(403, "You do not have access to this project")
    return project


def _task(call: Call) -> dict[str, Any]:
    task = _existing(call, "task")
    _project(call, task["project_id"])
    return task


def _shown(project: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in project.items() if name != HIDDEN_FIELD}


def _fields(call: Call, shape: Shape, *, new: bool = False) -> dict[str, Any]:
    try:
        return read_request(shape, parse_json_object(call.body), call.objects.names(), new=new)
    except BadValue as bad:
        raise Refusal(400, str(bad)) from None


def _word(call: Call, name: str, vocabulary_: tuple[str, ...]) -> str:
    known = vocabulary.canonical(call.query[name], vocabulary_)
    if known is None:
        raise Refusal(400, f"{name} is {call.query[name]!r}, which is not one of {', '.join(vocabulary_)}")
    return known


def _day(call: Call, name: str, default: str) -> str:
    try:
        return values.calendar_date(call.query[name]) if name in call.query else default
    except BadValue as bad:
        raise Refusal(400, f"{name} {bad}") from None


def _matching(
    call: Call,
    shape: Shape,
    wanted: Mapping[str, Any],
    also: Callable[[dict[str, Any]], bool] | None = None,
) -> list[str]:
    """The JSON texts of the objects (of the call's project) with those values."""
    texts = call.objects.texts(shape.name, call.id if shape.in_project else None, call.at_n)
    if not wanted and also is None:
        return texts
    objects = ((text, json.loads(text)) for text in texts)
    return [
        text
        for text, one in objects
        if all(one.get(name) == value for name, value in wanted.items()) and (also is None or also(one))
    ]
