"""What a template reads and calls, found without running it: the static checks build on this."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import nodes

from rules_engine.ruleset.templates.parsing import Positions


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that a template reads from its scope, with the fields read from it: `lead.tags` is (lead, (tags,))."""

    name: str
    path: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a registered function: how many arguments by position, and the names of the others."""

    name: str
    keywords: tuple[str, ...]
    positional: int
    line: int
    column: int


class Analysis:
    """Collects references and calls in the order of the text. Names bound by `for` and `set` are left out.

    The tree must have been compiled before, and so be within the bound of depth: the walk recurses.
    """

    def __init__(self, positions: Positions) -> None:
        self.references: list[Reference] = []
        self.calls: list[Call] = []
        self._positions = positions
        self._bound: frozenset[str] = frozenset()

    def walk(self, node: nodes.Node) -> None:
        """Look at a node and all below it."""
        match node:
            case nodes.Const() | nodes.TemplateData():
                pass
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                self._chain(node)
            case nodes.Call(node=nodes.Name() as function):
                keywords = tuple(keyword.key for keyword in node.kwargs)
                place = self._positions.of(function.lineno)
                self.calls.append(Call(function.name, keywords, len(node.args), *place))
                self._all([*node.args, *node.kwargs])
            case nodes.And() | nodes.Or():
                self._logic(node)
            case nodes.For():
                self._for(node)
            case nodes.Assign():
                self.walk(node.node)
                self._bind(node.target)
            case nodes.AssignBlock():
                outside = self._bound
                self._all([*([node.filter] if node.filter else []), *node.body])
                self._bound = outside
                self._bind(node.target)
            case _:
                self._all(list(node.iter_child_nodes()))

    def _all(self, children: list[nodes.Node]) -> None:
        for child in children:
            self.walk(child)

    def _logic(self, node: nodes.Expr) -> None:
        """A chain of `and` or `or` is as deep as it is long, and may be longer than Python recurses."""
        operands = []
        while isinstance(node, (nodes.And, nodes.Or)):
            operands.append(node.right)
            node = node.left
        self._all([node, *reversed(operands)])

    def _for(self, node: nodes.For) -> None:
        self.walk(node.iter)
        outside = self._bound
        self._bind(node.target)
        if node.test is not None:
            self.walk(node.test)
        self._bound |= {"loop"}
        self._all(node.body)
        self._bound = outside
        self._all(node.else_)
        self._bound = outside

    def _bind(self, target: nodes.Node) -> None:
        if isinstance(target, nodes.Name):
            self._bound |= {target.name}
        elif isinstance(target, nodes.Tuple):
            for item in target.items:
                self._bind(item)

    def _chain(self, node: nodes.Node) -> None:
        """`a.b['c'].d` is one reference; an index that is no text ends its path."""
        path: list[str] = []
        while isinstance(node, (nodes.Getattr, nodes.Getitem)):
            if isinstance(node, nodes.Getattr):
                path.append(node.attr)
            elif isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                path.append(node.arg.value)
            else:
                path.clear()
                self.walk(node.arg)
            node = node.node
        if not isinstance(node, nodes.Name):
            self.walk(node)
        elif node.name not in self._bound:
            self.references.append(
                Reference(node.name, tuple(reversed(path)), *self._positions.of(node.lineno))
            )
