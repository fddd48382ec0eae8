"""A day of an agency's work, as data: what somebody does, and what the starter rules must make of it.

Nothing in here knows the engine: people act on Dashtrack's API (or, for what the API can't do, on the sandbox
behind it), and what is expected is read back from the API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Item = Mapping[str, Any]


class People(Protocol):
    """How the people of the story act and look."""

    def patch(self, path: str, **fields: Any) -> Item:
        """Change an object through the API."""

    def post(self, path: str, **fields: Any) -> Item:
        """Create an object through the API."""

    def archive(self, path: str) -> None:
        """Archive a project through the API."""

    def aside(self, resource: str, object_id: str | None, **fields: Any) -> Item:
        """Do what the API can't: log hours, approve a holiday."""

    def find(self, resource: str, **fields: Any) -> Item:
        """The first object with these fields, as the day begins."""

    def listed(self, path: str) -> Sequence[Item]:
        """A list of the API, as it is now."""

    def project(self, name: str) -> str:
        """A project's id."""

    def today(self) -> str:
        """The date, as the API writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that a rule must have brought about, exactly once."""

    rule: str
    what: str
    path: str
    """The list of the API in which it is found; `{NAME}` stands for the id of the project of that name."""
    fits: Callable[[Item], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What happens at one time of the day."""

    at: str
    what: str
    act: Callable[[People], Any]
    expect: tuple[Expectation, ...]
    """Empty where no rule has a reason to act."""


def _task(rule: str, project: str, name: str, **fields: Any) -> Expectation:
    return Expectation(
        rule=rule,
        what=f"task “{name}” in {project}",
        path=f"/projects/{{{project}}}/tasks",
        fits=lambda item: (
            item["name"] == name and all(item[field] == value for field, value in fields.items())
        ),
    )


def _note(rule: str, project: str, title: str) -> Expectation:
    return Expectation(
        rule=rule,
        what=f"note “{title}” in {project}",
        path=f"/projects/{{{project}}}/notes",
        fits=lambda item: item["title"] == title,
    )


def _lead(rule: str, name: str, what: str, fits: Callable[[Item], bool]) -> Expectation:
    return Expectation(
        rule=rule,
        what=f"{name}: {what}",
        path="/leads",
        fits=lambda item: item["name"] == name and fits(item),
    )


OWEN = "Owen Pryce (Bluebell Florists)"
SOPHIE = "Sophie Turner (Beacon Lettings)"
MARTA = "Marta Silva (Quayside Fish Kitchen)"
JACK = "Jack Penrose (Driftwood Surf School)"
CLIENT = "Brightside Nursery"
OTHER = "Lumen Yoga"
AWAY = "Leo Martins"


def _lead_becomes(name: str, **fields: Any) -> Callable[[People], Any]:
    return lambda people: people.patch(f"/leads/{people.find('lead', name=name)['id']}", **fields)


def _task_becomes(project: str, wanted: Mapping[str, Any], **fields: Any) -> Callable[[People], Any]:
    return lambda people: people.patch(f"/tasks/{_task_of(people, project, wanted)['id']}", **fields)


def _task_of(people: People, project: str, wanted: Mapping[str, Any]) -> Item:
    return people.find("task", project_id=people.project(project), **wanted)


def _long_day(people: People) -> Any:
    tom = people.find("member", name="Tom Whitfield")
    return people.aside(
        "time_entry",
        None,
        project_id=people.project("Oakridge Estates"),
        user_id=tom["id"],
        user_name=tom["name"],
        date=people.today(),
        hours=12.5,
        description="Search page, and the map again",
    )


def _holiday(people: People) -> Any:
    asked = people.find("holiday", status="pending", user_name=AWAY)
    return people.aside("holiday", asked["id"], status="approved")


def the_day(people: People) -> tuple[Scene, ...]:
    """The scenes, in order. `people` is asked for the names that the agency's data decide."""
    design = "Icon set"
    done = _task_of(people, OTHER, {"task_list": "Copy", "status": "done"})["name"]
    tasks = people.listed("tasks")
    theirs = [task for task in tasks if AWAY in (task["assigned_to"] or ()) and task["status"] != "done"]
    return (
        *_pipeline(),
        Scene(
            at="10:15",
            what=f"“{design}” for {CLIENT} is done",
            act=_task_becomes(CLIENT, {"name": design}, status="done"),
            expect=(_task("design-done-review", CLIENT, f"Review: {design}", task_list="Design"),),
        ),
        Scene(
            at="10:50",
            what=f"“{done}” for {OTHER} is opened again",
            act=_task_becomes(OTHER, {"name": done}, status="in-progress"),
            expect=(_note("task-reopened-note", OTHER, f"Re-opened: {done}"),),
        ),
        Scene(
            at="11:20",
            what="Grace gives Priya a new task, and forgets the due date",
            act=lambda people: people.post(
                f"/projects/{people.project(CLIENT)}/tasks", name="New menu card", assigned_to=["Priya Nair"]
            ),
            expect=(
                Expectation(
                    rule="task-without-due-date",
                    what="“New menu card” has a due date",
                    path=f"/projects/{{{CLIENT}}}/tasks",
                    fits=lambda item: item["name"] == "New menu card" and bool(item["due_date"]),
                ),
            ),
        ),
        Scene(
            at="13:05",
            what="Tom logs twelve and a half hours on Oakridge Estates",
            act=_long_day,
            expect=(
                _task(
                    "odd-time-entry", "Operations", "Check 12.5 hours of Tom Whitfield on Oakridge Estates"
                ),
            ),
        ),
        *_afternoon(),
        Scene(
            at="16:10",
            what=f"{AWAY}'s holiday is approved",
            act=_holiday,
            expect=(_task("holiday-hand-over", "Operations", f"Hand over {len(theirs)} tasks of {AWAY}"),),
        ),
        Scene(
            at="17:00",
            what="Pico Coffee Roasters is archived",
            act=lambda people: people.archive(f"/projects/{people.project('Pico Coffee Roasters')}"),
            expect=(_task("archived-project-invoice", "Account", "Final invoice for Pico Coffee Roasters"),),
        ),
    )


def _pipeline() -> tuple[Scene, ...]:
    return (
        Scene(
            at="09:05",
            what=f"{OWEN} gets the proposal",
            act=_lead_becomes(OWEN, status="Proposal Sent", tags=["Proposal Sent", "Deliberating"]),
            expect=(_task("proposal-sent-follow-up", "Sales", f"Follow up the proposal for {OWEN}"),),
        ),
        Scene(
            at="09:40",
            what=f"{OWEN} needs closing",
            act=_lead_becomes(OWEN, status="Needs Closing"),
            expect=(
                _task("lead-needs-closing", "Sales", f"Close {OWEN}", priority="High"),
                _note("lead-needs-closing", "Sales", f"Closing {OWEN}"),
                _lead(
                    "lead-needs-closing",
                    OWEN,
                    "tagged Chase Up, no longer Deliberating",
                    lambda item: "Chase Up" in item["tags"] and "Deliberating" not in item["tags"],
                ),
            ),
        ),
        Scene(
            at="09:55",
            what=f"{MARTA} needs closing too, but is worth too little for the rule",
            act=_lead_becomes(MARTA, status="Needs Closing"),
            expect=(),
        ),
    )


def _afternoon() -> tuple[Scene, ...]:
    return (
        Scene(
            at="14:00",
            what=f"{SOPHIE} wants more: 8,750 becomes 14,000",
            act=_lead_becomes(SOPHIE, value=14000),
            expect=(
                _lead("big-deal", SOPHIE, "tagged In Progress", lambda item: "In Progress" in item["tags"]),
                _task("big-deal", "Sales", f"Big deal: talk to {SOPHIE} in person", priority="High"),
            ),
        ),
        Scene(
            at="14:45",
            what=f"{JACK} goes back from Needs Closing to Chaser",
            act=_lead_becomes(JACK, status="Chaser"),
            expect=(_task("lead-went-backwards", "Sales", f"Find out why {JACK} went back to Chaser"),),
        ),
        Scene(
            at="15:30",
            what=f"{OWEN} signs",
            act=_lead_becomes(OWEN, status="Closed", tags=["Won"]),
            expect=(
                _task("won-lead-onboarding", "Onboarding", f"Welcome call with {OWEN}"),
                _task("won-lead-onboarding", "Onboarding", f"Collect access and brand files from {OWEN}"),
                _note("won-lead-onboarding", "Onboarding", f"New client: {OWEN}"),
            ),
        ),
    )
