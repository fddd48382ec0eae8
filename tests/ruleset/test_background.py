"""What is known beside the files: configured endpoints, and names and words of the last snapshot."""

from __future__ import annotations

import pytest
from making_rules import Snapshot

from rules_engine.ruleset.background import Background, merged, tenant_of
from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.load import load_rules, reload_rules
from rules_engine.ruleset.yaml_source import parse_yaml

TENANT = tenant_of(
    Snapshot(
        project=[{"id": "p1", "name": "Sales"}],
        member=[{"id": "m1", "name": "Ada Byron", "email": "ada@example.com"}],
        lead=[{"id": "l1", "status": "Warm", "tags": ["VIP", None], "rep": "Gone Person"}],
        task=[{"id": "t1", "project_id": "p1", "task_list": "Design", "status": "todo"}],
    )
)


def problems(rule, background):
    text = f"version: 1\nrules:\n  - id: a\n    {rule}\n"
    found = check_source(parse_yaml(text, "f.yaml"), background=background).problems
    return [(p.severity.value, p.code, p.suggestion) for p in found]


def of_tenant(rule):
    return problems(rule, Background(tenant=TENANT))


@pytest.mark.parametrize(
    ("rule", "suggestion"),
    [
        ("when: lead.created\n    then: [{create_task: {project: Saels, name: x}}]", "Sales"),
        ("when: lead.created\n    then: [{create_task: {project: Web, name: x}}]", None),
        ("when: task.created\n    then: [{update_task: {assigned_to: [Ada Byrn]}}]", "Ada Byron"),
        ("when: task.created\n    then: [{update_task: {task_list: Desing}}]", "Design"),
        ("when: lead.created\n    then: [{update_lead: {rep: Bob}}]", None),
        ("when: {event: task.created, where: {project: Saels}}\n    then: [{log: x}]", "Sales"),
        ("when: {event: task.moved, to: Desing}\n    then: [{log: x}]", "Design"),
        ("when: {event: task.assigned, to: [Ada Byron, Nobody Else]}\n    then: [{log: x}]", None),
    ],
)
def test_a_name_that_the_last_snapshot_lacks_is_a_warning(rule, suggestion):
    assert of_tenant(rule) == [("warning", "RE170", suggestion)]


@pytest.mark.parametrize(
    "rule",
    [
        "when: lead.created\n    then: [{create_task: {project: sales, name: x, assigned_to: ADA BYRON, task_list: design}}]",
        "when: lead.created\n    then: [{create_task: {project: p1, name: x, assigned_to: [m1, ada@example.com]}}]",
        "when: lead.created\n    then: [{create_task: {project: '{{ lead.company }}', name: x}}]",
        "when: {event: lead.rep_changed, from: Gone Person}\n    then: [{log: x}]",
    ],
)
def test_a_name_that_it_has_in_any_form_is_none(rule):
    assert of_tenant(rule) == []


def test_names_are_not_judged_where_nothing_of_their_kind_is_known():
    rule = "when: lead.created\n    then: [{create_task: {project: Web, name: x, assigned_to: Bob}}]"

    assert problems(rule, Background(tenant=tenant_of(Snapshot()))) == []
    assert problems(rule, Background()) == []


def test_a_word_that_the_tenant_has_is_a_warning_and_no_error():
    near = (
        "when: {event: lead.status_changed, to: Warm}\n    then: [{update_lead: {status: warm, tags: [vip]}}]"
    )

    assert of_tenant(near) == [("warning", "RE133", None)] * 3
    assert [severity for severity, *_ in problems(near, Background())] == ["warning", "error", "error"]


def test_a_near_miss_that_the_tenant_does_not_have_stays_an_error():
    rule = "when: {event: lead.status_changed, to: Chasr}\n    then: [{log: x}]"

    assert of_tenant(rule) == [("error", "RE133", "Chaser")]


ENDPOINT = "when: lead.created\n    then: [{notify: {to: slaes, text: x}}, {webhook: {to: '{{ lead.source }}', data: {}}}]"


def test_an_endpoint_that_is_not_configured_is_an_error():
    assert problems(ENDPOINT, Background(endpoints=frozenset({"sales"}))) == [("error", "RE171", "sales")]
    assert problems(ENDPOINT, Background(endpoints=frozenset())) == [("error", "RE171", None)]
    assert problems(ENDPOINT, Background(endpoints=frozenset({"slaes"}))) == []


def test_endpoints_are_not_judged_where_nobody_knows_them():
    assert problems(ENDPOINT, Background()) == []


def test_a_reload_holds_rules_against_the_same(tmp_path):
    (tmp_path / "a.yaml").write_text(f"version: 1\nrules:\n  - id: a\n    {ENDPOINT}\n")
    loaded = load_rules(tmp_path, Background(endpoints=frozenset({"slaes"})))
    assert loaded.problems == ()

    (tmp_path / "a.yaml").write_text(
        f"version: 1\nrules:\n  - id: a\n    {ENDPOINT.replace('slaes', 'other')}\n"
    )

    assert [problem.code for problem in reload_rules(loaded, tmp_path).problems] == ["RE171"]


def test_several_accounts_are_known_together():
    other = tenant_of(Snapshot(project=[{"id": "p2", "name": "Web"}], lead=[{"id": "l", "status": "Cold"}]))
    both = merged([TENANT, other])

    assert not both.lacks("project", "sales")
    assert not both.lacks("project", "WEB")
    assert not both.lacks("person", "ada byron")
    assert both.lacks("project", "Legal")
    vocabulary = next(words for words in both.words if "Chaser" in words)
    assert both.has_word(vocabulary, "warm")
    assert both.has_word(vocabulary, "COLD")
