"""Control flow on the tick: branches, loops, pauses and endings take effect once, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules_engine.runs.settings import Guards
from rules_engine.store.records import RunStatus

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """The process dies here."""


def rule(then, **keys):
    """A rule on lead.status_changed with these steps, as written."""
    more = "".join(f"\n    {key}: {value}" for key, value in keys.items())
    return f"  - id: go\n    when: {{event: lead.status_changed, from: Chaser}}{more}\n    then:{then}"


def changed_lead(rig, **fields):
    lead = rig.state.add("lead", **{"name": "Mill", "status": "Chaser", "value": 9000, **fields})
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Closed")
    return lead


def run_of(rig):
    (run,) = rig.runs()
    return run


def tasks(rig):
    return [task["name"] for task in rig.state.all("task")]


def shown(rig):
    return [(step.key, step.action, step.status.value) for step in rig.steps()]


# -- choose ------------------------------------------------------------------------------------------------

CHOOSE = rule("""
      - choose:
          - if: lead.value > 10000
            then: [{create_task: {project: Sales, name: big}}]
          - if: lead.value > 1000
            then: [{create_task: {project: Sales, name: middling}}, {log: and so on}]
          - else: [{create_task: {project: Sales, name: small}}]
      - create_task: {project: Sales, name: after}
""")


@pytest.mark.parametrize(("value", "name"), [(20000, "big"), (5000, "middling"), (10, "small")])
def test_the_first_branch_that_fits_is_taken_and_the_run_goes_on_after_it(rig, value, name):
    rig.use(CHOOSE)
    changed_lead(rig, value=value)
    rig.tick()
    assert tasks(rig) == [name, "after"]
    assert run_of(rig).status is RunStatus.DONE


def test_a_choice_without_a_fitting_branch_does_nothing(rig):
    rig.use(
        rule("""
      - choose: [{if: lead.value > 99999, then: [{create_task: {project: Sales, name: x}}]}]
      - log: after
""")
    )
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == []
    assert rig.listener.said_texts == [("go", "after")]


def test_a_branch_whose_condition_can_not_be_judged_fails_the_run_and_never_leads_into_the_else(rig):
    rig.use(CHOOSE)
    changed_lead(rig, value=None)
    rig.tick()
    assert tasks(rig) == []
    assert run_of(rig).status is RunStatus.FAILED
    assert "branch 1" in run_of(rig).error
    assert "lead.value" in run_of(rig).error


def test_steps_are_recorded_by_their_full_path_and_numbered_as_they_come(rig):
    rig.use(CHOOSE)
    changed_lead(rig, value=5000)
    rig.tick()
    assert shown(rig) == [
        ("0", "choose", "done"),
        ("0.1.0", "create_task", "done"),
        ("0.1.1", "log", "done"),
        ("1", "create_task", "done"),
    ]
    assert [step.n for step in rig.steps()] == [1, 2, 3, 4]


# -- foreach -----------------------------------------------------------------------------------------------

FOREACH = rule("""
      - foreach:
          in: "{{ lead.tags }}"
          then:
            - create_task: {project: Sales, name: "{{ index }} {{ item }}"}
              as: task
            - create_note: {project: Sales, notes: "{{ item }} is {{ task.id }}"}
""")


def test_the_steps_are_carried_out_for_each_item_with_results_of_that_turn(rig):
    rig.use(FOREACH)
    changed_lead(rig, tags=["Stuck", "Won"])
    rig.tick()
    assert tasks(rig) == ["0 Stuck", "1 Won"]
    by_name = {task["name"]: task["id"] for task in rig.state.all("task")}
    notes = [note["notes"].splitlines()[0] for note in rig.state.all("note")]
    assert notes == [f"Stuck is {by_name['0 Stuck']}", f"Won is {by_name['1 Won']}"]
    assert len({step.mark for step in rig.steps() if step.mark}) == 4


def test_each_turn_is_recorded_by_its_item(rig):
    rig.use(FOREACH)
    changed_lead(rig, tags=["Stuck", "Won"])
    rig.tick()
    assert [step.key for step in rig.steps()] == ["0", "0[0].0", "0[0].1", "0[1].0", "0[1].1"]


@pytest.mark.parametrize("tags", [[], None])
def test_nothing_to_go_through_is_no_turn(rig, tags):
    rig.use(FOREACH)
    changed_lead(rig, tags=tags)
    rig.tick()
    assert tasks(rig) == []
    assert run_of(rig).status is RunStatus.DONE


def test_the_items_are_those_of_the_first_time_whatever_becomes_of_the_list(rig):
    rig.use(
        rule("""
      - foreach:
          in: "{{ tasks(project='Web') }}"
          then:
            - delay: 1 hour
            - create_note: {project: Sales, notes: "{{ item.name }}"}
