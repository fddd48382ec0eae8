"""Each filter and test does what its row says: the examples of the documentation are run."""

from __future__ import annotations

import ast
from datetime import UTC, datetime

import pytest

from rules_engine.ruleset.templates import FILTERS, TESTS, Filter, TemplateEnv, compile_text

ENV = TemplateEnv(now=datetime(2026, 12, 1, 9, tzinfo=UTC))
PROMISED_FILTERS = (
    "default join lower upper title trim replace split lines first last length sort unique map select reject selectattr "
    "rejectattr sum min max round int float string list capitalize abs count reverse truncate plus minus date money"
)
PROMISED_TESTS = (
    "defined undefined none string number mapping iterable sequence boolean true false even odd divisibleby in eq ne lt le gt "
    "ge equalto"
)


@pytest.mark.parametrize("row", [*FILTERS.values(), *TESTS.values()], ids=lambda row: row.name)
def test_the_example_of_a_filter_or_test_holds(row: Filter) -> None:
    source, arrow, result = row.example.rpartition(" → ")
    assert arrow
    value = compile_text(source).evaluate({}, ENV)
    if result.startswith(("[", "'", "{")) or not isinstance(value, (str, datetime)):
        assert value == ast.literal_eval(result)
    else:
        assert compile_text("= {{ x }}").evaluate({"x": value}, ENV) == f"= {result}"


@pytest.mark.parametrize("row", [*FILTERS.values(), *TESTS.values()], ids=lambda row: row.name)
def test_a_row_says_in_a_sentence_what_it_does_and_shows_itself(row: Filter) -> None:
    assert row.summary.endswith(".")
    assert row.name in row.example


def test_every_promised_filter_and_test_is_there() -> None:
    assert set(PROMISED_FILTERS.split()) <= set(FILTERS)
    assert set(PROMISED_TESTS.split()) <= set(TESTS)


def test_each_row_stands_under_its_name() -> None:
    for table in (FILTERS, TESTS):
        assert all(name == row.name for name, row in table.items())
