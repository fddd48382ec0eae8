"""A store that is damaged or has no room: nothing is sent that it could not keep, and nothing is begun anew in silence.

`make storage` plays many more of both than the suite does.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from sqlalchemy import event

from rules_engine.errors import StoreError
from rules_engine.store.errors import StoreFull
from rules_engine.store.store import Store

RULES = """
  - {id: greet, when: lead.created, then: [{create_task: {project: Sales, name: "Greet {{ lead.name }}"}}]}
  - {id: close, when: lead.status_changed, then: [{create_note: {project: Sales, title: "{{ lead.name }}", notes: x}}]}
  - {id: seen, when: [task.created, note.created], then: [{log: x}]}
"""
DAMAGES = int(os.environ.get("DAMAGES", "40"))
FULL_DISKS = int(os.environ.get("FULL_DISKS", "12"))


def flip(data, dice):
    place = dice.randrange(len(data))
    data[place] ^= 1 << dice.randrange(8)
    return data


def zero_a_page(data, dice):
    start = dice.randrange(len(data) // 4096) * 4096
    data[start : start + 4096] = bytes(4096)
    return data


def truncate(data, dice):
    return data[: dice.randrange(len(data))]


def scramble(data, dice):
    start = dice.randrange(len(data) - 64)
    data[start : start + 64] = dice.randbytes(64)
    return data


@pytest.fixture
def settled(rig):
    """A rig with 60 leads, some history, and its store closed."""
    for number in range(60):
        rig.state.add("lead", name=f"Lead {number}", status="Chaser")
    rig.use(RULES).tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.store.close()
    return rig


def test_damage_is_found_or_does_no_harm_and_nothing_is_begun_anew(
    settled, store_url, record_testsuite_property
):
    rig, file = settled, Path(store_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    dice = random.Random(20261125)
    found = 0
    for _ in range(DAMAGES):
        damage = dice.choice([flip, flip, truncate, zero_a_page, scramble])
        for side in ("-wal", "-shm"):
            Path(f"{file}{side}").unlink(missing_ok=True)
        file.write_bytes(damage(bytearray(whole), dice))
        left = file.read_bytes()
        writes = len(rig.writes())
        try:
            rig.store = Store.open(store_url)
        except StoreError:
            found += 1
            assert file.read_bytes() == left
            assert len(rig.writes()) == writes
            continue
        try:
            rig.store.take_up()
            report = rig.tick()
            assert report.baselines == 0, damage.__name__
        except StoreError:
            found += 1
        finally:
            rig.store.close()
    record_testsuite_property("damages found", f"{found} of {DAMAGES}")
    assert found > DAMAGES // 4
    file.write_bytes(whole)
    rig.store = Store.open(store_url)
    assert rig.tick().held is None


def leave_room(store, pages):
    """Let the file grow by so many pages at most; None: as it likes."""
    with store._engine.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limit = 2**31 - 2 if pages is None else size + pages

    @event.listens_for(store._engine, "begin")
    def restrict(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")


def test_without_room_nothing_is_sent_and_with_room_everything_happens_once(rig, record_testsuite_property):
    for number in range(5):
        rig.state.add("lead", name=f"Lead {number}", status="Chaser")
    rig.use(RULES).tick()
    dice = random.Random(7)
    full = 0
    for turn in range(FULL_DISKS):
        added = [
            rig.state.add("lead", name=f"Turn {turn} {number} {'x' * 3000}", status="Chaser")
            for number in range(3)
        ]
        leave_room(rig.store, dice.randrange(14))
        writes = len(rig.writes())
        try:
            rig.tick()
        except StoreFull:
            full += 1
            sent = rig.writes()[writes:]
            intents = [step for step in rig.steps() if step.sent_at is not None and step.method == "POST"]
            assert len(sent) <= len(intents)
            leave_room(rig.store, 0)
            with pytest.raises(StoreFull):
                rig.store.check_room()
            leave_room(rig.store, None)
            rig.store.check_room()
        else:
            leave_room(rig.store, None)
        for _ in range(3):
            rig.tick()
        names = [task["name"] for task in rig.state.all("task")]
        assert [names.count(f"Greet {lead['name']}") for lead in added] == [1, 1, 1]
    record_testsuite_property("full disks met", f"{full} of {FULL_DISKS}")
    assert full > FULL_DISKS // 3
