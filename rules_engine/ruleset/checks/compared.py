"""Finds the words that an expression compares with a field: `task.status == 'don'` is a mistake that nobody sees.

Jinja's parser gives the tree, of which only comparisons with literal texts are looked at: `==`, `!=`, `in`, the tests
and filters that compare, and the fields given to a lookup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import nodes

from rules_engine.dashtrack.resources import RESOURCES, Kind
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.templates import Template, TemplateSyntaxProblem
from rules_engine.ruleset.templates.parsing import Positions, parse_expression, parse_text

_FIELDS = frozenset(
    field.name
    for resource in RESOURCES.values()
    for field in resource.fields
    if field.kind in {Kind.WORD, Kind.WORDS}
)
_OPERATORS = frozenset({"eq", "ne", "in", "notin"})
_TESTS = frozenset({"eq", "equalto", "==", "ne", "!=", "in"})


@dataclass(frozen=True, slots=True)
class Compared:
    """A literal text that stands beside a field."""

    name: str
    """The name in the template whose field it is; empty where `resource` says it."""
    resource: str
    field: str
    word: str
    line: int
    column: int


def compared_words(template: Template, *, is_expression: bool) -> tuple[Compared, ...]:
    """Every literal text that the template compares with a field that has a vocabulary."""
    touched = {part for reference in template.references for part in reference.path}
    touched |= {keyword for call in template.calls for keyword in call.keywords}
    return _compared(template.source, is_expression) if touched & _FIELDS else ()


@lru_cache(maxsize=1024)  # many rules hold the same template, which need not be parsed again for each
def _compared(source: str, is_expression: bool) -> tuple[Compared, ...]:
    return tuple(_find(source, is_expression=is_expression))


def _find(source: str, *, is_expression: bool) -> Iterator[Compared]:
    try:
        roots = _trees(source, is_expression=is_expression)
    except TemplateSyntaxProblem:
        return
    positions = Positions(source)
    for root in roots:
        for node in (root, *root.find_all((nodes.Compare, nodes.Test, nodes.Call))):
            for name, resource, field, constant in _pairs(node):
                line, column = positions.of(constant.lineno)
                yield Compared(name, resource, field, constant.value, line, column)


def _trees(source: str, *, is_expression: bool) -> list[nodes.Node]:
    if is_expression and "{{" not in source:
        return [parse_expression(source)]
    return parse_text(source)


def _pairs(node: nodes.Node) -> Iterator[tuple[str, str, str, nodes.Const]]:
    if isinstance(node, nodes.Compare):
        left = node.expr
        for operand in node.ops:
            if operand.op in _OPERATORS:
                yield from _against(left, operand.expr)
                yield from _against(operand.expr, left)
            left = operand.expr
    elif isinstance(node, nodes.Test) and node.name in _TESTS and node.args:
        yield from _against(node.node, node.args[0])
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        info = FUNCTIONS.get(node.node.name)
        for keyword in node.kwargs:
            if info is not None and keyword.key in _FIELDS:
                for constant in _texts(keyword.value):
                    yield "", info.resource, keyword.key, constant


def _against(side: nodes.Node, other: nodes.Node) -> Iterator[tuple[str, str, str, nodes.Const]]:
    field = _field_of(side)
    if field is not None:
        for constant in _texts(other):
            yield field[0], "", field[1], constant


def _field_of(node: nodes.Node) -> tuple[str, str] | None:
    """(name, field) of `lead.status`, or of `changes.status.to`."""
    if not isinstance(node, nodes.Getattr):
        return None
    inner = node.node
    if isinstance(inner, nodes.Name) and node.attr in _FIELDS:
        return inner.name, node.attr
    if isinstance(inner, nodes.Getattr) and inner.attr in _FIELDS:
        base = inner.node
        return ("changes", inner.attr) if isinstance(base, nodes.Name) and base.name == "changes" else None
    return None


def _texts(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node
    elif isinstance(node, (nodes.List, nodes.Tuple)):
        for item in node.items:
            yield from _texts(item)
