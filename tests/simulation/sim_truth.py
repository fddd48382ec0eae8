"""The truth of the sandbox as timelines, and the simulation's own idea of when two values mean the same.

Written anew on purpose: a mistake in the engine's canonical form must not be a mistake of its checker.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

WORDS = {"status", "priority", "tags"}
SETS = {"tags", "assigned_to"}
MOMENTS = {"due_date", "start_date", "created_at"}
MOVING = {"updated_at"}
_MARK = re.compile(r"— ([a-z0-9-]+) · ([A-Z2-7]{16})\s*$")


def meaning(name: str, value: Any) -> Any:
    """What a field's value means, whatever way it is written; nothing is None."""
    if value is None or value in ("", [], ()):
        return None
    if isinstance(value, list | tuple):
        items = [meaning(name, one) for one in value]
        return frozenset(items) if name in SETS else tuple(items)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    text = unicodedata.normalize("NFC", html.unescape(str(value)).replace("\r\n", "\n")).strip()
    if name in WORDS:
        return text.casefold()
    if name in MOMENTS and text:
        return datetime.fromisoformat(text).timestamp()
    return text or None


def meanings(data: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning of every field that is more than a clock."""
    return {name: meaning(name, value) for name, value in data.items() if name not in MOVING}


def mark_of(data: Mapping[str, Any]) -> str | None:
    """The mark that an object of ours carries."""
    for name in ("description", "notes"):
        found = _MARK.search(str(data.get(name) or ""))
        if found:
            return found[2]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of one object; `data` is None once it is gone."""

    n: int
    by: str
    request: int | None
    data: Mapping[str, Any] | None


@dataclass(slots=True)
class Truth:
    """What really happened, read from the sandbox's history."""

    timelines: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    requests: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    last: int = 0

    def begin(self, state) -> None:
        """Take in what was there before any history."""
        for resource in ("project", "task", "lead", "member", "note", "time_entry", "holiday"):
            for one in state.all(resource):
                self.timelines[resource, one["id"]] = [Version(n=0, by="seed", request=None, data=one)]

    def read_on(self, state) -> list[tuple[tuple[str, str], Version, Version | None]]:
        """Take in what happened since; gives each effect with its key and the version before it."""
        fresh = []
        for entry in state.history(self.last):
            self.last = entry["n"]
            if entry["kind"] == "request":
                self.requests[entry["n"]] = entry
                continue
            key = entry["resource"], entry["id"]
            line = self.timelines.setdefault(key, [])
            version = Version(n=entry["n"], by=entry["by"], request=entry["request"], data=entry["after"])
            fresh.append((key, version, line[-1] if line else None))
            line.append(version)
        return fresh

    def now(self, key: tuple[str, str]) -> Mapping[str, Any] | None:
        """The object as it is, or None."""
        line = self.timelines.get(key)
        return line[-1].data if line else None

    def values(self, key: tuple[str, str], name: str) -> list[tuple[Any, str, int]]:
        """Each meaning that the field took, with who brought it about and when, in order."""
        found: list[tuple[Any, str, int]] = []
        for version in self.timelines.get(key, []):
            if version.data is None:
                continue
            value = meaning(name, version.data.get(name))
            if not found or found[-1][0] != value:
                found.append((value, version.by, version.n))
        return found
