"""One signed POST to an endpoint, by the Standard Webhooks scheme, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ssl import SSLContext
from typing import Any, Final

import httpx

from rules_engine import __version__
from rules_engine.clock import Clock
from rules_engine.dashtrack.outcomes import Done, NotSent, Outcome, Rejected, Unknown
from rules_engine.dashtrack.sending import encode_body
from rules_engine.dashtrack.transport import DEADLINE, DeadlineTransport, quiet_http_loggers
from rules_engine.runs.endpoints.address import AddressRefused, GuardedNetwork, Resolve, resolve_host
from rules_engine.runs.settings import Endpoint

SECONDS: Final = 15.0
"""For the whole exchange."""
MOST_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read, so that its sender sees it taken; what it says is never shown."""
_LONGEST_WAIT: Final = timedelta(hours=6)
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""What httpx raises only before the first byte of a request is written."""
_TOO_MANY: Final = 429
_LATE: Final = 408


class HttpPost:
    """Sends messages to the endpoints of a configuration. It follows no redirect and takes nothing from the environment."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], *, clock: Clock, resolve: Resolve = resolve_host
    ) -> None:
        self._endpoints = endpoints
        self._clock = clock
        self._resolve = resolve
        self._context: SSLContext | None = None
        quiet_http_loggers()

    @property
    def names(self) -> Collection[str]:
        """The endpoints of the configuration."""
        return self._endpoints.keys()

    def deliver(self, to: str, *, message_id: str, body: Mapping[str, Any]) -> Outcome:
        """Send the message to one of `names`, once. The same id marks the same message, whatever its outcome was."""
        endpoint = self._endpoints[to]
        try:
            content = encode_body(body) or b"{}"
        except (ValueError, TypeError) as error:
            return Rejected(None, f"the message is no JSON: {error}")
        headers = _headers(endpoint, message_id, content, self._clock.now())
        try:
            status, retry_after = self._exchange(endpoint, headers, content)
        except httpx.InvalidURL:
            return Rejected(None, f"nothing was sent: the url of endpoint {to} is no URL")
        except AddressRefused as error:
            return Rejected(None, f"nothing was sent: {error}. {error.advice}")
        except _NOT_SENT as error:
            return NotSent(f"endpoint {to} could not be reached ({_kind(error)})")
        except httpx.HTTPError as error:
            return Unknown(f"endpoint {to} gave no answer ({_kind(error)})")
        return judge_answer(to, status, retry_after, now=self._clock.now())

    def _exchange(self, endpoint: Endpoint, headers: Mapping[str, str], content: bytes) -> tuple[int, str]:
        """The status of the answer, and how long it asks us to wait."""
        network = GuardedNetwork(private=endpoint.private, resolve=self._resolve)
        transport = DeadlineTransport(
            monotonic=self._clock.monotonic,
            ssl_context=self._tls(),
            connections=1,
            network=network,
        )
        deadline = {DEADLINE: self._clock.monotonic() + SECONDS}
        with (
            httpx.Client(
                transport=transport, trust_env=False, follow_redirects=False, timeout=SECONDS
            ) as client,
            client.stream(
                "POST", endpoint.url, content=content, headers=dict(headers), extensions=deadline
            ) as answer,
        ):
            _read_some(answer)
            return answer.status_code, answer.headers.get("retry-after", "")

    def _tls(self) -> SSLContext:
        if self._context is None:
            self._context = httpx.create_ssl_context(verify=True, trust_env=False)
        return self._context


def _headers(endpoint: Endpoint, message_id: str, content: bytes, at: datetime) -> dict[str, str]:
    """The headers of the Standard Webhooks scheme; each attempt has its own timestamp and signature."""
    headers = {
        "content-type": "application/json",
        "user-agent": f"rules-engine/{__version__}",
        "accept-encoding": "identity",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
    }
    if endpoint.secret is not None:
        from standardwebhooks import Webhook  # noqa: PLC0415 - only who has a signed endpoint needs it

        headers["webhook-signature"] = Webhook(endpoint.secret).sign(message_id, at, content.decode())
    return headers


def _read_some(answer: httpx.Response) -> None:
    """Take what the answer says, up to a bound; its status has told what matters, so a break in it changes nothing."""
    read = 0
    try:
        for chunk in answer.iter_raw():
            read += len(chunk)
            if read > MOST_ANSWER:
                return
    except httpx.HTTPError:
        return


def judge_answer(to: str, status: int, retry_after: str, *, now: datetime) -> Outcome:
    """What became of a message, by the status of its answer."""
    if 200 <= status < 300:  # noqa: PLR2004 - the successes
        return Done(status, None)
    if status == _TOO_MANY:
        return NotSent(f"endpoint {to} asked to wait (429)", _moment(retry_after, now))
    if status == _LATE or status >= 500:  # noqa: PLR2004 - the receiver's own errors
        return Unknown(f"endpoint {to} had an error of its own ({status})", status)
    if 300 <= status < 400:  # noqa: PLR2004 - redirects
        return Rejected(status, f"endpoint {to} sent us to another address, which is never followed")
    return Rejected(status, f"endpoint {to} refused the message")


def _moment(retry_after: str, now: datetime) -> datetime | None:
    """What `Retry-After` says, in seconds or as a date; None where it says nothing that makes sense."""
    try:
        if retry_after.isascii() and retry_after.isdigit():
            moment = now + timedelta(seconds=int(retry_after))
        else:
            moment = parsedate_to_datetime(retry_after)
            moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return min(moment, now + _LONGEST_WAIT) if moment > now else None


def _kind(error: httpx.HTTPError) -> str:
    """What failed, without the error's own words: they may repeat the address."""
    words: dict[type[httpx.HTTPError], str] = {
        httpx.TimeoutException: "it took too long",
        httpx.ConnectError: "no connection could be made, or its certificate is not trusted",
        httpx.NetworkError: "the connection broke",
        httpx.ProtocolError: "what came was no HTTP",
    }
    return next((said for kind, said in words.items() if isinstance(error, kind)), "the request failed")
