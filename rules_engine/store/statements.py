"""The few statements that both databases write alike, but each through its own INSERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT that knows `on_conflict_…`, in the connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(connection: Connection, table: Table, values: Sequence[Row]) -> None:
    """Insert rows; one with the same primary key is replaced."""
    if not values:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(connection, table)
    replaced = {name: statement.excluded[name] for name in values[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), list(values))


def add(connection: Connection, table: Table, values: Sequence[Row]) -> None:
    """Insert rows; one that is there already stays as it is."""
    if values:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), list(values))


def remove(connection: Connection, table: Table, keys: Sequence[Row]) -> None:
    """Delete the rows with these values."""
    for key in keys:
        connection.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
