"""Power that is lost: what a disk may hold afterwards is a whole store, and never behind what was already sent.

A commit is on the disk when it returns. While one is under way, any of the blocks that it writes may have got there
and any may not; of a log that begins anew, SQLite puts its head on the disk first.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect

from rules_engine.store.records import StepStatus
from rules_engine.store.store import Store

RULES = """
  - id: call
    when: lead.status_changed
    then:
      - create_task: {project: Sales, name: "Call {{ lead.name }}"}
      - create_note: {project: Sales, notes: "Called {{ lead.name }}"}
      - update_lead: {tags: {add: [chase up]}}
"""
LEADS = 12
ROUNDS = 3
BLOCK = 4096
HEAD = 32
"""The head of SQLite's log, in bytes."""
IMAGES_A_COMMIT = 5


@dataclass(frozen=True)
class Image:
    """What is on the disk."""

    db: bytes
    log: bytes

    @classmethod
    def of(cls, path):
        log = path.with_name(f"{path.name}-wal")
        return cls(path.read_bytes(), log.read_bytes() if log.exists() else b"")

    def written_to(self, folder):
        """The image as a store of its own."""
        path = folder / "image.db"
        for old in folder.glob("image.db*"):
            old.unlink()
        path.write_bytes(self.db)
        path.with_name("image.db-wal").write_bytes(self.log)
        return path


def torn(old, new, rng):
    """Some blocks of what was being written, and what was there before in the place of the others."""
    size = max(len(old), len(new))
    old, new = old.ljust(size, b"\0"), new.ljust(size, b"\0")
    blocks = (rng.choice((old, new))[at : at + BLOCK] for at in range(0, size, BLOCK))
    return b"".join(blocks)


def images_between(before, after, rng):
    """What the disk may hold when the power is lost in the middle of a commit."""
    begins_anew = before.log[:HEAD] != after.log[:HEAD]
    for _ in range(IMAGES_A_COMMIT):
        log = torn(before.log, after.log, rng)
        yield Image(before.db, after.log[:HEAD] + log[HEAD:] if begins_anew else log)
    if not begins_anew:
        yield Image(before.db, after.log[: rng.randint(len(before.log), len(after.log))])
    if before.db != after.db:  # pages move into the file only after the log is on the disk as a whole
        yield Image(torn(before.db, after.db, rng), after.log)


def content(path):
    """Everything that a store holds, as one word; the file is whole."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


class Disk:
    """Takes the disk's image around every commit and before every request that changes something."""

    def __init__(self, path, client):
        self.path = path
        self.client = client
        self.commits = []
        self.sent = []

    def send(self, request):
        self.sent.append((request, Image.of(self.path)))
        return self.client.send(request)


@pytest.fixture
def store_url(tmp_path):
    return f"sqlite:///{tmp_path}/state.db"


@pytest.fixture
def disk(rig, tmp_path, monkeypatch):
    """A rig that works for a while, its disk's images taken; its log begins anew now and then."""
    event.listen(
        rig.store._engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA wal_autocheckpoint = 40"),
    )
    rig.store._engine.dispose()
    found = Disk(tmp_path / "state.db", rig.client)
    commit = DefaultDialect.do_commit

    def do_commit(dialect, connection):
        before = Image.of(found.path)
        commit(dialect, connection)
        found.commits.append((before, Image.of(found.path)))

    rig.use(RULES)
    leads = [rig.state.add("lead", name=f"Lead {n}", status="Chaser")["id"] for n in range(LEADS)]
    rig.tick()
    monkeypatch.setattr(DefaultDialect, "do_commit", do_commit)
    for number in range(ROUNDS):
        for lead in leads[number::ROUNDS]:
            rig.state.edit("lead", lead, status="Closed")
        rig.clock.advance(timedelta(minutes=5).total_seconds())
        rig.engine(hop=found).tick()
    monkeypatch.setattr(DefaultDialect, "do_commit", commit)
    return found


def test_a_store_whose_power_was_lost_in_a_commit_is_as_before_it_or_as_after_it(disk, tmp_path):
    rng = random.Random(1)
    folder = tmp_path / "images"
    folder.mkdir()
    images = 0
    known = {}
    for before, after in disk.commits:
        for one in (before, after):
            known[one] = known.get(one) or content(one.written_to(folder))
        allowed = {known[before], known[after]}
        for image in images_between(before, after, rng):
            images += 1
            assert content(image.written_to(folder)) in allowed
    assert images > 500
    assert any(before.db != after.db for before, after in disk.commits), "the log never began anew"


def test_no_request_is_sent_whose_intent_a_loss_of_power_could_take_back(disk, tmp_path):
    assert len(disk.sent) == LEADS * 3
    for request, image in disk.sent:
        store = Store.open(f"sqlite:///{image.written_to(tmp_path)}")
        intents = [
            (one.method, one.path) for one in store.open_steps("default") if one.status is StepStatus.SENT
        ]
        store.close()
        assert intents == [(request.method, request.path)]
