"""The room that a store takes, and giving back what it no longer needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from rules_engine.store import rows
from rules_engine.store.read_snapshot import ReadsSnapshot
from rules_engine.store.translation import translated_errors
from rules_engine.store.writing import Writes

VACUUMED_AT: Final = "vacuumed_at"
"""The word in `meta` that says when a SQLite file last gave room back."""
_PAGES_AT_ONCE: Final = 1000
_RESERVE: Final = 0.02
"""The part of the file that stays free, so that the next writes need not make it longer again."""

_POSTGRES_SIZE: Final = text(
    "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r'"
)
_POSTGRES_VACUUM: Final = text(
    "SELECT max(greatest(last_vacuum, last_autovacuum)) FROM pg_stat_user_tables "
    "WHERE schemaname = current_schema()"
)


class Room(ReadsSnapshot, Writes):
    """The store's part about the room that it takes."""

    def size(self) -> int:
        """How many bytes it takes on disk, with what is in the log of a SQLite file; 0 in memory."""
        if self._place.is_postgres:
            return int(self._read(lambda connection: connection.execute(_POSTGRES_SIZE).scalar()) or 0)
        path = self._place.path
        if path is None:
            return 0
        files = (path, path.with_name(f"{path.name}-wal"))
        return sum(each.stat().st_size for each in files if each.exists())

    def vacuumed_at(self) -> datetime | None:
        """When it last gave back room; None where it never did. PostgreSQL does so by itself."""
        if self._place.is_postgres:
            found: Any = self._read(lambda connection: connection.execute(_POSTGRES_VACUUM).scalar())
            return found  # type: ignore[no-any-return]
        return rows.from_time(self.meta(VACUUMED_AT))

    def give_back(self, now: datetime) -> None:
        """Let a SQLite file get as short as it can, a piece at a time, so that nobody who writes waits for long."""
        if self._place.path is None:
            return
        while self._free() > _RESERVE:
            before = self._pragma("freelist_count")
            self._pragma(f"incremental_vacuum({_PAGES_AT_ONCE})")
            if self._pragma("freelist_count") >= before:
                return  # a file of an older version that can't; `store prune` rebuilds it
        self.put_meta({VACUUMED_AT: rows.to_time(now)})

    def _free(self) -> float:
        """The part of the file that holds nothing."""
        return self._pragma("freelist_count") / max(self._pragma("page_count"), 1)

    def _pragma(self, words: str) -> int:
        """Ask or tell SQLite something, outside of any transaction of ours."""
        with translated_errors(self._place):
            connection = self._engine.raw_connection()
            try:
                found = connection.driver_connection.execute(f"PRAGMA {words}").fetchall()  # type: ignore[union-attr]
            finally:
                connection.close()
        return int(found[0][0]) if found else 0
