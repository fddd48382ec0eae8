"""The sandbox's storage: every version of every object, a log of what happened, and the keys.

Versions are never overwritten: each is valid from one entry of the log to another. So the state as it was at any
moment is one query (that is how a lagging read is played), and the log can show before and after of each effect
without keeping them twice. Objects are stored as the JSON text that is given out, so that a long list is joined,
not built.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rules_engine.sandbox.errors import SandboxError

LATEST = 2**62
"""A place in the log that is after everything."""

_VERSION = 1
_SCHEMA = f"""
CREATE TABLE versions (
    resource TEXT NOT NULL, id TEXT NOT NULL, project_id TEXT, seq INTEGER NOT NULL, data TEXT NOT NULL,
    from_n INTEGER NOT NULL, to_n INTEGER
);
CREATE INDEX versions_by_list ON versions (resource, project_id, seq);
CREATE INDEX versions_by_id ON versions (resource, id);
CREATE INDEX versions_by_start ON versions (from_n);
CREATE INDEX versions_by_end ON versions (to_n);
CREATE TABLE log (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, at REAL NOT NULL, data TEXT NOT NULL);
CREATE INDEX log_by_time ON log (kind, at);
CREATE TABLE keys (key TEXT PRIMARY KEY, data TEXT NOT NULL);
PRAGMA user_version = {_VERSION};
"""

_THEN = "from_n <= :at_n AND (to_n IS NULL OR to_n > :at_n)"
_ONE = f"SELECT data FROM versions WHERE resource = :resource AND id = :id AND {_THEN}"  # noqa: S608  (a constant)
_LIST = f"SELECT data FROM versions WHERE resource = :resource AND {_THEN} ORDER BY seq"  # noqa: S608  (a constant)
_LIST_OF_PROJECT = f"SELECT data FROM versions WHERE resource = :resource AND project_id = :project_id AND {_THEN} ORDER BY seq"  # noqa: S608  (a constant)
_HISTORY = """
SELECT log.n, log.kind, log.data, old.data, new.data FROM log
LEFT JOIN versions old ON log.kind = 'effect' AND old.to_n = log.n
LEFT JOIN versions new ON log.kind = 'effect' AND new.from_n = log.n
WHERE log.n > :since ORDER BY log.n
"""


class Database:
    """One SQLite database, used by several threads one after the other."""

    def __init__(self, path: str | Path | None = None) -> None:
        """Open the file (made when it is not there), or a database in memory."""
        self._lock = threading.RLock()
        self._depth = 0
        try:
            self._connection = sqlite3.connect(
                ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise _unusable(path, error) from error
        except SandboxError:
            self._connection.close()
            raise
        self._next_n = self._number("SELECT coalesce(max(n), 0) + 1 FROM log")
        self._next_seq = self._number("SELECT coalesce(max(seq), 0) + 1 FROM versions")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, alone; an inner one belongs to the outer one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth = 0

    def is_fresh(self) -> bool:
        """Whether nothing was ever stored here."""
        with self._lock:
            return self._number("SELECT NOT EXISTS (SELECT 1 FROM versions)") == 1

    def read(self, resource: str, object_id: str, at_n: int = LATEST) -> dict[str, Any] | None:
        """One object as it was at that place in the log, or None."""
        with self._lock:
            wanted = {"resource": resource, "id": object_id, "at_n": at_n}
            row = self._connection.execute(_ONE, wanted).fetchone()
        return None if row is None else json.loads(row[0])

    def texts(self, resource: str, project_id: str | None = None, at_n: int = LATEST) -> list[str]:
        """The JSON texts of all objects (of that project) at that place in the log, oldest first."""
        wanted = {"resource": resource, "at_n": at_n}
        with self._lock:
            if project_id is None:
                rows = self._connection.execute(_LIST, wanted).fetchall()
            else:
                rows = self._connection.execute(
                    _LIST_OF_PROJECT, {**wanted, "project_id": project_id}
                ).fetchall()
        return [row[0] for row in rows]

    def begin_version(self, resource: str, data: Mapping[str, Any], n: int) -> None:
        """Store the object as it is from log entry `n` on; a version that is still valid ends there."""
        parameters = {"resource": resource, "id": data["id"], "n": n}
        with self._lock:
            row = self._connection.execute(
                "SELECT seq FROM versions WHERE resource = :resource AND id = :id AND to_n IS NULL",
                parameters,
            ).fetchone()
            if row is not None:
                self.end_version(resource, data["id"], n)
            seq = self._take_seq() if row is None else row[0]
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            self._connection.execute(
                "INSERT INTO versions VALUES (:resource, :id, :project_id, :seq, :text, :n, NULL)",
                {**parameters, "project_id": data.get("project_id"), "seq": seq, "text": text},
            )

    def end_version(self, resource: str, object_id: str, n: int) -> None:
        """From log entry `n` on the object is gone (or replaced)."""
        with self._lock:
            self._connection.execute(
                "UPDATE versions SET to_n = ? WHERE resource = ? AND id = ? AND to_n IS NULL",
                (n, resource, object_id),
            )

    def log(self, kind: str, at: float, data: Mapping[str, Any]) -> int:
        """Add an entry to the log; gives its number. Entries are numbered from 1 in the order of their coming."""
        with self._lock:
            n = self._next_n
            self._next_n += 1
            self._connection.execute("INSERT INTO log VALUES (?, ?, ?, ?)", (n, kind, at, json.dumps(data)))
        return n

    def amend(self, n: int, **fields: Any) -> None:
        """Complete an entry of the log with what became known later."""
        with self._lock:
            row = self._connection.execute("SELECT data FROM log WHERE n = ?", (n,)).fetchone()
            amended = json.dumps({**json.loads(row[0]), **fields})
            self._connection.execute("UPDATE log SET data = ? WHERE n = ?", (amended, n))

    def place_before(self, at: float) -> int:
        """The number of the last effect that came about at that moment or earlier (epoch seconds); 0 for none."""
        with self._lock:
            return self._number("SELECT coalesce(max(n), 0) FROM log WHERE kind = 'effect' AND at <= ?", at)

    def last_place(self) -> int:
        """The number of the log's last entry; 0 for none."""
        with self._lock:
            return self._next_n - 1

    def history(self, since: int = 0) -> list[dict[str, Any]]:
        """The log after entry `since`, in order; each effect with the object before and after."""
        with self._lock:
            rows = self._connection.execute(_HISTORY, {"since": since}).fetchall()
        return [_entry(*row) for row in rows]

    def keys(self) -> dict[str, dict[str, Any]]:
        """What is known of each key."""
        with self._lock:
            rows = self._connection.execute("SELECT key, data FROM keys ORDER BY rowid").fetchall()
        return {key: json.loads(data) for key, data in rows}

    def key(self, key: str) -> dict[str, Any] | None:
        """What is known of that key, or None."""
        with self._lock:
            row = self._connection.execute("SELECT data FROM keys WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def save_key(self, key: str, data: Mapping[str, Any]) -> None:
        """Store what is known of a key."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO keys VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data",
                (key, json.dumps(data)),
            )

    def _prepare(self) -> None:
        # Exclusive: numbers are counted in this process, so a second sandbox on the file must be refused.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        version = self._number("PRAGMA user_version")
        if version == 0 and self._number("SELECT count(*) FROM sqlite_master") == 0:
            self._connection.executescript(_SCHEMA)
        elif version != _VERSION:
            raise SandboxError(
                "the database was not made by this version of the sandbox: choose another file"
            )

    def _number(self, query: str, *parameters: Any) -> int:
        return int(self._connection.execute(query, parameters).fetchone()[0])

    def _take_seq(self) -> int:
        self._next_seq += 1
        return self._next_seq - 1


def _unusable(path: str | Path | None, error: sqlite3.Error) -> SandboxError:
    return SandboxError(f"{path} can't be used as the sandbox's database: {error}")


def _entry(n: int, kind: str, data: str, before: str | None, after: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"n": n, "kind": kind, **json.loads(data)}
    if kind == "effect":
        entry["before"] = None if before is None else json.loads(before)
        entry["after"] = None if after is None else json.loads(after)
    return entry
