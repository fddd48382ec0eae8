"""The commands that ask: events, runs, why, doctor; as text and as JSON, with no store yet and with wrong ids."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta

import pytest
from program import KEY, until

from rules_engine.clock import ManualClock
from rules_engine.sandbox import running_sandbox

EVENT_FIELDS = {
    "id",
    "at",
    "types",
    "resource",
    "object_id",
    "project_id",
    "changes",
    "before",
    "after",
    "cause",
    "seen_between",
}
RICH = "  - {id: rich, when: {event: lead.status_changed, to: Needs Closing}, if: lead.value > 10000, then: [{log: x}]}\n"


@pytest.fixture
def worked(baselined, world):
    """After one change, which one rule took and another refused."""
    baselined.rules(RICH, "rules/rich.yaml")
    world.move()
    baselined.here("run", "--once")
    return baselined


class TestBeforeThereIsAStore:
    @pytest.mark.parametrize("command", [["events"], ["runs"], ["why", "closing"]])
    def test_there_is_nothing_and_that_is_said(self, program, command):
        assert program.here(*command, "--json").json == []
        done = program.here(*command)

        assert "no store" in done.err
        assert not (program.folder / "rules-engine.db").exists()

    @pytest.mark.parametrize("command", ["show", "retry", "cancel", "approve", "discard"])
    def test_there_is_no_such_run(self, program, command):
        assert "no run run-x" in program.here("runs", command, "run-x", code=1).err

    def test_follow_waits_for_one(self, program, world):
        follower = program.start("events", "--follow", "--json")
        follower.wait_for("no store")
        program.here("run", "--once")
        world.move()
        program.here("run", "--once")

        until(lambda: len(follower.out) >= 2)

        follower.stop(signal.SIGINT, code=None)


class TestEvents:
    def test_they_have_the_documented_shape(self, worked, world):
        first, second = worked.here("events", "--json").json

        assert first.keys() >= EVENT_FIELDS
        assert first["types"] == ["lead.status_changed", "lead.updated"] or set(first["types"]) == {
            "lead.updated",
            "lead.status_changed",
        }
        assert first["changes"]["status"] == {"from": "Chaser", "to": "Needs Closing"}
        assert (first["resource"], first["object_id"], first["cause"]) == ("lead", world.mill, "external")
        assert (first["before"]["status"], first["after"]["status"]) == ("Chaser", "Needs Closing")
        assert first["seen_between"] == sorted(first["seen_between"])
        assert (second["types"], second["cause"], second["project_id"]) == (
            ["task.created"],
            "self",
            world.sales,
        )

    def test_limit_keeps_the_newest(self, worked):
        assert worked.here("events", "--json", "--limit", 1).json[0]["resource"] == "task"

    def test_as_text_they_are_a_table(self, worked):
        done = worked.here("events")

        assert "status: Chaser → Needs Closing" in done.out
        assert "rule closing" in done.out

    def test_follow_shows_them_as_they_come_one_a_line(self, worked, world):
        (worked.folder / "rules-engine.yaml").write_text("poll: {interval: 0.1 seconds}\n")
        worker = worked.start("run")
        follower = worked.start("events", "--follow", "--json", "--limit", 1)
        until(lambda: follower.out)

        world.move("Closed")

        until(lambda: len(follower.out) == 2)
        assert json.loads(follower.out[1])["changes"]["status"]["to"] == "Closed"
        follower.stop(signal.SIGINT, code=130)
        worker.stop()


class TestRuns:
    def test_they_can_be_listed_and_shown_by_the_beginning_of_an_id(self, worked):
        (run,) = worked.here("runs", "--json").json

        assert worked.here("runs", "show", run["id"][:8], "--json").json == run
        assert run["id"] in worked.here("runs").out
        shown = worked.here("runs", "show", run["id"])
        assert "Close Mill" in shown.out
        assert run["id"] in shown.out
        assert worked.here("runs", "--json", "--status", "failed").json == []
        assert len(worked.here("runs", "--json", "--status", "done", "--rule", "closing").json) == 1

    @pytest.mark.parametrize("command", ["retry", "cancel", "approve", "discard"])
    def test_a_move_that_makes_no_sense_is_exit_1_and_says_where_it_stands(self, worked, command):
        (run,) = worked.here("runs", "--json").json

        assert "is done" in worked.here("runs", command, run["id"], code=1).err

    @pytest.mark.parametrize(
        ("args", "words"),
        [
            (["show", "run-nonsense"], "no run run-nonsense"),
            (["cancel", "../../etc"], "no run ../../etc"),
            (["approve", "hold-nonsense"], "no hold hold-nonsense"),
            (["show", "%"], "no run %"),
        ],
    )
    def test_a_wrong_id_is_exit_1(self, worked, args, words):
        assert words in worked.here("runs", *args, code=1).err

    def test_usage_is_exit_2(self, worked):
        worked.here("runs", "show", code=2)
        worked.here("runs", "--status", "nonsense", code=2)
        worked.here("runs", "nonsense", code=2)

    def test_a_failed_run_is_retried_beside_the_worker_and_a_cancelled_one_is_not(self, worked, world):
        world.state.fault("status", status=400, match_method="POST", times=2)
        for status in ("Chaser", "Needs Closing", "Chaser", "Needs Closing"):
            world.move(status)
            worked.here("run", "--once", code=None)
        retried, cancelled = (run["id"] for run in worked.here("runs", "--json", "--status", "failed").json)
        (worked.folder / "rules-engine.yaml").write_text("poll: {interval: 0.2 seconds}\n")
        worker = worked.start("run")
        until(lambda: worker.said("working"))

        assert worked.here("runs", "retry", retried, "--json").json["status"] == "pending"
        assert worked.here("runs", "cancel", cancelled, "--json").json["status"] == "cancelled"

        until(lambda: len(world.tasks()) == 2)
        worked.here("runs", "retry", cancelled, code=1)
        worker.stop()
        assert len(world.tasks()) == 2

    def test_many_vanished_objects_wait_for_approval(self, baselined, world):
        baselined.rules("  - {id: gone, when: lead.deleted, then: [{log: gone}]}\n", "rules/gone.yaml")
        many = [
            lead["id"]
            for lead in world.state.add_many(
                "lead", [{"name": f"L{n}", "status": "Chaser"} for n in range(9)]
            )
        ]
        baselined.here("run", "--once")
        for lead in many:
            world.state.remove("lead", lead)

        assert baselined.here("run", "--once", "--json").json == []
        listed = baselined.here("runs")
        hold = listed.err.split("runs approve ")[1].split()[0]
        baselined.here("runs", "approve", hold, "--json")

        assert len(baselined.here("run", "--once", "--json").json) == 9


class TestWhy:
    def test_it_tells_what_ran_and_which_condition_did_not_hold_with_the_value(self, worked, world):
        (ran,) = worked.here("why", "closing", "--json").json
        (refused,) = worked.here("why", "rich", "--json").json

        assert ran["verdict"] == "ran"
        assert refused["verdict"] == "condition"
        assert "9000" in refused["why"]
        assert "9000" in worked.here("why", "rich", "--object", f"lead/{world.mill}").out
        assert worked.here("why", "rich", "--event", refused["event"], "--json").json == [refused]
        assert worked.here("why", "rich", "--event", "nonsense", "--json").json == []

    def test_a_rule_that_nobody_knows_is_exit_1_with_a_suggestion(self, worked):
        assert "closing" in worked.here("why", "closin", code=1).err

    def test_a_rule_that_had_nothing_to_judge_says_so(self, worked):
        worked.rules("  - {id: idle, when: lead.deleted, then: [{log: x}]}\n", "rules/idle.yaml")

        assert "no event" in worked.here("why", "idle").err


class TestDoctor:
    def test_everything_is_fine(self, worked):
        report = worked.here("doctor", "--json").json

        assert {one["subject"] for one in report} == {
            "configuration",
            "key",
            "api",
            "limits",
            "clock",
            "rules",
            "store",
        }
        assert {one["sign"] for one in report} == {"ok"}
        assert "1000000 requests an hour" in worked.here("doctor").out

    def test_it_makes_nothing_and_sends_one_request(self, program, world):
        program("doctor")

        assert len(world.requests()) == 1
        assert sorted(path.name for path in program.folder.iterdir()) == ["rules"]

    def test_a_refused_and_a_missing_key_are_exit_3(self, program):
        refused = program.here("doctor", "--json", code=3, environ={"DASHTRACK_API_KEY": "dt_canary_no"})
        missing = program.here("doctor", "--json", code=3, environ={"DASHTRACK_API_KEY": ""})

        assert [one["subject"] for one in refused.json if one["sign"] == "wrong"] == ["api"]
        assert [one["subject"] for one in missing.json if one["sign"] == "wrong"] == ["key"]

    def test_bad_rules_no_server_and_no_folder_for_the_store_are_told_all_at_once(self, program):
        program.rules("  - {id: x, when: lead.exploded, then: [{log: x}]}\n")

        done = program.here(
            "doctor",
            "--json",
            "--base-url",
            "http://127.0.0.1:9/api/v1",
            "--store",
            "sqlite:///no/where.db",
            code=None,
        )

        assert {one["subject"] for one in done.json if one["sign"] == "wrong"} == {"api", "rules", "store"}
        assert done.code in {1, 4}

    def test_a_clock_that_is_wrong_is_found(self, program):
        with running_sandbox(clock=ManualClock(datetime.now(UTC) - timedelta(hours=2))) as sandbox:
            sandbox.state.add_key(KEY)
            done = program.here("doctor", "--base-url", sandbox.base_url, code=1)

        assert "ahead of" in done.out

    def test_a_spent_budget_is_noted(self, program, world):
        world.state.set_limit(limit=100, used=99)

        assert "0 left" in program.here("doctor").out
