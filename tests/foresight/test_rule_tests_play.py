"""What happens in a rule test: the real engine, moved by changes, events and time."""

from __future__ import annotations

import pytest
from trying_tests import GIVEN, differences, outcome, tried

from rules_engine.foresight.rule_tests import running
from rules_engine.foresight.rule_tests.outcome import Verdict

ON_CLOSING = (
    "- {id: one, when: {event: lead.status_changed, to: Needs Closing}, then: [{log: '{{ lead.name }}'}]}"
)


def passes(folder, rules, test, **more):
    assert differences(folder, rules, test, **more) == []


def test_a_change_is_found_by_the_next_look(tmp_path):
    passes(
        tmp_path,
        ON_CLOSING,
        "- {name: x, change: {lead: mill, status: Needs Closing}, expect: [{log: Mill}]}",
    )


def test_the_world_at_the_beginning_is_no_change(tmp_path):
    rules = "- {id: one, when: [lead.created, task.created, member.joined], then: [{log: x}]}"
    passes(tmp_path, rules, "- {name: x, advance: 1 day, expect: []}")


def test_several_changes_of_one_step_are_found_in_one_look(tmp_path):
    rules = "- {id: one, when: lead.created, if: 'leads() | length == 3', then: [{log: '{{ lead.name }}'}]}"
    test = """
      - name: x
        create: [{lead: {name: A}}, {lead: {name: B}}]
        expect: [{log: A}, {log: B}]
    """
    passes(tmp_path, rules, test)


def test_each_step_is_found_in_a_look_of_its_own(tmp_path):
    rules = (
        "- {id: one, when: lead.status_changed, then: [{log: '{{ changes.status.from }} {{ lead.status }}'}]}"
    )
    test = """
      - name: x
        steps:
          - change: {lead: mill, status: Proposal Sent}
          - change: {lead: mill, status: Chaser}
        expect: [{log: Chaser Proposal Sent}, {log: Proposal Sent Chaser}]
    """
    passes(tmp_path, rules, test)


def test_a_change_back_at_the_same_moment_is_not_taken_for_a_lagging_read(tmp_path):
    rules = """
      - id: one
        when: {event: lead.status_changed, to: Needs Closing}
        then: [{update_lead: {status: Closed}}]
      - id: two
        when: {event: lead.status_changed, from: Closed}
        then: [{log: back}]
    """
    test = """
      - name: x
        steps:
          - change: {lead: mill, status: Needs Closing}
          - expect: [{update_lead: {status: Closed}}]
          - change: {lead: mill, status: Needs Closing}
        expect: [{update_lead: {status: Closed}}, {log: back}]
    """
    passes(tmp_path, rules, test)


@pytest.mark.parametrize("resource", ["lead", "task", "time_entry", "note", "member", "holiday"])
def test_what_is_deleted_is_gone_after_its_step_whatever_the_engine_must_doubt(tmp_path, resource):
    words = {"member": "member.left"}
    rules = f"- {{id: one, when: {words.get(resource, f'{resource}.deleted')}, then: [{{log: gone}}]}}"
    given = """
given:
  projects: [{name: Sales}]
  team: [{id: x}]
  leads: [{id: x}]
  tasks: [{id: x, project: Sales}]
  time_entries: [{id: x, project: Sales}]
  notes: [{id: x, project: Sales, notes: Hello}]
  holidays: [{id: x}]
"""
    passes(tmp_path, rules, f"- {{name: x, delete: {{{resource}: x}}, expect: [{{log: gone}}]}}", given=given)


def test_many_deletions_at_once_are_what_the_test_means(tmp_path):
    leads = ", ".join(f"{{id: l{n}}}" for n in range(12))
    rules = "- {id: one, when: lead.deleted, then: [{log: '{{ lead.id }}'}]}"
    deletes = ", ".join(f"{{lead: l{n}}}" for n in range(12))
    found = outcome(
        tmp_path,
        rules,
        f"- {{name: x, delete: [{deletes}], expect: []}}",
        given=f"given: {{leads: [{leads}]}}",
    )
    assert len(found.done) == 12


def test_what_a_rule_has_just_made_can_be_changed_and_deleted_by_its_name(tmp_path):
    rules = """
      - id: make
        when: {event: lead.status_changed, to: Needs Closing}
        then: [{create_task: {project: Sales, name: "Close {{ lead.name }}"}}]
      - {id: done, when: task.completed, then: [{log: "done {{ task.name }}"}]}
      - {id: gone, when: task.deleted, then: [{log: "gone {{ task.name }}"}]}
    """
    test = """
      - name: x
        steps:
          - change: {lead: mill, status: Needs Closing}
          - expect: [{create_task: {name: Close Mill}}]
          - change: {task: Close Mill, status: done}
          - delete: {task: close mill}
        expect: [{log: done Close Mill}, {log: gone Close Mill}]
    """
    passes(tmp_path, rules, test)


