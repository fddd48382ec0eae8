"""What is wrong is said where it is wrong, in words that name the thing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.ruleset.templates import (
    TemplateEnv,
    TemplateError,
    TemplateSyntaxProblem,
    compile_expression,
    compile_text,
)


def fails(kind: type[Exception], message: str) -> Any:
    def function(*_args: Any) -> Any:
        raise kind(message)

    return function


FUNCTIONS = {
    "tasks": lambda **_fields: [],
    "member": fails(UsageError, "no member Eve"),
    "broken": fails(TypeError, "odd"),
    "worse": fails(AttributeError, "bug"),
    "deep": fails(RecursionError, ""),
    "large": fails(MemoryError, ""),
}
ENV = TemplateEnv(now=datetime(2026, 12, 1, 9, tzinfo=UTC), functions=FUNCTIONS)
SCOPE: dict[str, Any] = {"lead": {"name": "Ada", "value": None, "n": 0, "tags": ["a"]}, "project": None}


@pytest.mark.parametrize(
    ("source", "line", "column", "part"),
    [
        ("a {{ lead.name", 1, 11, "expected '}}'"),
        ("{{ lead.name }", 1, 14, "unexpected '}'"),
        ("one\ntwo {{ a b }}", 2, 10, "got 'b'"),
        ("{{ lead.name & x }}", 1, 14, "unexpected char '&'"),
        ("one\n\n  {{ lead.name | uper }}", 3, 18, "no filter 'uper'"),
        ("{{ lead.name is srting }}", 1, 14, "no test 'srting'"),
        ("{{ lead.tags | map('uper') }}", 1, 20, "no filter 'uper'"),
        ("{{ lead.tags | select('od') }}", 1, 23, "no test 'od'"),
        ("{{ lead.tags | selectattr('a', 'od') }}", 1, 32, "no test 'od'"),
        ("{{ x | replace('a') }}", 1, 8, "missing a required argument: 'new'; it takes old, new, count=None"),
        ("{{ x | sort(by='a') }}", 1, 8, "unexpected keyword argument 'by'"),
        ("{{ x | upper(1) }}", 1, 8, "it takes nothing in brackets"),
        ("{{ lead._id }}", 1, 8, "begins with an underscore"),
        ("{{ lead.name.upper() }}", 1, 4, "lead.name.upper can't be called"),
        ("{{ 'a'.upper() }}", 1, 4, "Only functions can be called"),
        ("{{ tasks(*x) }}", 1, 4, "can't be spread"),
        ("x\n{% macro m() %}{% endmacro %}", 2, 4, "{% macro %} can't be used here"),
        ("{% include 'x' %}", 1, 4, "{% include %} can't be used here"),
        ("{% import 'x' as x %}", 1, 4, "{% import %} can't be used here"),
        ("{% from 'x' import y %}", 1, 4, "import %} can't be used here"),
        ("{% extends 'x' %}", 1, 4, "{% extends %} can't be used here"),
        ("{% block b %}{% endblock %}", 1, 4, "{% block %} can't be used here"),
        ("{% call f() %}{% endcall %}", 1, 4, "{% call %} can't be used here"),
        ("{% with a = 1 %}{% endwith %}", 1, 4, "{% with %} can't be used here"),
        ("{% filter upper %}{% endfilter %}", 1, 4, "{% filter %} can't be used here"),
        ("{% autoescape true %}{% endautoescape %}", 1, 4, "{% autoescape %} can't be used here"),
        ("{% for x in y recursive %}{% endfor %}", 1, 4, "recursive loop"),
        ("{% set lead.name = 1 %}", 1, 8, "only a name"),
        ("{% nope %}", 1, 4, "unknown tag 'nope'"),
        ("{% if a %}x", 1, 11, "end of the text"),
        ("{{ 'abc }}", 1, 4, 'unexpected char "\'"'),
        ("{# never closed", 1, 3, "Missing end of comment"),
        ("{{ '\\x' }}", 1, 4, "escape"),
    ],
)
def test_a_syntax_problem_is_placed_exactly(source: str, line: int, column: int, part: str) -> None:
    with pytest.raises(TemplateSyntaxProblem) as caught:
        compile_text(source)
    assert part in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("a && b", "Write `and`."),
        ("a || b", "Write `or`."),
        ("a = 5", "Compare with `==`, `<=` or `>=`."),
        ("a === 5", "Compare with `==`, `<=` or `>=`."),
        ("a => 5", "Compare with `==`, `<=` or `>=`."),
        ("!a", "Write `not`."),
        ("a ? b : c", "Write `a if condition else b`."),
        ("a AND b", "Write it in small letters."),
        ("a == 'b", "A quote is opened here and never closed."),
        ("a | uper", "Did you mean 'upper'?"),
        ("a is null", "Did you mean 'none'?"),
    ],
)
def test_a_habit_from_another_language_gets_advice(source: str, advice: str) -> None:
    with pytest.raises(TemplateSyntaxProblem) as caught:
        compile_expression(source)
    assert caught.value.advice == advice


@pytest.mark.parametrize("source", ["{{ a }} > 5", "{% if a %}x{% endif %}", "{{ a }}{{ b }}", "{# only #}"])
def test_a_condition_is_an_expression_and_not_a_text(source: str) -> None:
    with pytest.raises(TemplateSyntaxProblem, match="one expression, not a text"):
        compile_expression(source)


@pytest.mark.parametrize("source", ["", "  ", "a b", "a }} b", "a, b", "not", "(a"])
def test_half_an_expression_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxProblem):
        compile_expression(source)


@pytest.mark.parametrize(
    ("source", "column", "message"),
    [
        ("{{ lead2.name }}", 4, "lead2 is not defined (did you mean lead?); there is: lead, project"),
        ("- {{ nobody }}", 6, "nobody is not defined; there is: lead, project"),
        ("{{ null }}", 4, "null is not defined; it is written none"),
        ("{{ tasks }}", 4, "tasks is a function: call it, tasks(…)"),
        ("- {{ [1, tasks] }}", 10, "tasks is a function: call it, tasks(…)"),
        ("{{ project.name }}", 4, "project is null, which has no field 'name'"),
        ("{{ lead.tags.name }}", 4, "lead.tags is a list, which has no field 'name'"),
        ("{{ lead.name.x }}", 4, "lead.name is the text 'Ada', which has no field 'x'"),
        ("{{ lead.tags[3] }}", 4, "lead.tags has 1 item, and none at 3"),
        ("{{ lead.tags['x'] }}", 4, "lead.tags is a list, which has no item 'x'"),
        ("{{ lead.value > 5 }}", 4, "lead.value is null and can't be compared with 5"),
        ("{{ 5 < lead.value }}", 4, "lead.value is null and can't be compared with 5"),
        ("{{ lead.name >= 5 }}", 4, "lead.name is the text 'Ada' and can't be compared with 5"),
        ("{{ lead.value + 1 }}", 4, "lead.value is null and can't be combined by + with 1"),
        ("{{ 1 / lead.n }}", 4, "lead.n is 0, by which nothing can be divided"),
        ("{{ 5 in lead.name }}", 4, "lead.name is the text 'Ada' and can't be searched for 5"),
        ("{{ -lead.value }}", 4, "lead.value is null, and only a number can have a sign"),
        ("{% for x in lead.value %}{% endfor %}", 13, "lead.value is null and can't be looped over"),
        ("{% for x, y in [1] %}{% endfor %}", 0, "a number can't be taken apart into 2 names"),
        ("{% for x in [1] %}{{ loop.nope }}{% endfor %}", 22, "loop has no 'nope'; there is: index"),
        ("{% for x in [1] %}{{ loop }}{% endfor %}", 22, "the state of a loop can't be put into text"),
        ("{{ lead.value | length }}", 17, "`length` needs a list, not null"),
        ("{{ lead.tags | plus('1 day') }}", 16, "`plus` needs a date, not a list"),
        ("{{ '2026-12-01' | plus('5' ~ '') }}", 19, "'5' has no unit"),
        ("{{ '2026-02-31' | date }}", 19, "`date` needs a date, not the text '2026-02-31'"),
        ("{{ '2026-12-01' | date('%Q') }}", 19, "`date` knows no '%Q'"),
        ("{{ lead.name | money }}", 16, "`money` needs an amount, not the text 'Ada'"),
        ("{{ lead.name | abs }}", 16, "`abs` needs a number, not the text 'Ada'"),
        ("{{ [1, 'a'] | sort }}", 15, "`sort` can't put a number and a text in order"),
        ("{{ ['a'] | sum }}", 12, "an item is the text 'a' and can't be combined by + with 0"),
        ("{{ [] | first }}", 4, "there is no first item: the list is empty"),
        ("{{ member('Eve') }}", 4, "member(…): no member Eve"),
        ("{{ broken() }}", 4, "broken(…): odd"),
        ("{{ {[1]: 2} }}", 4, "a list can't be the key of an object"),
        ("{{ {1: 2} }}", 4, "the key 1 of an object is not text"),
        ("{{ 'x' % 5 }}", 4, "% does not format text here"),
        ("{{ (-8) ** 0.5 }}", 5, "is not a real number"),
        ("{{ '1e999' | float }}", 4, "the result is inf"),
        ("{{ '\\ud800' }}", 4, "holds half a character"),
        ("- {{ ['\\ud800'] | join }}", 0, "holds half a character"),
        ("{{ ['\\ud800'] }}", 4, "holds half a character"),
        ("{{ lead.tags | map('plus', '1 day') }}", 16, "`plus` needs a date"),
    ],
)
def test_an_error_names_the_thing_its_value_and_its_place(source: str, column: int, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_text(source).evaluate(SCOPE, ENV)
    assert message in caught.value.message
    assert caught.value.line == 1
    assert column in {0, caught.value.column}


@pytest.mark.parametrize(
    ("call", "message"),
    [("worse()", "The template failed: bug"), ("deep()", "nested too deeply"), ("large()", "more memory")],
)
def test_whatever_goes_wrong_is_a_template_error(call: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        compile_expression(call).evaluate({}, ENV)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", 1j, print])
def test_a_value_that_is_no_plain_data_is_never_printed(value: Any) -> None:
    for source in ("{{ x }}", "- {{ x }}", "- {{ [x] }}", "{{ x | string }}", "{{ [x] }}", "{{ x ~ '' }}"):
        with pytest.raises(TemplateError):
            compile_text(source).evaluate({"x": value}, ENV)


def test_data_that_holds_itself_is_an_error() -> None:
    ring: list[Any] = []
    ring.append(ring)
    for source in ("{{ x }}", "- {{ x }}", "{{ x == y }}"):
        with pytest.raises(TemplateError, match="deep"):
            compile_text(source).evaluate({"x": ring, "y": [ring]}, ENV)


_PIECES = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{%-",
    "-}}",
    " if ",
    " else ",
    "endif",
    "for x in ",
    "endfor",
    "set x",
    "endset",
]
_PIECES += [
    "lead",
    ".name",
    "|",
    "upper",
    "map('upper')",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "\\",
    "\n",
    "\r\n",
    "~",
    "**",
]
_PIECES += [
    "1",
    "0x",
    "1e9",
    "_",
    "is ",
    "not ",
    "in ",
    "default(",
    ",",
    ":",
    "=",
    "==",
    "<",
    "raw",
    "endraw",
    "☃",
    "\x00",
    "\ud800",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
def test_any_source_is_compiled_and_evaluated_or_refused_with_a_place(source: str) -> None:
    for compile_source in (compile_text, compile_expression):
        problem = None
        try:
            compile_source(source).evaluate(SCOPE, ENV)
        except TemplateSyntaxProblem as found:
            problem = found
        except TemplateError:
            pass
        if problem is not None:
            lines = source.replace("\r\n", "\n").split("\n")
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def test_both_kinds_of_error_are_ours() -> None:
    assert issubclass(TemplateSyntaxProblem, RulesEngineError)
    assert issubclass(TemplateError, RulesEngineError)
