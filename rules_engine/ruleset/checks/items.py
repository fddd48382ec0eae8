"""What the items of a foreach are, where its template is a lookup: then a misspelt field of `item` is found."""

from __future__ import annotations

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
    if not isinstance(written, str):
        return OPAQUE
    try:
        tree = parse_text(written.strip())
    except TemplateSyntaxProblem:
        return OPAQUE
    if len(tree) != 1 or not isinstance(tree[0], nodes.Output) or len(tree[0].nodes) != 1:
        return OPAQUE
    node: nodes.Node | None = tree[0].nodes[0]
    while isinstance(node, nodes.Filter) and node.name in _KEEPING:
        node = node.node
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        info = FUNCTIONS.get(node.node.name)
        if info is not None and node.node.name not in names.known and not info.positional:
            return Thing(resources=(RESOURCES[info.resource],))
    return OPAQUE
