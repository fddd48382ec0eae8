"""Where a store is: its URL, parsed and checked, in words that never hold a password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from rules_engine.errors import StoreError

_ADVICE: Final = "Use sqlite:///FILE, for example sqlite:///rules-engine.db, or postgresql://HOST/NAME."
_POSTGRES: Final = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_CREDENTIALS: Final = re.compile(r"//[^/]*@|(?<=password=)[^&\s]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a store is; as text, what a message calls it."""

    url: URL
    path: Path | None = None
    """The file of a SQLite store; None for one in memory and for PostgreSQL."""

    @property
    def is_postgres(self) -> bool:
        """Whether it is on a PostgreSQL server."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def connection_arguments(self) -> dict[str, Any]:
        """Of a connection to the server by its driver, without SQLAlchemy."""
        return {
            **self.url.translate_connect_args(username="user", database="dbname"),
            **{name: _first(value) for name, value in self.url.query.items()},
        }

    @property
    def secret(self) -> str:
        """The password, so that it can be kept out of what is shown; empty where there is none."""
        return str(self.url.password or "")

    @property
    def server(self) -> str:
        """The server's host and port, or the folder of its socket, as a message names it."""
        host = self.url.host or _first(self.url.query.get("host")) or "the local socket"
        port = self.url.port or _first(self.url.query.get("port"))
        return f"{host}:{port}" if port else host

    def __str__(self) -> str:
        if self.is_postgres:
            return f"{self.url.database or 'of the default database'} on PostgreSQL at {self.server}"
        return str(self.path) if self.path is not None else "in memory"


def _first(value: str | tuple[str, ...] | None) -> str | None:
    return value[0] if isinstance(value, tuple) else value


def parse_store_url(url: str) -> Place:
    """The store's place; raises StoreError for what can't be a store."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"{_without_credentials(url)!r} is no store URL", advice=_ADVICE) from None
    if parsed.drivername in _POSTGRES:
        return Place(url=_postgres_url(parsed))
    if parsed.drivername.startswith("postgres"):
        raise StoreError(
            f"the driver of {parsed.drivername!r} is not supported", advice="Use postgresql://HOST/NAME."
        )
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"a store of kind {parsed.get_backend_name()!r} is not supported", advice=_ADVICE)
    in_memory = parsed.database in {None, "", ":memory:"}
    return Place(url=parsed, path=None if in_memory else Path(str(parsed.database)))


def _postgres_url(parsed: URL) -> URL:
    """With our driver; a password among the options moves to where it is known to be one."""
    hidden = _first(parsed.query.get("password"))
    if hidden is not None:
        parsed = parsed.difference_update_query(["password"]).set(password=parsed.password or hidden)
    return parsed.set(drivername="postgresql+psycopg")


def _without_credentials(url: str) -> str:
    return _CREDENTIALS.sub(lambda found: "//***@" if found.group().startswith("//") else "***", url)


def store_file(url: str) -> Path | None:
    """The SQLite file that the URL names; None for a store in memory or on PostgreSQL."""
    return parse_store_url(url).path


def check_folder(path: Path | None) -> None:
    """Raises StoreError where the folder of the store's file is not there."""
    if path is not None and not path.parent.is_dir():
        raise StoreError(
            f"the folder of the store does not exist: {path.parent}",
            advice="Make the folder, or name another store.",
        )
