"""A text that is parsed piece by piece gives the very tree, and the very mistakes, that it gives as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import nodes

from rules_engine.ruleset.templates import parsing, quick
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


@given(st.lists(PIECES, max_size=8), st.sampled_from(["", " "]))
@settings(max_examples=400, deadline=None)
def test_the_quick_lexer_finds_the_tokens_that_jinjas_finds_or_none(pieces, between):
    for source, state, found in (
        (text := between.join(pieces), "variable", quick.tokens_of_expression(text)),
        (text := "{{" + between.join(pieces) + "}}", None, quick.tokens_of_output(text)),
    ):
        if found is not None:
            try:
                theirs = list(parsing._ENVIRONMENT._tokenize(source, None, state=state))
            except parsing.TemplateSyntaxError:
                continue  # a bracket without its other half: our parser finds it, and then Jinja's lexer is asked
            assert found == theirs


@pytest.mark.parametrize(
    "source", ["lead.value > 5000", "tasks(status=['a', \"b\"]) | length == 0", "not a and b // 2 ** 3 != -c"]
)
def test_plain_expressions_are_read_quickly(source):
    assert quick.tokens_of_expression(source) is not None
    assert quick.tokens_of_output("{{ " + source + " }}") is not None


@pytest.mark.parametrize(
    "source", ["a }}", "1.5", "1_0", "0x1f", "'a\\n'", "é", "a\u00e9", "a ? b", "a & b", "'open"]
)
def test_anything_else_is_left_to_jinja(source):
    assert quick.tokens_of_expression(source) is None
