"""How long changes wait to be seen: the planner beside round robin, and beside the bounds of who knows every rate.

`python benchmarks/polling.py [--plans 100,1000] [--weeks 1]`. An agency in simulated weeks: 40 projects whose changes follow
Zipf, tasks by day and time entries towards the evening, leads in the morning; changes that come singly, and in sittings
of people (an hour and a half each, ten changes an hour). The planner is the real one and starts knowing nothing; every
policy has the same requests an hour: what the planner reads with, 85 % of the plan. Seconds are simulated.
"""

from __future__ import annotations

import argparse
import random
from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta

from rules_engine.calendar import Calendar
from rules_engine.polling.planning.knowledge import Knowledge, Sighting
from rules_engine.polling.planning.pace import SHARE_FOR_READS
from rules_engine.polling.planning.schedule import Allowance, Asked, Scheduler, Wanted

CALENDAR = Calendar(timezone="Europe/London")
START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, WEEK = 3600.0, 604_800.0
PROJECTS = 40
BUSIEST = 2.5
SITTING, CHANGES_AN_HOUR = 1.5, 10.0
KINDS = ("singly", "sittings")
HOURS = {
    "time_entry": ((9, 0.02), (16, 0.5), (18.5, 2.5), (24, 0.02)),
    "lead": ((9, 0.1), (12, 1.6), (18, 0.8), (24, 0.1)),
    "task": ((8, 0.03), (9, 0.3), (17.5, 1.0), (19, 0.3), (24, 0.03)),
    "project": ((8, 0.03), (9, 0.3), (17.5, 1.0), (19, 0.3), (24, 0.03)),
}


def busy(resource, seconds):
    """How busy people are with the resource at that moment."""
    if int(seconds // 86_400) % 7 >= 5:
        return 0.05
    hour = seconds / HOUR % 24
    return next(level for until, level in HOURS[resource] if hour < until)


def rates():
    """Feed → its changes in a busy hour."""
    total = sum(1 / rank for rank in range(1, PROJECTS + 1))
    found = {"lead": 8.0, "project": 0.5}
    for rank in range(1, PROJECTS + 1):
        found[f"task/p{rank}"] = 30 / rank / total
        found[f"time_entry/p{rank}"] = 10 / rank / total
    return found


def changes_of(key, rate, weeks, kind, rng):
    """The moments of a feed's changes."""
    each = 1.0 if kind == "singly" else 1 + SITTING * CHANGES_AN_HOUR
    found, now, end = [], 0.0, weeks * WEEK
    while (now := now + rng.expovariate(rate / each * BUSIEST / HOUR)) < end:
        if rng.random() >= busy(key.partition("/")[0], now) / BUSIEST:
            continue
        found.append(now)
        over = now + rng.expovariate(1 / (SITTING * HOUR)) if kind == "sittings" else now
        more = now
        while (more := more + rng.expovariate(CHANGES_AN_HOUR / HOUR)) < over:
            found.append(more)
    return sorted(one for one in found if one < end)


def evenly(shares, weeks, per_hour):
    """Looks at fixed intervals, by each feed's share of the requests."""
    total = sum(shares.values())
    looks = {}
    for n, (key, share) in enumerate(shares.items()):
        gap = HOUR * total / per_hour / share
        looks[key] = [(n * 0.618 % 1 + turn) * gap for turn in range(int(weeks * WEEK / gap) + 1)]
    return looks


def planned(changes, weeks, per_hour):
    """Looks of the planner."""
    wanted = tuple(Wanted(key=key, resource=key.partition("/")[0]) for key in changes)
    resources = {one.key: one.resource for one in wanted}
    planner, now, asked = Scheduler(CALENDAR, Knowledge()), START, {}
    looks = {key: [] for key in changes}
    while now < START + timedelta(weeks=weeks):
        allowance = Allowance(per_hour=per_hour, spare=int(per_hour / 10))
        agenda = planner.agenda(wanted, asked, now, allowance)
        seconds, seen = (now - START).total_seconds(), []
        for key in agenda.due:
            before = asked[key].good_at if key in asked else now
            count = bisect_right(changes[key], seconds) - bisect_right(
                changes[key], (before - START).total_seconds()
            )
            if count or key not in asked:
                seen.append(Sighting(key=key, resource=resources[key], changes=count, since=before, at=now))
            looks[key].append(seconds)
            asked[key] = Asked(good_at=now, tried_at=now)
        planner.learn(seen)
        now = agenda.next_at
    return looks


def waits(changes, looks):
    """The mean and the 95th percentile of the seconds that changes waited."""
    found = sorted(
        looks[key][at] - moment
        for key, moments in changes.items()
        for moment in moments
        if (at := bisect_left(looks[key], moment)) < len(looks[key])
    )
    return sum(found) / len(found), found[int(0.95 * len(found))]


def main():
    """Print one line for each plan and way of working."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", default="100,1000")
    parser.add_argument("--weeks", type=float, default=1)
    asked = parser.parse_args()
    print("mean / p95 beside round robin  (round robin itself in seconds)")
    for plan in map(int, asked.plans.split(",")):
        for kind in KINDS:
            rng, rate = random.Random(5), rates()
            changes = {key: changes_of(key, each, asked.weeks, kind, rng) for key, each in rate.items()}
            per_hour = plan * SHARE_FOR_READS
            even = waits(changes, evenly(dict.fromkeys(rate, 1.0), asked.weeks, per_hour))
            ways = {
                "proportional": evenly(rate, asked.weeks, per_hour),
                "root of known rates": evenly(
                    {key: each**0.5 for key, each in rate.items()}, asked.weeks, per_hour
                ),
                "planner": planned(changes, asked.weeks, per_hour),
            }
            shown = [f"{plan:>6} {kind:8} ({even[0]:.0f} / {even[1]:.0f} s)"]
            for name, looks in ways.items():
                mean, late = waits(changes, looks)
                shown.append(f"{name} {mean / even[0]:.2f} / {late / even[1]:.2f}")
            used = sum(map(len, ways["planner"].values())) / (asked.weeks * 168 * plan)
            print("   ".join(shown), f"  {used:.0%} of the plan", flush=True)


if __name__ == "__main__":
    main()
