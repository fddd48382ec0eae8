"""The one place that touches uvicorn's inside: a connection that the application can end, a server that stops at once.

ASGI has no way to close a connection without an answer, and that is exactly what a lost answer is. uvicorn's own
shutdown polls in steps of a tenth of a second, which hundreds of sandboxes in one test run would feel.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from rules_engine.sandbox.endpoint import HANG_UP, Receive, Scope, Send

_KEEP_ALIVE = 75
"""Seconds; long enough that no client meets a connection that was just closed for idleness."""


class HangUpProtocol(H11Protocol):
    """HTTP on one connection, which the application can end through its scope."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As uvicorn calls it."""
        super().__init__(*args, **kwargs)
        self.app = partial(self._with_hang_up, self.app)

    async def _with_hang_up(self, app: Any, scope: Scope, receive: Receive, send: Send) -> None:
        scope[HANG_UP] = self.transport.close
        await app(scope, receive, send)


class SandboxServer(Server):
    """A uvicorn server that says when it is ready and stops without waiting."""

    def __init__(
        self, make_app: Callable[[], tuple[Any, Callable[[], None]]], on_ready: Callable[[], None]
    ) -> None:
        """`make_app` is called inside the event loop; it gives the application and what ends its waiting."""
        self._make_app = make_app
        self._on_ready = on_ready
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        super().__init__(
            Config(
                app=self._unmade,
                http=HangUpProtocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="error",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=_KEEP_ALIVE,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take the sockets; tell that requests are served."""
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self.config.loaded_app, self._end_waiting = self._make_app()
        await super().startup(sockets)
        self._on_ready()

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        assert self._stop is not None
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every connection at once; a request that waits is left unanswered."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        self._end_waiting()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)
        for server in self.servers:
            await server.wait_closed()
        for sock in sockets or []:
            sock.close()

    def stop(self) -> None:
        """End the server, from any thread; before it started, it ends as soon as it has."""
        self.should_exit = True
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Stop on SIGINT and SIGTERM, and take them for a proper end (uvicorn would raise them again)."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self.stop()

        before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @staticmethod
    async def _unmade(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("the server was asked before it started")
