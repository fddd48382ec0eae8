"""Statements of Jinja's tree (`{% if %}`, `{% for %}`, `{% set %}`, output), compiled into closures that write text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from rules_engine.ruleset.templates.building import Builder, Evaluate, Place, label
from rules_engine.ruleset.templates.calls import filter_call
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.lists import items_of
from rules_engine.ruleset.templates.run import Output, Run
from rules_engine.ruleset.templates.values import Loop, kind, show, text_of

Execute = Callable[[Run, Output], None]
"""A compiled statement."""
Bind = Callable[[Run, Any], None]
"""Binds a value to one or more names."""

_USE_VARS = "Work it out in `vars`, or repeat the text."
_LEFT_OUT: Mapping[type[nodes.Node], tuple[str, str]] = {
    nodes.Macro: ("{% macro %}", _USE_VARS),
    nodes.CallBlock: ("{% call %}", _USE_VARS),
    nodes.Block: ("{% block %}", "A template stands alone: write its text here."),
    nodes.Extends: ("{% extends %}", "A template stands alone: write its text here."),
    nodes.Include: ("{% include %}", "A template stands alone: write its text here."),
    nodes.Import: ("{% import %}", "A template stands alone: write its text here."),
    nodes.FromImport: ("{% from … import %}", "A template stands alone: write its text here."),
    nodes.With: ("{% with %}", "Use {% set name = value %}."),
    nodes.FilterBlock: ("{% filter %}", "Use {% set text %}…{% endset %}{{ text | upper }}."),
    nodes.Scope: ("{% autoescape %}", "Text is never escaped here: leave it out."),
}


def body(builder: Builder, children: list[nodes.Node]) -> Execute:
    """Compile statements that stand after one another."""
    steps = [_statement(builder, child) for child in children]
    if len(steps) == 1:
        return steps[0]

    def run_body(run: Run, output: Output) -> None:
        for step in steps:
            step(run, output)

    return run_body


def _statement(builder: Builder, node: nodes.Node) -> Execute:
    if type(node) in _LEFT_OUT:
        tag, advice = _LEFT_OUT[type(node)]
        builder.fail(node, f"{tag} can't be used here.", advice)
    compile_node = _STATEMENTS.get(type(node))
    if compile_node is None:
        builder.fail(node, f"{type(node).__name__} can't be used here.")
    builder.enter(node)
    compiled = compile_node(builder, node)
    builder.leave()
    return compiled


def _output(builder: Builder, node: Any) -> Execute:
    pieces = [_piece(builder, child) for child in node.nodes]
    if len(pieces) == 1:
        return pieces[0]

    def run_output(run: Run, output: Output) -> None:
        for piece in pieces:
            piece(run, output)

    return run_output


def _piece(builder: Builder, node: nodes.Node) -> Execute:
    if isinstance(node, nodes.TemplateData):
        data = node.data
        return lambda _run, output: output.write(data)
    evaluate, place = builder.expression(node), builder.place(node)

    def run_piece(run: Run, output: Output) -> None:
        try:
            output.write(text_of(run, evaluate(run)))
        except TemplateError as error:
            raise error.at(place) from None

    return run_piece


def _if(builder: Builder, node: Any) -> Execute:
    branches = [(builder.strict(node.test), body(builder, node.body))]
    branches += [(builder.strict(each.test), body(builder, each.body)) for each in node.elif_]
    otherwise = body(builder, node.else_)

    def run_if(run: Run, output: Output) -> None:
        for test, execute in branches:
            if test(run):
                execute(run, output)
                return
        otherwise(run, output)

    return run_if


def _for(builder: Builder, node: Any) -> Execute:
    if node.recursive:
        builder.fail(node, "A recursive loop can't be used here.", _USE_VARS)
    source, named, place = builder.strict(node.iter), label(node.iter), builder.place(node.iter)
    outside, before = builder.bound, builder.nodes
    bind, names = _target(builder, node.target)
    builder.bound = outside | names
    keep = builder.strict(node.test) if node.test is not None else None
    builder.bound |= {"loop"}
    execute = body(builder, node.body)
    cost = 1 + builder.nodes - before
    builder.bound = outside
    otherwise = body(builder, node.else_)
    builder.bound = outside

    def run_for(run: Run, output: Output) -> None:
        outer = run.local
        try:
            items = _loop_items(run, source(run), named, place)
            run.burn(cost * len(items))
            if keep is not None:
                items = _kept(run, items, bind, keep, outer)
            loop = Loop(items)
            for index, item in enumerate(items):
                loop.index0 = index
                run.local = {**outer, "loop": loop}
                bind(run, item)
                execute(run, output)
            run.local = dict(outer)
            if not items:
                otherwise(run, output)
        finally:
            run.local = outer

    return run_for


def _loop_items(run: Run, value: Any, named: str, place: Place) -> list[Any]:
    try:
        return items_of(run, value, "for")
    except TemplateError as error:
        if value is not None and not named:
            raise error.at(place) from None
        advice = "Use `| default([])`." if value is None else ""
        message = f"{named or 'what stands after `in`'} is {show(value)} and can't be looped over"
        raise TemplateError(message, advice=advice).at(place) from None


def _kept(run: Run, items: list[Any], bind: Bind, keep: Evaluate, outer: dict[str, Any]) -> list[Any]:
    kept = []
    for item in items:
        run.local = dict(outer)
        bind(run, item)
        if keep(run):
            kept.append(item)
    return kept


def _assign(builder: Builder, node: Any) -> Execute:
    value, place = builder.expression(node.node), builder.place(node.node)
    bind, names = _target(builder, node.target)
    builder.bound |= names

    def run_assign(run: Run, _output: Output) -> None:
        try:
            bind(run, value(run))
        except TemplateError as error:
            raise error.at(place) from None

    return run_assign


def _assign_block(builder: Builder, node: Any) -> Execute:
    outside = builder.bound
    execute = body(builder, node.body)
    builder.bound = outside
    steps: list[Callable[[Run, Any], Any]] = []
    each = node.filter
    while each is not None:
        steps.insert(0, filter_call(builder, each))
        each = each.node
    bind, names = _target(builder, node.target)
    builder.bound |= names

    def run_block(run: Run, _output: Output) -> None:
        outer, inner = run.local, Output(run)
        run.local = dict(outer)
        try:
            execute(run, inner)
        finally:
            run.local = outer
        value: Any = inner.text()
        for step in steps:
            value = step(run, value)
        bind(run, value)

    return run_block


def _target(builder: Builder, node: Any) -> tuple[Bind, frozenset[str]]:
    if isinstance(node, nodes.Name):
        name = node.name

        def bind_name(run: Run, value: Any) -> None:
            run.local[name] = value

        return bind_name, frozenset({name})
    if not isinstance(node, nodes.Tuple):
        builder.fail(node, "A field can't be set, only a name.", "Use {% set name = value %}.")
    parts = [_target(builder, each) for each in node.items]

    def bind_all(run: Run, value: Any) -> None:
        if not isinstance(value, (list, tuple, str)):
            raise TemplateError(f"{kind(value)} can't be taken apart into {len(parts)} names")
        if len(value) != len(parts):
            raise TemplateError(f"{len(parts)} names can't take {len(value)} values")
        for (bind, _names), each in zip(parts, value, strict=True):
            bind(run, each)

    return bind_all, frozenset[str]().union(*(names for _bind, names in parts))


_STATEMENTS: Mapping[type[nodes.Node], Callable[[Builder, Any], Execute]] = {
    nodes.Assign: _assign,
    nodes.AssignBlock: _assign_block,
    nodes.For: _for,
    nodes.If: _if,
    nodes.Output: _output,
}
