"""Putting an account's engine together from the configuration: the one place where the parts meet."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence

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
from rules_engine.store.store import Store


def build_client(
    config: AccountConfig, key: Key, *, store: Store | None, clock: Clock, rng: random.Random
) -> Dashtrack:
    """The account's client, with the budget as the store remembers it."""
    saved = store.budget(config.name) if store is not None else None
    state = BudgetState.from_json(saved) if saved is not None else BudgetState()
    budget = Budget(clock, state=state, requests_per_hour=config.requests_per_hour)
    return Dashtrack(config.base_url, key, clock=clock, budget=budget, random=rng)


def build_engine(
    config: Config,
    account: AccountConfig,
    *,
    client: Dashtrack,
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
        client=client,
        hop=hop if hop is not None else client,
        book=RuleBook(rules, store),
        settings=EngineSettings(
            policy=config.writes, guards=config.guards, calendar=config.calendar, retention=config.retention
        ),
        clock=clock,
        observer=observer,
        should_stop=should_stop,
        post=HttpPost(find_endpoints(config.endpoints, os.environ), clock=clock),
    )
