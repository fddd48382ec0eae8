"""Filters, tests and calls of registered functions, compiled into closures whose arguments were checked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.templates.building import Builder, CompileNode, Evaluate, Place, label
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters import DEFAULT, Filter
from rules_engine.ruleset.templates.filters.spec import python_name
from rules_engine.ruleset.templates.functions import BUILTIN_FUNCTIONS
from rules_engine.ruleset.templates.limits import CALL
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import Undefined
from rules_engine.suggest import nearest

_DATA_ERRORS = (ArithmeticError, TypeError, ValueError, LookupError)
_CALL_ADVICE = (
    "Only functions such as tasks(…) can be called; what Python does by methods, filters do: `x | upper`."
)


def filter_call(builder: Builder, node: nodes.Filter) -> Callable[[Run, Any], Any]:
    """A filter without the value it is applied to, as `{% set x | upper %}` has it."""
    row = builder.filter(node, node.name)
    return _applied(builder, node, row, f"`| {row.name}`")


def _filter(builder: Builder, node: Any) -> Evaluate:
    if node.node is None:
        builder.fail(node, "A filter needs a value before it.")
    value = builder.expression(node.node)
    apply = filter_call(builder, node)
    if node.name == DEFAULT.name and len(node.args) == 1 and not node.kwargs:
        return _default(value, builder.expression(node.args[0]))
    return lambda run: apply(run, value(run))


def _default(value: Evaluate, fallback: Evaluate) -> Evaluate:
    """`x | default(y)`: in most conditions, so it has a closure to itself."""

    def run_default(run: Run) -> Any:
        found = value(run)
        return fallback(run) if found is None or type(found) is Undefined else found

    return run_default


def _test(builder: Builder, node: Any) -> Evaluate:
    value = builder.expression(node.node)
    row = builder.test(node, node.name)
    apply = _applied(builder, node, row, f"`is {row.name}`")
    return lambda run: apply(run, value(run))


def _applied(builder: Builder, node: Any, row: Filter, shown: str) -> Callable[[Run, Any], Any]:
    _no_stars(builder, node)
    problem = row.complaint(
        [_written(each) for each in node.args],
        {keyword.key: _written(keyword.value) for keyword in node.kwargs},
    )
    if problem:
        builder.positions.fail(node.lineno, f"{problem.rstrip('.')}.")
    _check_named(builder, node, row)
    # `default(other)` may fall back on something that is undefined in its turn.
    compile_argument = builder.expression if row.lenient else builder.strict
    arguments, compiled = _arguments(node, compile_argument)
    keywords = [(python_name(key), argument) for key, argument in compiled]
    function, lenient, named = row.function, row.lenient, label(node.node) if node.node is not None else ""
    place = builder.positions.of(node.lineno)
    plain_call = not arguments and not keywords

    def run_applied(run: Run, value: Any) -> Any:
        try:
            if not lenient and type(value) is Undefined:
                value.fail()
            if plain_call:
                return function(run, value)
            given = [each(run) for each in arguments]
            if not keywords:
                return function(run, value, *given)
            return function(run, value, *given, **{key: each(run) for key, each in keywords})
        except TemplateError as error:
            raise error.at(place) from None
        except _DATA_ERRORS as error:
            subject = f"{named} | " if named else ""
            raise _failed(f"{subject}{shown}", error, place) from None

    return run_applied


def _written(node: nodes.Node) -> Any:
    """An argument's value where it is written out, else None."""
    return node.value if isinstance(node, nodes.Const) else None


def _check_named(builder: Builder, node: Any, row: Filter) -> None:
    """`map('upper')`: the filter named in the brackets is looked up now, so that a typo is found at load."""
    for at, find in ((row.filter_at, builder.filter), (row.test_at, builder.test)):
        if at is not None and at < len(node.args) and isinstance(node.args[at], nodes.Const):
            find(node.args[at], str(node.args[at].value))


def _call(builder: Builder, node: Any) -> Evaluate:
    if not isinstance(node.node, nodes.Name):
        what = label(node.node)
        builder.fail(
            node, f"{what} can't be called." if what else "Only functions can be called.", _CALL_ADVICE
        )
    _no_stars(builder, node)
    name, place = node.node.name, builder.place(node)
    arguments, keywords = _arguments(node, builder.strict)

    def run_call(run: Run) -> Any:
        function = run.env.functions.get(name)
        given = [each(run) for each in arguments]
        named = {key: each(run) for key, each in keywords}
        try:
            if function is not None:
                run.burn(CALL)
                answer = function(*given, **named)
                run.burn(len(answer) if isinstance(answer, list) else 0)
                return answer
            if name in BUILTIN_FUNCTIONS:
                return BUILTIN_FUNCTIONS[name](run, *given, **named)
        except TemplateError as error:
            raise error.at(place) from None
        except RulesEngineError as error:
            raise TemplateError(f"{name}(…): {error}", advice=error.advice).at(place) from error
        except _DATA_ERRORS as error:
            raise _failed(f"{name}(…)", error, place) from error
        raise _no_function(run, name).at(place)

    return run_call


def _no_function(run: Run, name: str) -> TemplateError:
    known = sorted({*run.env.functions, *BUILTIN_FUNCTIONS})
    near = nearest(name, known)
    hint = f" (did you mean {near}?)" if near else ""
    return TemplateError(f"there is no function {name}{hint}; there is: {', '.join(known)}")


def _arguments(
    node: Any, compile_argument: Callable[[nodes.Node], Evaluate]
) -> tuple[list[Evaluate], list[tuple[str, Evaluate]]]:
    positional = [compile_argument(each) for each in node.args]
    return positional, [(keyword.key, compile_argument(keyword.value)) for keyword in node.kwargs]


def _no_stars(builder: Builder, node: Any) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        builder.fail(node, "Arguments can't be spread with * or **.", "Write them one by one.")


def _failed(what: str, error: Exception, place: Place) -> TemplateError:
    reason = "nothing can be divided by 0" if isinstance(error, ZeroDivisionError) else str(error)
    return TemplateError(f"{what}: {reason}").at(place)


CALLS: Mapping[type[nodes.Node], CompileNode] = {
    nodes.Call: _call,
    nodes.Filter: _filter,
    nodes.Test: _test,
}
