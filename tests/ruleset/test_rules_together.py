"""Problems that no single rule has: cycles over files, and events that nobody emits."""

from __future__ import annotations

from rules_engine.ruleset import graph as graph_module
from rules_engine.ruleset.load import load_rules, reload_rules
from rules_engine.ruleset.problems import render


def moves(rule_id, when, to, *, follow="true"):
    return (
        f"version: 1\nrules:\n  - id: {rule_id}\n    when: {{event: lead.status_changed, to: {when}}}\n"
        f"    triggered_by_rules: {follow}\n    then: [{{update_lead: {{status: {to}}}}}]\n"
    )


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def found(loaded):
    return [
        (p.place.file.rpartition("/")[2], p.place.line, p.severity.value, p.code) for p in loaded.problems
    ]


def ids(loaded):
    return [rule.id for rule in loaded.ruleset.rules]


def test_an_open_cycle_over_two_files_is_one_error_with_its_path(tmp_path):
    write(tmp_path, a=moves("one", "Closed", "Chaser"), b=moves("two", "Chaser", "Closed"))

    loaded = load_rules(tmp_path)

    assert found(loaded) == [("a.yaml", 3, "error", "RE163")]
    assert "one → lead.status_changed → two → lead.status_changed → one" in loaded.problems[0].message
    assert "- id: one" in render(loaded.problems[0])
    assert loaded.broken
    assert ids(loaded) == ["two"]


def test_a_closed_cycle_is_a_note_and_every_rule_is_in_force(tmp_path):
    write(tmp_path, a=moves("one", "Closed", "Chaser"), b=moves("two", "Chaser", "Closed", follow="false"))

    loaded = load_rules(tmp_path)

    assert found(loaded) == [("a.yaml", 3, "note", "RE164")]
    assert not loaded.broken
    assert ids(loaded) == ["one", "two"]


def test_every_knot_of_rules_has_its_own_error(tmp_path):
    both = moves("x", "Closed", "Chaser") + moves("y", "Chaser", "Closed").removeprefix(
        "version: 1\nrules:\n"
    )
    emitting = "version: 1\nrules:\n  - {id: z, when: custom.a, then: [{emit: {event: custom.a}}]}\n"
    write(tmp_path, a=both, b=emitting)

    assert found(load_rules(tmp_path)) == [("a.yaml", 3, "error", "RE163"), ("b.yaml", 3, "error", "RE163")]


def test_an_edit_that_closes_a_circle_leaves_the_last_good_rules_of_that_file(tmp_path):
    write(tmp_path, a=moves("one", "Closed", "Chaser"), b=moves("two", "Chaser", "Dead Leads"))
    first = load_rules(tmp_path)
    assert first.problems == ()

    write(tmp_path, b=moves("two", "Chaser", "Closed"))
    second = reload_rules(first, tmp_path)

    assert found(second) == [("b.yaml", 3, "error", "RE163")]
    assert second.ruleset.by_id["two"] == first.ruleset.by_id["two"]
    assert second.files[1].stale
    assert ids(second) == ["one", "two"]


def test_the_file_comes_back_when_another_edit_breaks_the_circle(tmp_path):
    write(tmp_path, a=moves("one", "Closed", "Chaser"), b=moves("two", "Chaser", "Dead Leads"))
    loaded = load_rules(tmp_path)
    write(tmp_path, b=moves("two", "Chaser", "Closed"))
    loaded = reload_rules(loaded, tmp_path)

    write(tmp_path, a=moves("one", "Closed", "No Response"))
    loaded = reload_rules(loaded, tmp_path)

    assert loaded.problems == ()
    assert loaded.ruleset.by_id["two"].document["then"] == [{"update_lead": {"status": "Closed"}}]


def test_a_new_file_that_closes_a_circle_gives_no_rules(tmp_path):
    write(tmp_path, b=moves("one", "Closed", "Chaser"))
    first = load_rules(tmp_path)

    write(tmp_path, a=moves("two", "Chaser", "Closed"))

    assert ids(reload_rules(first, tmp_path)) == ["one"]


def test_an_event_that_no_rule_emits_is_a_warning_with_the_one_that_was_meant(tmp_path):
    write(
        tmp_path,
        a="version: 1\nrules:\n  - {id: a, when: lead.created, then: [{emit: {event: custom.deal-won}}]}\n",
        b="version: 1\nrules:\n  - id: b\n    when: custom.deal_won\n    then: [{log: x}]\n",
    )

    loaded = load_rules(tmp_path)

    assert found(loaded) == [("b.yaml", 4, "warning", "RE134")]
    assert loaded.problems[0].suggestion == "custom.deal-won"


def test_an_event_that_another_file_emits_is_no_problem(tmp_path):
    write(
        tmp_path,
        a="version: 1\nrules:\n  - {id: a, when: lead.created, then: [{emit: {event: custom.won}}]}\n",
        b="version: 1\nrules:\n  - {id: b, when: custom.won, then: [{log: x}]}\n",
    )

    assert load_rules(tmp_path).problems == ()


def test_rules_too_many_to_look_through_are_said_to_be(tmp_path, monkeypatch):
    monkeypatch.setattr(graph_module, "MAX_COMPARISONS", 0)
    write(tmp_path, a=moves("one", "Closed", "Chaser"))

    assert found(load_rules(tmp_path)) == [("a.yaml", 3, "note", "RE165")]
