"""The PostgreSQL side: bounded connections and statements, and commits whose outcome is known.

A connection that breaks in the middle of COMMIT leaves open whether the transaction happened. The server knows:
each writing transaction notes its number first, and asks for that number's fate over another connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rules_engine.errors import StoreError
from rules_engine.store.address import Place

SCHEMA: Final = "rules_engine"
"""Our tables have names like `events`: in a schema of their own they meet nobody else's."""

OLDEST: Final = 130000
"""The oldest server version that knows `pg_current_xact_id`."""

CONNECT_SECONDS: Final = 10
STATEMENT_SECONDS: Final = 60
LOCK_SECONDS: Final = 20
IDLE_SECONDS: Final = 10
"""A process that was stopped in the middle of a transaction keeps its locks no longer than this. Less than
LOCK_SECONDS, so that whoever waits for such a lock gets it."""
FATE_SECONDS: Final = 15.0
"""How long a commit whose connection broke is asked after."""

_SETTINGS: Final = (
    f"SET search_path = {SCHEMA}; SET statement_timeout = '{STATEMENT_SECONDS}s'; SET lock_timeout = '{LOCK_SECONDS}s'; "
    f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; SET synchronous_commit = on; SET timezone = 'UTC'"
)
_KEEPALIVE: Final = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def postgres_engine(place: Place, *, to_look: bool = False) -> Engine:
    """An engine for the server; connects only when it is used. Raises StoreError where the driver is missing."""
    arguments: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "rules-engine",
        **_KEEPALIVE,
    }
    arguments = {name: value for name, value in arguments.items() if name not in place.url.query}
    try:
        engine = create_engine(
            place.url,
            connect_args=arguments,
            pool_timeout=LOCK_SECONDS,
            # Parameters may hold a client's data, and errors reach logs.
            hide_parameters=True,
        )
    except ModuleNotFoundError:
        raise StoreError(
            "a store on PostgreSQL needs the extra `postgres`, which is not installed",
            advice="pip install 'rules-engine[postgres]'",
        ) from None
    settings = f"{_SETTINGS}; SET default_transaction_read_only = on" if to_look else _SETTINGS

    def on_connect(connection: Any, _record: object) -> None:
        connection.adapters.register_dumper(str, _dumper())
        connection.autocommit = True
        connection.execute(settings)
        connection.autocommit = False

    event.listen(engine, "connect", on_connect)
    return engine


def _dumper() -> type[Any]:
    """Texts as the server takes them: it has no NUL character, so the picture of one stands in its place."""
    from psycopg.types.string import StrDumper  # noqa: PLC0415 - the driver is an extra

    class WithoutNul(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\u2400") if "\0" in obj else obj)

    return WithoutNul


def check_version(connection: Connection, place: Place) -> None:
    """Raises StoreError for a server that is too old."""
    version = int(connection.execute(text("SELECT current_setting('server_version_num')")).scalar_one())
    if version < OLDEST:
        raise StoreError(
            f"PostgreSQL at {place.server} is version {version // 10000}; the store needs {OLDEST // 10000} or newer"
        )


def transaction_number(connection: Connection) -> str:
    """The number of this transaction, by which its fate can be asked for later."""
    return str(connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one())


def was_committed(engine: Engine, number: str, *, sleep: Callable[[float], None] = time.sleep) -> bool | None:
    """What became of a transaction whose connection broke; None where the server did not tell in time."""
    deadline = time.monotonic() + FATE_SECONDS
    while True:
        fate = _fate(engine, number)
        if fate in {"committed", "aborted"}:
            return fate == "committed"
        if time.monotonic() >= deadline:
            return None
        sleep(0.2)


def _fate(engine: Engine, number: str) -> str | None:
    query = text("SELECT pg_xact_status(CAST(CAST(:number AS text) AS xid8))")
    try:
        with engine.connect() as connection:
            return connection.execute(query, {"number": number}).scalar()
    except (DBAPIError, PoolTimeout):
        return None  # it is still away: asked again until the time is up
