"""The database's errors as ours, in words: the one place where they are translated."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rules_engine.errors import StoreError
from rules_engine.store.address import Place
from rules_engine.store.errors import NoStore, StoreAway, StoreDamaged, StoreFull

_WAIT: Final = "Look whether the server is well. A worker that is under way tries again by itself."
_DAMAGE: Final = ("malformed", "not a database", "Could not decode to UTF-8", "unsupported file format")
_LEAST_ROOM: Final = 65536
"""Bytes: less than one page of SQLite's shared memory, and a little."""
_PASSES: Final = frozenset({"40001", "40P01", "55P03", "57014", "25P03", "53300", "57P01", "57P02", "57P03"})
"""SQLSTATEs that the same transaction may not meet again: conflicts, time-outs, too many connections, a restart."""
_REFUSED: Final = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|role .* does not exist"
)
_NO_DATABASE: Final = re.compile(r'database "(?P<name>.*)" does not exist')


@contextmanager
def translated_errors(place: Place) -> Iterator[None]:
    """Whatever the database raises comes out as a StoreError that names the place, without its password."""
    try:
        yield
    except PoolTimeout:
        raise StoreAway(f"the store {place} has no free connection", advice=_WAIT) from None
    except UnicodeDecodeError:
        raise damaged(place, "it holds a text that is none") from None
    except DBAPIError as error:
        raise (_of_postgres if place.is_postgres else _of_sqlite)(error, place) from None


def damaged(place: Place, finding: str) -> StoreDamaged:
    """What to say of a store whose check failed."""
    advice = (
        "It is left as it is. Stop the worker and put a backup in its place; deleting it makes the "
        "engine forget what it has done."
    )
    return StoreDamaged(f"the store {place} is damaged: {finding}", advice=advice)


def _of_sqlite(error: DBAPIError, place: Place) -> StoreError:
    finding = str(error.orig)
    if any(sign in finding for sign in _DAMAGE):
        return damaged(place, finding)
    if "no such table" in finding:
        return NoStore(
            f"{place} is no store of rules-engine: {finding}", advice="Name another file with --store."
        )
    if "locked" in finding:
        return StoreAway(
            f"the store {place} is locked by another program", advice="Try again when it has finished."
        )
    if "disk is full" in finding or ("disk I/O error" in finding and _is_full(place)):
        return StoreFull(
            f"there is no room for the store {place}: {finding}",
            advice="Make room on its disk. Nothing is sent that could not be stored.",
        )
    return StoreError(
        f"the store {place} can't be opened: {finding}", advice="Check that the file can be written."
    )


def _is_full(place: Place) -> bool:
    """Whether there is no room left: SQLite calls it an I/O error where it is its shared memory that can't grow."""
    if place.path is None:
        return False
    try:
        found = os.statvfs(place.path.parent)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _LEAST_ROOM


def _of_postgres(error: DBAPIError, place: Place) -> StoreError:
    finding = _first_line(str(error.orig), place)
    state = getattr(error.orig, "sqlstate", None)
    if state is None or error.connection_invalidated:
        return _without_connection(finding, place, lost=error.connection_invalidated)
    if state in _PASSES:
        return StoreAway(f"the store {place} did not carry out what was asked: {finding}", advice=_WAIT)
    for prefix, kind in _BY_CLASS.items():
        if state.startswith(prefix):
            return kind(f"the store {place}: {finding}", advice=_ADVICE_BY_CLASS[prefix])
    return StoreError(
        f"the store {place} refused: {finding} (SQLSTATE {state})", advice="Look at the server's log."
    )


_BY_CLASS: Final[Mapping[str, type[StoreError]]] = {
    "53100": StoreFull,
    "42501": StoreError,
    "42P01": NoStore,
    "25006": StoreError,
    "XX001": StoreDamaged,
    "XX002": StoreDamaged,
}
_ADVICE_BY_CLASS: Final[Mapping[str, str]] = {
    "53100": "Make room on the server's disk. Nothing is sent that could not be stored.",
    "42501": "Let the database's owner make the schema rules_engine and give it to this user: "
    "CREATE SCHEMA rules_engine AUTHORIZATION …",
    "42P01": "Name another database with --store.",
    "25006": "The server takes no writes; it may be a standby. Name the one that does.",
    "XX001": "Nothing more is done. Restore the database from a backup.",
    "XX002": "Nothing more is done. Rebuild the index (REINDEX), or restore the database from a backup.",
}


def _without_connection(finding: str, place: Place, *, lost: bool) -> StoreError:
    if _REFUSED.search(finding):
        return StoreError(
            f"PostgreSQL at {place.server} refuses the connection: {finding}",
            advice="Check user and password: in the store's URL, in PGPASSWORD, or in ~/.pgpass.",
        )
    missing = _NO_DATABASE.search(finding)
    if missing:
        return StoreError(
            f"PostgreSQL at {place.server} has no database {missing['name']!r}",
            advice=f"Make it (createdb {missing['name']}), or name another one with --store.",
        )
    if "invalid connection option" in finding or "invalid sslmode" in finding:
        return StoreError(f"the store's URL can't be used: {finding}", advice="See the options of libpq.")
    what = "the connection was lost" if lost else "it can't be reached"
    return StoreAway(f"the store {place}: {what}: {finding}", advice=_WAIT)


def _first_line(text: str, place: Place) -> str:
    line = text.strip().splitlines()[0] if text.strip() else "no reason was given"
    return line.replace(place.secret, "***") if place.secret else line
