"""Running the sandbox: in a thread beside a test or a demo, or in the foreground for the command line."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from rules_engine.sandbox import DEFAULT_KEY
from rules_engine.sandbox.clock import Clock
from rules_engine.sandbox.connection import SandboxServer
from rules_engine.sandbox.control import CONTROL_PATH, control_routes
from rules_engine.sandbox.endpoint import ApiEndpoint, Pauses
from rules_engine.sandbox.errors import SandboxError
from rules_engine.sandbox.limits import ResetUnit
from rules_engine.sandbox.operations import BASE_PATH
from rules_engine.sandbox.seeds import plant
from rules_engine.sandbox.state import State

_BACKLOG = 128
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """A sandbox that answers requests."""

    base_url: str
    """What the engine takes as Dashtrack's base URL: `http://HOST:PORT/api/v1`."""
    control_url: str
    """Where the control route is, if it is on: `http://HOST:PORT/_sandbox`."""
    key: str
    """A key that the API accepts."""
    state: State
    """The helpers by which a test or the demo reaches inside; they work whether or not the control route is on."""


@contextmanager
def running_sandbox(
    *,
    seed: str = "empty",
    plan: str = "enterprise",
    db: str | Path | None = None,
    port: int = 0,
    control: bool = True,
    clock: Clock | None = None,
    rate_reset_unit: ResetUnit = "epoch_s",
    random: Random | None = None,
) -> Iterator[RunningSandbox]:
    """Serve on the loopback in a thread of its own for as long as the block lasts.

    `seed` is `empty` or `agency`; `plan` starter, professional, agency or enterprise; `db` a file (None: in memory;
    a file that was used before goes on as it was, without a seed); `port` 0 takes a free one. `clock` rules dates and
    limits; `random` makes ids, so that a run can be repeated. Raises SandboxError when it can't be set up.
    """
    with _listening(_LOOPBACK, port) as sock:
        state = _opened(db=db, plan=plan, seed=seed, clock=clock, random=random, unit=rate_reset_unit)
        try:
            yield from _threaded(state, sock, control=control)
        finally:
            state.close()


def serve(
    *,
    host: str = _LOOPBACK,
    port: int,
    db: str | Path | None = None,
    plan: str = "enterprise",
    seed: str = "empty",
    control: bool = False,
    on_ready: Callable[[RunningSandbox], None] | None = None,
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM, then return; `on_ready` is called once requests are answered.

    Raises SandboxError when the port is taken, the database can't be used, or plan or seed are unknown.
    """
    with _listening(host, port) as sock:
        state = _opened(db=db, plan=plan, seed=seed)
        running = _described(state, sock)
        server = SandboxServer(
            lambda: _application(state, control=control), lambda: on_ready(running) if on_ready else None
        )
        try:
            server.run(sockets=[sock])
        finally:
            state.close()


def _threaded(state: State, sock: socket.socket, *, control: bool) -> Iterator[RunningSandbox]:
    ready = threading.Event()
    server = SandboxServer(lambda: _application(state, control=control), ready.set)

    def run() -> None:
        try:
            server.run(sockets=[sock])
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="sandbox", daemon=True)
    thread.start()
    # It listens already, so a request that comes too early waits; but stopping needs a loop that runs.
    ready.wait()
    try:
        yield _described(state, sock)
    finally:
        server.stop()
        thread.join()


def _application(state: State, *, control: bool) -> tuple[Any, Callable[[], None]]:
    """The application, made inside the event loop, and what ends its waiting."""
    pauses = Pauses()
    routes: list[Route | Mount] = [Mount(CONTROL_PATH, routes=control_routes(state))] if control else []
    return Starlette(routes=[*routes, Mount("/", app=ApiEndpoint(state, pauses))]), pauses.stop


def _opened(
    *,
    db: str | Path | None,
    plan: str,
    seed: str,
    clock: Clock | None = None,
    random: Random | None = None,
    unit: ResetUnit = "epoch_s",
) -> State:
    state = State(db=db, plan=plan, clock=clock, random=random, rate_reset_unit=unit)
    try:
        with state.transaction():
            plant(state, seed)
            if not state.keys.all():
                state.add_key(DEFAULT_KEY)
    except BaseException:
        state.close()
        raise
    return state


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off; without it each answer takes 40 ms longer.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            sock.listen(_BACKLOG)
        except (OSError, OverflowError) as error:
            raise SandboxError(_why_not(host, port, error)) from error
        yield sock
    finally:
        sock.close()


def _why_not(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: choose another one, or 0 for any that is free"
    return f"can't listen on port {port} of {host}: {error}"


def _described(state: State, sock: socket.socket) -> RunningSandbox:
    host, port = sock.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    key = next((name for name, known in state.keys.all().items() if not known.revoked), DEFAULT_KEY)
    return RunningSandbox(base_url=url + BASE_PATH, control_url=url + CONTROL_PATH, key=key, state=state)
