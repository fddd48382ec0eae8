"""The two summaries that Dashtrack gives: the stats of a project, and those beside a list of leave.

The vendor's page describes them in words only; the names of their fields are assumed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rules_engine.sandbox.vocabulary import TASK_STATUSES

ALLOWANCE = 25
"""Days of leave a year."""


def project_stats(
    project: Mapping[str, Any],
    tasks: Sequence[Mapping[str, Any]],
    entries: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Task counts by status, hours logged, and who works on it."""
    by_status = Counter(task["status"] for task in tasks)
    hours: defaultdict[str, float] = defaultdict(float)
    for entry in entries:
        hours[entry["user_name"] or "Unknown"] += entry["hours"] or 0
    assigned = Counter(name for task in tasks for name in task["assigned_to"] or ())
    ids = {name: object_id for object_id, name in names.items()}
    return {
        "project_id": project["id"],
        "tasks": {"total": len(tasks), **{status: by_status[status] for status in TASK_STATUSES}},
        "hours_logged": round(sum(hours.values()), 2),
        "retainer_hours": project["retainer_hours"],
        "team": [
            {
                "id": ids.get(name),
                "name": name,
                "tasks": assigned[name],
                "hours": round(hours.get(name, 0), 2),
            }
            for name in sorted(hours.keys() | assigned.keys())
        ],
    }


def holiday_stats(holidays: Iterable[Mapping[str, Any]], people: int) -> dict[str, Any]:
    """Days of leave of so many people: allowed, taken or granted, asked for, and left."""
    days = Counter[str]()
    for holiday in holidays:
        days[holiday["status"]] += holiday["days"] or 0
    allowance = ALLOWANCE * people
    return {
        "allowance": allowance,
        "used": days["approved"],
        "pending": days["pending"],
        "remaining": allowance - days["approved"],
    }
