"""Functions read the snapshot, take fields to match, and never match nothing because of a typo."""

from __future__ import annotations

import pytest
from making_rules import Snapshot, make_env

from rules_engine.ruleset.context import FUNCTIONS, functions_for
from rules_engine.ruleset.templates import TemplateError, compile_expression

SNAPSHOT = Snapshot(
    project=[
        {"id": "p1", "name": "Sales", "project_type": "retainer"},
        {"id": "p2", "name": "Acme site", "project_type": None},
        {"id": "p3", "name": "Twin"},
        {"id": "p4", "name": "Twin"},
        {"id": "p5", "name": "sales"},
    ],
    task=[
        {"id": "t1", "project_id": "p1", "name": "Call", "status": "todo", "assigned_to": ["Ada Byron"]},
        {
            "id": "t2",
            "project_id": "p1",
            "name": "Write",
            "status": "Done",
            "priority": "High",
            "assigned_to": [],
        },
        {
            "id": "t3",
            "project_id": "p2",
            "name": "Call",
            "status": "in-progress",
            "assigned_to": ["Bob", "Ada Byron"],
        },
    ],
    lead=[{"id": "l1", "name": "Acme", "status": "Chaser", "tags": ["Won"], "value": 100}],
    time_entry=[{"id": "e1", "project_id": "p1", "hours": 1.5}, {"id": "e2", "project_id": "p2", "hours": 2}],
    member=[
        {"id": "m1", "name": "Ada Byron", "email": "Ada@Example.com"},
        {"id": "m2", "name": "Bob", "email": None},
        {"id": "m3", "name": "BOB"},
    ],
)


def value_of(expression, **scope):
    return compile_expression(expression).evaluate(scope, make_env(functions_for(SNAPSHOT)))


def ids(expression, **scope):
    return [found["id"] for found in value_of(expression, **scope)]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("tasks()", ["t1", "t2", "t3"]),
        ("tasks(project='Sales')", ["t1", "t2"]),
        ("tasks(project='p2')", ["t3"]),
        ("tasks(project='acme SITE')", ["t3"]),
        ("tasks(status='done')", ["t2"]),
        ("tasks(status='DONE')", ["t2"]),
        ("tasks(status=['todo', 'IN-PROGRESS'])", ["t1", "t3"]),
        ("tasks(name='Call', project='Sales')", ["t1"]),
        ("tasks(name='call')", []),
        ("tasks(assigned_to='Ada Byron')", ["t1", "t3"]),
        ("tasks(assigned_to=['Bob', 'Cy'])", ["t3"]),
        ("tasks(assigned_to=none)", ["t2"]),
        ("tasks(priority=none)", ["t1", "t3"]),
        ("tasks(status=[])", []),
        ("leads(tags='won', value=100.0)", ["l1"]),
        ("projects(project_type='retainer')", ["p1"]),
        ("time_entries(project='Sales')", ["e1"]),
        ("notes()", []),
        ("holidays(status='approved')", []),
        ("team()", ["m1", "m2", "m3"]),
    ],
)
def test_lookups_give_the_objects_whose_fields_match(expression, found):
    assert ids(expression) == found


def test_a_project_is_taken_as_an_object_too():
    assert ids("tasks(project=project)", project={"id": "p2", "name": "x"}) == ["t3"]


def test_what_a_lookup_gives_compares_words_without_regard_to_case():
    assert value_of(
        "tasks(project='Sales') | selectattr('status', 'equalto', 'DONE') | map(attribute='id') | list"
    ) == ["t2"]
    assert value_of("tasks(project='Sales')[1].priority == 'high'") is True


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("member('m1').name", "Ada Byron"),
        ("member('Ada Byron').id", "m1"),
        ("member('ada byron').id", "m1"),
        ("member('ada@example.COM').id", "m1"),
        ("member('Bob').id", "m2"),
        ("member('BOB').id", "m3"),
        ("member('Nobody')", None),
        ("member(none)", None),
        ("project_named('Sales').id", "p1"),
        ("project_named('p2').name", "Acme site"),
        ("project_named('ACME SITE').id", "p2"),
        ("project_named('None')", None),
        ("project_named(none)", None),
    ],
)
def test_members_and_projects_are_found_by_id_then_exactly_then_but_for_case(expression, found):
    assert value_of(expression) == found


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("tasks(statuss='todo')", "did you mean status"),
        ("tasks(zebra='todo')", "there is: project, id"),
        ("leads(project='Sales')", "does not know the field project"),
        ("tasks(project='Nope')", "there is no project 'Nope'; there is: Acme site, Sales"),
        ("tasks(project=none)", "not null"),
        ("tasks(project=5)", "takes a project, its id or its name"),
        ("tasks('Sales')", "takes fields by name"),
        ("project_named('Twin')", "2 projects named 'Twin': p3, p4; use the id"),
        ("member('bOb')", "2 members named 'bOb'"),
    ],
)
def test_a_lookup_that_cannot_be_meant_is_an_error_and_not_an_empty_list(expression, said):
    with pytest.raises(TemplateError, match=said.replace("(", r"\(").replace("?", r"\?")):
        value_of(expression)


@pytest.mark.parametrize("info", FUNCTIONS.values(), ids=lambda info: info.name)
def test_every_function_has_an_example_that_works(info):
    lead = {"rep": "Ada Byron"}
    value_of(info.example, project={"id": "p1"}, lead=lead)

    assert set(functions_for(SNAPSHOT)) == set(FUNCTIONS)
