"""Checks of `when`: events, the keys that fit them, and schedules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.dashtrack.resources import Resource
from rules_engine.events.special import CUSTOM, ENGINE, SCHEDULE
from rules_engine.ruleset.checks.never import never_fits
from rules_engine.ruleset.checks.report import (
    Report,
    expect,
    near_key,
    not_yet,
    shown,
    type_name,
    unknown_keys,
)
from rules_engine.ruleset.checks.timing import check_crossing, check_duration, check_schedule
from rules_engine.ruleset.checks.trigger_values import check_values
from rules_engine.ruleset.event_names import (
    EVENT_NAMES,
    NEEDED_KEYS,
    events_with,
    is_event,
    keys_of,
    resource_of,
)
from rules_engine.ruleset.grammar import (
    CLOCK_KEYS,
    EVENT_TRIGGER_KEYS,
    LATER_EVENT_FAMILIES,
    LATER_TRIGGER_KEYS,
    SCHEDULE_KEYS,
    SIDE_KEYS,
    TRIGGER_KEYS,
)
from rules_engine.ruleset.parts import as_list
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Triggers:
    """What is known of a rule's triggers."""

    events: tuple[str, ...]
    """Every event type that one of them names; a schedule stands for itself."""
    complete: bool
    """False where an event is not known, so that nothing can be said of what is in reach."""

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources whose objects start the rule."""
        found = (resource_of(event) for event in self.events)
        return tuple({each.name: each for each in found if each is not None}.values())


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
        found, whole = _check_entry(report, entry, here)
        events += found
        complete = complete and whole
    return Triggers(tuple(dict.fromkeys(events)), complete=complete)


def _check_entry(report: Report, entry: Any, path: Path) -> tuple[list[str], bool]:
    """The known events of one trigger, and whether all of it is known."""
    if isinstance(entry, str):
        if not _check_event(report, entry, path):
            return [], False
        _check_needed(report, {}, [entry], path)
        return [entry], True
    if not isinstance(entry, dict):
        message = f"a trigger is {type_name(entry)}; it is an event or a mapping with `event`"
        report.error("RE122", message, path)
        return [], False
    unknown_keys(report, entry, path, known=TRIGGER_KEYS, what="a trigger", later=LATER_TRIGGER_KEYS)
    if "schedule" in entry:
        return _check_scheduled(report, entry, path)
    if "event" not in entry:
        meant = {near_key(name, TRIGGER_KEYS) for name in entry if name not in TRIGGER_KEYS}
        if "webhook" not in entry and not meant & {"event", "schedule"}:
            advice = "write `event: lead.created`, or another one"
            report.error("RE121", "the trigger has no event", path, advice=advice)
        return [], False
    return check_trigger(report, entry, path)


def _check_scheduled(report: Report, entry: Mapping[str, Any], path: Path) -> tuple[list[str], bool]:
    check_schedule(report, entry, path)
    if "event" in entry:
        advice = "make two triggers of it"
        message = "a trigger has an event or a schedule, not both"
        report.error("RE123", message, (*path, "event"), key=True, advice=advice)
        return [SCHEDULE], False
    _refuse_keys(report, entry, [SCHEDULE], (key for key in EVENT_TRIGGER_KEYS if key != "event"), path)
    return [SCHEDULE], True


def check_trigger(report: Report, entry: Mapping[str, Any], path: Path) -> tuple[list[str], bool]:
    """Check a trigger that has an event: the known ones of its events, and whether all are known."""
    events, complete = _check_events(report, entry["event"], (*path, "event"))
    before = report.errors
    fitting = _check_keys_fit(report, entry, events, path)
    _check_needed(report, entry, fitting, path)
    if "for" in entry:
        check_duration(report, entry["for"], (*path, "for"), working=True, some=True)
    for key in CLOCK_KEYS:
        if key in entry:
            check_duration(report, entry[key], (*path, key), working=True, some=key == "after")
    if "crosses" in entry:
        check_crossing(report, entry, fitting, path)
    check_values(report, entry, fitting, path)
    if fitting and complete and report.errors == before:
        reason = never_fits(entry, fitting)
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
    if is_event(name):
        return True
    if name.startswith(LATER_EVENT_FAMILIES) or name == "webhook":
        not_yet(report, f"the event {shown(name)}", path, key=False)
        return False
    near = None if name == SCHEDULE else nearest(name, EVENT_NAMES)
    report.error(
        "RE130",
        f"there is no event {shown(name)}",
        path,
        suggestion=near,
        advice="" if near else _advice_for_event(name),
    )
    return False


def _advice_for_event(name: str) -> str:
    family = name.split(".", maxsplit=1)[0]
    if name == SCHEDULE:
        return 'a schedule is a trigger of its own: `{schedule: "0 9 * * mon-fri"}`'
    if family == CUSTOM:
        return "an event of one's own is custom. and a name of letters, digits, - and _"
    of_family = [event for event in EVENT_NAMES if event.startswith(f"{family}.")]
    return f"there is: {', '.join(of_family or EVENT_NAMES)}"


def _check_keys_fit(report: Report, entry: Mapping[str, Any], events: list[str], path: Path) -> list[str]:
    """Note keys that an event can't have; the events that could still fit."""
    keys = [key for key in EVENT_TRIGGER_KEYS if key != "event"]
    fitting = _refuse_keys(report, entry, events, keys, path)
    for key in SCHEDULE_KEYS:
        if key in entry and fitting:
            message = f"{key} means nothing for {fitting[0]}"
            report.error("RE131", message, (*path, key), key=True, advice="it goes with `schedule`")
    return fitting


