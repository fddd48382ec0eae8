"""A lifelike agency, the same every time: fixed ids, and dates told from the day on which it is planted.

Twelve open projects (eight clients, four of the agency's own) and an archived one, eight members, some 150 tasks,
thirty leads over all statuses, this month's hours, notes and leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from rules_engine.sandbox import agency_words as words
from rules_engine.sandbox import shapes
from rules_engine.sandbox.clock import stamp
from rules_engine.sandbox.identity import fixed_id
from rules_engine.sandbox.objects import SEED, Objects
from rules_engine.sandbox.shapes import Shape
from rules_engine.sandbox.vocabulary import LEAD_STATUSES, PRIORITIES, TASK_STATUSES

_SATURDAY = 5
_DAYS_PER_TASK = 2
_TODO, _IN_PROGRESS, _DONE = TASK_STATUSES


def plant_agency(objects: Objects, now: datetime) -> None:
    """Store the whole agency as the beginning of the world."""
    _Planting(objects, now).plant()


class _Planting:
    """One planting: counts objects for their ids, and draws from a source that is the same each time."""

    def __init__(self, objects: Objects, now: datetime) -> None:
        self._objects = objects
        self._morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
        self._today = now.date()
        self._numbers: dict[str, Iterator[int]] = {}
        self._random = Random("agency")  # noqa: S311  (it is meant to be foreseeable)

    def plant(self) -> None:
        for name, mail, role in words.MEMBERS:
            self._make(shapes.MEMBER, {"name": name, "email": f"{mail}@agency.example", "role": role})
        for client in words.CLIENTS:
            self._client(*client)
        for internal in words.INTERNAL:
            self._internal(*internal)
        self._archived(*words.ARCHIVED)
        for number, lead in enumerate(words.LEADS):
            self._lead(number, *lead)
        for holiday in words.HOLIDAYS:
            self._holiday(*holiday)

    def _client(self, name: str, site: str, kind: str, retainer: int | None, progress: float) -> None:
        about = {"name": name, "url": f"https://{site}", "project_type": kind, "retainer_hours": retainer}
        project = self._project({**about, "description": f"{kind.capitalize()} for {name}"}, days_ago=45)
        planned = [(task_list, task) for task_list, tasks in words.TASKS.items() for task in tasks]
        reached = progress * len(planned)
        for place, (task_list, task) in enumerate(planned):
            assignee = self._random.choice(words.CREWS[task_list])
            self._task(project, task, task_list, assignee, ahead=place - reached)
        self._hours(project)
        self._notes(project, name)

    def _internal(self, name: str, description: str, task_list: str, tasks: tuple[str, ...]) -> None:
        project = self._project(
            {"name": name, "description": description, "project_type": "internal"}, days_ago=400
        )
        for place, task in enumerate(tasks):
            assignee = self._random.choice(words.REPS)
            self._task(project, task, task_list, assignee, ahead=place - 1.5)

    def _archived(self, name: str, site: str, kind: str) -> None:
        about = {"name": name, "url": f"https://{site}", "project_type": kind, "archived": True}
        project = self._project({**about, "description": f"{kind.capitalize()} for {name}"}, days_ago=300)
        self._task(project, "Go live", "Launch", "Tom Whitfield", ahead=-60)

    def _project(self, fields: Mapping[str, Any], *, days_ago: int) -> dict[str, Any]:
        return self._make(shapes.PROJECT, {**fields, **self._stamps(days_ago, days_ago // 4)})

    def _task(
        self, project: Mapping[str, Any], name: str, task_list: str, assignee: str, *, ahead: float
    ) -> None:
        """One task; `ahead` tells how many tasks later than the one that is being worked on it comes."""
        slip = self._random.randint(-2, 1)
        due = self._morning + timedelta(days=round(ahead * _DAYS_PER_TASK) + slip, hours=8)
        unassigned = ahead > 2 and self._random.random() < 0.3  # noqa: PLR2004  (what is far off has nobody yet)
        if ahead < -1:
            status = _DONE
        else:
            status = _IN_PROGRESS if ahead < 1 else _TODO
        self._make(
            shapes.TASK,
            {
                "project_id": project["id"],
                "name": name,
                "description": f"{name} for {project['name']}",
                "status": status,
                "priority": self._random.choice((*PRIORITIES, "Medium", None)),
                "assigned_to": [] if unassigned else [assignee],
                "start_date": stamp(due - timedelta(days=3)),
                "due_date": None if unassigned and slip == 0 else stamp(due),
                "task_list": task_list,
                **self._stamps(40, 1 if status == _IN_PROGRESS else 9),
            },
        )

    def _hours(self, project: Mapping[str, Any]) -> None:
        tasks = self._objects.all("task", project["id"])
        for day in _working_days_of_month_until(self._today):
            # Drawn for every day, used or not, so that yesterday's hours are the same tomorrow.
            task, hours, worked = (
                self._random.choice(tasks),
                self._random.randint(2, 10) / 2,
                self._random.random(),
            )
            people = words.CREWS[task["task_list"]]
            person = people[day.day % len(people)]
            if worked > 0.6:  # noqa: PLR2004  (two days of five without hours on a project)
                continue
            fields = {"project_id": project["id"], "task_id": task["id"], "user_id": self._member_id(person)}
            fields |= {"date": day.isoformat(), "hours": hours, "description": task["name"]}
            self._make(shapes.TIME_ENTRY, fields)

    def _notes(self, project: Mapping[str, Any], client: str) -> None:
        rep = self._random.choice(words.REPS)
        contact = f"the team of {client}"
        for title, days_ago, text, items in words.NOTES:
            day = self._morning - timedelta(days=days_ago)
            fields = {"project_id": project["id"], "title": title, "date": day.date().isoformat()}
            fields |= {
                "attendees": [rep, "Cai Morgan"],
                "action_items": list(items),
                "created_at": stamp(day),
            }
            self._make(shapes.NOTE, {**fields, "notes": text.format(contact=contact, client=client)})

    def _lead(self, number: int, company: str, contact: str, source: str) -> None:
        status = LEAD_STATUSES[number % len(LEAD_STATUSES)]
        mail = (
            contact.split(maxsplit=1)[0].lower()
            + "@"
            + company.lower().replace(" & ", "-").replace(" ", "-")
            + ".example"
        )
        # Worth the same on every day: how much was drawn before tells how many days the month has had.
        value = Random(f"value 6958/{contact}").randint(6, 100) * 250  # noqa: S311  (it is meant to be foreseeable)
        age = self._random.randint(2, 60)
        self._make(
            shapes.LEAD,
            {
                "name": f"{contact} ({company})",
                "status": status,
                "tags": list(words.LEAD_TAGS[status]),
                "rep": words.REPS[number % len(words.REPS)],
                "company": company,
                "email": mail,
                "phone": f"01632 960{number:03}",
                "value": value,
                "source": source,
                "notes": f"{company} came to us by {source.lower()}.",
                **self._stamps(age, self._random.randint(0, age)),
            },
        )

    def _holiday(self, name: str, starts_in: int, days: int, kind: str, status: str) -> None:
        start = _next_working_day(self._today + timedelta(days=starts_in))
        fields = {
            "user_id": self._member_id(name),
            "start_date": start.isoformat(),
            "type": kind,
            "status": status,
        }
        self._make(shapes.HOLIDAY, {**fields, "end_date": (start + timedelta(days=days - 1)).isoformat()})

    def _make(self, shape: Shape, fields: Mapping[str, Any]) -> dict[str, Any]:
        number = next(self._numbers.setdefault(shape.name, count(1)))
        return self._objects.create(shape, {"id": fixed_id(shape.name, number), **fields}, SEED)

    def _member_id(self, name: str) -> str:
        return next(object_id for object_id, known in self._objects.names().items() if known == name)

    def _stamps(self, created_days_ago: int, updated_days_ago: int) -> dict[str, str]:
        return {
            "created_at": stamp(self._morning - timedelta(days=created_days_ago)),
            "updated_at": stamp(self._morning - timedelta(days=updated_days_ago)),
        }


def _working_days_of_month_until(today: date) -> list[date]:
    """Monday to Friday from the first of the month to today; the first alone when there was none yet."""
    days = [today.replace(day=number) for number in range(1, today.day + 1)]
    return [day for day in days if day.weekday() < _SATURDAY] or days[:1]


def _next_working_day(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