""")
    )
    for name in ("one", "two"):
        rig.state.add("task", project_id=rig.web, name=name, status="todo")
    changed_lead(rig)
    rig.tick()
    rig.state.add("task", project_id=rig.web, name="late", status="todo")
    rig.tick(after=HOUR)
    rig.tick(after=HOUR)
    rig.tick(after=HOUR)
    assert [note["notes"].splitlines()[0] for note in rig.state.all("note")] == ["one", "two"]
    assert run_of(rig).status is RunStatus.DONE


def test_the_items_are_the_same_after_a_restart_words_included(rig):
    rig.use(
        rule("""
      - foreach:
          in: "{{ lead.tags }}"
          then:
            - delay: 1 hour
            - choose: [{if: item == 'stuck', then: [{create_task: {project: Sales, name: "{{ item }}"}}]}]
""")
    )
    changed_lead(rig, tags=["Stuck"])
    rig.tick()
    rig.tick(after=HOUR)
    assert tasks(rig) == ["Stuck"]


def test_more_items_than_a_loop_may_have_fail_the_run_before_anything_is_done(rig):
    rig.use(
        rule(
            """
      - foreach: {in: "{{ ('x,' * 1001).split(',') }}", then: [{create_task: {project: Sales, name: x}}]}
""".replace("('x,' * 1001).split(',')", "lead.notes | split(',')")
        )
    )
    changed_lead(rig, notes="x," * 1001)
    rig.tick()
    assert run_of(rig).status is RunStatus.FAILED
    assert "1,000 items at most, and here are 1,002" in run_of(rig).error
    assert rig.writes() == []


# -- set and stop ------------------------------------------------------------------------------------------


def test_a_set_name_is_there_for_later_steps_and_adds_up_over_a_loop(rig):
    rig.use(
        rule("""
      - set: {total: 0}
      - set: {total: "{{ total + 0 }}", twice: "{{ total + 1 }}"}
      - foreach: {in: "{{ [1, 2, 3] }}", then: [{set: {total: "{{ total + item }}"}}]}
      - create_task: {project: Sales, name: "{{ total }} {{ twice }}"}
""")
    )
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == ["6 1"]


def test_a_variable_of_the_rule_adds_up_over_a_loop(rig):
    rig.use(
        rule(
            """
      - foreach: {in: "{{ [1, 2, 3] }}", then: [{set: {total: "{{ total + item }}"}}]}
      - create_task: {project: Sales, name: "{{ total }}"}
""",
            vars="{total: 0}",
        )
    )
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == ["6"]


def test_a_set_name_survives_a_restart_as_it_was(rig):
    rig.use(
        rule("""
      - set: {status: "{{ lead.status }}", then_at: "{{ now }}"}
      - delay: 1 day
      - choose:
          - if: status == 'closed'
            then: [{create_task: {project: Sales, name: "{{ status }} {{ then_at }}"}}]
""")
    )
    changed_lead(rig)
    rig.tick()
    rig.tick(after=DAY)
    assert tasks(rig) == ["Closed 2026-11-24T09:10:00Z"]


def test_stop_ends_the_run_as_done_with_its_reason(rig):
    rig.use(
        rule("""
      - foreach:
          in: "{{ [1, 2] }}"
          then: [{log: "{{ item }}"}, {stop: "{{ lead.name }} is enough"}]
      - create_task: {project: Sales, name: never}
