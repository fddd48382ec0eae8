"""From `when` as written to triggers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.durations import Duration, parse_duration
from rules_engine.ruleset.grammar import CLOCK_KEYS
from rules_engine.ruleset.model import Crossing, OnMissed, Place, Schedule, Trigger
from rules_engine.ruleset.parts import as_list

DIGEST_LENGTH = 32
PERCENT = re.compile(r"\s*(?P<number>[0-9]{1,9}(?:\.[0-9]{1,6})?)\s*%\s*")
"""A share as it is written: `80%`."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)

PlaceOf = Callable[[tuple[str | int, ...]], Place | None]
"""Where a part of the rule stands, by its path in the rule."""


def nowhere(path: tuple[str | int, ...]) -> None:  # noqa: ARG001 - one way to be a PlaceOf
    """The place of what stands in no file."""
    return


def canonical_digest(data: Any) -> str:
    """A stable hash of plain JSON data; the order of keys means nothing."""
    text = _CANONICAL.encode(data)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def compile_when(when: Any, place_of: PlaceOf = nowhere) -> tuple[Trigger, ...]:
    """The triggers of `when`, in any of its forms."""
    if isinstance(when, list):
        return tuple(compile_trigger(entry, place_of(("when", n))) for n, entry in enumerate(when))
    return (compile_trigger(when, place_of(("when",))),)


def compile_trigger(entry: Any, place: Place | None = None) -> Trigger:
    """One trigger: an event's name, or a mapping."""
    if isinstance(entry, str):
        entry = {"event": entry}
    digest = canonical_digest(_normal(entry))
    if "schedule" in entry:
        return Trigger(events=(), schedule=_schedule(entry), digest=digest, place=place)
    return Trigger(
        events=tuple(as_list(entry["event"])),
        for_=_duration(entry, "for"),
        crosses=compile_crossing(entry["crosses"]) if "crosses" in entry else None,
        offset=next((_duration(entry, key) for key in CLOCK_KEYS if key in entry), None),
        from_=_values(entry, "from"),
        to=_values(entry, "to"),
        not_from=_values(entry, "not_from"),
        not_to=_values(entry, "not_to"),
        changed=_values(entry, "changed"),
        tag=_values(entry, "tag"),
        where={name: _values(entry["where"], name) for name in entry.get("where", {})},
        digest=digest,
        place=place,
    )


def compile_crossing(written: float | str) -> Crossing:
    """A threshold: a number, or a share such as `80%`."""
    if isinstance(written, str):
        found = PERCENT.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is no share")
        return Crossing(threshold=float(found["number"]), percent=True)
    return Crossing(threshold=float(written))


def _schedule(entry: Mapping[str, Any]) -> Schedule:
    return Schedule(
        cron=" ".join(entry["schedule"].split()),
        timezone=entry.get("timezone"),
        on_missed=OnMissed(entry.get("on_missed", OnMissed.ONCE)),
    )


def _duration(entry: Mapping[str, Any], key: str) -> Duration | None:
    return parse_duration(entry[key]) if key in entry else None


def _values(entry: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    if key not in entry:
        return ()
    return tuple(as_list(entry[key])) or (None,)


def _normal(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The trigger with its values as lists, so that `to: X` and `to: [X]` are the same trigger."""
    return {
        key: {name: as_list(inner) for name, inner in value.items()} if key == "where" else as_list(value)
        for key, value in entry.items()
    }
