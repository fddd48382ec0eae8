"""Stores as programs of the past left them: the SQL of `versions/`, loaded into a database of either kind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import text

from rules_engine.store.address import parse_store_url
from rules_engine.store.postgres import postgres_engine

VERSIONS = Path(__file__).parent / "versions"


def released(database):
    """The versions of which there is a store of that kind; version 1 knew SQLite alone."""
    return sorted(int(each.name.partition("-")[0]) for each in VERSIONS.glob(f"*-{database}.sql"))


def load(version, url):
    """Make the store of that version at the URL, where there is none yet."""
    place = parse_store_url(url)
    database = "postgresql" if place.is_postgres else "sqlite"
    script = (VERSIONS / f"{version}-{database}.sql").read_text(encoding="utf-8")
    if place.path is not None:
        with sqlite3.connect(place.path) as connection:
            connection.executescript(script)
            connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        return
    engine = postgres_engine(place)
    with engine.begin() as connection:
        connection.connection.driver_connection.execute(script)
    engine.dispose()


def rows_of(url):
    """Every row of every table, sorted, by the table's name: {table: [{column: value}]}."""
    with Raw(url) as connection:
        return {
            name: sorted(
                (dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()), key=repr
            )
            for name in _tables(connection)
        }


def schema_of(url):
    """The schema as the database describes it, so that two can be compared."""
    with Raw(url) as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(
                text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            )
            return {(row.type, row.name): "".join(row.sql.split()) for row in found}
        columns = connection.execute(
            text(
                "SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default "
                "FROM information_schema.columns WHERE table_schema = 'rules_engine'"
            )
        )
        indexes = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'rules_engine'")
        )
        return {
            **{("column", row.table_name, row.column_name): tuple(row)[2:] for row in columns},
            **{("index", row.indexname): row.indexdef for row in indexes},
        }


def version_in(url):
    """What the store says of its version."""
    with Raw(url) as connection:
        return int(
            connection.execute(text("SELECT value FROM meta WHERE key = 'schema_version'")).scalar_one()
        )


def set_version(url, version):
    """Let the store say so."""
    with Raw(url) as connection:
        connection.execute(text(f"UPDATE meta SET value = '{version}' WHERE key = 'schema_version'"))
        connection.commit()


def _tables(connection):
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'rules_engine'"
    return [row[0] for row in connection.execute(text(query))]


class Raw:
    """A connection without any of the store's own code."""

    def __init__(self, url):
        from sqlalchemy import create_engine

        place = parse_store_url(url)
        self._engine = postgres_engine(place) if place.is_postgres else create_engine(place.url)

    def __enter__(self):
        self._connection = self._engine.connect()
        return self._connection

    def __exit__(self, *_exc):
        self._connection.close()
        self._engine.dispose()