""")
    )
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert tasks(rig) == []
    assert rig.steps()[-1].body == {"reason": "Mill is enough"}
    assert rig.listener.said_texts == [("go", "1")]


# -- delay -------------------------------------------------------------------------------------------------

DELAY = rule("""
      - create_task: {project: Sales, name: before}
      - delay: 2 days
      - create_task: {project: Sales, name: "after {{ lead.status }}"}
""")


def test_a_delay_lets_the_run_wait_and_goes_on_when_it_is_over(rig):
    rig.use(DELAY)
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == ["before"]
    assert run_of(rig).status is RunStatus.WAITING
    assert run_of(rig).due_at == rig.clock.now() + 2 * DAY
    assert rig.engine().next_due() == run_of(rig).due_at
    rig.tick(after=2 * DAY - HOUR)
    assert tasks(rig) == ["before"]
    rig.tick(after=HOUR)
    assert tasks(rig) == ["before", "after Closed"]
    assert run_of(rig).status is RunStatus.DONE


def test_after_a_delay_the_object_is_as_it_is_then(rig):
    rig.use(DELAY)
    lead = changed_lead(rig)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Dead Leads")
    rig.tick(after=3 * DAY)
    assert tasks(rig) == ["before", "after Dead Leads"]


def test_a_run_whose_object_is_gone_after_the_delay_still_knows_it(rig):
    rig.use(DELAY)
    lead = changed_lead(rig)
    rig.tick()
    rig.state.remove("lead", lead["id"])
    rig.tick()
    rig.tick(after=3 * DAY)
    assert tasks(rig) == ["before", "after Closed"]


def test_a_delay_in_working_days_knows_the_weekend(rig):
    rig.use(
        rule("""
      - delay: "{{ 3 + 1 }} working days"
      - create_task: {project: Sales, name: x}
""")
    )
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).due_at - rig.clock.now() == 6 * DAY  # a Tuesday


def test_a_delay_that_is_no_duration_is_a_failed_run_that_says_so(rig):
    rig.use(
        rule("""
      - delay: "{{ lead.company }} days"
      - create_task: {project: Sales, name: x}
""")
    )
    changed_lead(rig, company="Mill Ltd")
    rig.tick()
    assert run_of(rig).status is RunStatus.FAILED
    assert "'Mill Ltd days' is not a duration" in run_of(rig).error


def test_a_delay_that_fell_due_while_nobody_worked_goes_on_once_late(rig):
    rig.use(DELAY)
    changed_lead(rig)
    rig.tick()
    rig.tick(after=30 * DAY)
    rig.tick()
    assert tasks(rig) == ["before", "after Closed"]


def test_an_edited_rule_lets_a_delayed_run_go_on_as_it_was_and_a_removed_one_cancels_it(rig):
    rig.use(DELAY)
    changed_lead(rig)
    rig.tick()
    rig.use(DELAY.replace("after {{", "edited {{"))
    rig.tick(after=2 * DAY)
    assert tasks(rig) == ["before", "after Closed"]
    changed_lead(rig, name="Other")
    rig.tick()
    rig.use("  - {id: other, when: lead.created, then: [{log: x}]}\n")
    rig.tick(after=2 * DAY)
    assert rig.runs()[-1].status is RunStatus.CANCELLED


def test_a_waiting_run_is_told_of_once_and_nothing_is_written_while_it_waits(rig, monkeypatch):
    rig.use(WAIT)
    changed_lead(rig)
    assert [run.status for run in rig.tick().runs] == [RunStatus.WAITING]
    commits = []
    commit = rig.store.commit
    monkeypatch.setattr(
        rig.store, "commit", lambda account, batch: (commits.append(batch), commit(account, batch))
    )
    assert rig.tick().runs == ()
    assert [batch for batch in commits if batch.steps or batch.runs] == []


# -- wait_for ----------------------------------------------------------------------------------------------

WAIT = rule("""
      - wait_for:
          event: lead.status_changed
          to: Needs Closing
          timeout: 4 hours
          on_timeout:
            - create_task: {project: Sales, name: "late {{ waited is none }}"}
      - create_task: {project: Sales, name: "after {{ lead.status }} {{ waited.type if waited else 'nothing' }}"}
