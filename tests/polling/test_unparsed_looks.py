"""Looks that know objects by their bytes find what looks find that parse and compare everything, and do less."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from rules_engine.dashtrack.errors import NotFound
from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.polling import poll
from rules_engine.polling.diff import Awaited
from rules_engine.polling.known import KeptItems
from rules_engine.polling.poll import Poller
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.writethrough import after_update
from rules_engine.store.records import Batch
from rules_engine.store.store import Store

T0 = datetime(2026, 11, 2, 9, tzinfo=UTC)
RESOURCE_NAMES = ("member", "project", "task")


class World:
    """What the lists show, as bytes; a clock; and reads by id."""

    def __init__(self):
        self.at = T0
        self.members = {"u1": {"id": "u1", "name": "Ada"}}
        self.projects = {p: {"id": p, "name": p.title()} for p in ("web", "sales")}
        self.tasks = {}
        self.hidden = set()
        self.twice = []
        self.broken = False

    def now(self):
        return self.at

    def read_list_raw(self, resource, project_id):
        if resource.name == "member":
            items = list(self.members.values())
        elif resource.name == "project":
            items = list(self.projects.values())
        else:
            items = [one for one in self.tasks.values() if one["project_id"] == project_id]
            items = [one for one in [*items, *self.twice] if one["id"] not in self.hidden]
            if self.broken and project_id == "sales":
                return b'{"tasks": [{"id": "t0"'
        return json.dumps({resource.list_keys[0]: items}).encode()

    def read_object(self, resource, object_id):
        found = {"task": self.tasks, "project": self.projects}[resource.name].get(object_id)
        if found is None:
            raise NotFound("gone")
        return json.loads(json.dumps(found))


class Party:
    """Somebody who looks at the world with a store of its own."""

    def __init__(self, world, *, plain=False, keeps=False):
        self.world = world
        self.store = Store.open("sqlite://")
        self.keeps = keeps
        self.kept = KeptItems()
        if plain:
            known = self.store.item_hashes
            self.store.item_hashes = lambda *args: dict.fromkeys(known(*args))

    def look(self, awaited=None):
        """One look, committed; what it found, in a form that can be compared."""
        result = Poller(
            account="a",
            store=self.store,
            reader=self.world,
            snapshot=Snapshot(self.store, "a"),
            clock=self.world,
            should_stop=lambda: False,
            awaited=awaited or {},
            kept=self.kept if self.keeps else KeptItems(),
        ).poll(RESOURCE_NAMES)
        self.store.commit(
            "a",
            Batch(
                feeds=result.feeds,
                objects=result.objects,
                item_hashes=result.item_hashes,
                holds=result.holds,
                lifted_holds=result.lifted_holds,
            ),
        )
        by_key = {(one.resource, one.object_id): one for one in result.objects}
        return (
            sorted(map(repr, result.seen)),
            by_key,
            sorted(result.feeds, key=lambda feed: feed.key),
            [feed.key for feed in result.failed],
            [hold.object_ids and sorted(hold.object_ids) for hold in result.holds],
            result.lifted_holds,
        )

    def write(self, object_id, body):
        """An own write, as if Dashtrack had answered with what was written."""
        known = self.store.object("a", "task", object_id)
        if known is None:
            return
        written = after_update(
            RESOURCES["task"], known, body=body, answer=None, names={"u1": "Ada"}, at=self.world.at
        )
        touched = [("task", known.project_id)]
        self.store.commit("a", Batch(objects=[written.stored], touched=touched))


IDS = [f"t{n}" for n in range(8)]
MOVES = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(IDS), st.sampled_from(["web", "sales"])),
    st.tuples(
        st.just("set"),
        st.sampled_from(IDS),
        st.sampled_from(
            [
                ("name", "New name"),
                ("name", "new &amp; old"),
                ("name", "new & old"),
                ("status", "done"),
                ("status", "Done"),
                ("assigned_to", ["u1"]),
                ("assigned_to", ["Ada"]),
                ("updated_at", "2026-11-05T10:00:00Z"),
                ("updated_at", "2026-11-06T10:00:00Z"),
                ("project_id", "web"),
                ("project_id", "sales"),
                ("colour", "red"),
                ("colour", None),
            ]
        ),
    ),
    st.tuples(st.sampled_from(["drop", "reorder", "twice", "hide", "show"]), st.sampled_from(IDS)),
    st.tuples(st.just("own"), st.sampled_from(IDS), st.sampled_from(["todo", "done"]), st.booleans()),
    st.tuples(st.just("rename"), st.sampled_from(["Ada", "Bob"])),
    st.tuples(st.just("break"), st.booleans()),
    st.tuples(st.just("look"), st.sampled_from([10, 50, 90]), st.booleans()),
)


def carry_out(world, parties, move):  # noqa: C901 - one line a move
    kind, *args = move
    tasks, one = world.tasks, args[0]
    if kind == "put":
        tasks.setdefault(one, {"id": one, "project_id": args[1], "name": one, "status": "todo"})
    elif kind == "set" and one in tasks:
        tasks[one] = tasks[one] | dict([args[1]])
    elif kind == "drop":
        tasks.pop(one, None)
    elif kind == "reorder" and one in tasks:
        tasks[one] = dict(reversed(tasks[one].items()))
    elif kind == "twice" and one in tasks:
        world.twice = [tasks[one] | {"name": "a twin", "updated_at": "2026-11-05T12:00:00Z"}]
    elif kind == "hide":
        world.hidden = {one}
    elif kind == "show":
        world.hidden, world.twice = set(), []
    elif kind == "own" and one in tasks:
        for party in parties:
            party.write(one, {"status": args[1]})
        if args[2]:
            tasks[one] = tasks[one] | {"status": args[1]}
    elif kind == "rename":
        world.members["u1"] = {"id": "u1", "name": one}
    elif kind == "break":
        world.broken = one


# A busy machine is no fault of the code.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves=st.lists(MOVES, min_size=4, max_size=30))
def test_whether_bytes_are_known_or_not_a_look_finds_the_same(moves):
    world = World()
    world.tasks = {one: {"id": one, "project_id": "web", "name": one} for one in IDS[:4]}
    parties = [Party(world, plain=True), Party(world), Party(world, keeps=True)]
    for move in [("look", 10, False), *moves, ("look", 90, False), ("look", 90, False)]:
        if move[0] != "look":
            carry_out(world, parties, move)
            continue
        world.at += timedelta(seconds=move[1])
        awaited = {("task", "t0"): Awaited(values=({"status": "done"},), removal=True)} if move[2] else {}
        plain, *others = [party.look(awaited) for party in parties]
        for other in others:
            assert other == plain
    for party in parties:
        party.store.close()


@contextmanager
def counted(store):
    """The rows that each statement wrote, by its first three words."""
    found = {}

    def note(_connection, cursor, statement, *_rest):
        words = " ".join(statement.split()[:3])
        found[words] = found.get(words, 0) + max(cursor.rowcount, 0)

    event.listen(store._engine, "after_cursor_execute", note)
    yield found
    event.remove(store._engine, "after_cursor_execute", note)


@pytest.fixture(params=[False, True], ids=["from the store", "kept"])
def party(request):
    world = World()
    world.tasks = {f"t{n}": {"id": f"t{n}", "project_id": "web", "name": f"Task {n}"} for n in range(300)}
    made = Party(world, keeps=request.param)
    made.look()
    world.at += timedelta(minutes=5)
    yield made
    made.store.close()


@pytest.fixture
def compared(monkeypatch):
    """How many items each comparison had."""
    counts = []
    plain = poll.diff_feed

    def counting(look, known, items):
        counts.append((look.resource.name, len(known), len(items)))
        return plain(look, known, items)

    monkeypatch.setattr(poll, "diff_feed", counting)
    return counts


def test_an_unchanged_answer_is_neither_compared_nor_written(party, compared):
    with counted(party.store) as written:
        party.look()
    assert compared == []
    assert written.keys() & {"INSERT INTO objects", "UPDATE objects SET"} == set()


def test_only_what_has_changed_is_read_compared_and_written(party, compared):
    party.world.tasks["t5"] = party.world.tasks["t5"] | {"status": "done"}
    party.world.tasks["new"] = {"id": "new", "project_id": "web", "name": "New"}
    del party.world.tasks["t9"]
    with counted(party.store) as written:
        seen, objects, *_ = party.look()
    assert compared == [("task", 2, 2)]  # t5 and t9 are known, t5 and the new one are shown
    assert objects.keys() == {("task", "t5"), ("task", "new"), ("task", "t9")}
    assert len(seen) == 3
    assert written["INSERT INTO objects"] == 3
    assert "UPDATE objects SET" not in written


def test_an_object_shown_in_another_form_is_compared_once(party, compared):
    party.world.tasks["t5"] = dict(reversed(party.world.tasks["t5"].items()))
    with counted(party.store) as written:
        assert party.look()[:2] == ([], {})
    assert compared == [("task", 1, 1)]
    assert written["UPDATE objects SET"] == 1
    party.world.tasks["t6"] = party.world.tasks["t6"] | {"name": "Changed"}
    party.look()
    assert compared[1:] == [("task", 1, 1)]


def test_what_somebody_else_wrote_is_compared_whatever_its_bytes(party, compared):
    known = party.store.object("a", "task", "t5")
    party.store.commit("a", Batch(objects=[replace(known, data={**known.data, "name": "Ours"})]))
    party.world.tasks["t6"] = party.world.tasks["t6"] | {"name": "Changed"}
    party.kept.forget(["task/web"])
    seen, *_ = party.look()
    assert compared == [("task", 2, 2)]
    assert len(seen) == 2


def test_a_new_name_in_the_team_lets_every_task_be_compared_again(party, compared):
    party.world.members["u2"] = {"id": "u2", "name": "Bob"}
    party.world.tasks["t6"] = party.world.tasks["t6"] | {"name": "Changed"}
    party.look()
    assert ("task", 300, 300) in compared
