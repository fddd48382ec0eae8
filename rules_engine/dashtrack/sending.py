"""What became of a write, judged from what came back: plain functions of a request and a reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.decoding import decode_object, decode_plain, same_id, with_project
from rules_engine.dashtrack.errors import (
    DashtrackError,
    MalformedAnswer,
    RateLimited,
    Redirected,
    ServerError,
    Unauthorized,
)
from rules_engine.dashtrack.operations import Operation, ids_in
from rules_engine.dashtrack.outcomes import Done, NotSent, Outcome, Rejected, Unknown
from rules_engine.dashtrack.translation import REQUEST_TIMEOUT
from rules_engine.dashtrack.wire import Reply

_BODILESS = frozenset({204, 205})


def encode_body(body: Mapping[str, Any] | None) -> bytes | None:
    """A body as JSON; raises ValueError or TypeError for what JSON can't say (NaN, a half surrogate, an object)."""
    if body is None:
        return None
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def judge_refusal(error: DashtrackError) -> Outcome:
    """The outcome of a write that was answered with an error; raises what stops every request."""
    if isinstance(error, (Unauthorized, Redirected)):
        raise error
    if isinstance(error, RateLimited):
        return NotSent(str(error), error.until)
    if isinstance(error, (ServerError, MalformedAnswer)) or error.status == REQUEST_TIMEOUT:
        return Unknown(str(error), error.status)
    return Rejected(error.status, str(error))


def judge_success(operation: Operation, path: str, reply: Reply) -> Outcome:
    """The outcome of a write that was answered with 2xx.

    A create needs its object: without an id it is `Unknown`, so that it is looked for. A change or removal may
    well be confirmed by nothing but its status, or by an object that is not the one that was written.
    """
    creates = operation.method == "POST"
    if reply.problem is not None:
        return Unknown(str(reply.problem), reply.status)
    if not creates and (reply.status in _BODILESS or not reply.body):
        return Done(reply.status, None)
    try:
        if not creates:
            decode_plain(reply.body, keys=(), path=path)
        return Done(reply.status, _written(operation, path, reply))
    except MalformedAnswer as error:
        return Unknown(str(error), reply.status)


def _written(operation: Operation, path: str, reply: Reply) -> dict[str, Any] | None:
    """The object that was written, as the answer shows it; only a create must have one."""
    ids = ids_in(operation, path)
    if operation.method == "POST":
        created = decode_object(operation.resource, reply.body, path=path)
        return with_project(created, ids.get("project_id"))
    try:
        shown = decode_object(operation.resource, reply.body, path=path)
    except MalformedAnswer:
        return None
    return shown if same_id(shown["id"], ids.get("id", "")) else None
