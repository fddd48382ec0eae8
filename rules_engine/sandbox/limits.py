"""Keys and their hourly limits: who may ask, and how many requests are left.

The window of a key begins with its first request and lasts an hour by the sandbox's clock. A refused request
(429, or 401 for an unknown key) spends nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

from rules_engine.sandbox.database import Database
from rules_engine.sandbox.errors import SandboxError

HOUR = 3600
PLANS: Mapping[str, int] = {"starter": 100, "professional": 1_000, "agency": 10_000, "enterprise": 1_000_000}
"""Requests per hour. The vendor says "custom" for enterprise; here it is more than any test spends."""

ResetUnit = Literal["epoch_s", "epoch_ms", "delta", "iso"]
"""How X-RateLimit-Reset is written; the vendor does not say which it is."""
RESET_UNITS: tuple[ResetUnit, ...] = get_args(ResetUnit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One API key and how much of its hour is spent."""

    limit: int
    plan: str
    used: int = 0
    window_start: float | None = None
    """Epoch seconds; None before the first request."""
    member_id: str | None = None
    """Whose key it is (`/holidays?scope=me`); None for the first member."""
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What the three headers of an answer say."""

    limit: int
    remaining: int
    reset_at: float
    """Epoch seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request may be handled: 200, 401 or 429, and what the headers say."""

    status: Literal[200, 401, 429]
    rate: Rate
    key: Key | None = None


class Keys:
    """The keys of the sandbox, kept in its database."""

    def __init__(self, database: Database, plan: str) -> None:
        self._database = database
        self._plan = plan
        plan_limit(plan)

    def add(self, key: str, *, plan: str | None = None, member_id: str | None = None) -> None:
        """Accept that key, fresh; one that was revoked is accepted again."""
        if not key.startswith("dt_"):
            raise SandboxError("a key of Dashtrack begins with dt_")
        plan = plan or self._plan
        self._save(key, Key(limit=plan_limit(plan), plan=plan, member_id=member_id))

    def revoke(self, key: str) -> None:
        """Answer 401 to that key from now on."""
        self._save(key, replace(self._load(key), revoked=True))

    def change(
        self,
        key: str,
        *,
        plan: str | None = None,
        limit: int | None = None,
        used: int | None = None,
        now: float,
    ) -> None:
        """Set plan, limit or what is spent of the present hour."""
        known = self._load(key)
        if plan is not None:
            known = replace(known, plan=plan, limit=plan_limit(plan))
        if limit is not None:
            known = replace(known, limit=limit)
        if used is not None:
            known = replace(known, used=used, window_start=now)
        self._save(key, known)

    def all(self) -> dict[str, Key]:
        """Every key, in the order of their coming."""
        return {key: Key(**data) for key, data in self._database.keys().items()}

    def judge(self, token: str | None, now: float) -> Verdict:
        """Whether the bearer of that token may ask; if so, one request is spent. `now` in epoch seconds."""
        data = None if token is None else self._database.key(token)
        if token is None or data is None or data["revoked"]:
            limit = plan_limit(self._plan)
            return Verdict(status=401, rate=Rate(limit=limit, remaining=limit, reset_at=now + HOUR))
        key = Key(**data)
        start = key.window_start
        if start is None or now >= start + HOUR:
            start = now
            key = replace(key, used=0, window_start=now)
        if key.used >= key.limit:
            return Verdict(
                status=429, rate=Rate(limit=key.limit, remaining=0, reset_at=start + HOUR), key=key
            )
        key = replace(key, used=key.used + 1)
        self._save(token, key)
        rate = Rate(limit=key.limit, remaining=key.limit - key.used, reset_at=start + HOUR)
        return Verdict(status=200, rate=rate, key=key)

    def _load(self, key: str) -> Key:
        data = self._database.key(key)
        if data is None:
            raise SandboxError("there is no such key")
        return Key(**data)

    def _save(self, key: str, data: Key) -> None:
        self._database.save_key(key, asdict(data))


def plan_limit(plan: str) -> int:
    """Requests per hour of that plan."""
    if plan not in PLANS:
        raise SandboxError(f"there is no plan {plan!r}: use one of {', '.join(PLANS)}")
    return PLANS[plan]


def reset_unit_named(unit: str) -> ResetUnit:
    """The unit of that name."""
    for known in RESET_UNITS:
        if known == unit:
            return known
    raise SandboxError(
        f"there is no unit {unit!r} for X-RateLimit-Reset: use one of {', '.join(RESET_UNITS)}"
    )


def rate_headers(rate: Rate, unit: ResetUnit, now: float) -> dict[str, str]:
    """The three headers that every answer carries."""
    return {
        "X-RateLimit-Limit": str(rate.limit),
        "X-RateLimit-Remaining": str(rate.remaining),
        "X-RateLimit-Reset": _reset(rate.reset_at, unit, now),
    }


def _reset(reset_at: float, unit: ResetUnit, now: float) -> str:
    # Rounded up, so that whoever waits until then is never early.
    whole = math.ceil(reset_at)
    match unit:
        case "epoch_s":
            return str(whole)
        case "epoch_ms":
            return str(whole * 1000)
        case "delta":
            return str(max(math.ceil(reset_at - now), 0))
        case "iso":
            return datetime.fromtimestamp(whole, UTC).isoformat().replace("+00:00", "Z")
