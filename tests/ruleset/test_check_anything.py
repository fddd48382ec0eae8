"""No file makes the checks raise, and what they let pass compiles and runs without a name that is missing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making_rules import NOW, Snapshot, make_env, make_event, status_event

from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.compile import rule_from_document
from rules_engine.ruleset.conditions import judge
from rules_engine.ruleset.context import functions_for, scope_for
from rules_engine.ruleset.graph import graph_of
from rules_engine.ruleset.problems import has_errors, render
from rules_engine.ruleset.yaml_source import parse_yaml

CORPUS = [
    file.read_text(encoding="utf-8") for file in sorted((Path(__file__).parent / "broken").glob("*.yaml"))
]
PIECES = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "{{",
        "}}",
        '"',
        "'",
        "#",
        "|",
        "null",
        "true",
        "5",
        "x",
        "lead.status",
        "event",
        "when",
        "if",
        "not",
        "all",
        "then",
        "where",
        "log",
        "as",
        "id",
        "key",
        "{{ lead.name | ",
        "- id: b\n",
        "choose",
        "else",
        "foreach",
        "in",
        "item",
        "delay",
        "wait_for",
        "on_timeout",
        "set",
        "stop",
        "emit",
        "on_error",
        "for",
        "crosses",
        "80%",
        "schedule",
        "0 9 * * *",
        "custom.x",
        "2 days",
    ]
)


@st.composite
def mangled(draw):
    """A file of the corpus, with a few pieces cut out, put in or taken from another one."""
    text = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


@given(mangled())
@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_makes_the_checks_raise(text):
    source = parse_yaml(text, "f.yaml")

    checked = check_source(source)

    for problem in checked.problems:
        assert problem.place.line <= len(source.lines)
        assert render(problem, source.lines)
    assert bool(checked.rules) is not has_errors(checked.problems)
    for rule in checked.rules:
        assert rule_from_document(rule.document).digest == rule.digest


ATOMS = st.sampled_from(
    [
        "lead.value",
        "lead.status",
        "lead.tags",
        "lead.nam",
        "leed.name",
        "task.name",
        "project.name",
        "before.rep",
        "now",
        "event.type",
        "event.typ",
        "changes.status.to",
        "changes.staus",
        "vars.x",
        "vars.y",
        "x",
        "y",
        "'Chaser'",
        "5",
        "none",
        "leads() | length",
        "tasks(status='todo') | length",
        "member('Ada').email",
        "before",
    ]
)
OPERATORS = st.sampled_from([" and ", " or ", " == ", " != ", " in "])


@given(st.lists(ATOMS, min_size=1, max_size=3), st.lists(OPERATORS, min_size=2, max_size=2))
@settings(max_examples=300, deadline=None)
def test_a_condition_that_passes_the_checks_never_meets_a_name_that_is_missing(atoms, operators):
    joined = atoms[0] + "".join(operator + atom for operator, atom in zip(operators, atoms[1:], strict=False))
    text = (
        "version: 1\nrules:\n  - id: a\n    when: [lead.created, lead.status_changed]\n    vars: {x: 1}\n"
        f'    if: "{joined}"\n    then: [{{log: x}}]\n'
    )
    checked = check_source(parse_yaml(text, "f.yaml"))
    env = make_env(functions_for(Snapshot()))

    for rule in checked.rules:
        for event in (status_event("Chaser", "Closed"), make_event("lead.created", after={"id": "o1"})):
            error = judge(rule.condition, scope_for(event, None, NOW, {"x": 1}), env).error or ""
            assert "not defined" not in error
            assert "does not know" not in error


BASE = "version: 1\nrules:\n"
RULE = BASE + "  - id: a\n    when: lead.created\n    then:\n"
MANY = {
    "branches after many names": RULE
    + "      - set: {"
    + ",".join(f"a{n}: 1" for n in range(4_000))
    + "}\n      - choose:\n"
    + "        - {if: 'true', then: [{log: x}]}\n" * 1_000,
    "branches that each set": RULE
    + "      - choose:\n"
    + "".join(f"        - {{if: 'true', then: [set: {{a{n}: 1}}]}}\n" for n in range(1_400)),
    "unknown zones": BASE
    + "".join(
        f"  - {{id: r{n}, when: {{schedule: '0 9 * * *', timezone: Europe/Lo{n}}}, then: [log: x]}}\n"
        for n in range(700)
    ),
    "rules that all differ": BASE
    + "".join(
        f"  - {{id: r{n}, when: {{event: task.renamed, to: x{n}}}, then: [update_task: {{name: x{n + 1}}}]}}\n"
        for n in range(700)
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_much_of_one_thing_is_checked_without_growing_out_of_hand(name):
    source = parse_yaml(MANY[name], "f.yaml")
    start = time.thread_time()  # of this thread alone, for other work shares the machine

    graph_of(check_source(source).rules).cycles()

    assert time.thread_time() - start < 5
