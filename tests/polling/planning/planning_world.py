"""What the planner's tests have in common: a Monday in London, and feeds to plan for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rules_engine.calendar import Calendar
from rules_engine.polling.planning.knowledge import Knowledge
from rules_engine.polling.planning.schedule import Allowance, Asked, Scheduler, Wanted

CALENDAR = Calendar(timezone="Europe/London")
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
NOON = MIDNIGHT + timedelta(hours=12)


def at(hours: float) -> datetime:
    """So many hours after that Monday began."""
    return MIDNIGHT + timedelta(hours=hours)


def tasks_of(count: int, **how) -> tuple[Wanted, ...]:
    """The tasks' feeds of that many projects."""
    return tuple(Wanted(key=f"task/p{n}", resource="task", **how) for n in range(count))


def asked_at(wanted, moment: datetime) -> dict[str, Asked]:
    """Every feed, read well at that moment."""
    return {one.key: Asked(good_at=moment, tried_at=moment) for one in wanted}


def scheduler(knowledge: Knowledge | None = None) -> Scheduler:
    """One that knows what it is given, or nothing."""
    return Scheduler(CALENDAR, knowledge or Knowledge())


def plenty(per_hour: float) -> Allowance:
    """A pace, with as much to spare as anybody could ask for."""
    return Allowance(per_hour=per_hour, spare=1_000_000)


def work(planner: Scheduler, wanted, now: datetime, hours: float, per_hour: float, asked=None):
    """Look at what is due for so long; gives the moments of each feed's looks."""
    asked = {} if asked is None else asked
    looks: dict[str, list[datetime]] = {one.key: [] for one in wanted}
    end = now + timedelta(hours=hours)
    while now < end:
        agenda = planner.agenda(wanted, asked, now, plenty(per_hour))
        for key in agenda.due:
            looks[key].append(now)
            asked[key] = Asked(good_at=now, tried_at=now)
        now = agenda.next_at
    return looks