""")


def test_a_wait_ends_with_the_event_that_it_waits_for(rig):
    rig.use(WAIT)
    lead = changed_lead(rig)
    rig.tick()
    assert run_of(rig).status is RunStatus.WAITING
    rig.state.edit("lead", lead["id"], value=5)
    rig.tick()
    assert tasks(rig) == []
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    rig.tick()
    assert tasks(rig) == ["after Needs Closing lead.status_changed"]
    assert run_of(rig).status is RunStatus.DONE
    rig.tick(after=DAY)
    assert len(tasks(rig)) == 1


def test_a_wait_sees_nothing_of_other_objects(rig):
    rig.use(WAIT)
    changed_lead(rig)
    other = rig.state.add("lead", name="Other", status="First Contact Made")
    rig.tick()
    rig.state.edit("lead", other["id"], status="Needs Closing")
    rig.tick()
    assert tasks(rig) == []
    assert run_of(rig).status is RunStatus.WAITING


def test_when_the_time_is_up_the_steps_of_the_timeout_are_carried_out_and_the_run_goes_on(rig):
    rig.use(WAIT)
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).due_at == rig.clock.now() + 4 * HOUR
    rig.tick(after=4 * HOUR)
    assert tasks(rig) == ["late True", "after Closed nothing"]
    assert [step.key for step in rig.steps()] == ["0", "0.timeout.0", "1"]


def test_what_happened_before_the_wait_began_does_not_end_it(rig):
    rig.use(WAIT.replace("    then:", "    then:\n      - delay: 1 hour"))
    lead = changed_lead(rig)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    rig.tick(after=timedelta(minutes=30))
    rig.state.edit("lead", lead["id"], status="Closed")
    rig.tick(after=timedelta(minutes=30))
    rig.tick()
    assert tasks(rig) == []
    assert run_of(rig).status is RunStatus.WAITING


def test_the_timeout_is_judged_only_when_the_feed_was_read_after_it(rig):
    rig.use(WAIT)
    lead = changed_lead(rig)
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    rig.clock.advance(4 * 3600)
    rig.engine().tick(look=False)
    assert tasks(rig) == []
    assert rig.engine().next_due() is None  # else the loop would spin until the look
    rig.tick()
    assert tasks(rig) == ["after Needs Closing lead.status_changed"]


def test_a_feed_that_can_not_be_read_ends_no_wait(rig):
    rig.use(WAIT)
    changed_lead(rig)
    rig.tick()
    rig.state.fault("status", status=500, match_path="/leads$", times=9)
    rig.tick(after=5 * HOUR)
    assert tasks(rig) == []
    rig.state.clear_faults()
    rig.tick()
    assert tasks(rig) == ["late True", "after Closed nothing"]


def test_an_event_that_is_known_to_be_late_does_not_end_the_wait(rig, monkeypatch):
    rig.use(WAIT)
    lead = changed_lead(rig)
    rig.tick()

    def die(_account, batch):
        if batch.steps:
            raise Killed
        commit(_account, batch)

    commit = rig.store.commit
    monkeypatch.setattr(rig.store, "commit", die)
    with pytest.raises(Killed):
        rig.tick(after=4 * HOUR)  # this look has shown the old status after the timeout
    monkeypatch.undo()
    rig.state.edit("lead", lead["id"], status="Needs Closing")
    rig.tick()
    assert tasks(rig)[0] == "late True"


def test_a_wait_without_a_timeout_waits_for_ever(rig):
    rig.use(
        rule("""
      - wait_for: {event: lead.tagged, tag: Won}
      - create_task: {project: Sales, name: x}
""")
    )
    lead = changed_lead(rig)
    rig.tick()
    assert run_of(rig).due_at is None
    rig.tick(after=100 * DAY)
    rig.state.edit("lead", lead["id"], tags=["Won"])
    rig.tick()
    assert tasks(rig) == ["x"]


# -- on_error ----------------------------------------------------------------------------------------------

ON_ERROR = rule(
    """
      - log: first
      - foreach:
          in: "{{ [1] }}"
          then: [{create_task: {project: Nowhere, name: x}}]
      - create_task: {project: Sales, name: never}
