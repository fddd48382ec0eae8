"""What a template reads and calls is known without running it."""

from __future__ import annotations

import pytest

from rules_engine.ruleset.templates import Call, Reference, Use, compile_expression, compile_text


def names(source: str) -> list[str]:
    return [".".join((each.name, *each.path)) for each in compile_text(source).references]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("Close {{ lead.name }}", ["lead.name"]),
        ("{{ lead['tags'].x }}", ["lead.tags.x"]),
        ("{{ lead.tags[0].x }}", ["lead.tags"]),
        ("{{ lead[vars.key] }}", ["vars.key", "lead"]),
        ("{{ lead.tags[n:] }}", ["n", "lead.tags"]),
        ("{{ a if b else c }}", ["b", "a", "c"]),
        ("{{ x | default(y) }}", ["x", "y"]),
        ("{{ tasks(project=p.id, status=[s]) }}", ["p.id", "s"]),
        ("{{ (a or b).c }}", ["a", "b"]),
        (
            "{% for t in lead.tags if t != q %}{{ t.x }}{{ loop.index }}{{ r }}{% endfor %}{{ t }}",
            ["lead.tags", "q", "r", "t"],
        ),
        ("{% for x in x %}{{ x }}{% endfor %}", ["x"]),
        ("{% for a, (b, c) in d %}{{ a }}{{ b }}{{ c }}{% else %}{{ a }}{% endfor %}", ["d", "a"]),
        ("{% for t in l if loop %}{% endfor %}", ["l", "loop"]),
        ("{% set x = x %}{{ x }}", ["x"]),
        ("{% set x %}{{ y }}{% set z = 1 %}{{ z }}{% endset %}{{ x }}{{ z }}", ["y", "z"]),
        ("{% for t in l %}{% set y = t %}{{ y }}{% endfor %}{{ y }}", ["l", "y"]),
        ("{% if a %}{% set b = 1 %}{% endif %}{{ b }}", ["a"]),
        ("{% raw %}{{ x }}{% endraw %}{# {{ y }} #}", []),
        ("no markup", []),
    ],
)
def test_the_names_read_are_listed_without_those_bound_inside(source: str, read: list[str]) -> None:
    assert sorted(names(source)) == sorted(read)


def test_everything_has_its_place() -> None:
    source = "one {{ lead.name | upper }}\n  {% if lead.tags is defined %}{{\n tasks(1, status='x') | map('lower') }}{% endif %}"
    template = compile_text(source)
    assert template.references == (Reference("lead", ("name",), 1, 8), Reference("lead", ("tags",), 2, 9))
    assert template.calls == (Call("tasks", ("status",), 1, 3, 2),)
    assert template.filters == (Use("upper", 1, 20), Use("map", 3, 25), Use("lower", 3, 29))
    assert template.tests == (Use("defined", 2, 19),)


def test_places_count_through_white_space_control_comments_and_line_ends() -> None:
    source = "a \r\n  {#- c\n -#} {{- a -}} \n{%- raw -%} {{ {%- endraw %} {{ b }}\r{{ c }}"
    places = {each.name: (each.line, each.column) for each in compile_text(source).references}
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for name, (line, column) in places.items():
        assert lines[line - 1][column - 1] == name
    assert set(places) == {"a", "b", "c"}


def test_an_expression_is_analysed_in_the_same_way() -> None:
    template = compile_expression("  lead.value | default(0) >=\n limit")
    assert template.references == (Reference("lead", ("value",), 1, 3), Reference("limit", (), 2, 2))
    assert compile_expression("{{ a.b }}").references == (Reference("a", ("b",), 1, 4),)


def test_templates_of_the_same_source_are_equal() -> None:
    assert compile_text("{{ a }}") == compile_text("{{ a }}")
    assert compile_text("{{ a }}") != compile_text("{{ b }}")
    assert "lambda" not in repr(compile_text("{{ a }}"))
