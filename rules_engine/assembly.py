"""Putting an account's engine together from the configuration: the one place where the parts meet."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rules_engine.clock import Clock
from rules_engine.config import AccountConfig, Config, find_endpoints
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.key import Key
from rules_engine.engine import Engine, EngineSettings
from rules_engine.ruleset.model import Rule
from rules_engine.runs.book import RuleBook
from rules_engine.runs.endpoints.http_post import HttpPost
from rules_engine.runs.hop import Hop
from rules_engine.runs.observer import Observer
from rules_engine.runs.planner import Planner
from rules_engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Connection:
    """An account's way to Dashtrack, and the name of the key that its budget is of."""

    client: Dashtrack
    key_name: str


def build_client(
    config: AccountConfig, key: Key, *, state: BudgetState, clock: Clock, rng: random.Random
) -> Dashtrack:
    """A client for the account, with a budget that begins where `state` stands."""
    budget = Budget(clock, state=state, requests_per_hour=config.requests_per_hour, random=rng)
    return Dashtrack(config.base_url, key, clock=clock, budget=budget, random=rng)


def connect(config: AccountConfig, key: Key, *, store: Store, clock: Clock, rng: random.Random) -> Connection:
    """The account's connection, with the budget as the store remembers it of this very key."""
    name = key_name(store, config, key)
    saved = store.budget(config.name)
    state = BudgetState.from_json(saved) if saved is not None and saved.get("of") == name else BudgetState()
    return Connection(build_client(config, key, state=state, clock=clock, rng=rng), name)


def key_name(store: Store, config: AccountConfig, key: Key) -> str:
    """A name for a key at an address, from which neither can be worked out: salted with the store's own instance."""
    text = f"{config.base_url}\0{key.reveal()}"
    return hashlib.blake2b(text.encode(), key=store.instance().encode(), digest_size=8).hexdigest()


def build_engine(
    config: Config,
    account: AccountConfig,
    *,
    connection: Connection,
    rules: Sequence[Rule],
    store: Store,
    clock: Clock,
    observer: Observer,
    should_stop: Callable[[], bool],
    hop: Hop | None = None,
) -> Engine:
    """The account's engine; without a hop of its own, its writes go to Dashtrack.

    Raises ConfigurationError for a secret of an endpoint that is not where the configuration says.
    """
    return Engine(
        account=account.name,
        store=store,
        client=connection.client,
        hop=hop if hop is not None else connection.client,
        book=RuleBook(rules, store),
        settings=EngineSettings(
            policy=config.writes, guards=config.guards, calendar=config.calendar, retention=config.retention
        ),
        clock=clock,
        observer=observer,
        should_stop=should_stop,
        post=HttpPost(find_endpoints(config.endpoints, os.environ), clock=clock),
        key_name=connection.key_name,
        planner=Planner(
            account=account.name,
            store=store,
            calendar=config.calendar,
            budget=connection.client.budget,
            requests_per_hour=account.requests_per_hour,
            interval=config.poll_interval.total_seconds() if config.poll_interval is not None else None,
        ),
    )
