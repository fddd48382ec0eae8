"""What an account's engine is put together from."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules_engine.assembly import connect, key_name
from rules_engine.clock import ManualClock
from rules_engine.config import AccountConfig, KeyFromEnv
from rules_engine.dashtrack.budget import BudgetState
from rules_engine.dashtrack.key import Key
from rules_engine.store.records import Batch
from rules_engine.store.store import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ACCOUNT = AccountConfig(
    name="default",
    base_url="http://127.0.0.1:1/api/v1",
    key_source=KeyFromEnv("K"),
    rules=Path("rules"),
    requests_per_hour=None,
)


@pytest.fixture
def store():
    made = Store.open("sqlite://")
    yield made
    made.close()


def blocked_until(store, account, key):
    client = connect(account, key, store=store, clock=ManualClock(NOW), rng=random.Random(1)).client
    state = client.budget.state
    client.close()
    return state.blocked_until


def test_a_block_is_remembered_for_the_key_and_address_that_it_is_of_and_no_other(store):
    key, other = Key("dt_one"), Key("dt_other")
    state = BudgetState(blocked_until=NOW + timedelta(minutes=30)).to_json()
    store.commit("default", Batch(budget={**state, "of": key_name(store, ACCOUNT, key)}))
    assert blocked_until(store, ACCOUNT, key) == NOW + timedelta(minutes=30)
    assert blocked_until(store, ACCOUNT, other) is None
    assert blocked_until(store, replace(ACCOUNT, base_url="http://127.0.0.1:2/api/v1"), key) is None


def test_the_name_of_a_key_does_not_give_it_away(store):
    assert "dt_" not in key_name(store, ACCOUNT, Key("dt_one"))
    other = Store.open("sqlite://")
    assert key_name(store, ACCOUNT, Key("dt_one")) != key_name(other, ACCOUNT, Key("dt_one"))
    other.close()
