"""The store as a SQLite file: durable, locked, and never rebuilt where it is damaged."""

from __future__ import annotations

import sqlite3

import pytest
from making_records import an_object

from rules_engine.errors import StoreError
from rules_engine.store.errors import StoreDamaged
from rules_engine.store.lock import StoreInUse, worker_lock
from rules_engine.store.records import Batch
from rules_engine.store.store import Store


@pytest.fixture
def store_url(tmp_path):
    return f"sqlite:///{tmp_path}/state.db"


def test_a_commit_is_durable_with_full_synchronisation(store, tmp_path):
    store.commit("default", Batch(objects=[an_object()]))
    with sqlite3.connect(f"{tmp_path}/state.db") as other:
        assert other.execute("SELECT count(*) FROM objects").fetchone() == (1,)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_second_worker_is_refused_with_the_pid_of_the_first_by_whatever_path_it_comes(tmp_path):
    import os

    (tmp_path / "link.db").symlink_to("state.db")
    first, other = (worker_lock(f"sqlite:///{tmp_path}/{name}") for name in ("state.db", "link.db"))
    with first, pytest.raises(StoreInUse, match=str(os.getpid())), other:
        pass
    with other:
        pass


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "no store URL"),
        ("mysql://host/db", "'mysql' is not supported"),
        ("sqlite:////nowhere/at/all/state.db", "/nowhere/at/all"),
    ],
)
def test_a_store_that_can_not_be_is_refused_in_words(url, words):
    with pytest.raises(StoreError, match=words):
        Store.open(url)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path):
    path = tmp_path / "state.db"
    path.write_bytes(b"these are my notes, not a database at all, " * 40)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_damaged_store_is_refused_and_never_rebuilt(tmp_path):
    path = tmp_path / "state.db"
    made = Store.open(f"sqlite:///{path}")
    made.commit("default", Batch(objects=[an_object(f"l{number}") for number in range(400)]))
    made.close()
    damaged = bytearray(path.read_bytes())
    damaged[8192:40000] = b"\xff" * (40000 - 8192)
    path.write_bytes(damaged)
    with pytest.raises(StoreDamaged, match="is damaged"):
        Store.open(f"sqlite:///{path}")


def test_a_store_of_a_newer_program_is_refused(tmp_path):
    path = tmp_path / "state.db"
    Store.open(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    other.close()
    with pytest.raises(StoreError, match="schema version 99"):
        Store.open(f"sqlite:///{path}")


@pytest.mark.parametrize("value", ["'{\"id\": '", "CAST(X'ff' AS TEXT)", "'[1]'"])
def test_damage_that_sqlites_check_can_not_see_is_found_where_it_is_read(tmp_path, value):
    path = tmp_path / "state.db"
    made = Store.open(f"sqlite:///{path}")
    made.commit("default", Batch(objects=[an_object("l1")]))
    with sqlite3.connect(path) as other:
        other.execute(f"UPDATE objects SET since = {value}, presence = {value}")
    other.close()

    with pytest.raises(StoreDamaged):
        made.object("default", "lead", "l1")
    made.close()


def test_a_store_whose_file_was_replaced_under_it_is_not_written_to(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/state.db")
    (tmp_path / "state.db").rename(tmp_path / "away.db")
    Store.open(f"sqlite:///{tmp_path}/state.db").close()
    with pytest.raises(StoreError, match="was removed or replaced"):
        store.commit("default", Batch())
    store.close()
