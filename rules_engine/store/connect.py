"""Opening a store: from its URL to a checked SQLAlchemy engine, or a clear error."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from rules_engine.errors import StoreError
from rules_engine.store import postgres, schema
from rules_engine.store.address import Place, check_folder, parse_store_url, store_file
from rules_engine.store.errors import NoStore, StoreDamaged
from rules_engine.store.filesystem import refuse_network
from rules_engine.store.sqlite import check_health as check_file
from rules_engine.store.sqlite import sqlite_engine, sqlite_engine_to_look
from rules_engine.store.tables import SCHEMA_VERSION
from rules_engine.store.translation import translated_errors

__all__ = [
    "NoStore",
    "StoreDamaged",
    "check_folder",
    "memory_engine",
    "open_engine",
    "open_engine_to_look",
    "parse_store_url",
    "store_file",
]

MEMORY = Place(url=URL.create("sqlite"))


def open_engine(place: Place, *, check_health: bool) -> Engine:
    """Open the store, making its tables where they lack; raises StoreError, StoreDamaged."""
    check_folder(place.path)
    if place.path is not None:
        refuse_network(place.path)
    if place.is_postgres:
        engine = postgres.postgres_engine(place)
    else:
        engine = sqlite_engine(place.url, in_memory=place.path is None)
    try:
        with translated_errors(place):
            _make_ready(engine, place, check_health=check_health)
    except StoreError:
        engine.dispose()
        raise
    return engine


def _make_ready(engine: Engine, place: Place, *, check_health: bool) -> None:
    with engine.connect() as connection:
        reading = connection.execution_options(reads_only=True)
        if place.is_postgres:
            postgres.check_version(reading, place)
        elif place.path is not None and check_health:
            check_file(reading, place)
        if schema.version_of(reading) == SCHEMA_VERSION:
            return
    with engine.begin() as connection:
        schema.prepare(connection, place)


def open_engine_to_look(place: Place, *, check_health: bool) -> Engine:
    """Open a store that is there, so that nothing can be written to it; raises StoreError, StoreDamaged.

    It also works beside a worker, and where neither the file nor its folder can be written.
    """
    if place.is_postgres:
        engine = postgres.postgres_engine(place, to_look=True)
    else:
        assert place.path is not None, "a store in memory has nobody else to look at it"
        engine = sqlite_engine_to_look(place.path)
    try:
        with translated_errors(place), engine.connect() as connection:
            reading = connection.execution_options(reads_only=True)
            if place.is_postgres:
                postgres.check_version(reading, place)
            elif check_health:
                check_file(reading, place)
            schema.check_version(reading, place)
    except StoreError:
        engine.dispose()
        raise
    return engine


def memory_engine() -> Engine:
    """A store in memory, empty, without tables: the target of a copy."""
    return sqlite_engine(MEMORY.url, in_memory=True)
