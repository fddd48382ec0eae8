"""Opening a store: from its URL to a checked SQLAlchemy engine, or a clear error."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from rules_engine.errors import StoreError
from rules_engine.store import postgres, schema
from rules_engine.store.address import Place, check_folder, parse_store_url, store_file
from rules_engine.store.errors import NoStore, StoreDamaged
from rules_engine.store.filesystem import refuse_network
from rules_engine.store.saving import save_before_upgrade
from rules_engine.store.sqlite import check_health as check_file
from rules_engine.store.sqlite import rebuild, sqlite_engine, sqlite_engine_to_look
from rules_engine.store.tables import SCHEMA_VERSION
from rules_engine.store.translation import translated_errors

__all__ = [
    "NoStore",
    "StoreDamaged",
    "Upgrade",
    "check_folder",
    "memory_engine",
    "open_engine",
    "open_engine_to_look",
    "parse_store_url",
    "store_file",
]

MEMORY = Place(url=URL.create("sqlite"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What opening a store of an older program came to."""

    before: int
    after: int
    """Versions of the schema."""
    saved_as: Path | None
    """The file as it was before; None for PostgreSQL."""


def open_engine(place: Place, *, check_health: bool, upgrade: bool) -> tuple[Engine, Upgrade | None]:
    """Open the store, making its tables where they lack; raises StoreError, StoreDamaged.

    An older program's store is brought up to date, or with `upgrade=False` refused.
    """
    check_folder(place.path)
    if place.path is not None:
        refuse_network(place.path)
    if place.is_postgres:
        engine = postgres.postgres_engine(place)
    else:
        engine = sqlite_engine(place.url, in_memory=place.path is None)
    try:
        with translated_errors(place):
            return engine, _make_ready(engine, place, check_health=check_health, upgrade=upgrade)
    except StoreError:
        engine.dispose()
        raise


def _make_ready(engine: Engine, place: Place, *, check_health: bool, upgrade: bool) -> Upgrade | None:
    with engine.connect() as connection:
        reading = connection.execution_options(reads_only=True)
        if place.is_postgres:
            postgres.check_version(reading, place)
        elif place.path is not None and check_health:
            check_file(reading, place)
        version = schema.version_of(reading)
        if version == SCHEMA_VERSION:
            return None
        if version is not None and not upgrade:
            schema.check_version(reading, place)
    saved_as = None
    if version is not None and version < SCHEMA_VERSION and place.path is not None:
        saved_as = save_before_upgrade(place.path, version)
    with engine.begin() as connection:
        schema.prepare(connection, place)
    if version is None:
        return None
    if saved_as is not None:
        rebuild(engine)
    return Upgrade(before=version, after=SCHEMA_VERSION, saved_as=saved_as)


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
