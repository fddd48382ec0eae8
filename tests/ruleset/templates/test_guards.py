"""Each thing that could grow is paid for: under a mean limit it is refused, under a wider one it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rules_engine.ruleset.templates import (
    Limits,
    OutOfFuel,
    OutputTooLong,
    TemplateEnv,
    TemplateError,
    TemplateSyntaxProblem,
    Word,
    compile_expression,
    compile_text,
)
from rules_engine.ruleset.templates.run import Output, Run

BIG = list(range(100))
SCOPE: dict[str, Any] = {
    "big": BIG,
    "pair": tuple(BIG),
    "texts": ["x" * 20] * 100,
    "long": "ab" * 1000,
    "other": "ab" * 999 + "aa",
    "words": "a b " * 250,
    "rows": "a\n" * 500,
    "keys": {f"k{number}": number for number in range(100)},
    "same": {f"k{number}": number for number in range(100)},
    "word": Word("none of them"),
    "nested": [[number] for number in range(100)],
}
ENV = TemplateEnv(
    now=datetime(2026, 12, 1, 9, tzinfo=UTC),
    functions={"nothing": lambda: None, "many": lambda: [0] * 500},
)


def with_limits(**limits: int) -> TemplateEnv:
    return replace(ENV, limits=Limits(**limits))


@pytest.mark.parametrize(
    ("source", "fuel"),
    [
        ("nothing()", 90),
        ("many() | length", 400),
        ("now | date", 40),
        ("now | plus('1 day')", 40),
        ("now | plus('100 working hours')", 500),
        ("big | list | length", 90),
        ("'☃☃☃' | list | length", 9),
        ("keys | items | length", 90),
        ("big | map('string') | length", 300),
        ("big | select('odd') | length", 300),
        ("big | sort | length", 300),
        ("long is upper", 50),
        ("words | split | length", 400),
        ("words | split(' ') | length", 400),
        ("rows | lines | length", 400),
        ("words | title | length", 400),
        ("big[1:] | length", 90),
        ("(big + big) | length", 150),
        ("(pair + pair) | length", 150),
        ("(big * 3) | length", 250),
        ("range(500) | length", 400),
        ("long == other", 50),
        ("long != other", 50),
        ("long < other", 50),
        ("'x' in long", 50),
        ("'x' in big", 90),
        ("long in [1, 2, 3]", 20),
        ("[-1] in nested", 300),
        ("nested == nested[:]", 900),
        ("keys == same", 850),
        ("keys[word]", 90),
        ("word in keys", 90),
        ("keys", 300),
        ("big", 300),
        ("big | string | length", 700),
        ("keys | string | length", 1500),
    ],
)
def test_work_costs_fuel(source: str, fuel: int) -> None:
    template = compile_expression(source)
    with pytest.raises(OutOfFuel, match="steps"):
        template.evaluate(SCOPE, with_limits(fuel=fuel))
    template.evaluate(SCOPE, ENV)


@pytest.mark.parametrize(
    "source",
    [
        *(
            "{{ long | upper | length }}",
            "{{ long | reverse | length }}",
            "{{ texts | join | length }}",
            "- {{ long }}",
        ),
        *(
            "{{ long[1:] | length }}",
            "{{ (long ~ 'x') | length }}",
            "{{ (long + 'x') | length }}",
            "- {{ texts }}",
        ),
        *(
            "{{ ('x' * 2000) | length }}",
            "{{ texts | sort | length }}",
            "{{ ('x' * 90) | replace('x', long) | length }}",
        ),
        *("{% set x %}{{ long }}{% endset %}{{ x | length }}", "{{ [texts] | string | length }}"),
    ],
)
def test_text_costs_characters(source: str) -> None:
    template = compile_text(source)
    with pytest.raises(OutOfFuel, match="too much text"):
        template.evaluate(SCOPE, with_limits(characters=1500))
    if "90" not in source:
        template.evaluate(SCOPE, ENV)


def test_loops_cost_a_step_for_each_node_of_each_turn() -> None:
    turns = compile_text("{% for x in big %}{% if x < 0 and x < 0 %}{% endif %}{% endfor %}")
    with pytest.raises(OutOfFuel):
        turns.evaluate(SCOPE, with_limits(fuel=500))
    turns.evaluate(SCOPE, with_limits(fuel=2000))


def test_output_is_refused_before_it_grows() -> None:
    output = Output(Run({}, with_limits(output=10)))
    output.write("x" * 10)
    with pytest.raises(OutputTooLong, match="10 bytes"):
        output.write("y")
    assert output.text() == "x" * 10


def test_a_result_holds_a_bounded_amount_of_text() -> None:
    with pytest.raises(TemplateError, match="holds too much text"):
        compile_text("{{ texts }}").evaluate(SCOPE, with_limits(result_text=1000))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("7 ** 10000000", "too large a number"),
        ("2 ** 2000 * 2 ** 2000", "more than 2048 bits"),
        ("2 ** 2047 + 2 ** 2047", "more than 2048 bits"),
        ("(1e308 * 10) | int", "infinity"),
        ("10.0 ** 400", "too large a number"),
        ("now | date('%d' * 51)", "at most 100 characters"),
        ("5 | money('too long a sign')", "up to 8 characters"),
        ("'a' | trim('x' * 65)", "at most 64 characters"),
        ("5 | round(301)", "up to 300"),
        ("'a b' | split('')", "not empty"),
        ("'a' | truncate(2)", "length of at least 3"),
        ("nobody | int", "nobody is not defined"),
        ("nobody | list", "nobody is not defined"),
        ("nobody is none", "nobody is not defined"),
        ("nobody == 1", "nobody is not defined"),
        ("[1] == nobody", "nobody is not defined"),
        ("nobody ~ 'x'", "nobody is not defined"),
        ("nobody + 1", "nobody is not defined"),
        ("nobody < 1", "nobody is not defined"),
        ("-nobody", "nobody is not defined"),
        ("1 in nobody", "nobody is not defined"),
        ("nobody and 1", "nobody is not defined"),
        ("not nobody", "nobody is not defined"),
        ("1 if nobody else 2", "nobody is not defined"),
        ("nobody.x", "nobody is not defined"),
        ("nobody[0]", "nobody is not defined"),
        ("nobody[:1]", "nobody is not defined"),
        ("big[nobody]", "nobody is not defined"),
        ("nobody() if 1", "no function nobody"),
        ("many(nobody)", "nobody is not defined"),
        ("[big[200]] | sort", "none at 200"),
        ("[[1, 2]] | map(attribute=5) | list", "none at 5"),
        ("[[1, 2]] | map(attribute=5, nope=1) | list", "takes attribute and default"),
        ("big | map", "needs the name of a filter"),
        ("big | map(lead) | list", "lead is not defined"),
        ("big | map(long[:3]) | list", "no filter the text 'aba'"),
        ("{} | first", "no first item: the object is empty"),
        ("{} | last", "no last item: the object is empty"),
        ("['a'] | sum(start='b')", "does not add texts"),
        ("big | items", "`items` needs an object, not a list"),
        ("big | truncate", "`truncate` needs a text, not a list"),
        ("'a' | split(5)", "`split` needs a text in its brackets, not 5"),
        ("'a' | replace('a', 'b', 'c')", "`replace` needs a whole number, not a text"),
        ("5 | round(1, 'up')", "common, ceil and floor"),
        ("[[1]] | unique", "can't compare a list"),
        ("[big, big] | sort", "can't put a list in order"),
        ("'a' is odd", "`is odd` needs a number, not a text"),
        ("range('a')", "needs whole numbers, not the text 'a'"),
        ("range(1, 2, 0)", "must not be zero"),
        ("range()", r"range\(…\):"),
        ("{} == {} < 1", "can't be compared with 1"),
        ("big in keys", "a list can't be the key of an object"),
        ("[[1, 2]] | selectattr(5) | list", "none at 5"),
    ],
)
def test_what_can_not_be_is_an_error(source: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        compile_expression(source).evaluate(SCOPE, ENV)


@pytest.mark.parametrize(
    ("source", "value"),
    [("('9' * 800) | int", 0), ("('9' * 800) | float", 0.0), ("'9' * 20 | int", "9" * 20)],
)
def test_a_text_too_long_to_be_a_number_is_none(source: str, value: Any) -> None:
    found = compile_expression(source).evaluate(SCOPE, ENV)
    assert str(found) == str(value)


@pytest.mark.parametrize("source", ["{{ ring }}", "- {{ ring }}", "{{ ring == ring_too }}"])
def test_data_is_followed_forty_deep(source: str) -> None:
    ring: list[Any] = []
    ring.append(ring)
    too: list[Any] = []
    too.append(too)
    with pytest.raises(TemplateError, match="more than 40 deep"):
        compile_text(source).evaluate({"ring": ring, "ring_too": too}, ENV)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ " + "+".join("1" * 200) + " }}", "nested more than 80 deep"),
        ("{{ [" + ",".join(["1+1"] * 1450) + "] }}", "more than 4000 parts"),
        ("{{ [" + ",".join(["1"] * 3100) + "] }}", "more than 6000 tokens"),
        ("{{ 1 }}" + "x" * 65_536, "at most 65536"),
        ("{{ " + "(" * 3000, "nested too deeply"),
        ("{{ " + "9" * 601 + " }}", "a number of 601 digits"),
    ],
)
def test_a_source_is_bounded(source: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxProblem, match=message):
        compile_text(source)


def test_long_conditions_are_well_within_the_bounds() -> None:
    condition = " and ".join(f"x != {number}" for number in range(500))
    assert compile_expression(condition).evaluate({"x": 1000}, ENV) is True
    assert len(compile_text("x" * 60_000 + "{{ 1 }}").evaluate({}, ENV)) == 60_001
