"""The real sandbox without sockets: a transport that hands each request to its own steps, and notes what was shown.

What a fault does to a connection is played as httpx would tell of it, so that the client's own judgement of errors
is part of what is attacked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from rules_engine.sandbox.exchange import Incoming, answer, begin

_LIST = re.compile(r"^/(?:(projects|leads|team|holidays)|projects/([^/]+)/(tasks|time|notes))$")
_RESOURCES = {
    "projects": "project",
    "leads": "lead",
    "team": "member",
    "holidays": "holiday",
    "tasks": "task",
    "time": "time_entry",
    "notes": "note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One list that was answered whole with 200: what the engine could see."""

    n: int
    at: float
    resource: str
    project_id: str | None
    ids: frozenset[str]
    honest: bool
    """Whether it was the truth of that moment."""


class _Cut(httpx.SyncByteStream):
    """A body that ends in the middle."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx.RemoteProtocolError("the peer closed the connection in the middle of the body")


class InProcess(httpx.BaseTransport):
    """Requests to the sandbox's own handling; `refusing` plays a server that takes no connections."""

    def __init__(self, state, fuse):
        self.state = state
        self.fuse = fuse
        self.shown: list[Shown] = []
        self.refusing = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Play one exchange."""
        reads = request.method == "GET"
        self.fuse.passing("read" if reads else "send")
        if self.refusing > 0:
            self.refusing -= 1
            raise httpx.ConnectError("connection refused")
        exchange = begin(self.state, _incoming(request))
        taken = exchange.taken
        if taken.is_fate("drop"):
            raise httpx.RemoteProtocolError("the peer closed the connection without an answer")
        given = answer(self.state, exchange)
        self.fuse.passing("answered" if reads else "sent")
        if taken.is_fate("drop_after"):
            raise httpx.RemoteProtocolError("the peer closed the connection without an answer")
        body = given.body.encode()
        headers = {"content-type": given.content_type, **given.headers}
        if taken.is_fate("cut"):
            return httpx.Response(given.status, headers=headers, stream=_Cut(body))
        if reads and given.status == 200:
            self._note(exchange, given)
        return httpx.Response(given.status, headers=headers, content=body)

    def _note(self, exchange, given):
        found = _LIST.match(exchange.incoming.path.removeprefix("/api/v1"))
        try:
            parsed = json.loads(given.body)
        except ValueError:
            return
        if not found or not isinstance(parsed, dict):
            return
        ids = frozenset(item["id"] for value in parsed.values() if isinstance(value, list) for item in value)
        self.shown.append(
            Shown(
                n=exchange.n,
                at=self.state.clock.now().timestamp(),
                resource=_RESOURCES[found[1] or found[3]],
                project_id=found[2],
                ids=ids,
                honest=exchange.taken.fate is None and not exchange.taken.of_kind("lag"),
            )
        )


def _incoming(request: httpx.Request) -> Incoming:
    return Incoming(
        method=request.method,
        path=request.url.path,
        query=dict(request.url.params),
        target=request.url.raw_path.decode("latin-1"),
        host=request.headers.get("host", "127.0.0.1"),
        authorization=request.headers.get("authorization", ""),
        body=request.read(),
    )