""",
    on_error='[{create_task: {project: Sales, name: "{{ error.step }} {{ error.action }}: {{ error.message }}"}}]',
)


def test_after_a_failure_the_steps_of_on_error_are_carried_out_and_the_run_is_failed_all_the_same(rig):
    rig.use(ON_ERROR)
    changed_lead(rig)
    rig.tick()
    (name,) = tasks(rig)
    assert name.startswith("3 create_task: no project is named 'Nowhere'")
    assert run_of(rig).status is RunStatus.FAILED
    assert rig.steps()[-1].key == "error.0"


def test_a_parked_step_stays_parked_after_on_error(rig):
    rig.use(
        rule(
            "\n      - create_note: {project: Sales, notes: x}\n",
            on_error='[{create_task: {project: Sales, name: "look at {{ error.action }}"}}]',
        )
    )
    changed_lead(rig)
    rig.state.fault("status", status=500, match_method="POST", match_path="/notes$")
    for _ in range(5):
        rig.tick()
    assert run_of(rig).status is RunStatus.PARKED
    assert tasks(rig) == ["look at create_note"]


def test_on_error_that_has_to_wait_is_carried_out_later_and_once(rig):
    rig.use(ON_ERROR)
    changed_lead(rig)
    rig.state.fault("status", status=429, match_method="POST")
    rig.tick()
    assert run_of(rig).status is RunStatus.WAITING
    rig.tick(after=2 * HOUR)
    rig.tick()
    assert len(tasks(rig)) == 1
    assert run_of(rig).status is RunStatus.FAILED


def test_a_failure_inside_on_error_is_shown_beside_the_first(rig):
    rig.use(ON_ERROR.replace("[{create_task: {project: Sales", "[{create_task: {project: Nirvana"))
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).status is RunStatus.FAILED
    assert "'Nowhere'" in run_of(rig).error
    assert "'Nirvana'" in run_of(rig).error


def test_continue_goes_on_inside_blocks_too_and_the_run_is_failed(rig):
    rig.use(
        rule(
            """
      - foreach:
          in: "{{ ['Nowhere', 'Sales'] }}"
          then: [{create_task: {project: "{{ item }}", name: x}}, {log: "{{ item }}"}]
""",
            on_error="continue",
        )
    )
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == ["x"]
    assert [text for _, text in rig.listener.said_texts] == ["Nowhere", "Sales"]
    assert run_of(rig).status is RunStatus.FAILED


def test_a_step_that_failed_is_not_tried_again_by_itself_when_the_run_goes_on(rig):
    rig.use(
        rule(
            """
      - create_task: {project: Later, name: x}
      - delay: 1 hour
      - create_task: {project: Sales, name: y}
""",
            on_error="continue",
        )
    )
    changed_lead(rig)
    rig.tick()
    rig.state.add("project", name="Later")
    rig.tick(after=HOUR)
    assert tasks(rig) == ["y"]
    assert run_of(rig).status is RunStatus.FAILED


def test_a_retry_tries_only_what_is_not_done(rig):
    rig.use(
        rule("""
      - foreach:
          in: "{{ ['Sales', 'Later', 'Web'] }}"
          then: [{create_task: {project: "{{ item }}", name: "{{ item }}"}}]
""")
    )
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == ["Sales"]
    rig.state.add("project", name="Later")
    rig.store.move_run(run_of(rig).id, to=RunStatus.PENDING, allowed=[RunStatus.FAILED])
    rig.tick()
    assert sorted(tasks(rig)) == ["Later", "Sales", "Web"]
    assert run_of(rig).status is RunStatus.DONE


# -- emit --------------------------------------------------------------------------------------------------


def test_an_emitted_event_starts_the_rules_that_wait_for_it(rig):
    rig.use(
        rule("""
      - emit: {event: custom.deal, data: {name: "{{ lead.name }}", value: "{{ lead.value }}"}}
""")
        + """
  - id: taker
    when: {event: custom.deal, where: {name: Mill}}
    then: [{create_task: {project: Sales, name: "{{ event.data.name }} {{ event.data.value + 1 }}"}}]
