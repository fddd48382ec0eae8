"""The few statements that both databases write alike, but each through its own INSERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


@cache
def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Any:
    """Built once for each table: building it takes longer than a small one takes to carry out."""
    keys = [column.name for column in table.primary_key]
    statement = _insert(dialect, table)
    replaced = {name: statement.excluded[name] for name in columns if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=replaced)


@cache
def _add(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


def upsert(connection: Connection, table: Table, values: Sequence[Row]) -> None:
    """Insert rows; one with the same primary key is replaced."""
    if values:
        connection.execute(_upsert(connection.dialect.name, table, tuple(values[0])), list(values))


def add(connection: Connection, table: Table, values: Sequence[Row]) -> None:
    """Insert rows; one that is there already stays as it is."""
    if values:
        connection.execute(_add(connection.dialect.name, table), list(values))


def remove(connection: Connection, table: Table, keys: Sequence[Row]) -> None:
    """Delete the rows with these values."""
    for key in keys:
        connection.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
