"""The queue's tables: made once, made anew for another version, and never under workers that use them."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from rules_engine.errors import StoreError
from rules_engine.queue.schema import SCHEMA, connection_arguments, make_ready
from rules_engine.store.address import parse_store_url

ALIVE = timedelta(seconds=30)


@pytest.fixture
def options(postgres_url):
    return parse_store_url(postgres_url).connection_arguments


def do(options, statement):
    with psycopg.connect(**connection_arguments(options)) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def another_version(options):
    do(options, f"COMMENT ON SCHEMA {SCHEMA} IS 'procrastinate 1'")


def test_it_is_made_once_and_what_is_in_it_stays(options):
    make_ready(options, alive=ALIVE)
    do(options, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    make_ready(options, alive=ALIVE)
    assert do(options, "SELECT count(*) FROM procrastinate_workers") == [(1,)]


def test_what_another_version_made_is_made_anew(options):
    make_ready(options, alive=ALIVE)
    do(options, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    another_version(options)
    make_ready(options, alive=ALIVE)
    assert do(options, "SELECT count(*) FROM procrastinate_workers") == [(0,)]


def test_while_workers_of_another_version_are_at_work_it_is_left_to_them(options):
    make_ready(options, alive=ALIVE)
    do(options, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    another_version(options)
    with pytest.raises(StoreError, match="procrastinate 1"):
        make_ready(options, alive=ALIVE)
    assert do(options, "SELECT count(*) FROM procrastinate_workers") == [(1,)]
