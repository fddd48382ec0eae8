"""The one place where httpx's errors and HTTP's status codes become ours."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec

from rules_engine.dashtrack.errors import (
    BadRequest,
    DashtrackError,
    Forbidden,
    MalformedAnswer,
    NotFound,
    RateLimited,
    Redirected,
    ServerError,
    Unauthorized,
    Unreachable,
)
from rules_engine.dashtrack.key import Key, redact

REDIRECTS: Final = frozenset({300, 301, 302, 303, 305, 306, 307, 308})
GONE: Final = frozenset({404, 410})
REQUEST_TIMEOUT: Final = 408
_LONGEST_MESSAGE: Final = 200

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""What httpx raises only before the first byte of a request is written."""

_WORDS: Final[tuple[tuple[type[httpx.HTTPError], str], ...]] = (
    (httpx.ConnectTimeout, "no connection was made in time"),
    (httpx.PoolTimeout, "too many requests were under way"),
    (httpx.ConnectError, "no connection could be made"),
    (httpx.WriteTimeout, "the request could not be sent in time"),
    (httpx.ReadTimeout, "no answer came in time"),
    (httpx.RemoteProtocolError, "the connection ended, or what came was no HTTP"),
    (httpx.NetworkError, "the connection broke"),
)


def unreachable(error: httpx.HTTPError, *, method: str, path: str, key: Key) -> Unreachable:
    """Our error for one of httpx; it says whether the request may have left this machine."""
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), "the request failed")
    detail = fit_to_show(str(error), key)
    advice = ""
    if "CERTIFICATE_VERIFY_FAILED" in detail:
        advice = "The server's certificate is not trusted, and the engine never skips that check: see to the certificate."
    return Unreachable(
        f"{words} ({detail})" if detail else words,
        sent=not isinstance(error, _NOT_SENT),
        method=method,
        path=path,
        advice=advice,
    )


def error_for_status(
    status: int,
    *,
    method: str,
    path: str,
    message: str,
    location: str,
    base_url: str,
    until: datetime,
) -> DashtrackError | None:
    """The error that a status means, or None for a success.

    `message` is the server's own word and `location` its redirect, both redacted; `until` is when a 429 is over.
    """
    said = f": {message}" if message else ""
    if 200 <= status < 300:  # noqa: PLR2004 - the successes
        return None
    if status in REDIRECTS:
        return redirected(location, status=status, method=method, path=path, base_url=base_url)
    if status == 401:  # noqa: PLR2004 - its name is the error's
        return Unauthorized(
            f"Dashtrack refused the API key (401){said}", method=method, path=path, status=status
        )
    if status == 403:  # noqa: PLR2004 - its name is the error's
        text = f"the API key has no access to this (403){said}"
        return Forbidden(text, method=method, path=path, status=status)
    if status in GONE:
        text = f"Dashtrack has no such thing ({status}){said}"
        return NotFound(text, method=method, path=path, status=status)
    if status == 429:  # noqa: PLR2004 - its name is the error's
        return RateLimited(until, method=method, path=path, status=status)
    if status >= 500 or status == REQUEST_TIMEOUT:  # noqa: PLR2004 - the server's own errors
        text = f"Dashtrack had an error of its own ({status}){said}"
        return ServerError(text, method=method, path=path, status=status)
    if status >= 400:  # noqa: PLR2004 - the other refusals
        return BadRequest(
            f"Dashtrack refused the request ({status}){said}", method=method, path=path, status=status
        )
    return MalformedAnswer(
        f"has a status that makes no sense here ({status})", method=method, path=path, status=status
    )


def redirected(location: str, *, status: int, method: str, path: str, base_url: str) -> Redirected:
    """The error for a redirect, which names the base URL to use instead where it can be told."""
    text = f"Dashtrack sent us to another address ({status}), which is never followed: the key would be lost or leaked"
    advice = (
        f"Check the base URL, now {base_url}. It should look like https://dashtrack.io/api/v1, without `www.`: "
        "that host only redirects, and the redirect drops the key."
    )
    old = urlsplit(base_url)
    try:
        new = urlsplit(location)
    except ValueError:
        new = urlsplit("")
    host = new.netloc.rpartition("@")[2]
    if host and new.scheme in {"http", "https"}:
        text = f"{text} (it named {host})"
        same_place = new.path.rstrip("/") == old.path + path
        if same_place and not host.startswith("www."):
            advice = f"Use {new.scheme}://{host}{old.path} as base URL (DASHTRACK_BASE_URL, --base-url or `base_url`)."
    return Redirected(text, method=method, path=path, status=status, advice=advice)


def server_message(body: bytes, key: Key) -> str:
    """What an error's body says, short and redacted; empty where it says nothing that can be read."""
    try:
        data = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return ""
    for _ in range(2):
        if not isinstance(data, dict):
            break
        data = next((data[name] for name in ("error", "message", "detail", "errors") if data.get(name)), "")
    if isinstance(data, list):
        data = "; ".join(part for part in data if isinstance(part, str))
    return fit_to_show(data, key) if isinstance(data, str) else ""


def fit_to_show(text: str, key: Key) -> str:
    """A foreign text without the key, without control characters, and short."""
    words = redact(text, key)
    words = " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())
    return words if len(words) <= _LONGEST_MESSAGE else words[:_LONGEST_MESSAGE] + "…"
