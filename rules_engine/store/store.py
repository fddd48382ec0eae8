"""The store: what the engine remembers. Each method is one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from rules_engine.store.claims import Claims
from rules_engine.store.connect import (
    MEMORY,
    Upgrade,
    memory_engine,
    open_engine,
    open_engine_to_look,
    parse_store_url,
)
from rules_engine.store.copying import copy_rows
from rules_engine.store.errors import NoStore, NotMoved
from rules_engine.store.holding import Holding
from rules_engine.store.read_backlog import ReadsBacklog
from rules_engine.store.read_timers import ReadsTimers
from rules_engine.store.retention import Forgets
from rules_engine.store.room import Room
from rules_engine.store.tables import metadata
from rules_engine.store.translation import translated_errors
from rules_engine.store.witness import Witness

__all__ = ["NotMoved", "Store"]


class Store(Witness, ReadsTimers, ReadsBacklog, Holding, Room, Forgets, Claims):
    """One store, which holds any number of accounts."""

    upgraded: Upgrade | None = None
    """Whether opening it brought it up to date."""

    @classmethod
    def open(
        cls,
        url: str,
        *,
        check_health: bool = True,
        upgrade: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Self:
        """Open or make the store at `sqlite:///FILE` (`sqlite://`: in memory) or `postgresql://…`; raises StoreError.

        `check_health` reads a whole SQLite file to find damage: for who writes, not for who only looks.
        `upgrade` brings a store of an older program up to date: for a worker that holds it; others are refused.
        `monotonic`: seconds that never run backwards, by which the time that a claim has left is measured.
        """
        place = parse_store_url(url)
        engine, upgraded = open_engine(place, check_health=check_health, upgrade=upgrade)
        opened = cls(engine, place, monotonic=monotonic)
        opened.upgraded = upgraded
        return opened

    @classmethod
    def open_to_look(cls, url: str, *, check_health: bool = False) -> Self:
        """Open a store that is there, to read it: nothing can be written to it. Raises StoreError."""
        place = parse_store_url(url)
        return cls(open_engine_to_look(place, check_health=check_health), place)

    @classmethod
    def find(cls, url: str, *, to_write: bool = False, check_health: bool = False) -> Self | None:
        """The store that is there, to look at it or also `to_write`; None where there is none yet. Raises StoreError.

        One of an older program is refused: a worker brings it up to date. A store in memory is nobody else's, so it is never there.
        """
        place = parse_store_url(url)
        if not place.is_postgres:
            if place.path is None or not place.path.exists():
                return None
            return (
                cls.open(url, check_health=False, upgrade=False)
                if to_write
                else cls.open_to_look(url, check_health=check_health)
            )
        try:
            looking = cls.open_to_look(url)
        except NoStore:
            return None
        if not to_write:
            return looking
        looking.close()
        return cls.open(url, upgrade=False)

    def __str__(self) -> str:
        """What a message calls it; never with a password."""
        return str(self._place)

    def copy_in_memory(self) -> Store:
        """An independent copy of everything: what is written to it never reaches this store."""
        copy = memory_engine()
        with translated_errors(self._place):
            if self._place.is_postgres:
                with copy.begin() as target:
                    metadata.create_all(target)
                    copy_rows(self._engine, target)
            else:
                source, target_file = self._engine.raw_connection(), copy.raw_connection()
                try:
                    source.driver_connection.backup(target_file.driver_connection)  # type: ignore[union-attr]
                finally:
                    source.close()
                    target_file.close()
        return Store(copy, MEMORY)
