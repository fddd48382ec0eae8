"""Filters and a test for how long it is between two moments, in the units in which people reckon.

Days are counted by the calendar: tomorrow is one day away, at whatever hour. Hours and minutes are by the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.durations import HOUR, MINUTE
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.limits import RECKONING
from rules_engine.ruleset.templates.moments import need_moment
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import show
from rules_engine.ruleset.templates.working import calendar_for
from rules_engine.suggest import nearest

_Count = Callable[[Calendar, datetime, datetime], float]
_WEEK = 7
_DIGITS = 6
"""Decimals of hours: a part of a second more or less is nothing that a rule means."""


def _days(calendar: Calendar, start: datetime, end: datetime) -> int:
    return (end.astimezone(calendar.zone).date() - start.astimezone(calendar.zone).date()).days


def _working_days(calendar: Calendar, start: datetime, end: datetime) -> int:
    first, last = (moment.astimezone(calendar.zone).date() for moment in (start, end))
    return calendar.working_days_between(first, last)


def _clock(unit: int) -> _Count:
    return lambda _calendar, start, end: (end - start).total_seconds() / unit


_UNITS: Mapping[str, _Count] = {
    "days": _days,
    "working days": _working_days,
    "weeks": lambda *given: _days(*given) / _WEEK,
    "hours": _clock(HOUR),
    "working hours": lambda calendar, *ends: calendar.working_seconds_between(*ends) / HOUR,
    "minutes": _clock(MINUTE),
    "seconds": _clock(1),
}
_OF_WORK = frozenset({"working days", "working hours"})


def until(run: Run, value: Any, unit: Any = "days", *, from_: Any = None, for_: Any = None) -> float | None:
    """How long it is from now (or `from`) until then; negative where that is over. Null stays null."""
    if value is None:
        return None
    start = run.env.now if from_ is None else need_moment(from_, run.env.calendar, "until")
    return _between(run, "until", start, need_moment(value, run.env.calendar, "until"), unit, for_)


def age(run: Run, value: Any, unit: Any = "days", *, for_: Any = None) -> float | None:
    """How long ago it was; negative where it is still to come. Null stays null."""
    if value is None:
        return None
    return _between(run, "age", need_moment(value, run.env.calendar, "age"), run.env.now, unit, for_)


def working_day(run: Run, value: Any, *, for_: Any = None) -> bool:
    """Whether work is done on that day, by everybody who is named."""
    calendar = run.env.calendar
    run.burn(RECKONING)
    day = need_moment(value, calendar, "is working_day").astimezone(calendar.zone).date()
    return calendar_for(run, for_, since=day, until=day).is_working_day(day)


def _between(run: Run, name: str, start: datetime, end: datetime, unit: Any, who: Any) -> float:
    problem = _judge_span({"unit": unit, **({} if who is None else {"for_": who})})
    if problem:
        raise TemplateError(f"`{name}`: {problem}")
    word = _known(unit)
    zone = run.env.calendar.zone
    first, last = sorted(moment.astimezone(zone).date() for moment in (start, end))
    run.burn(RECKONING + ((last - first).days if word == "working hours" else 0))
    count = _UNITS[word](calendar_for(run, who, since=first, until=last), start, end)
    rounded = round(count, _DIGITS)
    return int(rounded) if rounded == int(rounded) else rounded


def _judge_span(given: Mapping[str, Any]) -> str:
    """What is wrong with a unit that is written out."""
    unit = given.get("unit")
    word = _known(unit)
    if unit is None:
        return ""
    if not word:
        near = nearest(unit, _UNITS) if isinstance(unit, str) else None
        meant = f"did you mean {near!r}?" if near else f"there is: {', '.join(_UNITS)}"
        return f"{show(unit)} is no unit; {meant}"
    if "for_" in given and word not in _OF_WORK:
        return f"`for` is about working days and working hours, not {word}"
    return ""


def _known(unit: Any) -> str:
    """The unit as the table has it, or "" for what is none; `hour` is `hours`."""
    if not isinstance(unit, str):
        return ""
    word = " ".join(unit.casefold().split())
    return next((each for each in (word, f"{word}s") if each in _UNITS), "")


FILTERS = table(
    [
        Filter(
            name="age",
            function=age,
            judge=_judge_span,
            summary="How long ago it was, in days or whatever unit is asked for; `for` leaves out who is on leave.",
            example="{{ now | age('hours') }} → 0",
        ),
        Filter(
            name="until",
            function=until,
            judge=_judge_span,
            summary="How long it is until then, from now or `from` another moment; less than zero when it is over.",
            example="{{ '2026-12-07' | until('working days', from='2026-12-04') }} → 1",
        ),
    ]
)
TEST = Filter(
    name="working_day",
    function=working_day,
    summary="A day on which people work, by the calendar; with `for`, on which they are not on leave either.",
    example="{{ '2026-12-05' is working_day }} → False",
)
