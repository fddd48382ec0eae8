"""The one canonical form in which values are compared: by the diff, and for our own writes alike.

What is written to Dashtrack and what is read back differ in case and form (`high` comes back as `High`, a UUID
in assigned_to as a name; vendor page), so comparing the texts themselves would take every write of ours for
somebody else's change. A canonical value is only ever compared, never stored or shown.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from rules_engine.dashtrack.resources import Kind

_MOST_UNESCAPES = 5

SETS = frozenset({Kind.WORDS, Kind.PEOPLE})
"""Kinds of lists whose order means nothing."""


def canonical(kind: Kind | None, value: Any, *, names: Mapping[str, str]) -> Any:
    """The form of a value that compares equal for all the ways to write it; `kind` is its field's, if foreseen.

    `names` maps member ids to display names. Null, an empty text and an empty list are one: nothing.
    """
    if kind in SETS and value is not None and not isinstance(value, (list, tuple)):
        return _canonical_list(kind, [value], names)
    if isinstance(value, (list, tuple)):
        return _canonical_list(kind, value, names)
    if isinstance(value, dict):
        return {key: canonical(None, inner, names=names) for key, inner in value.items()} or None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    return _canonical_text(kind, str(value), names)


def _canonical_list(kind: Kind | None, values: list[Any] | tuple[Any, ...], names: Mapping[str, str]) -> Any:
    if kind in SETS:
        items = [_canonical_member(kind, value, names) for value in values]
        unique = {repr(item): item for item in items if item is not None}
        return [unique[key] for key in sorted(unique)] or None
    return [canonical(kind, value, names=names) for value in values] or None


def _canonical_member(kind: Kind | None, value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _canonical_text(kind, value, names)
    return canonical(None, value, names=names)


def _canonical_text(kind: Kind | None, value: str, names: Mapping[str, str]) -> Any:
    text = _plain(value)
    if not text:
        return None
    if kind in {Kind.WORD, Kind.WORDS}:
        return text.casefold()
    if kind is Kind.PEOPLE:
        return _plain(names.get(text, text))
    if kind in {Kind.DATETIME, Kind.DATE}:
        return _canonical_moment(kind, text)
    if kind is Kind.NUMBER:
        return _canonical_number(text)
    return text


def _plain(value: str) -> str:
    """One line ending, one Unicode form, no space at either end, no HTML escapes left."""
    text = value
    for _ in range(_MOST_UNESCAPES):
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _canonical_moment(kind: Kind, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if kind is Kind.DATE and moment.time() == datetime.min.time():
        return date(moment.year, moment.month, moment.day).isoformat()
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat()


def _canonical_number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
