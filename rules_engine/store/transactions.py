"""What every method of the store stands on: one transaction, read or write, on either database.

A writing transaction under a claim first makes sure that the claim is still its own (the fence). On PostgreSQL that
also puts the writers of one account in a row; on SQLite the file's own lock does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Self, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from rules_engine.errors import StoreError
from rules_engine.store import postgres
from rules_engine.store import tables as t
from rules_engine.store.address import Place
from rules_engine.store.claim import Claim, lost
from rules_engine.store.translation import translated_errors

R = TypeVar("R")

COMMITS: Final = "commits"
"""The store's word about how many transactions it has seen, on SQLite: the younger of two copies has seen more."""
_COUNT: Final = (
    f"INSERT INTO meta (key, value) VALUES ('{COMMITS}', '1') "  # noqa: S608 - a constant
    "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
)


class Transactions:
    """An open store, and how to read from it and write to it."""

    def __init__(
        self, engine: Engine, place: Place, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`monotonic`: seconds that never run backwards, by which the time that a claim has left is measured."""
        self._engine = engine
        self._place = place
        self._identity = _identity(place)
        self._monotonic = monotonic
        self._claim: Claim | None = None
        self._deadlines: dict[tuple[str, int], float] = {}
        """By (account, fence): until when on the monotonic clock a claim surely holds. Shared with `under`."""

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def under(self, claim: Claim) -> Self:
        """The same store, writing under a claim: each of its writing transactions checks the fence.

        They raise ClaimLost, and write nothing, as soon as somebody else has the account.
        """
        fenced = type(self).__new__(type(self))
        fenced.__dict__.update(self.__dict__)
        fenced._claim = claim  # noqa: SLF001 - it is one of us
        return fenced

    # -- reading ---------------------------------------------------------------------------------

    def _read(self, work: Callable[[Connection], R]) -> R:
        """Read in one transaction; a connection that had broken while nobody used it is replaced, once."""
        with translated_errors(self._place):
            try:
                return self._read_once(work)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._read_once(work)

    def _read_once(self, work: Callable[[Connection], R]) -> R:
        with self._engine.connect() as connection:
            if self._place.is_postgres:
                return work(connection.execution_options(isolation_level="AUTOCOMMIT"))
            return work(connection.execution_options(reads_only=True))

    def _all(self, query: Any) -> list[Mapping[str, Any]]:
        return self._read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])

    def _one(self, query: Any) -> Any:
        """The first column of the first row, or None."""
        return self._read(lambda connection: connection.execute(query).scalar())

    # -- writing ---------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, account: str | None = None) -> Iterator[Connection]:
        """One writing transaction, of one account where it is known which; durable when the `with` ends."""
        self._check_in_place()
        with translated_errors(self._place):
            if self._place.is_postgres:
                with self._on_postgres(account) as connection:
                    yield connection
            else:
                with self._engine.begin() as connection:
                    self._check_fence(connection, account)
                    yield connection
                    connection.exec_driver_sql(_COUNT)

    @contextmanager
    def _on_postgres(self, account: str | None) -> Iterator[Connection]:
        connection, number = self._begun()
        with connection:
            self._check_fence(connection, account)
            yield connection
            try:
                connection.commit()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                if not postgres.was_committed(self._engine, number):
                    raise

    def _begun(self) -> tuple[Connection, str]:
        """A transaction and its number; a connection that had broken while nobody used it is replaced, once."""
        try:
            return self._begin()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._begin()

    def _begin(self) -> tuple[Connection, str]:
        connection = self._engine.connect()
        try:
            return connection, postgres.transaction_number(connection)
        except BaseException:
            connection.close()
            raise

    def _check_fence(self, connection: Connection, account: str | None) -> None:
        claim = self._claim
        concerned = account if account is not None else (claim.account if claim is not None else None)
        if concerned is None or (claim is None and not self._place.is_postgres):
            return
        # On PostgreSQL the row is locked to the end of the transaction: no claim changes hands meanwhile.
        fence = connection.execute(
            select(t.claims.c.fence).where(t.claims.c.account == concerned).with_for_update()
        ).scalar()
        if claim is None:
            return
        if claim.account != concerned:
            raise AssertionError(f"the claim on {claim.account} does not cover {concerned}")
        if fence != claim.fence:
            raise lost(claim)

    def _check_in_place(self) -> None:
        """Raises StoreError when the file was removed or replaced: what is written to it then is lost at the end."""
        if _identity(self._place) != self._identity:
            raise StoreError(
                f"the store {self._place} was removed or replaced while it was in use, so nothing more is done",
                advice="Put it back, or start again with the store that is there now.",
            )


def _identity(place: Place) -> tuple[int, int] | None:
    try:
        found = place.path.stat() if place.path is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found is not None else None
