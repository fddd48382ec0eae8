"""One request from its coming to its answer, as plain steps over the state: log, faults, key and limit, operation.

Nothing here knows of sockets: what a fault does to a connection is done by `endpoint`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from rules_engine.sandbox import answers
from rules_engine.sandbox.answers import Answer
from rules_engine.sandbox.database import LATEST
from rules_engine.sandbox.errors import BadValue, Refusal
from rules_engine.sandbox.faults import Taken, altered, instead
from rules_engine.sandbox.handlers import Call, parse_json
from rules_engine.sandbox.limits import Rate, Verdict, rate_headers
from rules_engine.sandbox.objects import Origin
from rules_engine.sandbox.operations import BASE_PATH, find_operation
from rules_engine.sandbox.state import State

UNANSWERED = ("drop", "drop_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it came in."""

    method: str
    path: str
    """The whole path, decoded."""
    query: Mapping[str, str]
    target: str
    """Path and query as they were sent, for a redirect."""
    host: str
    authorization: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that was logged and judged, and is yet to be answered."""

    n: int
    incoming: Incoming
    taken: Taken
    verdict: Verdict


def begin(state: State, incoming: Incoming) -> Exchange:
    """Log the request, find its faults, and spend one request of its key."""
    with state.transaction():
        now = state.clock.now()
        elsewhere = _is_www(incoming)
        taken = Taken() if elsewhere else state.script.take(incoming.method, incoming.path)
        verdict = state.keys.judge(None if elsewhere else _token(incoming.authorization), now.timestamp())
        n = state.database.log("request", now.timestamp(), _logged(incoming, now, taken, verdict))
        return Exchange(n=n, incoming=incoming, taken=taken, verdict=verdict)


def answer(state: State, exchange: Exchange) -> Answer:
    """Handle the request, unless a fault or its key forbid it, and log what is sent."""
    with state.transaction():
        given = _answer(state, exchange)
        if not exchange.taken.is_fate(*UNANSWERED):
            state.database.amend(exchange.n, status=given.status)
        return replace(given, headers={**_usual_headers(state, exchange), **given.headers})


def _answer(state: State, exchange: Exchange) -> Answer:
    incoming, taken = exchange.incoming, exchange.taken
    if _is_www(incoming):
        location = f"http://{incoming.host.partition('.')[2]}{incoming.target}"
        return Answer(status=301, body="", headers={"Location": location})
    if exchange.verdict.status == 401:  # noqa: PLR2004  (HTTP)
        return answers.error(401, "Invalid or missing API key")
    if exchange.verdict.status == 429:  # noqa: PLR2004  (HTTP)
        return answers.error(429, "Rate limit exceeded")
    replacement = instead(taken)
    if replacement is not None and not taken.option("after", default=False):
        return replacement
    handled = _handled(state, exchange)
    return altered(taken, handled) if replacement is None else replacement


def _handled(state: State, exchange: Exchange) -> Answer:
    incoming, key = exchange.incoming, exchange.verdict.key
    try:
        operation, params = find_operation(incoming.method, incoming.path)
        call = Call(
            objects=state.objects,
            origin=Origin(by="api", request=exchange.n),
            params=params,
            query=incoming.query,
            body=incoming.body,
            member_id=None if key is None else key.member_id,
            at_n=_visible(state, exchange.taken),
        )
        return operation.handler(call)
    except Refusal as refusal:
        return answers.error(refusal.status, refusal.message, refusal.headers)


def _visible(state: State, taken: Taken) -> int:
    """Up to which place in the log this request sees what was written."""
    lags = taken.of_kind("lag")
    if not lags:
        return LATEST
    now = state.clock.now().timestamp()
    return min(max(state.database.place_before(now - lag.options["seconds"]), lag.since_n) for lag in lags)


def _usual_headers(state: State, exchange: Exchange) -> dict[str, str]:
    now = state.clock.now()
    rate, unit = exchange.verdict.rate, state.reset_unit
    for fault in exchange.taken.of_kind("rate"):
        rate = _overridden(rate, fault.options, now.timestamp())
    for fault in exchange.taken.of_kind("reset_unit"):
        unit = fault.options["unit"]
    return {"Date": format_datetime(now, usegmt=True), **rate_headers(rate, unit, now.timestamp())}


def _overridden(rate: Rate, options: Mapping[str, Any], now: float) -> Rate:
    reset_at = now + options["reset_in"] if "reset_in" in options else rate.reset_at
    return Rate(
        limit=options.get("limit", rate.limit),
        remaining=options.get("remaining", rate.remaining),
        reset_at=reset_at,
    )


def _token(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _is_www(incoming: Incoming) -> bool:
    return incoming.host.lower().startswith("www.")


def _logged(incoming: Incoming, now: datetime, taken: Taken, verdict: Verdict) -> dict[str, Any]:
    # The key itself is left out: the log is shown to people.
    return {
        "at": now.isoformat(),
        "method": incoming.method,
        "path": incoming.path.removeprefix(BASE_PATH),
        "query": dict(incoming.query),
        "body": _readable(incoming.body),
        "authorized": verdict.status != 401,  # noqa: PLR2004  (HTTP)
        "fault": taken.name,
        "status": None,
    }


def _readable(body: bytes) -> Any:
    if not body:
        return None
    try:
        return parse_json(body)
    except BadValue:
        return body[:10_000].decode(errors="replace")
