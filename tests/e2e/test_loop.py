"""The worker that goes on: events and actions as they come, signals, crashes, outages, one worker at a time."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time

import pytest
from program import KEY, until

from rules_engine.sandbox import running_sandbox

FAST = "poll: {interval: 0.1 seconds}\n"


@pytest.fixture
def worker_at(program):
    """A function that starts the loop, at a tenth of a second unless the test says otherwise."""

    def start(*args, settings=FAST, **how):
        (program.folder / "rules-engine.yaml").write_text(settings)
        return program.start("run", *args, **how)

    return start


def looked(world, times=1):
    """Wait until the worker has read the leads so often from here on."""
    start = len(world.requests())

    def seen():
        return [one for one in world.requests()[start:] if one["path"].endswith("/leads") and one["status"]]

    return until(lambda: len(seen()) >= times)


class TestWork:
    def test_a_change_becomes_a_task_within_a_few_intervals(self, worker_at, world):
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        before = time.monotonic()

        world.move()

        until(world.tasks)
        assert time.monotonic() - before < 2
        assert worker.stop() < 5
        assert world.tasks() == ["Close Mill"]
        assert worker.out == []
        assert len(worker.said('"lead.status_changed"')) == 1
        assert len(worker.said('"create_task"')) == 1

    def test_json_is_one_run_a_line_as_it_comes(self, worker_at, world):
        worker = worker_at("--json")
        worker.wait_for("baseline", times=2)
        world.move()

        until(lambda: worker.out)
        world.move("Chaser")
        world.move("Needs Closing")
        looked(world, 2)
        worker.stop()

        assert [json.loads(line)["status"] for line in worker.out] == ["done"]

    def test_a_dry_run_shows_plans_and_sends_nothing(self, worker_at, program, world):
        worker = worker_at("--dry-run", "--json")
        worker.wait_for("baseline", times=2)
        world.move()

        until(lambda: worker.out)
        looked(world, 3)
        worker.stop()

        assert [json.loads(line)["status"] for line in worker.out] == ["planned"]
        assert world.writes() == []
        assert not (program.folder / "rules-engine.db").exists()

    def test_an_interval_of_a_tenth_of_a_second_is_kept(self, worker_at, world):
        worker = worker_at()
        worker.wait_for("baseline", times=2)

        before = time.monotonic()
        looked(world, 10)

        assert 0.7 < time.monotonic() - before < 5
        worker.stop()


class TestTheEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_ends_at_once_with_0_while_it_has_nothing_to_do(self, worker_at, number):
        worker = worker_at(settings="poll: {interval: 1 hour}\n")
        worker.wait_for("baseline", times=2)

        assert worker.stop(number) < 2
        assert worker.said("stopped")

    def test_it_ends_within_five_seconds_while_a_read_hangs_and_so_does_one_look(
        self, worker_at, program, world
    ):
        world.state.fault("delay", seconds=30, times=None)
        worker = worker_at()
        look = program.start("run", "--once", "--json", "--store", "sqlite:///other.db")
        until(lambda: len(world.requests()) == 2)

        worker.send(signal.SIGTERM)
        look.send(signal.SIGTERM)

        assert worker.end(code=0) < 5
        look.end(code=128 + signal.SIGTERM, seconds=1)

    def test_a_create_that_hung_at_the_end_is_made_exactly_once(self, worker_at, world):
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        world.state.fault("delay", seconds=30, match_method="POST", after=True)
        world.move()
        until(world.tasks)

        assert worker.stop() < 5
        world.state.clear_faults()
        again = worker_at()
        again.wait_for('"create_task".*|done')
        looked(world, 3)
        again.stop()

        assert world.tasks() == ["Close Mill"]


class TestACrash:
    @pytest.mark.parametrize("took_effect", [True, False])
    def test_kill_9_in_the_middle_of_a_create_leaves_exactly_one_task(
        self, worker_at, program, world, took_effect
    ):
        settings = FAST + "writes: {quiescence: 0.3 seconds}\n"
        worker = worker_at(settings=settings)
        worker.wait_for("baseline", times=2)
        world.state.fault("delay", seconds=30, match_method="POST", after=took_effect)
        world.move()
        until(lambda: [one for one in world.requests() if one["method"] == "POST"])
        if took_effect:
            until(world.tasks)
        worker.stop(signal.SIGKILL, code=-signal.SIGKILL)
        assert len(world.tasks()) == took_effect

        again = worker_at(settings=settings)
        until(lambda: [run for run in program("runs", "--json").json if run["status"] == "done"])
        looked(world, 3)
        again.stop()

        assert world.tasks() == ["Close Mill"]

    def test_kill_9_at_any_moment_loses_and_repeats_nothing(self, worker_at, program, world):
        leads = [world.state.add("lead", name=f"L{n}", status="Chaser")["id"] for n in range(12)]
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        for number, lead in enumerate(leads):
            world.move(lead=lead)
            if number % 3 == 2:
                time.sleep(0.03 * number)
                worker.send(signal.SIGKILL)
                worker.end(code=-signal.SIGKILL)
                worker = worker_at(settings=FAST + "writes: {quiescence: 0.3 seconds}\n")
        until(lambda: len(world.tasks()) >= len(leads), 20)
        looked(world, 3)
        worker.stop()

        assert sorted(world.tasks()) == sorted(f"Close L{n}" for n in range(12))


class TestTrouble:
    def test_a_refused_key_ends_it_with_3_after_at_most_three_requests(self, worker_at, world):
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        world.mark()
        world.state.revoke_key(KEY)

        worker.end(code=3)

        assert len([one for one in world.requests() if one["status"] == 401]) <= 3
        assert worker.said("401")

    def test_an_outage_is_said_once_and_outlived(self, program, tmp_path):
        (program.folder / "rules-engine.yaml").write_text(FAST)
        db = tmp_path / "sandbox.sqlite"
        with running_sandbox(db=db) as sandbox:
            sandbox.state.add_key(KEY)
            sandbox.state.add("project", name="Sales")
            lead = sandbox.state.add("lead", name="Mill", status="Chaser")["id"]
            port = int(sandbox.base_url.split(":")[2].split("/")[0])
            worker = program.start("run", environ={"DASHTRACK_BASE_URL": sandbox.base_url})
            worker.wait_for("baseline", times=2)
        worker.wait_for("could not be read")
        time.sleep(2)
        said = worker.said("could not be read")
        with running_sandbox(db=db, port=port) as sandbox:
            worker.wait_for("well again", seconds=20)
            sandbox.state.edit("lead", lead, status="Needs Closing")
            until(lambda: sandbox.state.all("task"))
            worker.stop()
        assert len(said) <= 2
        assert len(worker.err) < 20, "".join(worker.err)

    def test_a_storm_of_429_is_waited_out(self, worker_at, world):
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        world.mark()
        world.state.fault("status", status=429, headers={"X-RateLimit-Reset": "1"}, times=2)
        world.state.fault("reset_unit", unit="delta", times=2)
        world.move()

        until(world.tasks, 30)
        worker.stop()

        assert world.tasks() == ["Close Mill"]
        assert len([one for one in world.requests() if one["status"] == 429]) <= 3
        assert len(worker.said("not all feeds were read")) <= 3

    def test_a_rule_that_fails_stops_neither_the_loop_nor_another_rule(self, worker_at, program, world):
        program.rules(
            '  - {id: bad, when: lead.status_changed, then: [{log: "{{ 1 / 0 }}"}]}\n', "rules/a.yaml"
        )
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        world.move()
        until(world.tasks)
        world.move("Chaser")
        worker.wait_for("run failed", times=2)

        worker.stop()

        assert world.tasks() == ["Close Mill"]


class TestOneWorkerAtATime:
    def test_the_second_one_ends_at_once_with_4_and_names_the_first(self, worker_at, program):
        worker = worker_at()
        worker.wait_for("baseline", times=2)

        for args in (["run"], ["run", "--once"]):
            done = program(*args, code=4)
            assert str(worker.process.pid) in done.err
            assert done.seconds < 20
        worker.stop()
        program("run", "--once")

    def test_a_killed_worker_leaves_no_lock(self, worker_at, program):
        worker = worker_at()
        worker.wait_for("baseline", times=2)
        worker.stop(signal.SIGKILL, code=-signal.SIGKILL)

        program("run", "--once")


class TestWhatIsSaid:
    def test_a_run_that_waits_for_a_lost_answer_is_said_once(self, worker_at, world):
        worker = worker_at("--json")
        worker.wait_for("baseline", times=2)
        world.state.fault("drop", match_method="POST")
        world.move()
        worker.wait_for("run waiting")

        looked(world, 6)
        worker.stop()

        assert len(worker.said("run waiting")) == 1
        assert [json.loads(line)["status"] for line in worker.out] == ["waiting"]

    def test_a_reader_that_goes_away_ends_it_quietly(self, worker_at, world):
        reading, writing = os.pipe()
        worker = worker_at("--json", stdout=writing)
        os.close(writing)
        worker.wait_for("baseline", times=2)
        os.close(reading)
        world.move()

        worker.end(code=141)


def test_a_store_that_is_taken_away_stops_the_worker_before_it_sends_more(worker_at, program, world):
    worker = worker_at()
    worker.wait_for("baseline", times=2)
    (program.folder / "rules-engine.db").unlink()
    world.move()

    worker.end(code=4)

    assert worker.said("was removed or replaced")
    assert world.writes() == []


def test_while_the_worker_writes_others_can_look_and_a_second_worker_need_not_wait(worker_at, program):
    worker = worker_at(settings="poll: {interval: 1 hour}\n")
    worker.wait_for("baseline", times=2)
    connection = sqlite3.connect(program.folder / "rules-engine.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        assert program.here("events", "--json").seconds < 20
        assert program.here("run", "--once", "--dry-run", "--json").seconds < 20
        second = program.here("run", "--once", code=4)
    finally:
        connection.close()

    assert str(worker.process.pid) in second.err
    assert second.seconds < 20
    worker.stop()
