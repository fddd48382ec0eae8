"""Cycles in any directed graph: its knots, and a shortest way around through a node. Plain functions over plain data."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def knots(graph: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """The sets of nodes of which each reaches every other, and itself, in the order in which they are first met.

    Tarjan's algorithm with a stack of its own, for a chain of rules may be longer than Python's.
    """
    found: list[list[Node]] = []
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    waiting: dict[Node, None] = {}
    for root in graph:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        waiting[root] = None
        way: list[tuple[Node, Iterator[Node]]] = [(root, iter(graph.get(root, ())))]
        while way:
            node, rest = way[-1]
            following = next(rest, None)
            if following is not None:
                if following not in index:
                    index[following] = low[following] = len(index)
                    waiting[following] = None
                    way.append((following, iter(graph.get(following, ()))))
                elif following in waiting:
                    low[node] = min(low[node], index[following])
                continue
            way.pop()
            if way:
                low[way[-1][0]] = min(low[way[-1][0]], low[node])
            if low[node] == index[node]:
                found += _closed(node, waiting, graph)
    return found


def _closed(node: Node, waiting: dict[Node, None], graph: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """Take a knot, which ends at the node, off the nodes that wait; alone it is one only if it leads to itself."""
    knot: list[Node] = []
    while True:
        last, _ = waiting.popitem()
        knot.append(last)
        if last == node:
            break
    knot.reverse()
    return [knot] if len(knot) > 1 or node in graph.get(node, ()) else []


def way_around(graph: Mapping[Node, Sequence[Node]], start: Node, within: Sequence[Node]) -> list[Node]:
    """A shortest way from the node back to itself, inside its knot: the nodes on it, the start only once."""
    inside = set(within)
    came_from: dict[Node, Node] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for following in graph.get(node, ()):
            if following == start:
                way = [node]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if following in inside and following not in came_from:
                came_from[following] = node
                queue.append(following)
    return []