"""
    )
    changed_lead(rig)
    rig.tick()
    assert tasks(rig) == ["Mill 9001"]
    (event,) = [event for event in rig.events() if event.resource == "custom"]
    assert (event.types, event.depth, event.cause) == (("custom.deal",), 1, "self")


def test_rules_that_emit_in_a_circle_end_at_the_depth_that_the_guard_allows(rig):
    rig.use(
        rule("\n      - emit: {event: custom.ping}\n")
        + """
  - {id: ping, when: custom.ping, then: [{emit: {event: custom.pong}}]}
  - {id: pong, when: custom.pong, then: [{emit: {event: custom.ping}}]}
"""
    )
    rig.settings = replace(rig.settings, guards=Guards(max_depth=3))
    changed_lead(rig)
    rig.tick()
    rig.tick()
    assert [run.rule_id for run in rig.runs()] == ["go", "ping", "pong"]


# -- plans -------------------------------------------------------------------------------------------------

LONG = rule("""
      - create_task: {project: Sales, name: one}
      - delay: 2 days
      - create_task: {project: Sales, name: two, due_date: "{{ now | plus('1 day') }}"}
      - wait_for:
          event: lead.tagged
          timeout: 1 day
          on_timeout: [{emit: {event: custom.late}}]
      - choose: [{if: lead.value > 5, then: [{stop: "{{ lead.name }}"}]}]
""")


def test_a_plan_shows_the_whole_rule_past_its_pauses(rig):
    rig.use(LONG)
    changed_lead(rig)
    report, runs = rig.dry_tick()
    ((run, steps),) = runs
    assert run.status is RunStatus.PLANNED
    assert [(step.action, step.status.value) for step in steps] == [
        ("create_task", "planned"),
        ("delay", "planned"),
        ("create_task", "planned"),
        ("wait_for", "planned"),
        ("emit", "planned"),
        ("choose", "done"),
        ("stop", "planned"),
    ]
    assert "as if nothing came in time" in steps[3].error
    assert rig.writes() == []
    assert report.events == 1


def test_the_time_in_a_plan_passes_with_its_delays(rig):
    rig.use(LONG)
    changed_lead(rig)
    _, ((_, steps),) = rig.dry_tick()
    planned = steps[2].body
    rig.tick(after=timedelta(0))
    rig.tick(after=2 * DAY)
    sent = rig.writes()[1][2]
    assert planned == sent


def test_a_shadow_rule_emits_and_sends_nothing(rig):
    rig.use(LONG.replace("id: go", "id: go\n    mode: shadow"))
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).status is RunStatus.PLANNED
    assert rig.writes() == []
    assert [event for event in rig.events() if event.resource == "custom"] == []


# -- what may go wrong -------------------------------------------------------------------------------------

NESTED = (
    rule("""
      - set: {tag: Stuck}
      - choose:
          - if: lead.value > 5
            then:
              - foreach:
                  in: "{{ ['a', 'b'] }}"
                  then: [{create_task: {project: Sales, name: "{{ item }} {{ tag }}"}}]
              - emit: {event: custom.made, data: {tag: "{{ tag }}"}}
              - delay: 1 hour
      - wait_for: {event: lead.tagged, timeout: 1 hour, on_timeout: [{create_task: {project: Sales, name: late}}]}
      - update_lead: {tags: {add: ["{{ tag }}"]}}
""")
    + """
  - {id: taker, when: custom.made, then: [{create_task: {project: Web, name: "{{ event.data.tag }}"}}]}
