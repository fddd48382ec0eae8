"""Where the launcher listens in: wrappers around seams that the program has, each crossing named.

The program itself knows nothing of this. What is wrapped: the store's transactions, the one exchange of the client,
the sockets under it, the delivery to endpoints, the lock, the reading of rules, the tick, and the clock.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
from chaos_clock import FastClock
from httpcore._backends.sync import SyncStream
from sqlalchemy.engine.default import DefaultDialect

from rules_engine.cli import rule_files, running
from rules_engine.clock import SystemClock
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.wire import ClientSettings, Wire
from rules_engine.engine import Engine
from rules_engine.runs.endpoints.http_post import HttpPost
from rules_engine.store import lock
from rules_engine.store.records import Batch, RunStatus, StepStatus
from rules_engine.store.store import Store

UNNAMED = "unnamed"
_ENDED = {RunStatus.CANCELLED}


class Crossings:
    """Writes down each crossing, and dies at the one it was told."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._trace = -1
        self._die: tuple[str, int] = ("", 0)

    def begin(self, *, trace: str, name: str, nth: int) -> None:
        """Begin a life: where to write, and at which crossing of which name to die."""
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._die = (name, nth)

    def dies_next(self, name: str) -> bool:
        """Whether the next crossing of that name is the last thing that happens."""
        return self._die == (name, self._counts[name] + 1)

    def cross(self, name: str) -> None:
        """Pass a point, or die there."""
        dies = self.dies_next(name)
        self._counts[name] += 1
        if self._trace >= 0:
            os.write(self._trace, f"{time.monotonic():.6f} {name}{' died' if dies else ''}\n".encode())
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)


CROSSINGS = Crossings()
cross = CROSSINGS.cross


class _Here(threading.local):
    """What the thread is in the middle of."""

    transaction = ""
    exchange = ""
    written = False


_here = _Here()


@contextmanager
def _within(*, transaction: str | None = None, exchange: str | None = None) -> Iterator[None]:
    before = _here.transaction, _here.exchange
    _here.transaction = before[0] if transaction is None else transaction
    _here.exchange = before[1] if exchange is None else exchange
    _here.written = False
    try:
        yield
    finally:
        _here.transaction, _here.exchange = before


def install(clock: FastClock) -> None:
    """Wrap everything, once, before the program begins."""
    _speed_up(clock)
    _wrap_store()
    _wrap_requests()
    _wrap_sockets()
    _wrap(lock.FileLock, "__enter__", _crossing("lock.before", "lock.taken"))
    _wrap(rule_files.RuleFiles, "load", _crossing("rules.before", "rules.read"))
    _wrap(rule_files.RuleFiles, "look", _noticing)
    _wrap(Engine, "tick", _crossing("tick.before", None))


# -- time ------------------------------------------------------------------------------------------------------


def _speed_up(clock: FastClock) -> None:
    """The program's clock is ours, and what bounds a real exchange stays as long as it is."""
    for name in ("now", "monotonic", "sleep"):
        setattr(SystemClock, name, staticmethod(getattr(clock, name)))
    assert running.SystemClock is SystemClock
    slow = ClientSettings()
    defaults = Dashtrack.__init__.__kwdefaults__
    assert defaults is not None
    defaults["settings"] = replace(slow, total_seconds=slow.total_seconds * clock.rate)
    context = httpx.create_ssl_context(verify=True, trust_env=False)
    httpx.create_ssl_context = lambda *_args, **_how: (
        context
    )  # 20 ms of each start, and nothing here speaks TLS


# -- the store -------------------------------------------------------------------------------------------------


