"""The client of the Dashtrack API: every operation, reads that are patient, writes that are sent once.

A read that failed for the moment is asked again, at most twice; a write never is, since there is no idempotency key:
what became of it is an `Outcome`, and whether to send it again is for the engine to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from random import Random
from typing import Any, Final, Self

import httpx

from rules_engine.clock import Clock
from rules_engine.dashtrack import resources as r
from rules_engine.dashtrack.address import check_base_url
from rules_engine.dashtrack.asking import Answer, Asker
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.decoding import (
    check_looks_whole,
    decode_list,
    decode_object,
    decode_plain,
    same_id,
    with_project,
)
from rules_engine.dashtrack.errors import MalformedAnswer, MustWait, Unreachable
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.operations import (
    create_path,
    find_operation,
    item_path,
    list_path,
    segment,
)
from rules_engine.dashtrack.outcomes import NotSent, Outcome, Rejected, Unknown, WriteRequest
from rules_engine.dashtrack.sending import encode_body, judge_refusal, judge_success
from rules_engine.dashtrack.wire import Call, ClientSettings, RequestSeen, Wire

__all__ = ["Answer", "ClientSettings", "Dashtrack", "RequestSeen"]

Json = dict[str, Any]

_DEFAULTS: Final = ClientSettings()


class Dashtrack:
    """One account. Thread-safe; use it as a context manager, or close it.

    Reads raise the errors of `errors`; writes answer with an `Outcome` and raise only Unauthorized and Redirected.
    """

    def __init__(
        self,
        base_url: str,
        key: Key,
        *,
        clock: Clock,
        budget: Budget,
        random: Random,
        transport: httpx.BaseTransport | None = None,
        settings: ClientSettings = _DEFAULTS,
        on_request: Callable[[RequestSeen], None] | None = None,
    ) -> None:
        """Raises ConfigurationError for a base URL that must not get the key.

        `random` spreads the pauses between reads; `on_request` is told of each request and must not raise.
        """
        self.base_url = check_base_url(base_url)
        self.budget = budget
        self._wire = Wire(
            self.base_url,
            key,
            clock=clock,
            budget=budget,
            transport=transport,
            settings=settings,
            on_request=on_request,
        )
        self._asker = Asker(
            self._wire,
            base_url=self.base_url,
            key=key,
            clock=clock,
            budget=budget,
            random=random,
            settings=settings,
        )

    def __repr__(self) -> str:
        return f"Dashtrack({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    @property
    def requests_made(self) -> int:
        """How many requests were begun, whatever became of them."""
        return self._wire.requests_made

    # What the engine uses ------------------------------------------------------------------------------------

    def get(self, path: str, params: Mapping[str, str | None] | None = None) -> Answer:
        """Read `path` (without `/api/v1`, ids percent-encoded); parameters that are None are left out."""
        return self._asker.read(path, params, _as_it_is)

    def read_list_raw(self, resource: r.Resource, project_id: str | None = None) -> bytes:
        """A full list as it came, for `decode_list`; only that it looks like whole JSON is checked."""
        path = list_path(resource, project_id)
        return self._asker.read(path, dict(resource.list_params), lambda answer: _whole(answer, path))

    def read_list(self, resource: r.Resource, project_id: str | None = None) -> list[Json]:
        """A full list, decoded."""
        return self._list(resource, project_id, dict(resource.list_params))

    def read_object(self, resource: r.Resource, object_id: str) -> Json:
        """One object by its id; NotFound when it is gone, MalformedAnswer when another one is answered."""
        path = item_path(resource, object_id)

        def decode(answer: Answer) -> Json:
            found = decode_object(resource, answer.body, path=path)
            if not same_id(found["id"], object_id):
                raise MalformedAnswer(f"is about another {resource.name}", path=path)
            return found

        return self._asker.read(path, None, decode)

    def send(self, request: WriteRequest) -> Outcome:
        """Send a write, once, over a connection of its own; raises Unauthorized and Redirected only."""
        operation = find_operation(request.method, request.path)
        if operation is None or operation.method == "GET":
            return Rejected(None, f"{request.method} {request.path} is no write that Dashtrack's API has")
        try:
            body = encode_body(request.body)
        except (TypeError, ValueError) as problem:
            return Rejected(
                None, f"{request.method} {request.path}: the body can't be written as JSON ({problem})"
            )
        call = Call(method=request.method, path=request.path, body=body, purpose="write")
        try:
            reply, error = self._asker.ask(call)
        except MustWait as wait:
            return NotSent(str(wait), wait.until)
        except Unreachable as failure:
            return Unknown(str(failure)) if failure.sent else NotSent(str(failure))
        return judge_success(operation, request.path, reply) if error is None else judge_refusal(error)

    # The operations, one by one ------------------------------------------------------------------------------

    def list_projects(self, *, project_id: str | None = None) -> list[Json]:
        """All projects that are not archived, or the one with that id."""
        if project_id is None:
            return self._list(r.PROJECT, None, {})
        return self._asker.read(
            "/projects", {"id": project_id}, lambda answer: _one_or_all(answer, "/projects")
        )

    def get_project(self, project_id: str) -> Json:
        """One project, archived or not."""
        return self.read_object(r.PROJECT, project_id)

    def update_project(self, project_id: str, fields: Mapping[str, Any]) -> Outcome:
        """Change the fields that are given."""
        return self._send("PATCH", item_path(r.PROJECT, project_id), fields)

    def archive_project(self, project_id: str) -> Outcome:
        """Archive a project; it can be restored."""
        return self._send("DELETE", item_path(r.PROJECT, project_id))

    def get_project_stats(self, project_id: str) -> Json:
        """Task counts, hours logged and team, in a form that the vendor does not describe."""
        path = f"/projects/{segment(project_id)}/stats"
        return self._asker.read(
            path, None, lambda answer: decode_plain(answer.body, keys=("stats",), path=path)
        )

    def list_tasks(
        self,
        project_id: str,
        *,
        status: str | None = None,
        assigned_to: str | None = None,
        task_list: str | None = None,
    ) -> list[Json]:
        """A project's tasks; `assigned_to` is a member's id, `task_list` a name."""
        wanted = {"status": status, "assigned_to": assigned_to, "task_list": task_list}
        return self._list(r.TASK, project_id, wanted)

    def create_task(self, project_id: str, fields: Mapping[str, Any]) -> Outcome:
        """Create a task; `name` is needed."""
        return self._send("POST", create_path(r.TASK, project_id), fields)

    def get_task(self, task_id: str) -> Json:
        """One task."""
        return self.read_object(r.TASK, task_id)

    def update_task(self, task_id: str, fields: Mapping[str, Any]) -> Outcome:
        """Change the fields that are given."""
        return self._send("PATCH", item_path(r.TASK, task_id), fields)

    def delete_task(self, task_id: str) -> Outcome:
        """Delete a task for ever."""
        return self._send("DELETE", item_path(r.TASK, task_id))

    def list_leads(self, *, status: str | None = None, rep: str | None = None) -> list[Json]:
        """All leads."""
        return self._list(r.LEAD, None, {"status": status, "rep": rep})

    def create_lead(self, fields: Mapping[str, Any]) -> Outcome:
        """Create a lead; `name` and `status` are needed."""
        return self._send("POST", create_path(r.LEAD), fields)

    def get_lead(self, lead_id: str) -> Json:
        """One lead."""
        return self.read_object(r.LEAD, lead_id)

    def update_lead(self, lead_id: str, fields: Mapping[str, Any]) -> Outcome:
        """Change the fields that are given."""
        return self._send("PATCH", item_path(r.LEAD, lead_id), fields)

    def delete_lead(self, lead_id: str) -> Outcome:
        """Delete a lead for ever."""
        return self._send("DELETE", item_path(r.LEAD, lead_id))

    def list_time_entries(
        self,
        project_id: str,
        *,
        since: date | None = None,
        until: date | None = None,
        user_id: str | None = None,
    ) -> list[Json]:
        """A project's time entries; `since` and `until` are days."""
        wanted = {"from": _day(since), "to": _day(until), "user_id": user_id}
        return self._list(r.TIME_ENTRY, project_id, wanted)

    def list_notes(self, project_id: str) -> list[Json]:
        """A project's meeting notes."""
        return self._list(r.NOTE, project_id, {})

    def create_note(self, project_id: str, fields: Mapping[str, Any]) -> Outcome:
        """Create a meeting note; `notes` is needed."""
        return self._send("POST", create_path(r.NOTE, project_id), fields)

    def list_members(self) -> list[Json]:
        """The team."""
        return self._list(r.MEMBER, None, {})

    def list_holidays(self, *, scope: str = "team", status: str | None = None) -> list[Json]:
        """Holiday requests: of the whole team, or with `scope="me"` of the key's owner."""
        return self._list(r.HOLIDAY, None, {"scope": scope, "status": status})

    # How it is done ------------------------------------------------------------------------------------------

    def _send(self, method: str, path: str, fields: Mapping[str, Any] | None = None) -> Outcome:
        return self.send(WriteRequest(method=method, path=path, body=fields))

    def _list(
        self, resource: r.Resource, project_id: str | None, params: Mapping[str, str | None]
    ) -> list[Json]:
        path = list_path(resource, project_id)

        def decode(answer: Answer) -> list[Json]:
            items = decode_list(resource, answer.body, path=path)
            if resource.scope is r.Scope.PROJECT:
                for item in items:
                    with_project(item, project_id)
            return items

        return self._asker.read(path, params, decode)


def _as_it_is(answer: Answer) -> Answer:
    return answer


def _whole(answer: Answer, path: str) -> bytes:
    check_looks_whole(answer.body, path=path)
    return answer.body


def _one_or_all(answer: Answer, path: str) -> list[Json]:
    """`GET /projects?id=` is said to answer one project, in an envelope of either kind."""
    try:
        return [decode_object(r.PROJECT, answer.body, path=path)]
    except MalformedAnswer:
        return decode_list(r.PROJECT, answer.body, path=path)


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%Y-%m-%d}"
