"""Names, parts, literals and logic: the expressions that only read and choose, compiled into closures over a `Run`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

from rules_engine.ruleset.templates.building import Builder, CompileNode, Evaluate, label
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.functions import BUILTIN_FUNCTIONS
from rules_engine.ruleset.templates.lookup import attribute, item, part
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import SCALARS, Undefined, kind
from rules_engine.suggest import nearest

_NAMES_SHOWN = 30


def _constant(_builder: Builder, node: Any) -> Evaluate:
    value = node.value
    return lambda _run: value


def _name(builder: Builder, node: Any) -> Evaluate:
    name = node.name
    if name not in builder.bound:
        return lambda run: _from_scope(run, name)

    def run_bound(run: Run) -> Any:
        return run.local[name] if name in run.local else _from_scope(run, name)

    return run_bound


def _from_scope(run: Run, name: str) -> Any:
    try:
        return run.scope[name]
    except KeyError:
        return run.env.now if name == "now" else Undefined(lambda: _not_defined(run, name))


def _not_defined(run: Run, name: str) -> str:
    if name in run.env.functions or name in BUILTIN_FUNCTIONS:
        return f"{name} is a function: call it, {name}(…)"
    if name == "null":
        return "null is not defined; it is written none"
    names = sorted({*run.scope, *run.local})
    near = nearest(name, names)
    listed = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
    hint = f" (did you mean {near}?)" if near else ""
    return f"{name} is not defined{hint}; there is: {listed or 'nothing'}"


def _getattr(builder: Builder, node: Any) -> Evaluate:
    name, named = node.attr, label(node.node)
    if name.startswith("_"):
        builder.positions.fail(
            node.lineno, f"{name!r} begins with an underscore, which no field of an object does."
        )
    if isinstance(node.node, nodes.Name) and node.node.name not in builder.bound:
        builder.enter(node.node)
        builder.leave()
        return _field_of_scope(node.node.name, name)
    base = builder.expression(node.node)

    def run_getattr(run: Run) -> Any:
        value = base(run)
        return value.get(name) if type(value) is dict else attribute(value, name, named)

    return run_getattr


def _field_of_scope(base: str, name: str) -> Evaluate:
    """`lead.value` in one step: by far the most frequent expression."""

    def run_field(run: Run) -> Any:
        try:
            value = run.scope[base]
        except KeyError:
            value = _from_scope(run, base)
        return value.get(name) if type(value) is dict else attribute(value, name, base)

    return run_field


def _getitem(builder: Builder, node: Any) -> Evaluate:
    base, named = builder.expression(node.node), label(node.node)
    if isinstance(node.arg, nodes.Slice):
        bounds = [_optional(builder, each) for each in (node.arg.start, node.arg.stop, node.arg.step)]

        def run_part(run: Run) -> Any:
            start, stop, step = (bound(run) for bound in bounds)
            return part(run, base(run), (start, stop, step), named)

        return run_part
    key = builder.strict(node.arg)
    return lambda run: item(run, base(run), key(run), named)


def _optional(builder: Builder, node: nodes.Node | None) -> Evaluate:
    return builder.strict(node) if node is not None else (lambda _run: None)


def _list(builder: Builder, node: Any) -> Evaluate:
    items = [builder.strict(each) for each in node.items]
    return lambda run: [evaluate(run) for evaluate in items]


def _tuple(builder: Builder, node: Any) -> Evaluate:
    items = [builder.strict(each) for each in node.items]
    return lambda run: tuple([evaluate(run) for evaluate in items])


def _dict(builder: Builder, node: Any) -> Evaluate:
    pairs = [(builder.strict(pair.key), builder.strict(pair.value)) for pair in node.items]

    def run_dict(run: Run) -> Any:
        made = {}
        for key, value in pairs:
            name = key(run)
            if type(name) not in SCALARS:
                raise TemplateError(f"{kind(name)} can't be the key of an object")
            made[name] = value(run)
        return made

    return run_dict


def _condexpr(builder: Builder, node: Any) -> Evaluate:
    test, then = builder.strict(node.test), builder.expression(node.expr1)
    other = builder.expression(node.expr2) if node.expr2 is not None else (lambda _run: None)
    return lambda run: then(run) if test(run) else other(run)


def _logic(builder: Builder, node: Any) -> Evaluate:
    """`a and b and c` is one closure, however long: Jinja's tree of it is as deep as it is long."""
    wanted, parts = type(node), []
    while type(node) is wanted:
        parts.append(node.right)
        node = node.left
    *operands, last = [builder.strict(each) for each in (node, *reversed(parts))]
    stop_at = wanted is nodes.Or

    def run_logic(run: Run) -> Any:
        for operand in operands:
            value = operand(run)
            if bool(value) is stop_at:
                return value
        return last(run)

    return run_logic


def _not(builder: Builder, node: Any) -> Evaluate:
    inner = builder.strict(node.node)
    return lambda run: not inner(run)


EXPRESSIONS: Mapping[type[nodes.Node], CompileNode] = {
    nodes.And: _logic,
    nodes.CondExpr: _condexpr,
    nodes.Const: _constant,
    nodes.Dict: _dict,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.List: _list,
    nodes.Name: _name,
    nodes.Not: _not,
    nodes.Or: _logic,
    nodes.Tuple: _tuple,
}
