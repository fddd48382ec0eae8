"""A worker that stands still in the middle of a batch of statements: its locks are taken from it."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from rules_engine.store import claims
from rules_engine.store.address import parse_store_url
from rules_engine.store.records import Batch
from rules_engine.store.store import Store

LEASE = timedelta(seconds=30)


@pytest.fixture
def store(postgres_url):
    opened = Store.open(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def silent(store, postgres_url):
    """A worker's connection that holds the account's row, and says nothing more in the middle of a batch."""
    store.release(store.claim("a", holder="one", lease=LEASE))
    options = parse_store_url(postgres_url).connection_arguments
    connection = psycopg.connect(**options, application_name="rules-engine")
    connection.execute("SELECT * FROM rules_engine.claims WHERE account = 'a' FOR UPDATE")
    # A statement is begun and not ended (no Sync): the server's own limit on idle transactions does not run now.
    connection.pgconn.enter_pipeline_mode()
    connection.pgconn.send_query_params(b"SELECT 1", None)
    connection.pgconn.send_flush_request()
    connection.pgconn.flush()
    yield connection
    connection.close()


def test_what_it_holds_is_free_again(store, silent, monkeypatch):
    monkeypatch.setattr(claims, "IDLE_SECONDS", 0)
    assert store.end_silent_transactions() == 1
    store.under(store.claim("a", holder="two", lease=LEASE)).commit("a", Batch())


def test_one_that_was_silent_for_a_moment_only_is_left_alone(store, silent):
    assert store.end_silent_transactions() == 0


def test_a_store_on_sqlite_has_none():
    memory = Store.open("sqlite://")
    assert memory.end_silent_transactions() == 0
    memory.close()
