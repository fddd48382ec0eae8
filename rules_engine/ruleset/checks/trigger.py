"""Checks of `when`: events, the sides of a change, fields and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Field, Resource, Scope
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.checks.never import never_fits
from rules_engine.ruleset.checks.report import Report, expect, not_yet, shown, type_name, unknown_keys
from rules_engine.ruleset.checks.words import check_field, check_word, fits_kind
from rules_engine.ruleset.compile import as_list, has_markup
from rules_engine.ruleset.grammar import (
    LATER_EVENT_FAMILIES,
    LATER_EVENTS,
    LATER_TRIGGER_KEYS,
    SIDE_KEYS,
    TRIGGER_KEYS,
)
from rules_engine.ruleset.matching import TAG_EVENTS
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_SCALARS = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Triggers:
    """What is known of a rule's triggers."""

    events: tuple[str, ...]
    """Every event type that one of them names."""
    complete: bool
    """False where an event is not known, so that nothing can be said of what is in reach."""

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources whose objects start the rule."""
        return tuple(
            RESOURCES[name] for name in dict.fromkeys(EVENT_TYPES[event].resource for event in self.events)
        )


def check_when(report: Report, when: Any, path: Path) -> Triggers:
    """Check `when` in any of its forms."""
    if not expect(report, when, (str, dict, list), path, "an event, a trigger or a list of these"):
        return Triggers((), complete=False)
    if isinstance(when, list) and not when:
        report.error("RE123", "when is an empty list", path, advice="name at least one event")
        return Triggers((), complete=False)
    events: list[str] = []
    complete = True
    for index, entry in enumerate(as_list(when)):
        here = (*path, index) if isinstance(when, list) else path
        found, whole = _check_trigger(report, entry, here)
        events += found
        complete = complete and whole
    return Triggers(tuple(dict.fromkeys(events)), complete=complete)


def _check_trigger(report: Report, entry: Any, path: Path) -> tuple[list[str], bool]:
    """The known events of one trigger, and whether all of it is known."""
    if isinstance(entry, str):
        known = _check_event(report, entry, path)
        return ([entry], True) if known else ([], False)
    if not isinstance(entry, dict):
        report.error(
            "RE122", f"a trigger is {type_name(entry)}; it is an event or a mapping with `event`", path
        )
        return [], False
    unknown_keys(report, entry, path, known=TRIGGER_KEYS, what="a trigger", later=LATER_TRIGGER_KEYS)
    if "event" not in entry:
        if not {"schedule", "webhook"} & set(entry):
            report.error(
                "RE121",
                "the trigger has no event",
                path,
                advice="write `event: lead.created`, or another one",
            )
        return [], False
    events, complete = _check_events(report, entry["event"], (*path, "event"))
    types = _check_keys_fit(report, entry, events, path)
    before = report.errors
    _check_values(report, entry, types, path)
    if types and complete and report.errors == before:
        reason = never_fits(entry, types)
        if reason:
            report.warning("RE134", f"the trigger can never match: {reason}", path)
    return events, complete


def _check_events(report: Report, written: Any, path: Path) -> tuple[list[str], bool]:
    if isinstance(written, list):
        if not written:
            report.error("RE123", "event is an empty list", path, advice="name at least one event")
            return [], False
        named = [(event, (*path, index)) for index, event in enumerate(written)]
    else:
        named = [(written, path)]
    known = [event for event, here in named if _check_event(report, event, here)]
    return known, len(known) == len(named)


def _check_event(report: Report, name: Any, path: Path) -> bool:
    if not isinstance(name, str):
        report.error("RE122", f"an event is {type_name(name)}; it is a text such as lead.created", path)
        return False
    if name in EVENT_TYPES:
        return True
    if name in LATER_EVENTS or name.startswith(LATER_EVENT_FAMILIES):
        not_yet(report, f"the event {shown(name)}", path, key=False)
        return False
    near = nearest(name, EVENT_TYPES)
    resource = name.split(".", maxsplit=1)[0]
    of_resource = [event for event in EVENT_TYPES if event.startswith(f"{resource}.")]
    advice = "" if near else f"there is: {', '.join(of_resource or EVENT_TYPES)}"
    report.error("RE130", f"there is no event {shown(name)}", path, suggestion=near, advice=advice)
    return False


def _check_keys_fit(report: Report, entry: Mapping[str, Any], events: list[str], path: Path) -> list[str]:
    """Note keys that an event can't have; the events that could still fit."""
    fitting = list(events)
    for key in (*SIDE_KEYS, "tag", "changed"):
        if key not in entry:
            continue
        for event in events:
            if not _takes(event, key):
                advice = _advice_for(event, key)
                report.error(
                    "RE131", f"{key} means nothing for {event}", (*path, key), key=True, advice=advice
                )
                fitting = [name for name in fitting if name != event]
                break
    return fitting


def _takes(event: str, key: str) -> bool:
    if key == "tag":
        return event in TAG_EVENTS
    if key == "changed":
        return not event.endswith((".created", ".deleted", ".joined", ".left"))
    return EVENT_TYPES[event].field is not None


def _advice_for(event: str, key: str) -> str:
    resource = EVENT_TYPES[event].resource
    if key == "tag":
        return "it goes with lead.tagged and lead.untagged"
    if key == "changed":
        return f"it goes with {resource}.updated"
    if event.endswith(".updated"):
        named = [name for name, known in EVENT_TYPES.items() if known.resource == resource and known.field]
        return (
            f"use an event that names its field: {', '.join(named)}" if named else "use `changed` and `where`"
        )
    return "use `where` for a field's value"


def _check_values(report: Report, entry: Mapping[str, Any], events: list[str], path: Path) -> None:
    resources = [RESOURCES[name] for name in dict.fromkeys(EVENT_TYPES[event].resource for event in events)]
    fields = [_field_of(event) for event in events]
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


def _field_of(event: str) -> Field | None:
    known = EVENT_TYPES[event]
    return RESOURCES[known.resource].field(known.field) if known.field else None


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
        for field in fields[:1] if len({field.name for field in fields if field}) <= 1 else fields:
            if field is None:
                continue
            if not fits_kind(field, item):
                wanted = "true or false" if field.kind.value == "boolean" else f"a {field.kind.value}"
                report.error("RE136", f"{field.name} is {wanted} and never equals {type_name(item)}", here)
            else:
                check_word(report, field, item, here, closed=False)
