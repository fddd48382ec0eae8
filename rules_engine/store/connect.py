"""Opening a store: from its URL to a checked SQLAlchemy engine, or a clear error."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import StaticPool

from rules_engine.errors import StoreError
from rules_engine.store.tables import SCHEMA_VERSION, meta, metadata

_BUSY_SECONDS = 10.0


class NoStore(StoreError):
    """The file is a database, but no store of rules-engine."""


class StoreDamaged(StoreError):
    """The store's file is damaged."""


def parse_store_url(url: str) -> URL:
    """The store's URL, checked; raises StoreError for what can't be a store."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            f"{url!r} is no store URL", advice="Use sqlite:///FILE, for example sqlite:///rules-engine.db."
        ) from None
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(
            f"a store of kind {parsed.get_backend_name()!r} is not supported",
            advice="Use sqlite:///FILE, for example sqlite:///rules-engine.db.",
        )
    return parsed


def store_file(url: str) -> Path | None:
    """The SQLite file that the URL names; None for a store in memory."""
    database = parse_store_url(url).database
    return None if database in {None, "", ":memory:"} else Path(str(database))


def check_folder(path: Path | None) -> None:
    """Raises StoreError where the folder of the store's file is not there."""
    if path is not None and not path.parent.is_dir():
        raise StoreError(
            f"the folder of the store does not exist: {path.parent}",
            advice="Make the folder, or name another store.",
        )


def open_engine(url: str, *, check_health: bool) -> Engine:
    """Open the store, making its tables where they lack; raises StoreError, StoreDamaged."""
    path = store_file(url)
    check_folder(path)
    engine = _sqlite_engine(url, in_memory=path is None)
    try:
        with translated_errors(path), engine.begin() as connection:
            if path is not None and check_health:
                _check_health(connection, path)
            _prepare(connection)
    except StoreError:
        engine.dispose()
        raise
    return engine


def open_engine_to_look(url: str, *, check_health: bool) -> Engine:
    """Open a store that is there, so that nothing can be written to it; raises StoreError, StoreDamaged.

    It also works beside a worker, and where neither the file nor its folder can be written.
    """
    path = store_file(url)
    assert path is not None, "a store in memory has nobody else to look at it"
    engine = create_engine(_url_to_look(path), connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect_to_look)
    event.listen(engine, "begin", _on_begin)
    try:
        with translated_errors(path), engine.connect() as connection:
            reading = connection.execution_options(reads_only=True)
            if check_health:
                _check_health(reading, path)
            _check_version(reading)
    except StoreError:
        engine.dispose()
        raise
    return engine


def _url_to_look(path: Path) -> URL:
    """The plain file where its folder can be written: only so does SQLite tidy up its side files when it closes.

    Elsewhere read-only; and where no worker has side files there, SQLite is told that it needs none of its own.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return URL.create("sqlite", database=str(path))
    query = {"uri": "true", "mode": "ro"}
    if not path.with_name(f"{path.name}-wal").exists():
        query["immutable"] = "1"
    return URL.create("sqlite", database=f"file:{quote(str(path.absolute()))}", query=query)


@contextmanager
def translated_errors(path: Path | None) -> Iterator[None]:
    """The database's errors as StoreError, in words; the one place where they are translated."""
    try:
        yield
    except DatabaseError as error:
        raise _translated(error, path) from None


def memory_engine() -> Engine:
    """A store in memory, empty, without tables: the target of a copy."""
    return _sqlite_engine("sqlite://", in_memory=True)


def _sqlite_engine(url: str, *, in_memory: bool) -> Engine:
    arguments: dict[str, Any] = {"timeout": _BUSY_SECONDS}
    options: dict[str, Any] = {}
    if in_memory:
        options["poolclass"] = StaticPool
        arguments["check_same_thread"] = False
    engine = create_engine(url, connect_args=arguments, **options)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own idea of when a transaction begins would leave reads outside of it.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _on_connect_to_look(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _on_begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: no transaction fails half-way because another one wrote first.
    immediate = connection.get_execution_options().get("reads_only") is not True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _check_health(connection: Connection, path: Path) -> None:
    finding = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if finding != "ok":
        raise _damaged(path, str(finding))


def _prepare(connection: Connection) -> None:
    metadata.create_all(connection)
    instance = insert(meta).values(key="instance", value=secrets.token_hex(16))
    connection.execute(instance.on_conflict_do_nothing())
    version = insert(meta).values(key="schema_version", value=str(SCHEMA_VERSION))
    connection.execute(version.on_conflict_do_nothing())
    _check_version(connection)


def _check_version(connection: Connection) -> None:
    version = connection.execute(select(meta.c.value).where(meta.c.key == "schema_version")).scalar()
    if version != str(SCHEMA_VERSION):
        raise StoreError(
            f"the store has schema version {version}; this program knows version {SCHEMA_VERSION}",
            advice="Use the program that made it, or a newer one.",
        )


def _damaged(path: Path | None, finding: str) -> StoreDamaged:
    return StoreDamaged(
        f"the store {path} is damaged: {finding}",
        advice="It is left as it is. Put a backup in its place; deleting it makes the engine forget what it has done.",
    )


def _translated(error: DatabaseError, path: Path | None) -> StoreError:
    finding = str(error.orig)
    if "malformed" in finding or "not a database" in finding:
        return _damaged(path, finding)
    if "no such table" in finding:
        return NoStore(
            f"{path} is no store of rules-engine: {finding}", advice="Name another file with --store."
        )
    if "locked" in finding:
        return StoreError(
            f"the store {path} is locked by another program", advice="Try again when it has finished."
        )
    return StoreError(
        f"the store {path} can't be opened: {finding}", advice="Check that the file can be written."
    )