"""
)
COMMITS = 20
"""Transactions with a run or a step in them, from the event to the end of both runs."""


def play(rig, ticks=6):
    """Tick until nothing is left to do: through the delay, the timeout and, after a crash, the quiescence."""
    died = 0
    for _ in range(ticks):
        try:
            rig.tick(after=timedelta(minutes=70))
        except Killed:
            died += 1
    return died


def effects(rig, lead):
    return sorted(tasks(rig)), rig.state.get("lead", lead["id"])["tags"], [run.status for run in rig.runs()]


EFFECTS = ["Stuck", "a Stuck", "b Stuck", "late"], ["Stuck"], [RunStatus.DONE, RunStatus.DONE]


def counting_commits(rig, monkeypatch, then):
    """Call `then` with the number of each transaction that has a run or a step in it, and the transaction."""
    commit, seen = rig.store.commit, []

    def counted(account, batch):
        if batch.runs or batch.steps or batch.new_runs:
            seen.append(batch)
            then(len(seen) - 1, lambda: commit(account, batch))
        else:
            commit(account, batch)

    monkeypatch.setattr(rig.store, "commit", counted)
    return seen


def test_a_nested_run_takes_effect(rig, monkeypatch):
    rig.use(NESTED)
    lead = changed_lead(rig)
    seen = counting_commits(rig, monkeypatch, lambda _number, commit: commit())
    play(rig)
    assert effects(rig, lead) == EFFECTS
    assert len(seen) == COMMITS


@pytest.mark.parametrize("applied", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("fatal", range(COMMITS))
def test_a_nested_run_takes_effect_once_wherever_the_process_dies(rig, monkeypatch, fatal, applied):
    rig.use(NESTED)
    lead = changed_lead(rig)

    def dying(number, commit):
        if number != fatal or applied:
            commit()
        if number == fatal:
            raise Killed

    counting_commits(rig, monkeypatch, dying)
    assert play(rig) == 1
    assert effects(rig, lead) == EFFECTS


def test_an_answer_lost_inside_a_loop_is_found_and_the_loop_goes_on(rig):
    rig.use(NESTED)
    lead = changed_lead(rig)
    rig.state.fault("drop_after", match_method="POST", match_path="/tasks$", times=2)
    play(rig)
    assert effects(rig, lead) == EFFECTS


def test_a_stop_between_two_steps_lets_the_run_go_on_at_the_next_start(rig):
    rig.use(NESTED)
    lead = changed_lead(rig)
    seen = []
    rig.listener.step_moved = lambda _run, step: (
        seen.append(step),
        setattr(rig, "stopping", step.key == "1.0.0[0].0"),
    )
    rig.tick()
    assert tasks(rig) == ["a Stuck"]
    rig.stopping = False
    rig.listener.step_moved = lambda _run, _step: None
    play(rig)
    assert effects(rig, lead) == EFFECTS


def test_a_run_of_more_steps_than_a_run_may_have_is_failed_and_says_so(rig, monkeypatch):
    monkeypatch.setattr("rules_engine.runs.interpreter.MOST_STEPS", 10)
    rig.use(
        rule("""
      - foreach: {in: "{{ 'abcdefghijkl' | list }}", then: [{log: "{{ item }}"}]}
""")
    )
    changed_lead(rig)
    rig.tick()
    assert run_of(rig).status is RunStatus.FAILED
    assert "more than 10 steps" in run_of(rig).error
    assert len(rig.listener.said_texts) == 9


def test_a_key_refused_in_a_fresh_read_lets_the_run_go_on_later(rig):
    from rules_engine.dashtrack.errors import Unauthorized

    rig.use(rule("\n      - update_lead: {tags: {add: [Won]}}\n"))
    lead = changed_lead(rig)
    rig.state.fault("status", status=401, match_method="GET", match_path=f"/leads/{lead['id']}$")
    with pytest.raises(Unauthorized):
        rig.tick()
    assert run_of(rig).status is RunStatus.WAITING
    rig.tick()
    assert run_of(rig).status is RunStatus.DONE
    assert rig.state.get("lead", lead["id"])["tags"] == ["Won"]


def test_hidden_steps_wait_for_the_next_commit_and_are_there_before_anything_is_sent(rig, monkeypatch):
    rig.use(NESTED)
    changed_lead(rig)
    commit = rig.store.commit
    orders = []

    def watching(account, batch):
        orders.append([step.key for step in batch.steps])
        commit(account, batch)

    monkeypatch.setattr(rig.store, "commit", watching)
    rig.tick()
    assert ["0", "1", "1.0.0", "1.0.0[0].0"] in orders
