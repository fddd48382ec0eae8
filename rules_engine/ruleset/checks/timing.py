"""Checks of what has to do with time and thresholds: durations, schedules, time zones, crossings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from cronsim.cronsim import FIELD_NAMES

from rules_engine.calendar import zone
from rules_engine.dashtrack.resources import Kind
from rules_engine.durations import Duration, DurationError, parse_duration
from rules_engine.errors import ConfigurationError
from rules_engine.ruleset.checks.report import Report, check_choice, shown, type_name
from rules_engine.ruleset.compile_trigger import PERCENT
from rules_engine.ruleset.crossings import as_number
from rules_engine.ruleset.event_names import field_of, resource_of
from rules_engine.ruleset.grammar import ON_MISSED
from rules_engine.ruleset.parts import as_list
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_CRON_FIELDS = 5
_CRON_ADVICE = "write minute, hour, day of month, month and day of week, such as 0 9 * * mon-fri"
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def check_duration(
    report: Report, value: Any, path: Path, *, working: bool = False, some: bool = False
) -> None:
    """Check a duration as it is written: `working` allows working days, `some` refuses no time at all."""
    if not isinstance(value, str):
        message = f"{path[-1]} is {type_name(value)}; it takes a duration such as 1 hour"
        report.error("RE122", message, path, key=value is None)
        return
    try:
        duration = parse_duration(value)
        if not working:
            duration.to_timedelta()
    except DurationError as error:
        report.error("RE128", str(error).rstrip("."), path, advice=error.advice)
        return
    if some and duration == Duration():
        report.error("RE128", f"{path[-1]} is no time at all", path, advice="write some, or leave it out")


def check_schedule(report: Report, trigger: Mapping[str, Any], path: Path) -> None:
    """Check `schedule`, `timezone` and `on_missed` of a trigger."""
    cron = trigger["schedule"]
    if isinstance(cron, str):
        _check_cron(report, cron, (*path, "schedule"))
    else:
        message = f"schedule is {type_name(cron)}; it takes five fields as text, such as 0 9 * * mon-fri"
        report.error("RE122", message, (*path, "schedule"), key=cron is None)
    check_choice(report, trigger, "on_missed", ON_MISSED, path)
    if "timezone" in trigger:
        _check_zone(report, trigger["timezone"], (*path, "timezone"))


def _check_cron(report: Report, cron: str, path: Path) -> None:
    fields = cron.split()
    if len(fields) != _CRON_FIELDS:
        message = f"{shown(cron) or 'an empty text'} has {len(fields)} fields; a schedule has five"
        report.error("RE138", message, path, advice=_CRON_ADVICE)
        return
    try:
        next(CronSim(cron, _SOME_DAY))
    except CronSimError as error:
        name = str(error).removeprefix("Bad ")
        # Its field of seconds comes first, and a schedule has none.
        index = FIELD_NAMES.index(name) - 1 if name in FIELD_NAMES else None
        what = f"the {name} {shown(fields[index])}" if index is not None else shown(cron)
        report.error("RE138", f"{what.replace('-', ' ', 2)} can't be read", path, advice=_CRON_ADVICE)
    except StopIteration:
        report.warning("RE134", f"the schedule {shown(cron)} never comes", path)


def _check_zone(report: Report, name: Any, path: Path) -> None:
    if not isinstance(name, str):
        message = f"timezone is {type_name(name)}; it takes a name such as Europe/London"
        report.error("RE122", message, path, key=name is None)
        return
    try:
        zone(name)
    except ConfigurationError as error:
        near = _near_zone(name)
        report.error(
            "RE139",
            f"there is no time zone {shown(name) or 'without a name'}",
            path,
            suggestion=near,
            advice="" if near else error.advice,
        )


def _near_zone(name: str) -> str | None:
    """The zone that was probably meant; for a city its zone."""
    region, _, city = name.strip().replace(" ", "_").casefold().rpartition("/")
    cities = [zone for zone, at, of in _zones() if of == city]
    if cities:
        return cities[0]
    # The nearest of hundreds takes a while, so that only those count which begin as it does.
    begins = region or city[:1]
    return nearest(name, [zone for zone, at, of in _zones() if at == begins or of[:1] == begins])


@lru_cache(maxsize=1)  # reading the names of all zones takes as long as checking hundreds of rules
def _zones() -> tuple[tuple[str, str, str], ...]:
    """Every zone with its region and city, both folded."""
    parted = ((zone, *zone.casefold().rpartition("/")) for zone in sorted(available_timezones()))
    return tuple((zone, region, city) for zone, region, _, city in parted)


def check_crossing(report: Report, trigger: Mapping[str, Any], events: Iterable[str], path: Path) -> None:
    """Check `crosses`, and that there is one number that it can speak of."""
    value, here = trigger["crosses"], (*path, "crosses")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        message = f"crosses is {type_name(value)}; it takes a number, or a share such as 80%"
        report.error("RE122", message, here, key=value is None)
        return
    if isinstance(value, str) and not PERCENT.fullmatch(value):
        message = f"crosses can't be the text {shown(value) or 'without anything in it'}"
        meant = value if as_number(value) is not None else None
        advice = "it takes a number such as 10000, or a share such as 80%"
        report.error("RE123", message, here, suggestion=meant, advice=advice)
        return
    if isinstance(value, str) and as_number(value.strip().removesuffix("%")) == 0:
        message = f"crosses {shown(value.strip())} never comes: no hours are less than none"
        report.error(
            "RE136", message, here, advice="write a share such as 80%, or wait for time_entry.created"
        )
        return
    for event in events:
        if event == "project.hours_used":
            if not isinstance(value, str):
                message = f"{event} crosses a share of the project's retainer_hours, not {shown(value)}"
                report.error("RE136", message, here, suggestion=f"{shown(value)}%")
        elif isinstance(value, str):
            message = f"a share such as {shown(value.strip())} goes with project.hours_used only"
            report.error("RE136", message, here, advice="write a number")
        _check_crossed_field(report, trigger, event, path)


def _check_crossed_field(report: Report, trigger: Mapping[str, Any], event: str, path: Path) -> None:
    resource = resource_of(event)
    if resource is None or field_of(event) is not None or not event.endswith(".updated"):
        return
    changed = as_list(trigger.get("changed", []))
    if len(changed) != 1:
        message = f"{event} with crosses needs changed: the one field whose number crosses"
        report.error("RE137", message, path, advice="write `changed: FIELD`")
        return
    field = resource.field(changed[0]) if isinstance(changed[0], str) else None
    if field is not None and field.kind is not Kind.NUMBER:
        message = f"crosses means nothing for {field.name}, which is no number"
        report.error("RE131", message, (*path, "crosses"), key=True)
