"""Checks of the values that a trigger compares with: sides of a change, tags, fields, `where`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.resources import Field, Resource, Scope
from rules_engine.ruleset.checks.report import Report, expect, type_name
from rules_engine.ruleset.checks.seen import check_seen
from rules_engine.ruleset.checks.words import check_field, check_word, fits_kind, knows_word
from rules_engine.ruleset.event_names import field_of, resource_of
from rules_engine.ruleset.grammar import SIDE_KEYS
from rules_engine.ruleset.parts import as_list, has_markup
from rules_engine.ruleset.yaml_places import Path

_SCALARS = (str, int, float, bool, type(None))


def check_values(report: Report, entry: Mapping[str, Any], events: list[str], path: Path) -> None:
    """Check every value of a trigger against the fields of its events."""
    found = {each.name: each for each in map(resource_of, events) if each is not None}
    resources = list(found.values())
    fields = [field_of(event) for event in events]
    for key in SIDE_KEYS:
        if key in entry:
            _check_field_values(report, fields, entry[key], (*path, key))
    if "tag" in entry and _texts(report, entry["tag"], (*path, "tag"), "a tag or a list of tags"):
        _check_field_values(report, fields, entry["tag"], (*path, "tag"))
    if "changed" in entry and _texts(
        report, entry["changed"], (*path, "changed"), "a field or a list of fields"
    ):
        for name, here in _each(entry["changed"], (*path, "changed")):
            for resource in resources:
                check_field(report, resource, name, here, key=False)
    if "where" in entry and expect(
        report, entry["where"], dict, (*path, "where"), "a mapping of fields to values"
    ):
        _check_where(report, entry["where"], resources, (*path, "where"))


def _texts(report: Report, value: Any, path: Path, wanted: str) -> bool:
    if value == []:
        report.error("RE123", f"{path[-1]} is an empty list", path, advice=f"it takes {wanted}")
        return False
    if all(isinstance(item, str) for item in as_list(value)):
        return True
    report.error("RE122", f"{path[-1]} takes {wanted}", path)
    return False


def _each(value: Any, path: Path) -> list[tuple[Any, Path]]:
    """Each value with its path, of a list or a single one."""
    if isinstance(value, list):
        return [(item, (*path, index)) for index, item in enumerate(value)]
    return [(value, path)]


def _check_where(report: Report, where: Mapping[str, Any], resources: list[Resource], path: Path) -> None:
    for name, value in where.items():
        here = (*path, name)
        if name == "project" and resources and all(resource.scope is Scope.PROJECT for resource in resources):
            _check_field_values(report, [], value, here)
            check_seen(report, name, value, here)
            continue
        fields = [check_field(report, resource, name, here, key=True) for resource in resources]
        _check_field_values(report, fields, value, here)


def _check_field_values(report: Report, fields: list[Field | None], value: Any, path: Path) -> None:
    """Check values that a field is compared with."""
    for item, here in _each(value, path):
        if not isinstance(item, _SCALARS):
            report.error(
                "RE122", f"{path[-1]} takes a value or a list of values, not {type_name(item)}", here
            )
            continue
        if isinstance(item, str) and has_markup(item):
            report.error(
                "RE135",
                "a trigger holds plain values; no template is worked out here",
                here,
                advice="use `if`",
            )
            continue
        field = _judge_of(fields, item)
        if field is None:
            continue
        if not fits_kind(field, item):
            wanted = "true or false" if field.kind.value == "boolean" else f"a {field.kind.value}"
            report.error("RE136", f"{field.name} is {wanted} and never equals {type_name(item)}", here)
        else:
            check_word(report, field, item, here, closed=False)
            check_seen(report, field.name, item, here)


def _judge_of(fields: list[Field | None], value: Any) -> Field | None:
    """The field to hold a value against: of several the one that can have it, or else the first."""
    known = [field for field in fields if field is not None]
    fitting = [field for field in known if fits_kind(field, value) and knows_word(field, value)]
    return next(iter(fitting or known), None)
