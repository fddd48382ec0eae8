"""The program with its store on PostgreSQL: the same commands, the same answers, one worker at a time."""

from __future__ import annotations

import json
import signal

import pytest
from program import until

FAST = "poll: {interval: 0.1 seconds}\nworkers: {lease: 2 seconds}\nwrites: {quiescence: 0.3 seconds}\n"


@pytest.fixture
def program(program, postgres_url):
    """The program of these tests, with an empty database for its store."""
    program.environ["RULES_ENGINE_STORE"] = postgres_url
    (program.folder / "rules-engine.yaml").write_text(FAST)
    return program


@pytest.fixture
def worker(program):
    """The loop, after its first look."""
    started = program.start("run")
    started.wait_for("baseline", times=2, seconds=60)
    return started


def test_every_command_answers_as_on_sqlite(program, world):
    for command in (["events", "--json"], ["runs", "--json"]):
        before = program.here(*command)
        assert before.json == []
        assert "there is no store" in before.err
    assert "the first run makes it" in program.here("doctor").out
    assert program("run", "--once", "--dry-run", "--json").json == []

    program("run", "--once")
    world.move()
    plan = program("run", "--once", "--dry-run", "--json").json
    assert world.writes() == []
    program("run", "--once")

    ((_, path, body),) = world.writes()
    ((planned,),) = (run["steps"] for run in plan)
    assert (planned["path"], planned["body"]) == (path, body)
    event, _ = program.here("events", "--json").json
    (run,) = program.here("runs", "--json").json
    assert "lead.status_changed" in event["types"]
    assert (run["event"], run["status"]) == (event["id"], "done")
    assert "done" in program.here("runs", "show", run["id"]).out
    assert run["id"] in program.here("why", "closing", "--json").out
    assert "store: whole" in program.here("doctor").out
    assert "not" in program.here("runs", "retry", run["id"], code=1).err
    assert "last snapshot is not looked at" not in program.here("check").err
    assert not list(program.folder.glob("*.db*"))


def test_events_are_followed_from_before_there_is_a_store(program, world):
    follower = program.start("events", "--follow", "--json")
    follower.wait_for("there is no store", seconds=60)
    program("run", "--once")
    world.move()
    program("run", "--once")

    until(lambda: follower.out, 60)
    assert "lead.status_changed" in json.loads(follower.out[0])["types"]
    follower.send(signal.SIGINT)
    follower.end(code=130, seconds=60)


def test_a_second_worker_ends_with_4_and_names_the_one_that_works(program, worker):
    for args in (["run"], ["run", "--once"]):
        second = program(*args, code=4)
        assert f"pid {worker.process.pid} on " in second.err
    worker.stop()
    assert "waiting" not in program("run", "--once").err, "what was given back is free at once"


def test_after_kill_9_the_next_worker_goes_on_when_the_lease_is_over(program, world, worker):
    worker.stop(signal.SIGKILL, code=-signal.SIGKILL)
    world.move()

    again = program("run", "--once")

    assert again.code == 0
    assert world.tasks() == ["Close Mill"]


def test_a_worker_that_stood_still_past_its_lease_ends_without_another_write(program, world, worker):
    worker.send(signal.SIGSTOP)
    second = program.start("run")
    second.wait_for("working", seconds=60)
    worker.send(signal.SIGCONT)
    world.move()

    worker.end(code=4, seconds=60)
    until(world.tasks, 60)
    second.stop()

    assert worker.said("no longer has the account default")
    assert world.tasks() == ["Close Mill"]


def test_a_restart_of_the_server_is_said_once_and_outlived(program, world, own_server):
    program.environ["RULES_ENGINE_STORE"] = own_server.new_database()
    worker = program.start("run")
    worker.wait_for("baseline", times=2, seconds=60)

    own_server.stop()
    worker.wait_for("the store is away", seconds=60)
    world.move()
    assert world.writes() == []
    own_server.start()
    until(world.tasks, 60)
    worker.stop()

    assert world.tasks() == ["Close Mill"]
    assert len(worker.said("the store is away")) <= 2


@pytest.fixture
def own_server(postgres_server):
    """A server that the test may stop."""
    server = type(postgres_server).new()
    yield server.start()
    server.remove()


def test_a_password_in_the_stores_url_is_in_no_output(program, postgres_server):
    for where in ("user:canary%40pw@localhost:1/x", "localhost:1/x?user=u&password=canary"):
        url = f"postgresql://{where}"
        program.environ["RULES_ENGINE_STORE"] = url
        for command in (["run", "--once"], ["events"], ["runs"], ["doctor"], ["run", "--once", "--dry-run"]):
            done = program(*command, code=None)
            assert done.code in {3, 4}, done
            assert "localhost" in done.out + done.err
        program.here("events", "--store", url, "--no-such-flag", code=2)
        program.here("run", "--once", url, code=2)
