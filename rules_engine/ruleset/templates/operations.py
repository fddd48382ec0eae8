"""Arithmetic, comparison and concatenation, compiled into closures whose errors name the operands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from rules_engine.ruleset.templates.building import Builder, CompileNode, Evaluate, Place, label
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.limits import LONG_TEXT
from rules_engine.ruleset.templates.operators import (
    ARITHMETIC,
    COMPARISONS,
    SYMBOLS,
    Mismatch,
    concatenate,
    mismatch,
    negate,
    posit,
)
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import NUMBERS, Undefined, kind

_NATIVE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}

Link = Callable[[Run, Any, Any], bool]
"""One comparison of a chain."""


def _sign(builder: Builder, node: Any) -> Evaluate:
    inner, place, named = builder.expression(node.node), builder.place(node), label(node.node)
    compute = negate if isinstance(node, nodes.Neg) else posit

    def run_sign(run: Run) -> Any:
        value = inner(run)
        try:
            return compute(run, value)
        except Mismatch:
            if isinstance(value, Undefined):
                raise value.error().at(place) from None
            message = f"{named or 'what stands here'} is {kind(value)}, and only a number can have a sign"
            raise TemplateError(message).at(place) from None

    return run_sign


def _arithmetic(builder: Builder, node: Any) -> Evaluate:
    left, right = builder.expression(node.left), builder.expression(node.right)
    symbol, names, place = node.operator, (label(node.left), label(node.right)), builder.place(node)
    compute = ARITHMETIC[symbol]

    def run_arithmetic(run: Run) -> Any:
        a, b = left(run), right(run)
        try:
            return compute(run, a, b)
        except Mismatch:
            raise mismatch(symbol, a, b, names).at(place) from None
        except TemplateError as error:
            raise error.at(place) from None
        except ZeroDivisionError:
            raise TemplateError(f"{names[1] or 'the divisor'} is 0, by which nothing can be divided").at(
                place
            ) from None
        except OverflowError:
            raise TemplateError(f"the result of {symbol} is too large a number").at(place) from None

    return run_arithmetic


def _concat(builder: Builder, node: Any) -> Evaluate:
    parts = [builder.expression(each) for each in node.nodes]
    return lambda run: concatenate(run, [evaluate(run) for evaluate in parts])


def _compare(builder: Builder, node: Any) -> Evaluate:
    operands = [node.expr, *(operand.expr for operand in node.ops)]
    compiled = [builder.expression(each) for each in operands]
    names = [label(each) for each in operands]
    place = builder.place(node)
    links = [
        _link(operand.op, (names[index], names[index + 1]), place) for index, operand in enumerate(node.ops)
    ]
    first = compiled[0]
    if len(links) == 1:
        return _comparison(node.ops[0], first, compiled[1], links[0])
    rest = list(zip(links, compiled[1:], strict=True))

    def run_chain(run: Run) -> Any:
        value, result = first(run), False
        for link, evaluate in rest:
            following = evaluate(run)
            result = link(run, value, following)
            if not result:
                return False
            value = following
        return result

    return run_chain


def _comparison(operand: nodes.Operand, first: Evaluate, second: Evaluate, link: Link) -> Evaluate:
    """One comparison, with a short way for the most frequent: with a number or a short text that stands in the template."""
    native, node = _NATIVE.get(operand.op), operand.expr
    if native is None or not isinstance(node, nodes.Const):
        return lambda run: link(run, first(run), second(run))
    constant = node.value
    # Python tells texts of different length apart without reading them, so a short one costs nothing to compare.
    same = {str} if isinstance(constant, str) and len(constant) <= LONG_TEXT else set()
    direct = NUMBERS if type(constant) in NUMBERS else frozenset(same)

    def run_comparison(run: Run) -> bool:
        left = first(run)
        return native(left, constant) if type(left) in direct else link(run, left, constant)

    return run_comparison


def _link(op: str, names: tuple[str, str], place: Place) -> Link:
    compute, symbol, native = COMPARISONS[op], SYMBOLS[op], _NATIVE.get(op)

    def run_link(run: Run, left: Any, right: Any) -> bool:
        if native is not None and type(left) in NUMBERS and type(right) in NUMBERS:
            return native(left, right)
        try:
            return bool(compute(run, left, right))
        except Mismatch:
            raise mismatch(symbol, left, right, names).at(place) from None
        except TemplateError as error:
            raise error.at(place) from None

    return run_link


OPERATIONS: Mapping[type[nodes.Node], CompileNode] = {
    nodes.Compare: _compare,
    nodes.Concat: _concat,
    nodes.Neg: _sign,
    nodes.Pos: _sign,
    **dict.fromkeys(
        (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow), _arithmetic
    ),
}
