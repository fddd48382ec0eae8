"""`run --once`: what it does, what it prints and where, and the exit codes that scripts rely on."""

from __future__ import annotations

from program import until

RUN_FIELDS = {"id", "rule", "event", "status", "mode", "created_at", "steps"}
STEP_FIELDS = {
    "n",
    "action",
    "method",
    "path",
    "body",
    "status",
    "attempts",
    "response_status",
    "result_id",
    "error",
}


class TestTheFirstLook:
    def test_it_takes_what_is_there_as_the_baseline_and_sends_nothing(self, program, world):
        world.move()

        done = program("run", "--once", "--json")

        assert done.json == []
        assert "baseline" in done.err
        assert world.writes() == []
        assert program.here("events", "--json").json == []

    def test_a_new_rule_that_needs_a_new_feed_begins_with_a_baseline_of_it(self, baselined, world):
        world.state.add("task", project_id=world.sales, name="Old")
        baselined.rules(
            '  - {id: tasks, when: task.created, then: [{create_note: {notes: "{{ task.name }}"}}]}\n',
            "rules/tasks.yaml",
        )

        assert baselined.here("run", "--once", "--json").json == []
        world.state.add("task", project_id=world.sales, name="New")
        (run,) = baselined("run", "--once", "--json").json

        assert run["steps"][0]["body"]["notes"].startswith("New\n")


class TestAChange:
    def test_it_becomes_an_event_a_run_and_one_task(self, baselined, world):
        world.move()

        (run,) = baselined("run", "--once", "--json").json

        (step,) = run["steps"]
        assert run.keys() >= RUN_FIELDS
        assert step.keys() == STEP_FIELDS
        assert (run["rule"], run["status"], run["mode"]) == ("closing", "done", "live")
        assert (step["n"], step["action"], step["method"], step["status"]) == (
            1,
            "create_task",
            "POST",
            "done",
        )
        assert (step["path"], step["response_status"]) == (f"/projects/{world.sales}/tasks", 201)
        assert step["body"]["name"] == "Close Mill"
        assert world.state.get("task", step["result_id"])["name"] == "Close Mill"
        assert world.tasks() == ["Close Mill"]

    def test_the_next_call_finds_nothing_to_do(self, baselined, world):
        world.move()
        baselined.here("run", "--once")

        assert baselined.here("run", "--once", "--json").json == []
        assert world.tasks() == ["Close Mill"]

    def test_without_json_stdout_is_empty_and_stderr_tells(self, baselined, world):
        world.move()

        done = baselined("run", "--once")

        assert done.out == ""
        assert "lead.status_changed" in done.err
        assert "1 done" in done.err


class TestADryRun:
    def test_the_live_run_after_it_sends_exactly_what_it_showed(self, baselined, world):
        world.move()

        (plan,) = baselined("run", "--once", "--dry-run", "--json").json
        assert world.writes() == []
        (run,) = baselined("run", "--once", "--json").json

        (planned,), (done,) = plan["steps"], run["steps"]
        assert plan.keys() == run.keys()
        assert (plan["id"], plan["rule"], plan["event"]) == (run["id"], run["rule"], run["event"])
        assert (plan["status"], planned["status"]) == ("planned", "planned")
        assert [(planned["method"], planned["path"], planned["body"])] == world.writes()
        assert planned["body"] == done["body"]

    def test_it_leaves_the_store_as_it_was(self, baselined, world):
        world.move()
        names = sorted(baselined.folder.iterdir())
        path = baselined.folder / "rules-engine.db"
        before = path.read_bytes()

        done = baselined("run", "--once", "--dry-run")

        assert "POST" in done.out
        assert path.read_bytes() == before
        assert sorted(baselined.folder.iterdir()) == names

    def test_it_makes_no_store(self, program):
        program.here("run", "--once", "--dry-run", "--json")
        program.here("run", "--once", "--dry-run", "--store", "sqlite:///nowhere/state.db")

        assert [path.name for path in program.folder.iterdir()] == ["rules"]

    def test_it_works_beside_a_worker(self, baselined, world):
        worker = baselined.start("run")
        until(lambda: len(world.requests()) == 2)
        world.move()

        (plan,) = baselined("run", "--once", "--dry-run", "--json").json

        assert plan["status"] == "planned"
        worker.stop()

    def test_a_result_that_only_the_server_can_give_shows_as_a_placeholder(self, baselined, world):
        baselined.rules(
            """
  - id: closing
    when: lead.status_changed
    then:
      - create_task: {project: Sales, name: A}
        as: made
      - create_note: {project: Sales, notes: "see {{ made.id }}"}
"""
        )
        world.move()

        (plan,) = baselined("run", "--once", "--dry-run", "--json").json

        assert plan["steps"][1]["body"]["notes"].startswith("see <made.id>\n")


