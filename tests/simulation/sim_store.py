"""Reading the store's file as anybody could, with sqlite3 and nothing of the engine's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

_JSON = {
    "data",
    "changes",
    "before",
    "after",
    "types",
    "body",
    "result",
    "known_ids",
    "known_fields",
    "fence",
}


class StoreFile:
    """The tables of one store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path)
        self._connection.row_factory = sqlite3.Row
        self._connection.isolation_level = None
        self._connection.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a query, JSON columns decoded."""
        with closing(self._connection.execute(query, values)) as found:
            return [_decoded(row) for row in found]

    def events(self, after: int) -> list[dict[str, Any]]:
        """Events in order, with what kind of change each is."""
        found = self.rows("SELECT * FROM events WHERE seq > ? ORDER BY seq", after)
        for event in found:
            event["kind"] = "created" if event["before"] is None else "updated"
            if event["after"] is None:
                event["kind"] = "deleted"
        return found

    def objects(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The snapshot, whatever each object's presence."""
        return {(row["resource"], row["object_id"]): row for row in self.rows("SELECT * FROM objects")}

    def runs(self) -> dict[str, dict[str, Any]]:
        """Every run by id."""
        return {row["id"]: row for row in self.rows("SELECT * FROM runs")}

    def steps(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every step by run and key."""
        return {(row["run_id"], row["key"]): row for row in self.rows("SELECT * FROM steps")}

    def integrity(self) -> str:
        """What SQLite says of its file."""
        return self.rows("PRAGMA integrity_check")[0]["integrity_check"]

    def has_bytes(self, wanted: bytes) -> bool:
        """Whether any of the store's files holds these bytes."""
        return any(wanted in path.read_bytes() for path in self._files())

    def _files(self) -> Iterator[Path]:
        return self._path.parent.glob(self._path.name + "*")


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    return {
        name: json.loads(row[name]) if name in _JSON and row[name] is not None else row[name]
        for name in row.keys()  # noqa: SIM118 - iterating a Row gives values
    }
