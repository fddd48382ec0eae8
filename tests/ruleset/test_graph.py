"""Which rules start which, and the cycles in that."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making_rules import make_rule

from rules_engine.ruleset import graph as graph_module
from rules_engine.ruleset.graph import graph_of
from rules_engine.ruleset.knots import knots, way_around

OPEN = {"triggered_by_rules": True}


def moves(rule_id, to, *, when=None, **more):
    """A rule that moves its lead to a status."""
    trigger = when if when is not None else "lead.status_changed"
    return make_rule(id=rule_id, when=trigger, then=[{"update_lead": {"status": to}}], **{**OPEN, **more})


def reaching(status):
    return {"event": "lead.status_changed", "to": status}


def edges(*rules):
    return [(edge.writer.id, edge.event, edge.reader.id) for edge in graph_of(rules).edges()]


def reaches(then, when, **more):
    """Whether a rule that does `then` may start one that waits for `when`."""
    writer = make_rule(id="w", when="note.created", then=then, **more)
    return bool(edges(writer, make_rule(id="r", when=when)))


@pytest.mark.parametrize(
    ("then", "when"),
    [
        ({"create_task": {"name": "x"}}, "task.created"),
        (
            {"create_task": {"name": "x", "project": "Sales"}},
            {"event": "task.created", "where": {"project": "sales"}},
        ),
        ({"create_task": {"name": "x"}}, {"event": "task.created", "where": {"project": "Sales"}}),
        ({"create_task": {"name": "{{ 1 }}"}}, {"event": "task.created", "where": {"name": "x"}}),
        (
            {"create_lead": {"name": "x", "status": "chaser"}},
            {"event": "lead.created", "where": {"status": "Chaser"}},
        ),
        ({"update_task": {"id": "t", "status": "done"}}, "task.completed"),
        ({"update_task": {"id": "t", "status": "todo"}}, "task.reopened"),
        ({"update_task": {"id": "t", "status": "{{ 'do' }}"}}, "task.completed"),
        ({"update_task": {"id": "t", "status": "done"}}, "project.all_tasks_done"),
        ({"update_task": {"id": "t", "name": "x"}}, "task.updated"),
        ({"update_task": {"id": "t", "assigned_to": ["Ada"]}}, {"event": "task.assigned", "to": "Ada"}),
        ({"update_task": {"id": "t", "due_date": "2026-12-01"}}, "task.rescheduled"),
        ({"delete_task": {"id": "t"}}, "task.deleted"),
        ({"delete_task": {"id": "t"}}, "project.all_tasks_done"),
        ({"update_lead": {"id": "l", "tags": {"add": ["Won"]}}}, {"event": "lead.tagged", "tag": "won"}),
        ({"update_lead": {"id": "l", "tags": {"remove": ["Won"]}}}, {"event": "lead.untagged", "tag": "won"}),
        ({"update_lead": {"id": "l", "tags": ["Stuck"]}}, {"event": "lead.untagged", "tag": "won"}),
        ({"update_lead": {"id": "l", "value": 5}}, {"event": "lead.updated", "changed": "value"}),
        ({"update_lead": {"id": "l", "rep": "Ada"}}, {"event": "lead.rep_changed", "not_to": ["Bo"]}),
        ({"update_lead": {"id": "l", "rep": None}}, {"event": "lead.rep_changed", "to": [None]}),
        ({"archive_project": {"id": "p"}}, "project.archived"),
        ({"update_project": {"id": "p", "archived": False}}, "project.restored"),
        (
            {"update_project": {"id": "p", "retainer_hours": 9}},
            {"event": "project.hours_used", "crosses": "80%"},
        ),
        ({"create_note": {"notes": "x"}}, "note.created"),
        ({"emit": {"event": "custom.won"}}, "custom.won"),
    ],
)
def test_a_write_may_start_the_rule_that_waits_for_what_it_brings_about(then, when):
    assert reaches([then], when, allow_destructive=True)
    assert reaches([{"choose": [{"else": [then]}]}], when, allow_destructive=True)


@pytest.mark.parametrize(
    ("then", "when"),
    [
        ({"create_task": {"name": "x"}}, "task.updated"),
        ({"create_task": {"name": "x"}}, "lead.created"),
        (
            {"create_task": {"name": "x", "project": "Sales"}},
            {"event": "task.created", "where": {"project": "Web"}},
        ),
        ({"create_task": {"name": "x"}}, {"event": "task.created", "where": {"name": "y"}}),
        ({"create_lead": {"name": "x", "status": "Chaser"}}, "lead.status_changed"),
        ({"update_task": {"id": "t", "status": "todo"}}, "task.completed"),
        ({"update_task": {"id": "t", "status": "done"}}, "task.reopened"),
        ({"update_task": {"id": "t", "status": "todo"}}, "project.all_tasks_done"),
        ({"update_task": {"id": "t", "name": "x"}}, "task.status_changed"),
        ({"update_task": {"id": "t", "due_date": "2026-12-01"}}, {"event": "task.due", "before": "1 day"}),
        ({"update_lead": {"id": "l", "tags": {"add": ["Won"]}}}, {"event": "lead.tagged", "tag": "stuck"}),
        ({"update_lead": {"id": "l", "tags": {"add": ["Won"]}}}, "lead.untagged"),
        ({"update_lead": {"id": "l", "status": "Chaser"}}, {"event": "lead.status_changed", "to": "Closed"}),
        ({"update_lead": {"id": "l", "rep": "Ada"}}, {"event": "lead.rep_changed", "not_to": ["Ada"]}),
        ({"update_lead": {"id": "l", "rep": "Ada"}}, {"event": "lead.updated", "changed": "value"}),
        ({"update_project": {"id": "p", "name": "x"}}, {"event": "project.hours_used", "crosses": "80%"}),
        ({"emit": {"event": "custom.won"}}, "custom.lost"),
        ({"log": "x"}, "lead.created"),
    ],
)
def test_a_write_that_can_not_fit_a_trigger_is_no_edge(then, when):
    assert not reaches([then], when)


def test_a_project_may_be_meant_by_its_id_in_one_place_and_by_its_name_in_another():
    an_id = "0b7a3c1e-0000-4000-8000-000000000001"
    when = {"event": "task.created", "where": {"project": an_id}}

    assert reaches([{"create_task": {"name": "x", "project": "Sales"}}], when)


def test_a_write_of_what_the_trigger_found_already_changes_nothing():
    assert edges(moves("a", "Chaser", when=reaching("Chaser"))) == []
    assert edges(
        moves("a", "Closed", when=reaching("Chaser")), moves("b", "Closed", when=reaching("Closed"))
    ) == [("a", "lead.status_changed", "b")]


def test_a_rule_that_is_off_starts_nothing_and_is_started_by_nothing():
    assert edges(moves("a", "Closed"), moves("b", "Chaser", mode="off")) == [
        ("a", "lead.status_changed", "a")
    ]


def cycles(*rules):
    return [(str(cycle), cycle.open) for cycle in graph_of(rules).cycles()]


def test_a_cycle_that_every_rule_lets_through_is_open_and_its_path_goes_rule_by_rule():
    rules = [
        moves("one", "Chaser", when=reaching("Closed")),
        moves("two", "Needs Closing", when=reaching("Chaser")),
        moves("three", "Closed", when=reaching("Needs Closing")),
        moves("beside", "Dead Leads", when=reaching("Chaser")),
    ]

    assert cycles(*rules) == [
        (
            "one → lead.status_changed → two → lead.status_changed → three → lead.status_changed → one",
            True,
        )
    ]


def test_one_rule_that_does_not_follow_rules_keeps_the_cycle_closed():
    closed = moves("two", "Closed", when=reaching("Chaser"), triggered_by_rules=False)

    assert cycles(moves("one", "Chaser", when=reaching("Closed")), closed) == [
        ("one → lead.status_changed → two → lead.status_changed → one", False)
    ]


def test_events_that_rules_emit_need_no_leave_so_their_cycle_is_open():
    one = make_rule(id="one", when="custom.a", then=[{"emit": {"event": "custom.b"}}])
    two = make_rule(id="two", when="custom.b", then=[{"emit": {"event": "custom.a"}}])

    assert cycles(one, two) == [("one → custom.b → two → custom.a → one", True)]


def test_of_each_knot_one_cycle_is_told_and_open_ones_first():
    rules = [
        make_rule(id="tasks", when="task.updated", then=[{"update_task": {"name": "x"}}]),
        moves("leads", "{{ before.status }}"),
    ]

    assert cycles(*rules) == [
        ("leads → lead.status_changed → leads", True),
        ("tasks → task.updated → tasks", False),
    ]


def test_rules_that_say_the_same_are_compared_once(monkeypatch):
    monkeypatch.setattr(graph_module, "MAX_COMPARISONS", 10)
    rules = [
        make_rule(id=f"r{n}", when="task.created", then=[{"create_task": {"name": f"Task {n}"}}])
        for n in range(500)
    ]

    graph = graph_of(rules)

    assert graph.complete
    assert len(graph.cycles()) == 1


def test_too_many_rules_that_differ_are_left_alone_and_it_is_said(monkeypatch):
    monkeypatch.setattr(graph_module, "MAX_COMPARISONS", 10)
    rules = [
        make_rule(
            id=f"r{n}",
            when={"event": "task.updated", "where": {"name": f"Task {n}"}},
            then=[{"update_task": {"id": "t", "name": f"Task {n + 1}"}}],
        )
        for n in range(20)
    ]

    assert not graph_of(rules).complete


def test_a_chain_longer_than_pythons_stack_is_walked():
    length = 3_000
    ring = {n: ((n + 1) % length,) for n in range(length)}

    assert [len(knot) for knot in knots(ring)] == [length]
    assert way_around(ring, 0, range(length)) == list(range(length))


def test_three_thousand_rules_in_a_chain_take_a_moment():
    rules = [
        make_rule(id=f"r{n}", when=f"custom.e{n}", then=[{"emit": {"event": f"custom.e{n + 1}"}}])
        for n in range(3_000)
    ]
    start = time.perf_counter()

    assert graph_of(rules).cycles() == ()
    assert time.perf_counter() - start < 5


GRAPHS = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4).map(tuple), max_size=8)


def reachable(graph, start):
    found, rest = set(), list(graph.get(start, ()))
    while rest:
        node = rest.pop()
        if node not in found:
            found.add(node)
            rest += graph.get(node, ())
    return found


@given(GRAPHS)
@settings(max_examples=300)
def test_a_knot_holds_exactly_the_nodes_that_reach_each_other(graph):
    after = {node: reachable(graph, node) for node in range(8)}
    expected = {
        frozenset(other for other in after if other in after[node] and node in after[other]) for node in after
    }

    found = knots(graph)

    assert {frozenset(knot) for knot in found} == expected - {frozenset()}
    for knot in found:
        way = way_around(graph, knot[0], knot)
        assert way[0] == knot[0]
        assert all(after_it in graph[node] for node, after_it in zip(way, [*way[1:], way[0]], strict=True))
