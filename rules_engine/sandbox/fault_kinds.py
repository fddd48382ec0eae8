"""The ways in which a request can go wrong, and what each of them may be told.

A new kind is one row here, and one place that carries it out: `faults` if it changes the answer, `endpoint` if it
does something to the connection, `exchange` if it colours what is around the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.sandbox.errors import SandboxError
from rules_engine.sandbox.limits import RESET_UNITS

READS = frozenset({"GET"})
WRITES = frozenset({"POST", "PATCH", "DELETE"})
ANY_METHOD = READS | WRITES


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to go wrong."""

    name: str
    options: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    methods: frozenset[str] = ANY_METHOD
    """The methods that it fits when the script does not say."""
    ambient: bool = False


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(name="status", options=frozenset({"headers", "body", "after"}), required=frozenset({"status"})),
        Kind(name="html", options=frozenset({"status", "body", "after"})),
        Kind(name="redirect", options=frozenset({"status"}), required=frozenset({"location"})),
        Kind(name="delay", options=frozenset({"after"}), required=frozenset({"seconds"})),
        Kind(name="drop"),
        Kind(name="drop_after", methods=WRITES),
        Kind(name="cut", options=frozenset({"fraction"})),
        Kind(name="drip", options=frozenset({"chunk", "seconds"})),
        Kind(name="empty_list", methods=READS),
        Kind(name="halved_list", methods=READS),
        Kind(name="omit", required=frozenset({"ids"}), methods=READS),
        Kind(name="lag", required=frozenset({"seconds"}), methods=READS, ambient=True),
        Kind(name="rate", options=frozenset({"limit", "remaining", "reset_in"}), ambient=True),
        Kind(name="reset_unit", required=frozenset({"unit"}), ambient=True),
    )
}
"""Every kind of fault. `after: true` means that the request is handled first: the write takes effect."""


def checked_kind(kind: str, options: Mapping[str, Any]) -> Kind:
    """The kind of that name, if the options make sense for it; raises SandboxError."""
    known = KINDS.get(kind)
    if known is None:
        raise SandboxError(f"there is no fault {kind!r}: use one of {', '.join(KINDS)}")
    missing = known.required - options.keys()
    if missing:
        raise SandboxError(f"the fault {kind} needs {', '.join(sorted(missing))}")
    strange = options.keys() - known.required - known.options
    if strange:
        takes = ", ".join(sorted(known.required | known.options)) or "no options"
        raise SandboxError(f"the fault {kind} does not take {', '.join(sorted(strange))}; it takes {takes}")
    for name, value in options.items():
        rule = _RULES.get(name)
        if rule is not None and not rule.fits(value):
            raise SandboxError(f"{name} of the fault {kind} must be {rule.what}, not {value!r}")
    return known


@dataclass(frozen=True, slots=True)
class _Rule:
    """What an option may be."""

    what: str
    fits: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_headers(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    parts = [part for pair in value.items() for part in pair]
    return all(isinstance(part, str) and part.isascii() and part.isprintable() for part in parts)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


_RULES: Mapping[str, _Rule] = {
    "status": _Rule("an HTTP status from 200 to 599", lambda value: _is_whole(value) and 200 <= value < 600),  # noqa: PLR2004  (HTTP)
    "headers": _Rule("an object of ASCII texts", _are_headers),
    "after": _Rule("true or false", lambda value: isinstance(value, bool)),
    "location": _Rule("a URL", lambda value: _are_headers({"Location": value})),
    "seconds": _Rule("a number from 0 on", lambda value: _is_number(value) and value >= 0),
    "fraction": _Rule(
        "a number from 0 on and less than 1", lambda value: _is_number(value) and 0 <= value < 1
    ),
    "chunk": _Rule("a whole number of at least 1", lambda value: _is_whole(value) and value >= 1),
    "ids": _Rule("a list of ids", _are_texts),
    "limit": _Rule("a whole number", _is_whole),
    "remaining": _Rule("a whole number", _is_whole),
    "reset_in": _Rule("a number of seconds", _is_number),
    "unit": _Rule(f"one of {', '.join(RESET_UNITS)}", lambda value: value in RESET_UNITS),
}
