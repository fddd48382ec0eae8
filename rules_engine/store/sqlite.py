"""The SQLite side: one file in WAL, each commit durable before it returns."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from rules_engine.store.address import Place
from rules_engine.store.translation import damaged

BUSY_SECONDS = 10.0
MOST_LOG_BYTES = 16 * 2**20
"""What the write-ahead log is cut back to after a transaction that made it longer."""


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


def rebuild(engine: Engine) -> None:
    """Write the file anew without its holes, and so that later ones can be given back a piece at a time."""
    connection = engine.raw_connection()
    try:
        connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
    finally:
        connection.close()


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
    # Before anything else: it takes effect in a file that is empty, or when the file is rebuilt.
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {MOST_LOG_BYTES}")


def _on_connect_to_look(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _on_begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: no transaction fails half-way because another one wrote first.
    immediate = connection.get_execution_options().get("reads_only") is not True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
