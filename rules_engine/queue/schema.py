"""The queue's tables: procrastinate's own schema, in a PostgreSQL schema of its own beside the store's.

Nothing in it matters that the configuration and the store do not tell: which account is due when. So where another
version of procrastinate made the tables they are made anew, as soon as no worker works with them any more.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

import procrastinate
import psycopg
from procrastinate.schema import SchemaManager

from rules_engine.errors import StoreError

SCHEMA: Final = "rules_engine_queue"
_ONE_AT_A_TIME: Final = 0x7175657565
"""The advisory lock under which the schema is made."""


def connection_arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Of a connection that sees the queue's tables, from those of any connection to the database."""
    given = options.get("options", "")
    return {
        **options,
        "application_name": "rules-engine worker",
        "options": f"{given} -c search_path={SCHEMA} -c idle_in_transaction_session_timeout=10s".strip(),
    }


def make_ready(options: dict[str, Any], *, alive: timedelta) -> None:
    """Make the tables where they lack or are another version's; raises psycopg.Error, StoreError.

    `alive`: a worker whose heartbeat is not older still works with what is there.
    """
    with psycopg.connect(**connection_arguments(options)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        wanted, found = _version(), _found(connection)
        if found == wanted:
            return
        if found is not None:
            _refuse_while_in_use(connection, found, wanted, alive)
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(SchemaManager.get_schema())
        connection.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{wanted}'")


def _version() -> str:
    """What tells one schema of procrastinate from another: a version may bring the same one."""
    digest = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:12]
    return f"procrastinate {procrastinate.__version__} {digest}"


def _found(connection: psycopg.Connection[Any]) -> str | None:
    row = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [SCHEMA]
    ).fetchone()
    return None if row is None else str(row[0])


def _refuse_while_in_use(
    connection: psycopg.Connection[Any], found: str, wanted: str, alive: timedelta
) -> None:
    if connection.execute("SELECT to_regclass('procrastinate_workers')").fetchone() == (None,):
        return
    query = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s"
    row = connection.execute(query, [alive]).fetchone()
    if row is not None and row[0]:
        raise StoreError(
            f"{row[0]} workers use the queue as {found} made it, and this one has {wanted}",
            advice="Stop all workers, then start them with the same version of rules-engine and procrastinate.",
        )
