"""The API as an ASGI application: reads requests, sends answers, and does to the connection what a fault says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from starlette.datastructures import Headers, MutableHeaders, QueryParams

from rules_engine.sandbox.answers import Answer
from rules_engine.sandbox.exchange import Exchange, Incoming, answer, begin
from rules_engine.sandbox.faults import Taken
from rules_engine.sandbox.state import State

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

HANG_UP = "sandbox.hang_up"
"""Where the scope holds the function that ends the connection (see `connection`)."""


_BODYLESS = (204, 304)


class Stopping(Exception):
    """The server goes down; a request that waits is left unanswered."""


class Pauses:
    """Waiting that ends at once when the server stops."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._stopping.set()

    async def wait(self, seconds: float) -> None:
        """Let so many real seconds pass; raises Stopping when the server goes down meanwhile."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise Stopping


class ApiEndpoint:
    """Everything below the base path, and every path that nothing else serves."""

    def __init__(self, state: State, pauses: Pauses) -> None:
        self._state = state
        self._pauses = pauses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = await _body(receive)
        if body is None:
            return
        exchange = begin(self._state, _incoming(scope, body))
        try:
            await self._serve(exchange, scope, receive, send)
        except Stopping:
            await _hang_up(scope, receive)

    async def _serve(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        taken = exchange.taken
        after = taken.option("after", default=False)
        if taken.is_fate("drop"):
            await _hang_up(scope, receive)
            return
        if taken.is_fate("delay") and not after:
            await self._pauses.wait(taken.option("seconds"))
        given = answer(self._state, exchange)
        if taken.is_fate("drop_after"):
            await _hang_up(scope, receive)
            return
        if taken.is_fate("delay") and after:
            await self._pauses.wait(taken.option("seconds"))
        await self._send(given, taken, scope, receive, send)

    async def _send(self, given: Answer, taken: Taken, scope: Scope, receive: Receive, send: Send) -> None:
        body = b"" if given.status in _BODYLESS else given.body.encode()
        headers = MutableHeaders({"content-type": given.content_type, "content-length": str(len(body))})
        headers.update(given.headers)
        await send({"type": "http.response.start", "status": given.status, "headers": headers.raw})
        if taken.is_fate("cut"):
            kept = body[: int(len(body) * taken.option("fraction", 0.5))]
            await send({"type": "http.response.body", "body": kept, "more_body": True})
            await _hang_up(scope, receive)
            return
        if taken.is_fate("drip"):
            chunk = taken.option("chunk", 1)
            for start in range(0, len(body), chunk):
                await send(
                    {"type": "http.response.body", "body": body[start : start + chunk], "more_body": True}
                )
                await self._pauses.wait(taken.option("seconds", 0.05))
            body = b""
        await send({"type": "http.response.body", "body": body})


def _incoming(scope: Scope, body: bytes) -> Incoming:
    headers = Headers(scope=scope)
    query: bytes = scope["query_string"]
    target = scope["raw_path"] + (b"?" + query if query else b"")
    return Incoming(
        method=scope["method"],
        path=scope["path"],
        query=dict(QueryParams(query)),
        target=target.decode("latin-1"),
        host=headers.get("host", ""),
        authorization=headers.get("authorization", ""),
        body=body,
    )


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when the client left before it was sent, for then there was no request."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """End the connection without (the rest of) an answer."""
    scope[HANG_UP]()
    # The connection is only known to be gone once this arrives; to return earlier would be answered with a 500.
    while (await receive())["type"] != "http.disconnect":
        pass