def test_a_hold_falls_due_at_its_moment_and_not_before(tmp_path):
    rules = """
      - id: one
        when: {event: lead.status_changed, to: Needs Closing, for: 2 days}
        then: [{log: "{{ now | date('%d %H:%M') }}"}]
    """
    test = """
      - name: x
        steps:
          - change: {lead: mill, status: Needs Closing}
          - advance: 1 day 23 hours
          - expect: []
          - advance: 5 hours
        expect: [{log: "26 09:00"}]
    """
    passes(tmp_path, rules, test)


def test_a_long_advance_leaves_no_gap_in_which_nobody_looked(tmp_path):
    rules = """
      - id: one
        when: {event: lead.status_changed, to: Needs Closing, for: 20 days}
        then: [{log: held}]
    """
    test = """
      - name: x
        steps: [{change: {lead: mill, status: Needs Closing}}, {advance: 30 days}]
        expect: [{log: held}]
    """
    found = outcome(tmp_path, rules, test)
    assert [run.timed["across_gap"] for run in found.recorder.runs.values()] == [False]


def test_timers_of_several_rules_fire_in_the_order_of_their_moments(tmp_path):
    rules = """
      - {id: late, when: {schedule: "0 12 * * *", timezone: UTC}, then: [{log: noon}]}
      - {id: early, when: {schedule: "30 10 * * *", timezone: UTC}, then: [{log: early}]}
      - {id: stale, when: {event: lead.stale, after: 1 day}, then: [{log: stale}]}
    """
    test = """
      - name: x
        advance: 2 days
        expect: [{log: early}, {log: noon}, {log: stale}, {log: early}, {log: noon}]
    """
    passes(tmp_path, rules, test)


def test_working_days_are_those_of_the_calendar(tmp_path):
    rules = "- {id: one, when: {event: lead.stale, after: 3 working days}, then: [{log: stale}]}"
    test = """
      - name: x
        now: 2026-11-27T09:00:00Z
        steps: [{advance: 4 days}, {expect: []}, {advance: 1 working day}]
        expect: [{log: stale}]
    """
    passes(tmp_path, rules, test)


def test_a_delay_and_a_wait_go_on_when_time_passes(tmp_path):
    rules = """
      - id: one
        when: {event: lead.status_changed, to: Needs Closing}
        then:
          - delay: 1 day
          - log: delayed
          - wait_for: {event: lead.status_changed, timeout: 2 days, on_timeout: [{log: nothing came}]}
          - log: "{{ 'end' if waited is none else waited.changes.status.to }}"
    """
    test = """
      - name: a timeout
        steps: [{change: {lead: mill, status: Needs Closing}}, {advance: 4 days}]
        expect: [{log: delayed}, {log: nothing came}, {log: end}]
    """
    passes(tmp_path, rules, test)
    test = """
      - name: an event
        steps:
          - change: {lead: mill, status: Needs Closing}
          - advance: 25 hours
          - change: {lead: mill, status: Closed}
        expect: [{log: delayed}, {log: Closed}]
    """
    passes(tmp_path, rules, test)


def test_events_by_measure_come_from_what_people_do(tmp_path):
    rules = """
      - {id: hours, when: {event: project.hours_used, crosses: 80%}, then: [{log: "hours of {{ project.name }}"}]}
      - {id: done, when: project.all_tasks_done, then: [{log: "all done in {{ project.name }}"}]}
      - {id: big, when: {event: lead.value_changed, crosses: 10000}, then: [{log: "big {{ lead.name }}"}]}
    """
    given = (
        GIVEN
        + """
  tasks: [{project: Web, name: Home, status: todo}]
"""
    )
    test = """
      - name: x
        given: {projects: [{name: Web, retainer_hours: 10}]}
        steps:
          - create: {time_entry: {project: Web, user_name: Ada Byron, hours: 8}}
          - change: {task: Home, status: done}
          - change: {lead: mill, value: 12000}
        expect: [{log: hours of Web}, {log: all done in Web}, {log: big Mill}]
    """
    passes(tmp_path, rules, test, given=given)


