"""A text that is parsed piece by piece gives the very tree, and the very mistakes, that it gives as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import nodes

from rules_engine.ruleset.templates import parsing
from rules_engine.ruleset.templates.errors import TemplateSyntaxProblem

PIECES = st.sampled_from(
    [
        *(
            "lead.name",
            "a | default('x')",
            "now | plus('1 working day')",
            "x in y",
            "x, y",
            "a[0]['b']",
            "'q'",
            '"q"',
        ),
        *("a if b else c", "not a", "-1", "f(a, b=1)", "(a)", "[a, 'b']", "1.5", "a ~ b", "a is defined"),
        *(
            "'",
            '"',
            "\\",
            "(",
            ")",
            "[",
            "}",
            "{",
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "+",
            "\n",
            "\t",
            " ",
            "é",
            "|",
        ),
        *(
            "{% if a %}",
            "{% endif %}",
            "{% raw %}",
            "{% endraw %}",
            "{{ 'a }} b' }}",
            "{{- a -}}",
            "{{+ a }}",
            "€{",
        ),
    ]
)
TEXTS = st.lists(
    st.one_of(
        PIECES, PIECES.map(lambda inner: f"{{{{ {inner} }}}}"), PIECES.map(lambda inner: f"{{{{{inner}}}}}")
    ),
    max_size=6,
).map("".join)


def tree_of(read, text):
    """The tree with the place of every node, or the mistake with its own."""
    try:
        return [placed(node) for node in read(parsing.normalise(text))]
    except TemplateSyntaxProblem as problem:
        return problem.message, problem.line, problem.column, problem.advice


def placed(value):
    if isinstance(value, nodes.Node):
        fields = [placed(inner) for _, inner in value.iter_fields()]
        return type(value).__name__, value.lineno, fields
    return [placed(each) for each in value] if isinstance(value, (list, tuple)) else value


@given(TEXTS)
@settings(max_examples=1500, deadline=None)
def test_a_text_has_the_same_tree_in_pieces_as_as_a_whole(text):
    assert tree_of(parsing.parse_text, text) == tree_of(parsing._parse_whole, text)


@pytest.mark.parametrize(
    "text",
    [
        "Chase {{ lead.name }} 17",
        "{{ lead.name }}\n",
        "{{ a in b }} {{ a }}\n\n",
        "{{ x, y }}{{ [1, 'b'] }}",
        "{{ 'a }} b' }}",
        "{{ (a }} b) }}",
        "a } b {{ c }}",
    ],
)
def test_each_form_has_the_same_tree_in_pieces(text):
    assert tree_of(parsing.parse_text, text) == tree_of(parsing._parse_whole, text)


def test_a_piece_is_parsed_once_however_many_texts_hold_it():
    parsing._piece.cache_clear()

    for n in range(100):
        parsing.parse_text(f"Chase {{{{ lead.name }}}} {n}")

    assert parsing._piece.cache_info().misses == 1
