"""What the simulation can do to a world, one function a move, each a line of the script that a failure prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sim_fuse import POINTS
from sim_rules import EDITS, text_of
from sim_world import ACCOUNT, World

from rules_engine.dashtrack.resources import LEAD_STATUSES, LEAD_TAGS
from rules_engine.errors import StoreError
from rules_engine.runs.states import Move, allowed_from
from rules_engine.store.records import RunStatus

PROJECTS_AT_MOST = 5
OBJECTS_AT_MOST = 25
NAMES = ("Mill", "Café", "Sweep floor", "a &amp; b", "Old mill", "Launch")
DAYS = ("2026-12-01T09:00:00Z", "2026-12-02T00:00:00+00:00", "2027-01-05T10:00:00+01:00", None)
PAUSES = (1, 10, 40, 61, 300, 300, 300, 700, 3600, 86_400)


class Dice(Protocol):
    """Where chance comes from: a seeded generator, or hypothesis."""

    def pick(self, options: Sequence[Any]) -> Any:
        """One of them."""

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""


def one(world: World, dice: Dice, resource: str, **equals: Any) -> dict[str, Any] | None:
    """Any object of a resource, if there is one."""
    found = world.state.all(resource, **equals)
    return dice.pick(found) if found else None


# -- somebody else's edits -----------------------------------------------------------------------------


def add_lead(world, dice):
    if len(world.state.all("lead")) < OBJECTS_AT_MOST:
        tags = [dice.pick(LEAD_TAGS) for _ in range(dice.number(0, 2))]
        world.state.add("lead", name=dice.pick(NAMES), status=dice.pick(LEAD_STATUSES), tags=tags, value=1)


def edit_lead(world, dice):
    lead = one(world, dice, "lead")
    if lead is None:
        return
    field = dice.pick(("status", "status", "tags", "tags", "value", "rep", "source"))
    value = {
        "status": lambda: dice.pick(LEAD_STATUSES),
        "tags": lambda: list({dice.pick(LEAD_TAGS) for _ in range(dice.number(0, 3))}),
        "value": lambda: dice.pick((None, 0, 5, 5000.5)),
        "rep": lambda: dice.pick((None, "Ada Byron", "Bob")),
        "source": lambda: dice.pick((None, "web", "call")),
    }[field]()
    world.state.edit("lead", lead["id"], **{field: value})


def tag_lead(world, dice):
    lead = one(world, dice, "lead")
    if lead is not None:
        tag = dice.pick(("Stuck", "On Hold", "Deliberating", "Won"))
        tags = [have for have in lead["tags"] if have != tag]
        world.state.edit("lead", lead["id"], tags=tags if len(tags) < len(lead["tags"]) else [*tags, tag])


def remove_lead(world, dice):
    lead = one(world, dice, "lead")
    if lead is not None:
        world.state.remove("lead", lead["id"])


def add_task(world, dice):
    project = one(world, dice, "project")
    if project is not None and len(world.state.all("task")) < 2 * OBJECTS_AT_MOST:
        world.state.add("task", project_id=project["id"], name=dice.pick(NAMES), due_date=dice.pick(DAYS))


def edit_task(world, dice):
    task = one(world, dice, "task")
    if task is None:
        return
    field = dice.pick(("status", "status", "name", "assigned_to", "due_date", "priority", "task_list"))
    value = {
        "status": lambda: dice.pick(("todo", "in-progress", "done", "done")),
        "name": lambda: dice.pick(NAMES),
        "assigned_to": lambda: dice.pick(([], ["Ada Byron"], ["Bob", "Ada Byron"], ["Ada Byron", "Bob"])),
        "due_date": lambda: dice.pick(DAYS),
        "priority": lambda: dice.pick(("low", "HIGH", None)),
        "task_list": lambda: dice.pick((None, "Later")),
    }[field]()
    world.state.edit("task", task["id"], **{field: value})


def move_task(world, dice):
    task, project = one(world, dice, "task"), one(world, dice, "project")
    if task is not None and project is not None:
        world.state.edit("task", task["id"], project_id=project["id"])


def copy_task(world, dice):
    task = one(world, dice, "task")
    if task is None or world.state.get("project", task["project_id"]) is None:
        return
    if len(world.state.all("task")) < 2 * OBJECTS_AT_MOST:
        kept = ("project_id", "name", "description", "status", "priority")
        world.state.add("task", **{name: task[name] for name in kept})


def remove_task(world, dice):
    task = one(world, dice, "task")
    if task is not None:
        world.state.remove("task", task["id"])


def remove_many_tasks(world, dice):
    project = one(world, dice, "project")
    for task in world.state.all("task", project_id=project["id"]) if project else ():
        world.state.remove("task", task["id"])


def rewrite(world, dice):
    """The same meaning in another form: no change."""
    resource = dice.pick(("task", "lead"))
    found = one(world, dice, resource)
    if found is None:
        return
    forms = {"name": dice.pick((_decomposed, _spaced))(found["name"])}
    if resource == "lead":
        forms["tags"] = list(reversed(found["tags"]))
    elif found["description"]:
        forms["description"] = found["description"].replace("\n", "\r\n")
    world.state.edit(resource, found["id"], **forms)


def _decomposed(text):
    return unicodedata.normalize("NFD", text)


def _spaced(text):
    return f"{text.strip()} "


def touch(world, dice):
    """Edited to something else and back again between two looks."""
    lead = one(world, dice, "lead")
    if lead is not None:
        world.state.edit("lead", lead["id"], status="Chaser")
        world.state.edit("lead", lead["id"], status=lead["status"])


def add_project(world, dice):
    if len(world.state.all("project")) < PROJECTS_AT_MOST:
        made = world.state.add("project", name=dice.pick(("Sales", "Web", "Blog", "Shop")))
        world.state.add("task", project_id=made["id"], name="First")


def edit_project(world, dice):
    project = one(world, dice, "project")
    if project is not None:
        field = dice.pick(("archived", "archived", "forbidden", "name"))
        value = (
            not project.get(field) if field != "name" else dice.pick(("Sales", "Web", "Old thing", "Blog"))
        )
        world.state.edit("project", project["id"], **{field: value})


def remove_project(world, dice):
    project = one(world, dice, "project")
    if project is not None and dice.number(0, 4) == 0:
        world.state.remove("project", project["id"])


def add_record(world, dice):
    resource = dice.pick(("note", "time_entry", "holiday", "member"))
    project, member = one(world, dice, "project"), one(world, dice, "member")
    if len(world.state.all(resource)) >= OBJECTS_AT_MOST or member is None or project is None:
        return
    fields = {
        "note": {"project_id": project["id"], "notes": "They said yes"},
        "time_entry": {"project_id": project["id"], "user_id": member["id"], "hours": 2},
        "holiday": {"user_id": member["id"], "start_date": "2026-12-01", "end_date": "2026-12-03"},
        "member": {"name": dice.pick(("Bob", "Cy", "Dee")), "email": "x@agency.example"},
    }[resource]
    world.state.add(resource, **fields)


def edit_record(world, dice):
    resource = dice.pick(("note", "time_entry", "holiday"))
    found = one(world, dice, resource)
    if found is not None:
        field, values = {
            "note": ("title", ("Call", "Visit", None)),
            "time_entry": ("hours", (1, 2.5, 8)),
            "holiday": ("status", ("approved", "declined", "pending")),
        }[resource]
        world.state.edit(resource, found["id"], **{field: dice.pick(values)})


def remove_record(world, dice):
    resource = dice.pick(("note", "time_entry", "holiday", "member"))
    found = one(world, dice, resource)
    if found is not None and found.get("name") != "Ada Byron":
        world.state.remove(resource, found["id"])


# -- what goes wrong -----------------------------------------------------------------------------------

_PATHS = (None, "/leads", "/tasks", "/notes", "/projects$", "/team", "/time", "/holidays")
_ITEMS = r"^/(leads|tasks|projects)/[^/]+$"


def fault_on_write(world, dice):
    kind, options = dice.pick(
        (
            ("drop_after", {}),
            ("drop_after", {}),
            ("drop", {}),
            ("cut", {}),
            ("status", {"status": 500}),
            ("status", {"status": 500, "after": True}),
            ("status", {"status": 400}),
            ("status", {"status": 403}),
            ("status", {"status": 401}),
            ("status", {"status": 429}),
            ("html", {"after": True}),
            ("html", {}),
        )
    )
    method = dice.pick(("POST", "PATCH", "DELETE"))
    world.state.fault(
        kind, match_method=method, match_nth=dice.number(1, 2), times=dice.number(1, 2), **options
    )


def fault_on_read(world, dice):
    kind, options = dice.pick(
        (
            ("status", {"status": 500}),
            ("status", {"status": 429}),
            ("status", {"status": 403}),
            ("status", {"status": 404}),
            ("status", {"status": 401}),
            ("html", {}),
            ("cut", {}),
            ("drop", {}),
            ("empty_list", {}),
            ("empty_list", {}),
            ("halved_list", {}),
            ("halved_list", {}),
        )
    )
    lists = kind.endswith("_list")
    path = dice.pick(_PATHS[1:]) + "$" if lists else dice.pick((*_PATHS, _ITEMS))
    world.state.fault(kind, match_method="GET", match_path=path, times=dice.number(1, 4), **options)


def fault_on_items(world, dice):
    status = dice.pick((500, 403))
    world.state.fault("status", status=status, match_method="GET", match_path=_ITEMS, times=dice.number(1, 6))


def omit(world, dice):
    resource = dice.pick(("task", "lead", "note", "project", "member", "time_entry"))
    found = one(world, dice, resource)
    if found is not None:
        world.state.fault("omit", ids=[found["id"]], match_method="GET", times=dice.number(1, 12))


def lag(world, dice):
    world.state.fault("lag", seconds=dice.pick((5, 20, 45)))


def refuse(world, dice):
    world.transport.refusing = dice.number(1, 8)


def calm_down(world, _dice):
    world.state.clear_faults()
    world.transport.refusing = 0


def squeeze(world, dice):
    """The plan gets small, or somebody else has used up some of it."""
    world.squeeze(limit=dice.pick((40, 100, 400)), used=dice.pick((0, 20)))


def relax(world, _dice):
    world.squeeze(limit=1_000_000, used=0)


def kill(world, dice):
    """The process dies at some point of the next tick, perhaps several times in a row."""
    for _ in range(dice.number(1, 3)):
        point = dice.pick(POINTS)
        world.fuse.light(point, dice.number(1, 60 if point == "statement" else 6))
        world.tick(timedelta(seconds=dice.pick(PAUSES[:6])))


def restart(world, _dice):
    world.restart()


# -- the people who run the engine ---------------------------------------------------------------------


def edit_rules(world, dice):
    chosen = [rule_id for rule_id in world.pool if dice.number(0, 3)]
    world.use([text_of(rule_id, edited=rule_id in EDITS and dice.number(0, 1) == 1) for rule_id in chosen])


def decide(world, dice):
    """`runs approve`, `runs retry`, `runs cancel`."""
    move, to = dice.pick(
        (
            (Move.APPROVE, RunStatus.PENDING),
            (Move.RETRY, RunStatus.PENDING),
            (Move.RETRY, RunStatus.PENDING),
            (Move.CANCEL, RunStatus.CANCELLED),
        )
    )
    runs = [run for run in world.store.runs(ACCOUNT) if run.status in allowed_from(move)]
    if runs:
        try:
            world.store.move_run(dice.pick(runs).id, to=to, allowed=allowed_from(move))
        except StoreError:
            return


def approve_holds(world, _dice):
    world.approve_holds()


def tick(world, dice):
    world.tick(timedelta(seconds=dice.pick(PAUSES)))


def act(world, dice):
    """The worker wakes for a run that is due, and does not look."""
    world.tick(timedelta(seconds=dice.pick(PAUSES)), look=False)


_WEIGHTS: Mapping[Callable[[World, Dice], None], int] = {
    add_lead: 2,
    edit_lead: 8,
    tag_lead: 4,
    remove_lead: 1,
    add_task: 3,
    edit_task: 8,
    move_task: 1,
    copy_task: 1,
    remove_task: 2,
    remove_many_tasks: 1,
    rewrite: 2,
    touch: 1,
    add_project: 1,
    edit_project: 2,
    remove_project: 1,
    add_record: 3,
    edit_record: 2,
    remove_record: 2,
    fault_on_write: 7,
    fault_on_read: 5,
    fault_on_items: 2,
    omit: 2,
    lag: 1,
    refuse: 1,
    calm_down: 4,
    squeeze: 1,
    relax: 1,
    kill: 6,
    restart: 1,
    edit_rules: 1,
    decide: 3,
    approve_holds: 1,
    act: 4,
    tick: 30,
}
MOVES: tuple[Callable[[World, Dice], None], ...] = tuple(
    move for move, weight in _WEIGHTS.items() for _ in range(weight)
)
"""Every move, as often as it shall come up."""
ALL: Mapping[str, Callable[[World, Dice], None]] = {move.__name__: move for move in _WEIGHTS}
"""Every move by its name, for scripts."""


DYING: tuple[Callable[[World, Dice], None], ...] = (
    edit_lead,
    edit_lead,
    edit_task,
    add_task,
    kill,
    kill,
    tick,
)
"""Moves for mistakes that only a death in the wrong moment shows."""

LOSING: tuple[Callable[[World, Dice], None], ...] = (
    edit_lead,
    edit_task,
    add_record,
    fault_on_write,
    fault_on_write,
    fault_on_read,
    lag,
    tick,
    tick,
)
"""Moves for mistakes about answers that are lost."""

LAGGING: tuple[Callable[[World, Dice], None], ...] = (
    edit_lead,
    tag_lead,
    edit_task,
    lag,
    calm_down,
    tick,
    tick,
)
"""Moves for mistakes about reads that lag."""


def settle_in(world: World) -> None:
    """A small workspace, all rules, and a first look."""
    for name in ("Sales", "Web"):
        world.state.add("project", name=name)
    world.state.add("member", name="Bob", email="bob@agency.example")
    for name in NAMES[:4]:
        world.state.add("lead", name=name, status="Chaser", value=1)
    world.use([text_of(rule_id) for rule_id in world.pool])
    world.tick()
