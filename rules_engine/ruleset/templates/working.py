"""The calendar of particular people: the configured one without the days on which one of them is on approved leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.limits import CALL, LEAVE_DAY
from rules_engine.ruleset.templates.moments import as_moment
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import show


def calendar_for(run: Run, who: Any, *, since: date | None = None, until: date | None = None) -> Calendar:
    """The calendar of a person, or of several: a day off for one is none on which they all work.

    Null is nobody in particular. Leave before `since` and after `until` is left out, for it can't matter. Raises
    `TemplateError` for a person who is not known, and for leave whose days can't be read.
    """
    if who is None:
        return run.env.calendar
    run.burn(CALL)
    return run.env.calendar.without(_days_off(run, who, since, until))


def _days_off(run: Run, who: Any, since: date | None, until: date | None) -> Iterator[date]:
    for written in run.env.leave(who):
        first, last = (_day(run, each) for each in written)
        first, last = max(first, since or first), min(last, until or last)
        count = (last - first).days + 1
        run.burn(max(count, 0) * LEAVE_DAY + 1)
        yield from (first + timedelta(days=n) for n in range(count))


def _day(run: Run, written: Any) -> date:
    moment = as_moment(written, run.env.calendar)
    if moment is None:
        raise TemplateError(f"an approved leave has {show(written)} where its day should be")
    return moment.astimezone(run.env.calendar.zone).date()
