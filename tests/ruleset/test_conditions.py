"""A condition holds, does not, or can't be judged; and says which of its parts decided, with the values."""

from __future__ import annotations

import pytest
from making_rules import make_env, make_rule

from rules_engine.ruleset.conditions import judge
from rules_engine.ruleset.context import view

LEAD = view("lead", {"name": "Acme", "value": 3200, "status": "Chaser", "tags": ["Won"], "email": None})
SCOPE = {"lead": LEAD, "vars": {}}


def verdict(condition, scope=SCOPE):
    return judge(make_rule(**{"if": condition}).condition, scope, make_env())


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("lead.value > 1000", True),
        ("{{ lead.value > 1000 }}", True),
        ("lead.value > 5000", False),
        (True, True),
        (False, False),
        ("lead.name", True),
        ("lead.email", False),
        ("lead.phone", False),
        ("0", False),
        ("[]", False),
        ("'no'", True),
        ("lead.status == 'CHASER'", True),
        ("'CHASER' == lead.status", True),
        ("lead.status != 'chaser'", False),
        ("'won' in lead.tags", True),
        ("lead.status in ['closed', 'chaser']", True),
        (["lead.value > 1000", "lead.name == 'Acme'"], True),
        (["lead.value > 1000", "lead.name == 'acme'"], False),
        ({"all": ["true", "true"]}, True),
        ({"any": ["false", "true"]}, True),
        ({"any": ["false", "false"]}, False),
        ({"not": "false"}, True),
        ({"not": {"any": ["false", "true"]}}, False),
        ({"not": ["true", "false"]}, True),
    ],
)
def test_conditions_in_all_their_forms(condition, holds):
    found = verdict(condition)

    assert (found.holds, found.error) == (holds, None)


def test_a_rule_without_a_condition_always_fits():
    assert judge(None, {}, make_env()).holds


def test_the_detail_names_the_first_part_that_failed_with_what_it_read():
    found = verdict(["lead.name == 'Acme'", "lead.value | default(0) >= 5000", "false"])

    assert found.path == "if[1]"
    assert found.detail == "if[1]: lead.value | default(0) >= 5000 — lead.value is 3200"


def test_the_detail_of_any_names_every_part():
    found = verdict({"any": ["lead.value > 5000", "lead.name == 'B'"]})

    assert found.detail == (
        "none of these holds: if.any[0]: lead.value > 5000 — lead.value is 3200; "
        "if.any[1]: lead.name == 'B' — lead.name is Acme"
    )


def test_the_detail_of_not_says_that_the_part_holds():
    assert (
        verdict({"not": "lead.value > 1"}).detail
        == "if.not: lead.value > 1 — lead.value is 3200: it holds, and must not"
    )


def test_null_and_long_values_can_be_read_in_the_detail():
    scope = {"lead": {"email": None, "name": "x" * 500}}

    assert "lead.email is null" in verdict("lead.email", scope).detail
    assert len(verdict("lead.name == 'y'", scope).detail) < 120


@pytest.mark.parametrize(
    "condition",
    [
        "nothing.here",
        "lead.value > 'x'",
        "lead.email > 5",
        {"not": "nothing"},
        {"any": ["nothing", "true"]},
        {"not": {"not": "lead.value / 0"}},
        ["true", "lead.value and lead.value / 0"],
    ],
)
def test_what_cannot_be_evaluated_is_no_match_and_an_error_even_under_not(condition):
    found = verdict(condition)

    assert not found.holds
    assert found.error
    assert found.detail


def test_parts_are_judged_up_to_the_first_that_decides():
    assert verdict({"any": ["true", "nothing"]}).error is None
    assert verdict(["false", "nothing"]).error is None
