"""What the items of a foreach are, where its template is a lookup: then a misspelt field of `item` is found."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import nodes

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.ruleset.checks.names import OPAQUE, Names, Thing
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.templates import TemplateSyntaxProblem
from rules_engine.ruleset.templates.parsing import parse_text

_KEEPING = frozenset({"list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"})
"""Filters that hand on the objects that they are given."""


def items_of(written: Any, names: Names) -> Thing:
    """What one item of the list is."""
    name = _lookup_in(written) if isinstance(written, str) else None
    info = FUNCTIONS.get(name) if name is not None and name not in names.known else None
    if info is None or info.positional:
        return OPAQUE
    return Thing(resources=(RESOURCES[info.resource],))


@lru_cache(maxsize=1024)  # many rules go through the same list
def _lookup_in(text: str) -> str | None:
    """The function that gives the text's whole value, behind filters that keep the objects as they are."""
    try:
        tree = parse_text(text.strip())
    except TemplateSyntaxProblem:
        return None
    if len(tree) != 1 or not isinstance(tree[0], nodes.Output) or len(tree[0].nodes) != 1:
        return None
    node: nodes.Node | None = tree[0].nodes[0]
    while isinstance(node, nodes.Filter) and node.name in _KEEPING:
        node = node.node
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        return node.node.name
    return None
