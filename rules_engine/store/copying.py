"""A store copied row by row into another, across databases: from one moment, table by table."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Engine, func, insert, select, text

from rules_engine.store.tables import events, metadata, runs

ROWS_AT_ONCE: Final = 2000


def copy_rows(source: Engine, target: Connection) -> None:
    """Copy every row of every table, as they are at one moment; the target's tables are there and empty."""
    with source.connect() as connection:
        reading = _at_one_moment(connection)
        for table in metadata.sorted_tables:
            found = reading.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)).mappings()
            for part in found.partitions(ROWS_AT_ONCE):
                target.execute(insert(table), [dict(row) for row in part])
    if target.dialect.name == "postgresql":
        _go_on_counting(target)


def _at_one_moment(connection: Connection) -> Connection:
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection.execution_options(reads_only=True)


def _go_on_counting(target: Connection) -> None:
    """Rows came with their sequence numbers: the next one must be greater than all of them."""
    for table in (events, runs):
        newest = target.execute(select(func.max(table.c.seq))).scalar() or 0
        target.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'seq'), :next, false)"),
            {"name": table.name, "next": newest + 1},
        )
