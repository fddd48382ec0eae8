"""HTTP with a deadline on the whole of an exchange.

httpx has a timeout on each read only, so a server that sends one byte a second, in its headers or its body, would
hold a worker for days. Here every wait on a socket is cut to what is left until the request's deadline, which
travels as the request's extension `deadline` (seconds by the monotonic clock that is passed in).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any, Final

import httpcore
import httpx

DEADLINE: Final = "deadline"
_IDLE_SECONDS: Final = 5.0
"""How long an unused connection is kept: shorter than any server does."""
_HTTP_LOGGERS: Final = ("httpx", "httpcore")


def quiet_http_loggers() -> None:
    """Keep the libraries from logging requests and answers, which may repeat the key, unless a level was set."""
    for name in _HTTP_LOGGERS:
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)


class DeadlineTransport(httpx.HTTPTransport):
    """TLS always verified, no proxy and nothing else from the environment, no retries, HTTP/1.1."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        ssl_context: SSLContext,
        connections: int,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        """`connections` at once at most. `network` makes the sockets."""
        super().__init__(verify=ssl_context, trust_env=False)
        self._backend = _DeadlineBackend(monotonic, network or httpcore.SyncBackend())
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_IDLE_SECONDS,
            retries=0,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its body is to be read in the same thread."""
        self._backend.watch(request.extensions.get(DEADLINE))
        return super().handle_request(request)


class _Watch(threading.local):
    """The deadline of the exchange that this thread is in."""

    deadline: float | None = None


class _Remaining:
    """What is left of a timeout."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._watch = _Watch()

    def set(self, deadline: float | None) -> None:
        self._watch.deadline = deadline

    def of(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
        """`timeout`, or less where the deadline is nearer; raises `late` when it has passed."""
        if self._watch.deadline is None:
            return timeout
        left = self._watch.deadline - self._monotonic()
        if left <= 0:
            raise late("the whole exchange took too long")
        return left if timeout is None else min(timeout, left)


class _DeadlineBackend(httpcore.NetworkBackend):
    """Plain sockets whose every wait ends at the deadline."""

    def __init__(self, monotonic: Callable[[], float], inner: httpcore.NetworkBackend) -> None:
        self._inner = inner
        self._remaining = _Remaining(monotonic)

    def watch(self, deadline: float | None) -> None:
        self._remaining.set(deadline)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._remaining.of(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _DeadlineStream(stream, self._remaining)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, remaining: _Remaining) -> None:
        self._inner = inner
        self._remaining = remaining

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._remaining.of(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._remaining.of(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = self._remaining.of(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._remaining)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
