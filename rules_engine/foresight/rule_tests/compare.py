"""Holds what was done against what was expected, action by action and field by field: plain functions over plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Field, Kind
from rules_engine.foresight.rule_tests.grammar import CONTAINS
from rules_engine.foresight.rule_tests.model import Expected
from rules_engine.foresight.rule_tests.record import Done, Named
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.ruleset.equality import equals
from rules_engine.ruleset.yaml_places import Path

_SETS = frozenset({Kind.PEOPLE, Kind.WORDS})
_TEXTS = frozenset({Kind.ID, Kind.TEXT, Kind.LONG_TEXT})


class _Nothing:
    """There is no such thing on this side."""

    def __str__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as expected."""

    what: str
    """What it is about: `action 2, create_task by lead-needs-closing`, `why lead-needs-closing`."""
    field: str = ""
    """The field that differs; empty where the whole does."""
    expected: Any
    got: Any
    note: str = ""
    """What is wrong in words, where expected and got do not say it."""
    path: Path
    """What of the test file says otherwise."""

    def __str__(self) -> str:
        if self.note:
            return f"{self.what}: {self.note}"
        if self.field:
            return f"{self.what}: {self.field}: expected {shown(self.expected)}, got {shown(self.got)}"
        if self.got is NOTHING:
            return f"{self.what}: expected {shown(self.expected)}, and it was not done"
        return f"{self.what}: was not expected: {shown(self.got)}"


def compare(expected: Sequence[Expected], done: Sequence[Done], path: Path) -> list[Difference]:
    """Every difference between two lists of actions; actions of the same kind are held against each other."""
    matcher = SequenceMatcher(
        None, [one.action for one in expected], [one.action for one in done], autojunk=False
    )
    found: list[Difference] = []
    for tag, start, end, done_start, done_end in matcher.get_opcodes():
        wanted = list(enumerate(expected[start:end], start + 1))
        got = list(done[done_start:done_end])
        if tag == "equal":
            for (number, one), other in zip(wanted, got, strict=True):
                found += _of_action(number, one, other)
            continue
        for number, one in wanted:
            what = f"action {number}, {one.action}"
            found.append(Difference(what=what, expected=dict(one.fields), got=NOTHING, path=one.path))
        for other in got:
            what = f"{other.action} by {other.rule}"
            found.append(Difference(what=what, expected=NOTHING, got=dict(other.fields), path=path))
    return found


def _of_action(number: int, expected: Expected, done: Done) -> Iterator[Difference]:
    what = f"action {number}, {done.action} by {done.rule}"
    for name, wanted in expected.fields.items():
        got = done.fields.get(name)
        if not _fits(expected.action, name, wanted, got, done.before):
            shown = got if name in done.fields else NOTHING
            if isinstance(wanted, Mapping) and wanted.keys() & {"add", "remove"}:
                shown = _moved(got, done.before.get(name))
            yield Difference(what=what, field=name, expected=wanted, got=shown, path=(*expected.path, name))
    if expected.exactly:
        for name in done.sent - expected.fields.keys():
            got = done.fields[name]
            yield Difference(what=what, field=name, expected=NOTHING, got=got, path=expected.path)


def _fits(action: str, name: str, wanted: Any, got: Any, before: Mapping[str, Any]) -> bool:
    resource = ACTIONS[action].resource
    field = RESOURCES[resource].field(name) if resource is not None else None
    if isinstance(got, Named):
        return _same_object(got, wanted)
    if isinstance(wanted, Mapping) and CONTAINS in wanted and not isinstance(got, Mapping):
        return isinstance(got, str) and str(wanted[CONTAINS]).strip() in got
    if isinstance(wanted, Mapping) and field is not None:
        return _same_move(field, wanted, _moved(got, before.get(name)))
    return same(field, wanted, got)


def same(field: Field | None, wanted: Any, got: Any) -> bool:
    """Whether a value is what a test says; for data of no field, named keys of a mapping are enough."""
    if wanted is None or got is None:
        return (wanted or None) is (got or None)
    if field is not None and field.kind in _SETS:
        return _same_set(_as_list(wanted), _as_list(got))
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and all(
            same(None, value, got.get(key)) for key, value in wanted.items()
        )
    if isinstance(wanted, list) or isinstance(got, list):
        ours, theirs = _as_list(wanted), _as_list(got)
        return len(ours) == len(theirs) and all(same(None, *pair) for pair in zip(ours, theirs, strict=True))
    if field is None or field.kind in _TEXTS or field.kind is Kind.LIST:
        return _same_plain(wanted, got)
    return equals(field, got, wanted)


def _same_plain(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, str) or isinstance(got, str):
        return str(wanted).strip() == str(got).strip()
    return bool(wanted == got) and isinstance(wanted, bool) is isinstance(got, bool)


def _same_set(wanted: Sequence[Any], got: Sequence[Any]) -> bool:
    """Every one has its like on the other side; their order means nothing."""
    left = list(got)
    for one in wanted:
        like = next((n for n, other in enumerate(left) if _is_like(one, other)), None)
        if like is None:
            return False
        del left[like]
    return not left


def _is_like(wanted: Any, got: Any) -> bool:
    if isinstance(got, Named):
        return _same_object(got, wanted)
    return str(wanted).strip().casefold() == str(got).strip().casefold()


def _same_object(got: Named, wanted: Any) -> bool:
    text = str(wanted).strip()
    return text == got.id or text.casefold() == got.name.strip().casefold()


def _same_move(field: Field, wanted: Mapping[str, Any], moved: Mapping[str, list[Any]]) -> bool:
    return all(same(field, _as_list(value), moved[side]) for side, value in wanted.items())


def _moved(got: Any, before: Any) -> dict[str, list[Any]]:
    """What came into a list and what went out of it."""
    ours, theirs = _as_list(got), _as_list(before)
    return {
        "add": [item for item in ours if not any(_is_like(item, other) for other in theirs)],
        "remove": [item for item in theirs if not any(_is_like(item, other) for other in ours)],
    }


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def shown(value: Any) -> str:
    """A value in a difference, for people."""
    if isinstance(value, (_Nothing, Named)):
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    text = str(value)
    return repr(text) if text != text.strip() or "\n" in text or not text else text
