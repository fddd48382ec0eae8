"""What templates and expressions evaluate to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest

from rules_engine.calendar import Calendar
from rules_engine.ruleset.templates import TemplateEnv, TemplateError, compile_expression, compile_text

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LONDON = Calendar(timezone="Europe/London", holidays=frozenset({date(2026, 12, 25)}))


def one_task(**fields: Any) -> list[dict[str, Any]]:
    return [{"name": "Call", "fields": fields}]


ENV = TemplateEnv(
    now=NOW, functions={"tasks": one_task, "member": lambda name: {"name": name}}, calendar=LONDON
)
SCOPE: dict[str, Any] = {
    "lead": {
        "name": "Ada",
        "value": 6000,
        "rep": None,
        "items": 3,
        "get": "got",
        "tags": ["Stuck", "Won"],
        "5": "five",
        "due": "2026-12-02T10:00:00Z",
    },
    "project": None,
    "vars": {"n": 1},
    "member": {"name": "Bob"},
}


def value(source: str, **more: Any) -> Any:
    return compile_text(source).evaluate({**SCOPE, **more}, ENV)


def holds(source: str, **more: Any) -> Any:
    return compile_expression(source).evaluate({**SCOPE, **more}, ENV)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ lead.value }}", 6000),
        ("  {{ lead.value }}\n", 6000),
        ("{# why #}{{ lead.tags }}", ["Stuck", "Won"]),
        ("{{ 1, 2 }}", [1, 2]),
        ("{{ {'a': (1, none)} }}", {"a": [1, None]}),
        ("{{ true }}", True),
        ("{{ 1.5 }}", 1.5),
        ("{{ lead.rep }}", None),
        ("{{ '5' }}", "5"),
        ("{{ '[1, 2]' }}", "[1, 2]"),
        ("{{ now }}", NOW),
    ],
)
def test_a_text_that_is_one_expression_keeps_its_type(source: str, expected: Any) -> None:
    found = value(source)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ lead.value }}!", "6000!"),
        ("{{ 1 }}{{ 2 }}", "12"),
        ("{% if true %}{{ 5 }}{% endif %}", "5"),
        ("- {{ lead.tags }}", "- ['Stuck', 'Won']"),
        ("- {{ true }} {{ 1.0 }}", "- True 1.0"),
        ("<{{ none }}{{ lead.rep }}{{ lead.absent }}>", "<>"),
        ("- {{ {'a': none} }} {{ (1,) }} {{ () }}", "- {'a': None} (1,) ()"),
        ("at {{ now }}", "at 2026-12-01T09:00:00Z"),
        ("- {{ [now] }}", "- ['2026-12-01T09:00:00Z']"),
    ],
)
def test_any_other_text_is_text(source: str, expected: str) -> None:
    assert value(source) == expected


@pytest.mark.parametrize("source", ["Call Ada", "5", "", " { x } ", "100 %", "line\n", "{"])
def test_a_text_without_markup_is_what_it_says(source: str) -> None:
    template = compile_text(source)
    assert template.is_constant
    assert template.evaluate({}, ENV) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("lead.items", 3),
        ("lead['items']", 3),
        ("lead.get", "got"),
        ("lead['5']", "five"),
        ("lead.absent", None),
        ("lead['absent']", None),
        ("lead[none]", None),
        ("lead.tags[0]", "Stuck"),
        ("lead.tags.1", "Won"),
        ("lead.tags[-1]", "Won"),
        ("lead.tags[5] is defined", False),
        ("lead.name[0]", "A"),
        ("lead.name[1:]", "da"),
        ("lead.name[::-1]", "adA"),
        ("lead.tags[:1]", ["Stuck"]),
        ("lead.name.upper is defined", False),
        ("lead.value.real is defined", False),
        ("lead.rep.name is defined", False),
        ("lead.rep.name | default('nobody')", "nobody"),
        ("project.name | default('none yet')", "none yet"),
        ("nobody | default('x')", "x"),
        ("nobody | default(nothing) | default('y')", "y"),
        ("lead.rep | default", ""),
        ("'' | default('x', true)", "x"),
        ("lead.name | default('x')", "Ada"),
        ("nobody is undefined", True),
        ("lead.absent is defined", True),
    ],
)
def test_an_object_has_only_its_fields_and_what_it_lacks_is_null(source: str, expected: Any) -> None:
    assert holds(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("lead.value | default(0) >= 5000", True),
        ("lead.rep | default(0) >= 5000", False),
        ("{{ lead.value > 5000 and lead.name == 'Ada' }}", True),
        ("lead.value > 5000 and\n  lead.rep is none\n", True),
        ("{'a': {'b': 1}} == {'a': {'b': 1}}", True),
        ("[1, [2, {'a': none}]] == [1, [2, {'a': none}]]", True),
        ("[1, 2] == (1, 2)", False),
        ("'5' < '10'", False),
        ("1 < 2 < 3 != 4", True),
        ("not lead.rep or nobody", True),
        ("lead.rep or lead.name", "Ada"),
        ("lead.value if lead.rep", None),
        ("tasks(status='todo')[0].fields", {"status": "todo"}),
        ("{'b': 1, 'a': 2} | first ~ ({'b': 1, 'a': 2} | last)", "ba"),
        ("[{'a': none}, {'a': 2}, {}] | map(attribute='a', default=7)", [7, 2, 7]),
        ("none | map('upper')", []),
        ("['a', '', none] | select", ["a"]),
        ("lead.tags | map('default', 'x')", ["Stuck", "Won"]),
        ("member('Cai').name ~ member.name", "CaiBob"),
        ("range(1, 7, 2)", [1, 3, 5]),
        ("range(3, 0, -1)", [3, 2, 1]),
        ("range(0)", []),
        ("2 ** 10 + 7 // 2 - 7 % 4", 1024),
        ("-lead.value + +1", -5999),
        ("'a' in 'Ada' and 'n' in vars and 'x' not in lead.tags", True),
        ("{lead.name: 1}", {"Ada": 1}),
    ],
)
def test_a_condition_has_a_value(source: str, expected: Any) -> None:
    assert holds(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "{% for t in lead.tags %}{{ loop.index }}:{{ t }}{{ ', ' if not loop.last }}{% endfor %}",
            "1:Stuck, 2:Won",
        ),
        ("{% for k in {'b': 1, 'a': 2} %}{{ k }}{% endfor %}", "ba"),
        ("{% for k, v in {'b': 1} | items %}{{ k }}={{ v }}{% endfor %}", "b=1"),
        ("{% for c in 'ab' %}<{{ c }}>{% endfor %}", "<a><b>"),
        ("{% for n in [] %}x{% else %}empty{% endfor %}", "empty"),
        ("{% for n in [1, 2, 3, 4] if n is even %}{{ n }}/{{ loop.length }} {% endfor %}", "2/2 4/2 "),
        (
            "{% for a in [1, 2] %}{% for b in [3] %}{{ a }}{{ b }}{{ loop.length }}{% endfor %}{{ loop.revindex0 }}{% endfor %}",
            "13112310",
        ),
        (
            "{% for n in [1, 2] %}{{ loop.previtem | default('-') }}{{ loop.nextitem is defined }}{% endfor %}",
            "-True1False",
        ),
        ("{% set x = 1 %}{% for x in [x, 2] %}{{ x }}{% endfor %}{{ x }}", "121"),
        ("{% for n in [1, 2] %}{% set x = n %}{% endfor %}{{ x is defined }}", "False"),
        ("{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "2"),
        ("{% set a, b = 1, 2 %}{{ a }}{{ b }}", "12"),
        ("{% set x %}Ada {{ lead.value }}{% endset %}{{ x }}!", "Ada 6000!"),
        ("{% set x | upper | replace('A', 'B') %}ada{% endset %}{{ x }}", "BDB"),
        ("{% set lead = {'name': 'Eve'} %}{{ lead.name }}", "Eve"),
        ("{% if lead.rep %}a{% elif lead.value > 1 %}b{% else %}c{% endif %}", "b"),
        ("{% raw %}{{ x }}{% endraw %}{# no #}", "{{ x }}"),
        ("a  {{- 1 -}}  b", "a1b"),
    ],
)
def test_statements_do_what_they_do_in_jinja(source: str, expected: str) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ '2026-12-24T10:00:00Z' | plus('1 working day') }}", datetime(2026, 12, 28, 10, tzinfo=UTC)),
        ("{{ '2026-12-28' | minus('1 working day') }}", datetime(2026, 12, 24, tzinfo=UTC)),
        ("{{ now | plus('90s') }}", NOW + timedelta(seconds=90)),
        ("{{ none | plus('1 day') }}", None),
        ("{{ lead.absent | date }}", None),
        ("{{ now | date }}", "2026-12-01"),
        ("{{ '2026-07-01T23:30:00Z' | date('%a %-d %B %Y, %H:%M %Z %%') }}", "Thu 2 July 2026, 00:30 BST %"),
        ("{{ '2026-01-05' | date('%j|%V|%u|%I%p|%y|%e|%z') }}", "005|02|1|12AM|26| 5|+0000"),
        ("{{ lead.due > now }}", True),
        ("{{ '2026-12-01' < now }}", True),
        ("{{ now == '2026-12-01T10:00:00+01:00' }}", True),
        ("{{ now == 'soon' }}", False),
        ("{{ now != '2026-12-01T09:00:00Z' }}", False),
        ("{{ [lead.due, now] | min == now }}", True),
        ("{{ now | plus('1 day') in [lead.due] }}", False),
        ("{{ 1234.5 | money }}", "1,234.50"),
        ("{{ '1999.995' | money('£') }}", "£2,000.00"),
        ("{{ -5 | money('€') }}", "-€5.00"),
        ("{{ none | money }}", None),
    ],
)
def test_dates_and_money(source: str, expected: Any) -> None:
    assert value(source) == expected


def test_a_moment_prints_in_its_own_zone() -> None:
    moment = datetime(2026, 12, 1, 9, 30, 15, 999, tzinfo=timezone(timedelta(hours=1)))
    assert (
        value("- {{ x }} {{ y }}", x=moment, y=date(2026, 12, 1)) == "- 2026-12-01T09:30:15+01:00 2026-12-01"
    )


def test_any_mapping_is_an_object() -> None:
    proxy = MappingProxyType({"name": "Ada", "tags": ("a",)})
    assert value("{{ x.name }} {{ x['name'] }} {{ x.nope }}{{ x | length }} {{ x }}", x=proxy).startswith(
        "Ada Ada 2 {'name'"
    )
    assert value("{{ x }}", x=proxy) == {"name": "Ada", "tags": ["a"]}
    assert compile_text("{{ x.name }}").evaluate(MappingProxyType({"x": proxy}), ENV) == "Ada"


def test_now_is_there_even_where_the_scope_does_not_say() -> None:
    assert compile_text("{{ now }}").evaluate({}, ENV) == NOW
    assert compile_text("{{ now }}").evaluate({"now": 5}, ENV) == 5


def test_a_template_can_be_evaluated_again_and_leaves_its_data_as_it_was() -> None:
    template = compile_text("{% set lead = 5 %}{% for lead in [1] %}{{ lead }}{% endfor %}{{ lead }}")
    scope = {"lead": {"name": "Ada"}}
    assert [template.evaluate(scope, ENV) for _ in range(3)] == ["15"] * 3
    assert scope == {"lead": {"name": "Ada"}}


def test_a_function_that_is_not_registered_is_named_with_the_nearest() -> None:
    with pytest.raises(TemplateError, match=r"no function taks \(did you mean tasks\?\)"):
        value("{{ taks() }}")