def _refuse_keys(
    report: Report, entry: Mapping[str, Any], events: list[str], keys: Iterable[str], path: Path
) -> list[str]:
    """Note each of the keys that means nothing for one of the events; the events for which all mean something."""
    fitting = list(events)
    for key in keys:
        if key not in entry:
            continue
        odd = next((event for event in events if key not in keys_of(event)), None)
        if odd is not None:
            what = "a schedule" if odd == SCHEDULE else odd
            message = f"{key} means nothing for {what}"
            report.error("RE131", message, (*path, key), key=True, advice=_advice_for_key(odd, key))
            fitting = [event for event in fitting if event != odd]
    return fitting


def _advice_for_key(event: str, key: str) -> str:
    resource = resource_of(event)
    if key in SIDE_KEYS and resource is not None and event.endswith(".updated"):
        named = [each for each in events_with(key) if resource_of(each) == resource]
        if named:
            return f"use an event that names its field: {', '.join(named)}"
    if key in SIDE_KEYS:
        return "use `where` for a field's value" if resource is not None else "use `if` and `event.data`"
    if key == "changed" and resource is not None:
        return f"it goes with {resource.name}.updated"
    own = next((each for each in keys_of(event) if each in CLOCK_KEYS), None)
    if own is not None and key in CLOCK_KEYS:
        return f"{event} takes `{own}`"
    if event.startswith((f"{CUSTOM}.", f"{ENGINE}.")) or event == SCHEDULE:
        return "it goes with events of Dashtrack's objects"
    goes = events_with(key)
    more = ", …" if len(goes) > _MOST_NAMED else ""
    return f"it goes with {', '.join(goes[:_MOST_NAMED])}{more}"


def _check_needed(report: Report, entry: Mapping[str, Any], events: list[str], path: Path) -> None:
    """Note the key without which one of the events says nothing."""
    for event in events:
        needed = NEEDED_KEYS.get(event)
        if needed is not None and needed not in entry:
            advice = f"write `{{event: {event}, {needed}: {_EXAMPLES[needed]}}}`"
            report.error("RE137", f"{event} needs {needed}", path, advice=advice)
        if event.endswith(".updated") and "for" in entry and not {"changed", "where", "crosses"} & set(entry):
            advice = "say by `changed` or `where` what must hold that long"
            report.error("RE137", f"{event} with for needs changed or where", path, advice=advice)


_EXAMPLES: Mapping[str, str] = {"after": "14 days", "crosses": "80%"}
