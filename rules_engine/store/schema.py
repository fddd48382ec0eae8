"""The schema of a store: made where there is none, brought up to date, and refused where it is a newer one's."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import Connection, select, text, update

from rules_engine.errors import StoreError
from rules_engine.store.address import Place
from rules_engine.store.errors import ClaimHeld, NoStore, StoreOutdated
from rules_engine.store.migrations import STEPS
from rules_engine.store.postgres import SCHEMA
from rules_engine.store.statements import add
from rules_engine.store.tables import SCHEMA_VERSION, meta, metadata

_ONE_AT_A_TIME: Final = 0x72756C6573
"""The advisory lock under which a PostgreSQL schema is made or changed."""

_CLAIMS_SINCE: Final = 2
"""The first version that has claims."""
_HELD: Final = (
    "SELECT account, holder FROM claims WHERE holder <> '' "
    "AND CAST(until AS timestamptz) > clock_timestamp() ORDER BY account LIMIT 1"
)


def version_of(connection: Connection) -> int | None:
    """The schema's version; None where there is no store yet."""
    if not _has_meta(connection):
        return None
    found = connection.execute(select(meta.c.value).where(meta.c.key == "schema_version")).scalar()
    return int(found) if found is not None and found.isdecimal() else None


def make(connection: Connection) -> None:
    """Make the tables of this version in an empty database."""
    if connection.dialect.name == "postgresql":
        _make_schema(connection)
    metadata.create_all(connection, checkfirst=False)
    add(connection, meta, [{"key": "instance", "value": secrets.token_hex(16)}])
    add(connection, meta, [{"key": "schema_version", "value": str(SCHEMA_VERSION)}])


def bring_up_to_date(connection: Connection, version: int, *, to: int = SCHEMA_VERSION) -> None:
    """Take every step from `version`; the caller's transaction makes them one."""
    for step in range(version + 1, to + 1):
        STEPS[step](connection)
        connection.execute(update(meta).where(meta.c.key == "schema_version").values(value=str(step)))


def prepare(connection: Connection, place: Place) -> None:
    """Make or migrate, so that the store has this program's version; raises StoreError for a newer one's."""
    if connection.dialect.name == "postgresql":
        # Workers that start together: one makes the tables, the others wait and find them.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    version = version_of(connection)
    if version is None:
        _refuse_strangers(connection, place)
        make(connection)
        return
    refuse_newer(version, place)
    if version < SCHEMA_VERSION:
        _refuse_while_in_use(connection, version, place)
        bring_up_to_date(connection, version)


def check_version(connection: Connection, place: Place) -> None:
    """Raises StoreError unless the store has this program's version: to look at it changes nothing."""
    version = version_of(connection)
    if version is None:
        raise NoStore(f"{place} is no store of rules-engine", advice="Name another one with --store.")
    refuse_newer(version, place)
    if version < SCHEMA_VERSION:
        raise StoreOutdated(
            f"the store {place} has schema version {version}; this program works with version {SCHEMA_VERSION}",
            advice="`rules-engine run` brings it up to date when it starts, after making a backup.",
        )


def _refuse_while_in_use(connection: Connection, version: int, place: Place) -> None:
    """Raises ClaimHeld while a worker of the older program works on an account. A SQLite file's worker has its lock."""
    if connection.dialect.name != "postgresql" or version < _CLAIMS_SINCE:
        return
    held = connection.execute(text(_HELD)).first()
    if held is not None:
        raise ClaimHeld(
            f"the store {place} has schema version {version} and is in use by a worker of that version "
            f"({held.holder}, account {held.account})",
            advice="Stop every worker, then start them with this version: the first one brings the store up to date.",
        )


def refuse_newer(version: int, place: Place) -> None:
    """Raises StoreError for a store of a newer program."""
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the store {place} has schema version {version}; this program knows version {SCHEMA_VERSION}",
            advice="Use the program that made it, or a newer one.",
        )


def _has_meta(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        # Not to_regclass: it may remember, from before another worker made the tables, that they were not there.
        found = text("SELECT 1 FROM pg_tables WHERE schemaname = :schema AND tablename = 'meta'")
        return connection.execute(found, {"schema": SCHEMA}).scalar() is not None
    found = text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'")
    return connection.execute(found).scalar() is not None


def _make_schema(connection: Connection) -> None:
    there = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    if connection.execute(there, {"schema": SCHEMA}).scalar() is None:
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))


def _refuse_strangers(connection: Connection, place: Place) -> None:
    """Raises NoStore for a SQLite file that has tables, but not ours: it is somebody else's database."""
    if connection.dialect.name != "sqlite":
        return
    stranger = connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1")
    ).scalar()
    if stranger is not None:
        raise NoStore(
            f"{place} is no store of rules-engine: it has a table {stranger!r} and lacks ours",
            advice="Name another file with --store.",
        )
