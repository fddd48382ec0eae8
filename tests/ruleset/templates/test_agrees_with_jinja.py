"""Generated templates over generated data, held to Jinja's own answers wherever both answer.

Quick by default; `HYPOTHESIS_PROFILE=long` makes it 120,000 templates.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from random import Random
from typing import Any

import jinja_grammar
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jinja2 import Undefined

from rules_engine.ruleset.templates import (
    TemplateEnv,
    TemplateError,
    TemplateSyntaxProblem,
    compile_expression,
    compile_text,
)

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
BATCH = 20
JINJA = jinja_grammar.DepartingJinja()
ENV = TemplateEnv(now=datetime(2026, 12, 1, 9, tzinfo=UTC))
NO_ANSWER = object()
tally: Counter[str] = Counter()


def ask_jinja(source: str, scope: dict[str, Any], *, expression: bool) -> Any:
    try:
        if not expression:
            return JINJA.from_string(source).render(**scope)
        answer = JINJA.compile_expression(source, undefined_to_none=False)(**scope)
    except Exception:  # noqa: BLE001  whatever Jinja raises, it gives no answer
        return NO_ANSWER
    return NO_ANSWER if isinstance(answer, Undefined) else answer


def ask_us(source: str, scope: dict[str, Any], *, expression: bool) -> Any:
    try:
        return (compile_expression if expression else compile_text)(source).evaluate(scope, ENV)
    except (TemplateError, TemplateSyntaxProblem):
        return NO_ANSWER


def as_json(value: Any) -> Any:
    """Types told apart, tuples as lists: True is not 1, and 1 is not 1.0."""
    if isinstance(value, (list, tuple)):
        return ["list", *map(as_json, value)]
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return (type(value).__name__, repr(value))


@settings(
    max_examples=6000 if LONG else 100,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, 2**63))
def check_a_batch(seed: int) -> None:
    random = Random(seed)
    for number in range(BATCH):
        expression = number % 2 == 0
        source = jinja_grammar.generate(random, "any" if expression else "block", 4)
        if not expression:
            source = "- " + source + "{# a text #}"
        scope = jinja_grammar.scope(random)
        theirs = ask_jinja(source, scope, expression=expression)
        ours = ask_us(source, scope, expression=expression)
        answered = (theirs is not NO_ANSWER, ours is not NO_ANSWER)
        tally[
            {(True, True): "both", (True, False): "theirs", (False, True): "ours"}.get(answered, "none")
        ] += 1
        if all(answered):
            assert as_json(ours) == as_json(theirs), (source, scope)


def test_every_template_that_both_answer_gets_the_same_answer() -> None:
    tally.clear()
    check_a_batch()
    asked = sum(tally.values())
    assert tally["both"] > asked * 0.5, "the grammar must make templates that have an answer"
    assert tally["theirs"] < asked * 0.05, "we refuse what Jinja answers"


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ("{{ lead.nope }}", None),
        ("<{{ none }}>", "<>"),
        ("{{ none | default('x') }}", "x"),
        ("{{ lead.items }}", 3),
        ("{{ 'x' if false }}", None),
        ("{{ lead.tags | map('upper') }}", ["A"]),
        ("{{ none ~ 'x' }}", "x"),
        ("{{ [none, 1] | join(',') }}", ",1"),
    ],
)
def test_where_we_depart_from_jinja_we_do_it_on_purpose(source: str, ours: Any) -> None:
    assert compile_text(source).evaluate({"lead": {"items": 3, "tags": ["a"]}}, ENV) == ours