class TestExitCodes:
    def test_a_refused_write_is_a_failed_run_and_exit_1(self, baselined, world):
        world.state.fault("status", status=400, match_method="POST")
        world.move()

        (run,) = baselined("run", "--once", "--json", code=1).json

        assert (run["status"], run["steps"][0]["status"]) == ("failed", "rejected")
        assert baselined.here("run", "--once", code=0)
        baselined.here("runs", "retry", run["id"])
        baselined.here("run", "--once", code=0)
        assert world.tasks() == ["Close Mill"]

    def test_a_run_that_had_to_be_parked_is_exit_1(self, baselined, world):
        (baselined.folder / "rules-engine.yaml").write_text(
            "writes: {quiescence: 0 seconds, on_unknown: {create_task: park}}\n"
        )
        world.state.fault("drop", match_method="POST")
        world.move()

        codes = [baselined.here("run", "--once", code=None).code for _ in range(3)]

        assert codes == [0, 1, 0]
        assert [run["status"] for run in baselined.here("runs", "--json").json] == ["parked"]

    def test_an_answer_that_was_lost_is_found_again_without_a_second_task(self, baselined, world):
        world.state.fault("drop_after", match_method="POST")
        world.move()

        baselined.here("run", "--once", code=0)

        assert world.tasks() == ["Close Mill"]
        assert [run["status"] for run in baselined.here("runs", "--json").json] == ["done"]

    def test_a_feed_that_cannot_be_read_is_exit_1_and_the_others_are_read(self, baselined, world):
        world.state.fault("status", status=403, match_path="^/leads$")

        done = baselined("run", "--once", code=1)

        assert "lead" in done.err
        assert "403" in done.err
        world.move()
        baselined.here("run", "--once", code=0)
        assert world.tasks() == ["Close Mill"]

    def test_a_429_is_no_failure_and_the_next_call_does_not_ask_before_its_time(self, baselined, world):
        world.state.set_limit(limit=100, used=100)
        world.move()

        first = baselined("run", "--once", "--json", code=0)
        asked = len(world.requests())
        second = baselined.here("run", "--once", "--json", code=0)

        assert first.json == second.json == []
        assert "not read" in first.err
        assert asked <= 1
        assert len(world.requests()) == asked

    def test_short_of_budget_it_reads_the_most_valuable_and_says_what_it_left(self, program, world):
        program.rules("  - {id: tasks, when: task.created, then: [{log: x}]}\n", "rules/tasks.yaml")
        for number in range(20):
            world.state.add("project", name=f"P{number}")
        world.state.set_limit(limit=100, used=90)

        done = program("run", "--once", code=0)

        paths = [one["path"].removeprefix("/api/v1") for one in world.requests()]
        assert paths[:2] == ["/projects", "/leads"]
        assert 2 < len(paths) <= 10
        assert all(one["status"] == 200 for one in world.requests())
        assert "not read: task/" in done.err

    def test_a_write_that_meets_429_waits_and_is_sent_once_later(self, baselined, world):
        world.state.fault("status", status=429, match_method="POST", headers={"X-RateLimit-Reset": "1"})
        world.move()

        (run,) = baselined("run", "--once", "--json", code=0).json

        assert run["status"] == "waiting"
        assert world.tasks() == []

    def test_held_runs_are_shown_and_nothing_is_sent(self, baselined, world):
        (baselined.folder / "rules-engine.yaml").write_text("guards: {runs_per_poll: 2}\n")
        others = [world.state.add("lead", name=f"L{n}", status="Chaser")["id"] for n in range(3)]
        baselined.here("run", "--once")
        for lead in others:
            world.move(lead=lead)

        plan = baselined("run", "--once", "--dry-run", "--json").json
        done = baselined("run", "--once", "--json", code=0)

        assert [run["status"] for run in plan] == ["held"] * 3
        assert [run["status"] for run in done.json] == ["held"] * 3
        assert "approve" in done.err
        assert world.tasks() == []
        discarded, *approved = (run["id"] for run in done.json)
        assert baselined.here("runs", "discard", discarded, "--json").json["status"] == "cancelled"
        baselined.here("runs", "approve", *approved)
        baselined.here("run", "--once")
        assert sorted(world.tasks()) == ["Close L1", "Close L2"]

    def test_invalid_rules_are_exit_1_and_nothing_is_asked(self, program, world):
        program.rules("  - {id: x, when: lead.exploded, then: [{log: x}]}\n")

        done = program("run", "--once", code=1)

        assert "rules.yaml:" in done.err
        assert world.requests() == []

    def test_a_rule_whose_template_fails_stops_no_other(self, baselined, world):
        baselined.rules(
            """
  - {id: zero, when: lead.status_changed, then: [{log: "{{ 1 / 0 }}"}]}
  - {id: bomb, when: lead.status_changed, then: [{log: "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"}]}
  - {id: odd, when: lead.status_changed, if: "lead.name > 5", then: [{log: x}]}
  - {id: vars, when: lead.status_changed, vars: {a: "{{ lead.name | int + lead.tags }}"}, then: [{log: "{{ a }}"}]}
""",
            "rules/bad.yaml",
        )
        world.move()

        done = baselined("run", "--once", "--json", code=1)

        assert world.tasks() == ["Close Mill"]
        assert {run["rule"]: run["status"] for run in done.json} == {
            "closing": "done",
            "zero": "failed",
            "bomb": "failed",
            "vars": "failed",
        }
        assert "condition could not be judged" in done.err
