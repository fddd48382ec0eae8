"""What the doctor looks at. Each question is one function that answers with findings and raises nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from rules_engine.assembly import build_client
from rules_engine.cli.holds import hold_text
from rules_engine.cli.output import printable
from rules_engine.cli.shapes import count_of
from rules_engine.clock import SystemClock
from rules_engine.config import AccountConfig, Config, find_key
from rules_engine.dashtrack.budget import BudgetState
from rules_engine.dashtrack.errors import DashtrackError, Forbidden
from rules_engine.dashtrack.key import Key
from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.load import load_rules
from rules_engine.ruleset.problems import Severity
from rules_engine.store.address import Place, parse_store_url
from rules_engine.store.store import Store

_PLANS = {100: "Starter", 1_000: "Professional", 10_000: "Agency"}
"""Requests an hour → the plan's name (vendor page)."""
_MOST_CLOCK_ERROR = 30.0


class Sign(Enum):
    """How a question was answered."""

    FINE = "ok"
    NOTE = "note"
    WRONG = "wrong"

    @property
    def colour(self) -> str:
        """For a terminal."""
        return {Sign.FINE: "green", Sign.NOTE: "yellow", Sign.WRONG: "red"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer."""

    sign: Sign
    subject: str
    text: str
    exit_code: int = 0


def examine(config: Config) -> list[Finding]:
    """Answer every question about the configuration, its accounts and its store."""
    findings = [_configuration(config)]
    for account in config.accounts:
        findings += _account(config, account)
    findings += _store(config)
    return findings


def _configuration(config: Config) -> Finding:
    if config.file is None:
        return Finding(
            Sign.FINE,
            "configuration",
            "configuration: no rules-engine.yaml, so every setting has its default",
        )
    return Finding(Sign.FINE, "configuration", f"configuration: {config.file}")


def _account(config: Config, account: AccountConfig) -> Iterator[Finding]:
    prefix = f"{account.name}: " if len(config.accounts) > 1 else ""
    try:
        key = find_key(account, os.environ)
    except RulesEngineError as error:
        yield _wrong("key", f"{prefix}key: {error}", error)
    else:
        yield Finding(Sign.FINE, "key", f"{prefix}key: found in {account.key_source}; it begins with dt_")
        yield from _api(account, key, prefix)
    yield from _rules(account, prefix)


def _api(account: AccountConfig, key: Key, prefix: str) -> Iterator[Finding]:
    clock = SystemClock()
    try:
        with build_client(account, key, state=BudgetState(), clock=clock, rng=random.Random()) as client:  # noqa: S311 - jitter
            answer = client.get("/projects")
            state = client.budget.state
    except Forbidden as error:
        yield _wrong("api", f"{prefix}API: the key is known, but {error}", error)
        return
    except DashtrackError as error:
        yield _wrong("api", f"{prefix}API at {account.base_url}: {error}", error)
        return
    except RulesEngineError as error:
        yield _wrong("api", f"{prefix}API: {error}", error)
        return
    yield Finding(Sign.FINE, "api", f"{prefix}API: {account.base_url} answers, and takes the key")
    yield _limits(account, state, prefix)
    yield _clock(answer.date, clock.now(), prefix)


def _limits(account: AccountConfig, state: BudgetState, prefix: str) -> Finding:
    if state.limit is None:
        told = "the API told no limits"
        known = (
            f"{account.requests_per_hour} an hour are configured"
            if account.requests_per_hour
            else "none is configured"
        )
        return Finding(Sign.NOTE, "limits", f"{prefix}limits: {told}; {known}")
    plan = _PLANS.get(state.limit, "a plan of its own")
    reset = f"; the count begins anew at {state.reset_at:%H:%M:%S} UTC" if state.reset_at is not None else ""
    text = f"{prefix}limits: {state.limit} requests an hour ({plan}), {state.remaining} left{reset}"
    return Finding(Sign.FINE if state.remaining else Sign.NOTE, "limits", text)


def _clock(server: datetime | None, here: datetime, prefix: str) -> Finding:
    if server is None:
        return Finding(
            Sign.NOTE, "clock", f"{prefix}clock: the API does not tell the time, so it can't be compared"
        )
    difference = (here - server).total_seconds()
    if abs(difference) > _MOST_CLOCK_ERROR:
        side = "ahead of" if difference > 0 else "behind"
        text = f"{prefix}clock: this machine is {abs(difference):.0f} seconds {side} the API; set its clock (NTP)"
        return Finding(Sign.WRONG, "clock", text, 1)
    return Finding(Sign.FINE, "clock", f"{prefix}clock: agrees with the API's")


def _rules(account: AccountConfig, prefix: str) -> Iterator[Finding]:
    try:
        loaded = load_rules(account.rules)
    except RulesEngineError as error:
        yield _wrong("rules", f"{prefix}rules: {error}", error)
        return
    errors = [problem for problem in loaded.problems if problem.severity is Severity.ERROR]
    if errors:
        text = f"{prefix}rules: {count_of(len(errors), 'error')} in {account.rules}; `rules-engine check` shows them"
        yield Finding(Sign.WRONG, "rules", text, 1)
        return
    rules = loaded.ruleset.rules
    yield Finding(
        Sign.FINE, "rules", f"{prefix}rules: {count_of(len(rules), 'rule')} in {account.rules}, no errors"
    )


def _store(config: Config) -> Iterator[Finding]:
    try:
        store = Store.find(config.store, check_health=True)
        if store is None:
            yield _no_store_yet(parse_store_url(config.store))
            return
    except RulesEngineError as error:
        yield _wrong("store", f"store: {error}", error)
        return
    try:
        for account in config.accounts:
            yield _contents(store, account)
            yield from _holds(store, account)
    finally:
        store.close()


def _no_store_yet(place: Place) -> Finding:
    if place.is_postgres:
        text = f"store: the database {place} has none yet; the first run makes it"
        return Finding(Sign.FINE, "store", text)
    if place.path is None:
        return Finding(
            Sign.NOTE, "store", "store: in memory, so that nothing is known after the program ends"
        )
    writable = os.access(place.path.parent, os.W_OK)
    text = f"store: {place.path} does not exist yet; the first run makes it"
    return Finding(Sign.FINE if writable else Sign.WRONG, "store", text, 0 if writable else 4)


def _contents(store: Store, account: AccountConfig) -> Finding:
    counts = store.count_objects(account.name)
    objects = ", ".join(count_of(count, name) for name, count in sorted(counts.items())) or "nothing yet"
    feeds = store.feeds(account.name)
    unwell = [feed.key for feed in feeds.values() if feed.error]
    text = f"store: whole; account {account.name} knows {objects}"
    if unwell:
        return Finding(Sign.NOTE, "store", f"{text}; not read at the last look: {', '.join(sorted(unwell))}")
    return Finding(Sign.FINE, "store", text)


def _holds(store: Store, account: AccountConfig) -> Iterator[Finding]:
    for hold in store.holds(account.name):
        if not hold.approved:
            stops = hold.stops_account
            text = f"held: account {account.name}: {hold_text(hold)}"
            yield Finding(Sign.WRONG if stops else Sign.NOTE, "held", text, 1 if stops else 0)


def _wrong(subject: str, text: str, error: RulesEngineError) -> Finding:
    advice = f" {error.advice}" if error.advice else ""
    return Finding(Sign.WRONG, subject, printable(f"{text}{advice}"), error.exit_code)
