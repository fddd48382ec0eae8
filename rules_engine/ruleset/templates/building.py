"""What the compilation of one template carries along: places, bounds, the names it binds, the filters it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from jinja2 import nodes

from rules_engine.ruleset.templates.filters import FILTERS, TESTS, Filter
from rules_engine.ruleset.templates.limits import MAX_DEPTH, MAX_NODES
from rules_engine.ruleset.templates.parsing import Positions
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import Undefined
from rules_engine.suggest import nearest

Evaluate = Callable[[Run], Any]
"""A compiled expression."""
CompileNode = Callable[["Builder", Any], Evaluate]
"""What makes a closure of one kind of node."""
Place = tuple[int, int]
"""Line and column in the source, from 1."""
_MAY_BE_UNDEFINED = (
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Call),
    *(nodes.CondExpr, nodes.And, nodes.Or),
)

_SPLIT = "Split it: work parts of it out in `vars`."


@dataclass(frozen=True, slots=True)
class Use:
    """A filter or a test that a template uses, and where."""

    name: str
    line: int
    column: int
    keywords: tuple[str, ...] = ()
    """The names of those of its arguments that are given by name."""


class Builder:
    """Walks Jinja's tree once, by a table of what each kind of node becomes."""

    def __init__(self, positions: Positions, table: Mapping[type[nodes.Node], CompileNode]) -> None:
        self.positions = positions
        self._table = table
        self.bound: frozenset[str] = frozenset()
        self.filters: list[Use] = []
        self.tests: list[Use] = []
        self.nodes = 0
        self._depth = 0

    def enter(self, node: nodes.Node) -> None:
        """Count a node in; `leave` it after its children. Raises `TemplateSyntaxProblem` past the bounds."""
        self.nodes += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(node, f"The template is nested more than {MAX_DEPTH} deep.", _SPLIT)
        if self.nodes > MAX_NODES:
            self.fail(node, f"The template is too large: more than {MAX_NODES} parts.", _SPLIT)

    def leave(self) -> None:
        """The node's children are done."""
        self._depth -= 1

    def expression(self, node: nodes.Node) -> Evaluate:
        """Compile an expression. Raises `TemplateSyntaxProblem` for what our language does not have."""
        compile_node = self._table.get(type(node))
        if compile_node is None:
            self.fail(node, f"{type(node).__name__} can't be used in an expression here.")
        self.enter(node)
        compiled = compile_node(self, node)
        self.leave()
        return compiled

    def strict(self, node: nodes.Node) -> Evaluate:
        """Compile an expression that must have a value: where it is undefined, evaluation fails."""
        evaluate = self.expression(node)
        if not isinstance(node, _MAY_BE_UNDEFINED):
            return evaluate
        place = self.place(node)

        def run_strict(run: Run) -> Any:
            value = evaluate(run)
            if type(value) is Undefined:
                raise value.error().at(place)
            return value

        return run_strict

    def place(self, node: nodes.Node) -> Place:
        """Where a node begins."""
        return self.positions.of(offset_of(node))

    def fail(self, node: nodes.Node, message: str, advice: str = "") -> NoReturn:
        """Refuse the template because of that node."""
        self.positions.fail(offset_of(node), message, advice)

    def filter(self, node: nodes.Node, name: str) -> Filter:
        """The filter of that name. Raises `TemplateSyntaxProblem` where there is none."""
        return self._find(node, name, "filter", FILTERS, self.filters)

    def test(self, node: nodes.Node, name: str) -> Filter:
        """The test of that name. Raises `TemplateSyntaxProblem` where there is none."""
        return self._find(node, name, "test", TESTS, self.tests)

    def _find(
        self, node: nodes.Node, name: str, what: str, rows: Mapping[str, Filter], uses: list[Use]
    ) -> Filter:
        row = rows.get(name)
        if row is None:
            near = "none" if name == "null" else nearest(name, rows)
            listed = ", ".join(sorted(each for each in rows if each.isalpha()))
            advice = f"Did you mean {near!r}?" if near else f"There is: {listed}."
            self.positions.fail(node.lineno, f"There is no {what} {name!r}.", advice)
        keywords = tuple(keyword.key for keyword in getattr(node, "kwargs", ()))
        uses.append(Use(name, *self.positions.of(node.lineno), keywords))
        return row


def offset_of(node: nodes.Node) -> int:
    """Where a node begins in the source: an operation begins with its leftmost operand."""
    while True:
        match node:
            case nodes.BinExpr():
                node = node.left
            case nodes.Compare():
                node = node.expr
            case nodes.Concat():
                node = node.nodes[0]
            case nodes.Getattr() | nodes.Getitem() | nodes.Call():
                node = node.node
            case nodes.Filter() | nodes.Test() if node.node is not None:
                node = node.node
            case nodes.CondExpr():
                node = node.expr1
            case nodes.Scope():
                node = node.body[0]  # the parser gives a scope itself no place
            case _:
                return node.lineno


def label(node: nodes.Node) -> str:
    """What a user calls the value of a node: `lead.tags[0]`, or "" for what has no name."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            inner = label(node.node)
            return f"{inner}.{node.attr}" if inner else ""
        case nodes.Getitem(arg=nodes.Const() as key):
            inner = label(node.node)
            return f"{inner}[{key.value!r}]" if inner else ""
    return ""