def _wrap_store() -> None:
    _wrap(Store, "open", _in_transaction(lambda *_: "schema"))
    _wrap(Store, "commit", _in_transaction(lambda _store, _account, batch: name_of(batch)))
    _wrap(Store, "put_meta", _in_transaction(lambda *_args: "words"))
    _wrap(Store, "prune", _in_transaction(lambda *_args: "prune"))
    commit = DefaultDialect.do_commit

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        cross(f"{_here.transaction}.inside" if _here.transaction else UNNAMED)
        commit(self, connection)

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def _in_transaction(name: Callable[..., str]) -> Callable[..., Any]:
    def around(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        label = name(*args)
        cross(f"{label}.before")
        with _within(transaction=label):
            result = call(*args, **kwargs)
        cross(f"{label}.durable")
        return result

    return around


def name_of(batch: Batch) -> str:
    """Which transaction this is, by what it holds."""
    if batch.feeds:
        return "look"
    if batch.steps:
        return _name_of_steps(batch)
    if batch.runs:
        return "cancel" if all(run.status in _ENDED for run in batch.runs) else "rest"
    if any(event.resource == "engine" for event in batch.events) or _tells(batch):
        return "trouble"
    if any(timer.spent for timer in batch.timers) or batch.new_runs or batch.events:
        return "timer"
    if batch.timers or batch.cancelled_timers:
        return "arming"
    return "budget" if batch.budget is not None else UNNAMED


def _name_of_steps(batch: Batch) -> str:
    statuses = {step.status for step in batch.steps}
    if not batch.runs:
        return "interrupted"
    for step in batch.steps:
        if step.status is StepStatus.SENT:
            outward = str(step.path).startswith("endpoint:")
            return "posting" if outward else "resend" if step.attempts > 1 else "intent"
    return "doubt" if StepStatus.UNKNOWN in statuses else "outcome"


def _tells(batch: Batch) -> bool:
    return bool(batch.facts or batch.forgotten_facts) and not batch.timers


# -- requests --------------------------------------------------------------------------------------------------


def _wrap_requests() -> None:
    _wrap(Wire, "exchange", _exchanging)
    _wrap(HttpPost, "deliver", _delivering)


def _exchanging(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    writes = args[1].purpose == "write"
    cross("request.before" if writes else "read.before")
    with _within(exchange="request" if writes else "read"):
        try:
            reply = call(*args, **kwargs)
        except Exception:
            cross("answer.lost" if writes else "read.lost")
            raise
    cross("answer.read" if writes else "read.answered")
    return reply


def _delivering(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    cross("message.before")
    with _within(exchange="message"):
        outcome = call(*args, **kwargs)
    cross("message.answered")
    return outcome


def _wrap_sockets() -> None:
    _wrap(SyncStream, "write", _writing)
    _wrap(SyncStream, "read", _reading)


def _writing(call: Callable[..., Any], stream: Any, buffer: bytes, *args: Any, **kwargs: Any) -> Any:
    point = f"{_here.exchange}.begun"
    if not _here.written and _here.exchange in {"request", "message"}:
        if CROSSINGS.dies_next(point):
            call(stream, buffer[: len(buffer) // 2], *args, **kwargs)
        cross(point)
    _here.written = True
    return call(stream, buffer, *args, **kwargs)


def _reading(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    first = _here.written and bool(_here.exchange)
    if first:
        _here.written = False
        cross(f"{_here.exchange}.sent")
    data = call(*args, **kwargs)
    if first and data and _here.exchange == "request":
        cross("answer.begun")
    return data


# -- the rest --------------------------------------------------------------------------------------------------


def _crossing(before: str, after: str | None) -> Callable[..., Any]:
    def around(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        cross(before)
        result = call(*args, **kwargs)
        if after is not None:
            cross(after)
        return result

    return around


def _noticing(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    edited = call(*args, **kwargs)
    if edited:
        cross("rules.changed")
    return edited


def _wrap(owner: type, name: str, around: Callable[..., Any]) -> None:
    """Replace a method by one that calls `around(method, *args)`."""
    found = next(vars(base)[name] for base in owner.__mro__ if name in vars(base))
    method = found.__func__ if isinstance(found, classmethod) else found

    @functools.wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return around(method, *args, **kwargs)

    setattr(owner, name, classmethod(wrapped) if isinstance(found, classmethod) else wrapped)
