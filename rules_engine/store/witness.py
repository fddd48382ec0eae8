"""What stands beside a SQLite store and bears witness of it: which store it was, and how far it had come.

Without it, a store that was deleted would be made anew, empty, at the next start, and one that was put back from a
backup would go on as if nothing had been done since. It is written after what it tells of is durable, so it never claims
more than there was. Nothing that matters is in it; it is not made for PostgreSQL, whose server keeps its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from rules_engine.errors import StoreError
from rules_engine.store import tables as t
from rules_engine.store.address import parse_store_url
from rules_engine.store.read_snapshot import ReadsSnapshot
from rules_engine.store.transactions import COMMITS
from rules_engine.store.writing import Writes

HOST: Final = "host"
"""The store's word about the machine on which its worker ran."""
MACHINE_ID: Final = Path("/etc/machine-id")
_ROOM: Final = "x" * 65536


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the file beside the store says."""

    instance: str
    commits: int


def witness_file(store: Path) -> Path:
    """Where the witness of a store stands."""
    file = store.resolve()
    return file.with_name(f"{file.name}.witness")


def check_not_gone(url: str) -> None:
    """Raises StoreError where there was a store, and it is gone: it must not be made anew without a word."""
    path = parse_store_url(url).path
    if path is None or path.exists() or _read(witness_file(path)) is None:
        return
    raise StoreError(
        f"the store {path} is gone: it was here, and an empty one would know nothing of what was done",
        advice=f"Put it back, or a backup in its place. To begin anew, with a baseline, remove {witness_file(path)}.",
    )


class Witness(ReadsSnapshot, Writes):
    """The store's part that watches over its own file; on SQLite, for the process that works on it."""

    put_back: bool = False
    """Whether the file was older, when this process began, than it had been."""
    _seen: Testimony | None = None

    def take_up(self, *, adopt: bool = False) -> None:
        """Begin to work on the store: is it the one that was here, and on the machine where it was?

        With `adopt` another machine takes it over. Raises StoreError.
        """
        path = self._place.path
        if path is None:
            return
        before, now = _read(witness_file(path)), self._testimony()
        if before is not None and before.instance != now.instance:
            raise StoreError(
                f"the store {path} is not the one that was here before",
                advice=f"Put the other one back. If this one is to take its place, remove {witness_file(path)}.",
            )
        self._check_host(adopt=adopt)
        self.put_back = before is not None and now.commits < before.commits
        self._seen = now

    def check_whole(self) -> None:
        """Raises StoreError where the file was removed, replaced or written over since the last tick."""
        self._check_in_place()
        if self._seen is None:
            return
        now = self._testimony()
        if now.instance != self._seen.instance or now.commits < self._seen.commits:
            raise StoreError(
                f"the store {self._place} was written over while it was in use, so nothing more is done",
                advice="Look what has written to it, and start again: it will ask how to go on.",
            )

    def bear_witness(self) -> None:
        """Write down how far the store has come."""
        path = self._place.path
        if path is None or self._seen is None:
            return
        now = self._testimony()
        if self._seen != now or not witness_file(path).exists():
            _write(witness_file(path), now)
        self._seen = now

    def check_room(self) -> None:
        """Raises StoreFull while there is no room for what a tick may have to store."""
        self.put_meta({"room": _ROOM})
        self.put_meta({"room": None})

    def _testimony(self) -> Testimony:
        words = {row["key"]: row["value"] for row in self._all(select(t.meta))}
        return Testimony(words.get("instance", ""), int(words.get(COMMITS, "0")))

    def _check_host(self, *, adopt: bool) -> None:
        here, there = _host(self.instance()), self.meta(HOST)
        if here is None or here == there:
            return
        if there is not None and not adopt:
            raise StoreError(
                f"the store {self._place} belongs to a worker on another machine",
                advice="If it has moved here, and nothing works on it there any more: `rules-engine run --adopt`, once. "
                "If it is a copy, give this machine a store of its own: two that work on one account do everything twice.",
            )
        self.put_meta({HOST: here})


def _host(instance: str) -> str | None:
    """A name for this machine, of which nothing can be read; None where it has no identity, as in many containers."""
    try:
        machine = MACHINE_ID.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return (
        hashlib.blake2b(machine.encode(), key=instance.encode()[:64], digest_size=8).hexdigest()
        if machine
        else None
    )


def _read(file: Path) -> Testimony | None:
    """What it says; None where there is none, or none that can be read."""
    try:
        instance, commits = file.read_text(encoding="ascii").split()
        return Testimony(instance, int(commits))
    except (OSError, ValueError):
        return None


def _write(file: Path, testimony: Testimony) -> None:
    """As a whole or not at all. Where there is no room for it, the one before stands, which claims less."""
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_text(f"{testimony.instance} {testimony.commits}\n", encoding="ascii")
        new.replace(file)
    except OSError:
        return
