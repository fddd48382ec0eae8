"""Reads the objects of a test file: their fields are known, their values of the right kind, their words the API's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Field, Kind, Resource, Scope
from rules_engine.foresight.rule_tests.grammar import GIVEN_KEYS, SYNONYMS
from rules_engine.foresight.rule_tests.model import Thing
from rules_engine.ruleset.checks.report import Report, expect, shown, type_name
from rules_engine.ruleset.checks.words import check_field, check_word, fits_kind
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_LISTS = frozenset({Kind.WORDS, Kind.PEOPLE, Kind.LIST})
_DATES = frozenset({Kind.DATETIME, Kind.DATE})
_KIND_WORDS: Mapping[Kind, str] = {Kind.NUMBER: "a number", Kind.BOOLEAN: "true or false"}


def read_given(report: Report, given: Any, path: Path) -> tuple[Thing, ...]:
    """The objects of a world."""
    if not expect(report, given, dict, path, "lists of objects, such as leads"):
        return ()
    things: list[Thing] = []
    for name, items in given.items():
        here = (*path, name)
        if name not in GIVEN_KEYS:
            _unknown_list(report, name, here)
        elif expect(report, items, list, here, "a list of objects"):
            things += _things(report, RESOURCES[GIVEN_KEYS[name]], items, here)
    return tuple(things)


def _unknown_list(report: Report, name: str, path: Path) -> None:
    near = nearest(name, GIVEN_KEYS) or SYNONYMS.get(name)
    advice = "" if near else f"there is: {', '.join(GIVEN_KEYS)}"
    report.error("RE120", f"given has no key {shown(name)}", path, key=True, suggestion=near, advice=advice)


def _things(report: Report, resource: Resource, items: list[Any], path: Path) -> Iterator[Thing]:
    for index, item in enumerate(items):
        here = (*path, index)
        if expect(report, item, dict, here, f"the fields of a {_words(resource)}"):
            yield read_thing(report, resource, item, here)


def read_thing(
    report: Report, resource: Resource, written: Mapping[str, Any], path: Path, *, skip: str = ""
) -> Thing:
    """One object; the key `skip` of the mapping is none of its fields."""
    fields = {
        name: _read_field(report, resource, name, value, (*path, name))
        for name, value in written.items()
        if name != skip
    }
    return Thing(resource=resource.name, fields=fields, path=path)


def _read_field(report: Report, resource: Resource, name: str, value: Any, path: Path) -> Any:
    if name == "project" and resource.scope is Scope.PROJECT:
        read_ref(report, value, path)
        return value
    field = check_field(report, resource, name, path, key=True)
    if field is None or value is None:
        return value
    items = value if isinstance(value, list) and field.kind in _LISTS else [value]
    for index, item in enumerate(items):
        _check_item(report, field, item, path if items is not value else (*path, index))
    return items if field.kind in _LISTS else value


def _check_item(report: Report, field: Field, value: Any, path: Path) -> None:
    texts = field.kind in {Kind.ID, Kind.TEXT, Kind.LONG_TEXT} and isinstance(value, (int, float))
    if not fits_kind(field, value) and not (texts and not isinstance(value, bool)):
        wanted = _KIND_WORDS.get(field.kind, "a text")
        report.error("RE122", f"{field.name} is {type_name(value)}; it takes {wanted}", path)
    elif field.kind in _DATES:
        check_date(report, field.name, value, path)
    elif field.vocabulary:
        check_word(report, field, value, path, closed=False)


def check_date(report: Report, name: str, value: Any, path: Path) -> None:
    """Note a text that is neither a day nor a moment."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        advice = "write 2026-12-01 or 2026-12-01T17:00:00Z"
        report.error("RE158", f"{name}: {shown(value) or 'an empty text'} is no date", path, advice=advice)


def read_ref(report: Report, value: Any, path: Path) -> str:
    """The name or id of an object."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value
    report.error(
        "RE122",
        f"{path[-1]} is {type_name(value) if value != '' else 'empty'}; it takes a name or an id",
        path,
    )
    return ""


def resource_of(report: Report, name: str, path: Path) -> Resource | None:
    """The resource that a key names; else a problem."""
    if name in RESOURCES:
        return RESOURCES[name]
    near = nearest(name, RESOURCES) or GIVEN_KEYS.get(name)
    advice = "" if near else f"there is: {', '.join(RESOURCES)}"
    report.error(
        "RE120", f"there is no resource {shown(name)}", path, key=True, suggestion=near, advice=advice
    )
    return None


def _words(resource: Resource) -> str:
    return resource.name.replace("_", " ")
