"""One exchange with Dashtrack: one request, once, within the budget, the deadline and the size.

No redirect is followed, no cookie kept, nothing taken from the environment: httpx's transports are used without
httpx's client, which would do all that. The key is put into the header here and nowhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import httpx

from rules_engine import __version__
from rules_engine.clock import Clock
from rules_engine.dashtrack.bodies import ACCEPTED, read_body
from rules_engine.dashtrack.budget import Budget, Purpose
from rules_engine.dashtrack.budget_headers import server_date
from rules_engine.dashtrack.errors import DashtrackError
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.translation import unreachable
from rules_engine.dashtrack.transport import DEADLINE, DeadlineTransport, quiet_http_loggers

MEBIBYTE: Final = 1 << 20
_MOST_OF_AN_ERROR: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """Bounds of every request; times in seconds."""

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    write_seconds: float = 10.0
    total_seconds: float = 30.0
    """The whole exchange, from connecting to the last byte."""
    most_bytes: int = 32 * MEBIBYTE
    """An answer's size, on the wire and unpacked."""
    connections: int = 8
    read_attempts: int = 3
    """How often one read is asked at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeen:
    """A request that was made, for logs and counts."""

    method: str
    path: str
    status: int | None
    """None when no answer came."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to be made."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    purpose: Purpose = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, at least its status."""

    status: int
    body: bytes = field(repr=False)
    date: datetime | None
    location: str = field(repr=False)
    problem: DashtrackError | None = None
    """Why the body could not be read; it is empty then."""

    @property
    def successful(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the successes


class Wire:
    """Sends requests; thread-safe."""

    def __init__(
        self,
        base_url: str,
        key: Key,
        *,
        clock: Clock,
        budget: Budget,
        transport: httpx.BaseTransport | None,
        settings: ClientSettings,
        on_request: Callable[[RequestSeen], None] | None,
    ) -> None:
        quiet_http_loggers()
        self._base_url = base_url
        self._key = key
        self._clock = clock
        self._budget = budget
        self._settings = settings
        self._on_request = on_request
        self._reads, self._writes = (transport, transport) if transport else _own_transports(clock, settings)
        self._lock = threading.Lock()
        self._made = 0

    @property
    def requests_made(self) -> int:
        """How many requests were begun."""
        return self._made

    def close(self) -> None:
        """Close every connection."""
        self._reads.close()
        if self._writes is not self._reads:
            self._writes.close()

    def exchange(self, call: Call) -> Reply:
        """Make the request, once.

        Raises RateLimited or BudgetExhausted when it may not be made now, and Unreachable when no status came.
        """
        self._budget.acquire(call.purpose)
        with self._lock:
            self._made += 1
        started = self._clock.monotonic()
        reply: Reply | None = None
        try:
            reply = self._ask(call, started + self._settings.total_seconds)
        finally:
            if self._on_request is not None:
                seconds = self._clock.monotonic() - started
                status = None if reply is None else reply.status
                self._on_request(
                    RequestSeen(method=call.method, path=call.path, status=status, seconds=seconds)
                )
        return reply

    def _ask(self, call: Call, deadline: float) -> Reply:
        response = self._response(call, deadline)
        try:
            return self._read(call, response, deadline)
        finally:
            response.close()

    def _response(self, call: Call, deadline: float) -> httpx.Response:
        """The answer up to its headers, with the budget told of it, or of there being none."""
        transport = self._reads if call.purpose == "read" else self._writes
        request = self._request(call, deadline)
        sent = True
        answered = False
        try:
            response = transport.handle_request(request)
            answered = True
        except httpx.HTTPError as error:
            failure = unreachable(error, method=call.method, path=call.path, key=self._key)
            sent = failure.sent
        finally:
            if not answered:
                self._budget.release(sent=sent)
        if not answered:
            # Raised out here, so that it does not carry httpx's error, whose request holds the key.
            raise failure
        self._budget.observe(response.status_code, response.headers)
        return response

    def _request(self, call: Call, deadline: float) -> httpx.Request:
        headers = {
            "Authorization": f"Bearer {self._key.reveal()}",
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED,
            "User-Agent": f"rules-engine/{__version__}",
        }
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.purpose == "write":
            headers["Connection"] = "close"
        timeouts = {
            "connect": self._settings.connect_seconds,
            "read": self._settings.read_seconds,
            "write": self._settings.write_seconds,
            "pool": self._settings.total_seconds,
        }
        return httpx.Request(
            call.method,
            self._base_url
            + call.path
            + (f"?{urlencode(call.params, quote_via=quote)}" if call.params else ""),
            headers=headers,
            content=call.body,
            extensions={"timeout": timeouts, DEADLINE: deadline},
        )

    def _read(self, call: Call, response: httpx.Response, deadline: float) -> Reply:
        success = response.is_success
        body = b""
        problem: DashtrackError | None = None
        try:
            body = read_body(
                response.stream,  # type: ignore[arg-type]  # a synchronous transport gives a synchronous stream
                encoding=response.headers.get("content-encoding", ""),
                most=self._settings.most_bytes
                if success
                else min(_MOST_OF_AN_ERROR, self._settings.most_bytes),
                in_time=lambda: self._clock.monotonic() < deadline,
                method=call.method,
                path=call.path,
            )
        except httpx.HTTPError as error:
            problem = unreachable(error, method=call.method, path=call.path, key=self._key)
        except DashtrackError as error:
            problem = error
        return Reply(
            status=response.status_code,
            body=body,
            date=server_date(response.headers),
            location=response.headers.get("location", ""),
            problem=problem,
        )


def _own_transports(
    clock: Clock, settings: ClientSettings
) -> tuple[httpx.BaseTransport, httpx.BaseTransport]:
    """One for reads, which keeps its connections, and one for writes, which ask for theirs to be closed.

    A kept connection may just be closing at the other end; a write that meets this can't be told from one that was
    carried out.
    """
    context = httpx.create_ssl_context(verify=True, trust_env=False)
    reads, writes = (
        DeadlineTransport(monotonic=clock.monotonic, ssl_context=context, connections=settings.connections)
        for _ in range(2)
    )
    return reads, writes
