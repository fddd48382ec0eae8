"""The SQLite side: one file in WAL, each commit durable before it returns."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from rules_engine.store.address import Place
from rules_engine.store.translation import damaged

BUSY_SECONDS = 10.0
_PAUSE_SECONDS = 0.01


def sqlite_engine(url: URL, *, in_memory: bool) -> Engine:
    """An engine that writes."""
    arguments: dict[str, Any] = {"timeout": BUSY_SECONDS}
    options: dict[str, Any] = {}
    if in_memory:
        options["poolclass"] = StaticPool
        arguments["check_same_thread"] = False
    engine = create_engine(url, connect_args=arguments, **options)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def sqlite_engine_to_look(path: Path) -> Engine:
    """An engine by which nothing can be written, also beside a worker and where the folder is read-only."""
    engine = create_engine(_url_to_look(path), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect_to_look)
    event.listen(engine, "begin", _on_begin)
    return engine


def check_health(connection: Connection, place: Place) -> None:
    """Read the whole file; raises StoreDamaged with what SQLite finds."""
    finding = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if finding != "ok":
        raise damaged(place, str(finding))


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


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own idea of when a transaction begins would leave reads outside of it.
    connection.isolation_level = None
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL. SQLite does not wait for others who do the same at that moment, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _on_connect_to_look(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _on_begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: no transaction fails half-way because another one wrote first.
    immediate = connection.get_execution_options().get("reads_only") is not True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
