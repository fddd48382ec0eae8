"""The program and a store that is gone, full, on another machine, or older than what was done with it."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from program import KEY, Program, until

from rules_engine.sandbox import running_sandbox
from rules_engine.store import witness

FAST = "poll: {interval: 0.1 seconds}\n"


def test_a_store_that_is_gone_is_never_made_anew_in_silence(program, world):
    program.here("run", "--once")
    store = program.folder / "rules-engine.db"
    store.unlink()
    world.move()

    done = program.here("run", "--once", code=4)

    assert "is gone" in done.err
    assert "rules-engine.db.witness" in done.err
    assert not store.exists()
    assert world.tasks() == []
    (program.folder / "rules-engine.db.witness").unlink()
    assert "baseline" in program.here("run", "--once").err


def test_a_backup_that_was_copied_back_asks_how_to_go_on(program, world):
    program.here("run", "--once")
    shutil.copy(program.folder / "rules-engine.db", program.folder / "backup.db")
    world.move()
    program.here("run", "--once")
    assert world.tasks() == ["Close Mill"]
    shutil.copy(program.folder / "backup.db", program.folder / "rules-engine.db")

    done = program.here("run", "--once", code=1)
    assert "older than what was done" in done.err
    program.here("run", "--once", code=1)
    doctor = program.here("doctor", code=1).out
    assert "account default" in doctor
    listed = program.here("runs").err
    hold = next(word.strip(":") for word in listed.split() if word.startswith("hold-"))
    assert f"runs approve {hold}" in listed

    program.here("runs", "approve", hold)
    program.here("run", "--once")
    assert world.tasks() == ["Close Mill"]
    assert "held" not in program.here("doctor").out


def test_another_machine_takes_a_store_over_when_it_is_told_to(program, tmp_path, monkeypatch):
    identity = tmp_path / "machine-id"
    monkeypatch.setattr(witness, "MACHINE_ID", identity)
    identity.write_text("here\n")
    program.here("run", "--once")
    identity.write_text("there\n")

    assert "--adopt" in program.here("run", "--once", code=4).err
    program.here("run", "--once", "--dry-run")
    program.here("run", "--once", "--adopt")
    program.here("run", "--once")


def test_a_key_of_another_workspace_holds_the_account_and_the_right_one_lifts_that(program, world):
    program.here("run", "--once")
    with running_sandbox() as other:
        other.state.add_key(KEY)
        other.state.add("project", name="Sales")
        other.state.add("lead", name="Stranger", status="Needs Closing")
        done = program.here("run", "--once", "--base-url", other.base_url, code=1)

        assert "leads to another workspace" in done.err
        assert other.state.all("task") == []
    assert "leads to another workspace" in program.here("doctor", code=1).out
    world.move()
    program.here("run", "--once")
    assert world.tasks() == ["Close Mill"]
    assert "hold-" not in program.here("runs").err


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 4 MiB; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False, capture_output=True
    )
    if done.returncode != 0:
        pytest.skip("a small disk can't be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=False)


def fill(file):
    with file.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            return


def test_on_a_full_disk_nothing_is_sent_and_it_goes_on_by_itself_when_there_is_room(small_disk, world):
    program = Program(small_disk, DASHTRACK_API_KEY=KEY, DASHTRACK_BASE_URL=world.url)
    program.rules(
        "  - id: closing\n    when: {event: lead.status_changed, to: Needs Closing}\n"
        '    then: [{create_task: {project: Sales, name: "Close {{ lead.name }}"}}]\n'
    )
    (small_disk / "rules-engine.yaml").write_text(FAST)
    worker = program.start("run")
    try:
        worker.wait_for("baseline", times=2)
        fill(small_disk / "ballast")
        world.move()
        worker.wait_for("no room")
        asked = len(world.requests())
        assert world.writes() == []

        (small_disk / "ballast").unlink()
        until(world.tasks, 40)
        assert worker.process.poll() is None
        assert world.tasks() == ["Close Mill"]
        assert asked < 100
        assert len(worker.said("no room")) == 1
        worker.stop()
    finally:
        program.close()