def test_events_of_rules_and_of_the_engine_can_be_emitted(tmp_path):
    rules = """
      - {id: won, when: custom.won, then: [{log: "won {{ event.data.who }}"}]}
      - {id: trouble, when: engine.api_down, then: [{log: "down {{ event.data.message }}"}]}
    """
    test = """
      - name: x
        steps:
          - emit: {event: custom.won, data: {who: Ada}}
          - emit: {event: custom.won, data: {who: Bob}}
          - emit: {event: engine.api_down, data: {message: nobody home}}
        expect: [{log: won Ada}, {log: won Bob}, {log: down nobody home}]
    """
    passes(tmp_path, rules, test)


def test_what_a_rule_emits_is_an_action_and_starts_others(tmp_path):
    rules = """
      - {id: one, when: lead.created, then: [{emit: {event: custom.new, data: {name: "{{ lead.name }}", n: 1}}}]}
      - {id: two, when: custom.new, then: [{log: "{{ event.data.name }}"}]}
    """
    test = """
      - name: x
        create: {lead: {name: Quarry}}
        expect: [{emit: {event: custom.new, data: {name: Quarry}}}, {log: Quarry}]
    """
    passes(tmp_path, rules, test)


def test_messages_to_endpoints_are_delivered_nowhere(tmp_path):
    rules = """
      - id: one
        when: lead.created
        then:
          - notify: {to: chat, text: "New: {{ lead.name }}"}
          - webhook: {to: crm, data: {lead: "{{ lead.name }}", more: {n: 1}}}
    """
    test = """
      - name: x
        create: {lead: {name: Quarry}}
        expect: [{notify: {to: chat, text: "New: Quarry"}}, {webhook: {to: crm, data: {more: {n: 1}}}}]
    """
    passes(tmp_path, rules, test)


def test_only_the_rules_that_a_test_names_are_in_force(tmp_path):
    rules = """
      - {id: one, when: lead.created, then: [{log: one}]}
      - {id: two, when: lead.created, then: [{log: two}]}
      - {id: three, when: lead.created, then: [{log: three}]}
    """
    test = "- {name: x, rule: [one, three], create: {lead: {name: A}}, expect: [{log: one}, {log: three}]}"
    passes(tmp_path, rules, test)


def test_a_rule_in_shadow_is_tested_as_live_and_one_that_is_off_where_it_is_named(tmp_path):
    rules = """
      - {id: quiet, mode: "off", when: lead.created, then: [{log: quiet}]}
      - {id: shade, mode: shadow, when: lead.created, then: [{create_task: {project: Sales, name: T}}]}
    """
    passes(tmp_path, rules, "- {name: x, create: {lead: {name: A}}, expect: [{create_task: {name: T}}]}")
    passes(tmp_path, rules, "- {name: x, rule: quiet, create: {lead: {name: A}}, expect: [{log: quiet}]}")


def test_tests_of_one_file_know_nothing_of_each_other(tmp_path):
    rules = "- {id: one, when: lead.status_changed, once_per: '{{ lead.id }}', then: [{log: x}]}"
    tests = """
      - {name: a, change: {lead: mill, status: Closed}, expect: [{log: x}]}
      - {name: b, change: {lead: mill, status: Closed}, expect: [{log: x}]}
    """
    result = tried(tmp_path, rules, tests)
    assert [one.verdict for one in result.outcomes] == [Verdict.PASSED, Verdict.PASSED]


def test_a_schedule_that_falls_due_without_end_breaks_its_test(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "MOST_MOMENTS", 20)
    rules = "- {id: one, when: {schedule: '* * * * *'}, then: [{log: x}]}"
    found = outcome(tmp_path, rules, "- {name: x, advance: 30 days, expect: []}")
    assert found.verdict is Verdict.BROKEN
    assert found.problem.message == "more than 20 moments fall due in that time"
    assert len(found.done) == 20


def test_a_moment_beyond_the_calendar_breaks_its_test(tmp_path):
    found = outcome(
        tmp_path, ON_CLOSING, "- {name: x, now: 9999-12-30T00:00:00Z, advance: 5 days, expect: []}"
    )
    assert found.verdict is Verdict.BROKEN


def test_the_same_test_gives_the_same_ids_every_time(tmp_path):
    rules = "- {id: one, when: lead.created, then: [{create_task: {project: Sales, name: T}, as: task}, {log: '{{ task.id }}'}]}"
    passes(
        tmp_path,
        rules,
        "- {name: x, create: {lead: {name: A}}, expect: [{create_task: {name: T}}, {log: task-1}]}",
    )
