"""The tests: what may stand after `is`, and in `select` and its like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.operators import COMPARISONS, SYMBOLS, Mismatch, mismatch
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import NUMBERS, Undefined, kind, text_of


def defined(_run: Run, value: Any) -> bool:
    """Whether the name or the attribute exists."""
    return not isinstance(value, Undefined)


def undefined(_run: Run, value: Any) -> bool:
    """Whether the name or the attribute does not exist."""
    return isinstance(value, Undefined)


def odd(_run: Run, value: Any) -> bool:
    """Whether a number is odd."""
    return bool(_number(value, "odd") % 2 == 1)


def even(_run: Run, value: Any) -> bool:
    """Whether a number is even."""
    return bool(_number(value, "even") % 2 == 0)


def divisible_by(_run: Run, value: Any, num: Any) -> bool:
    """Whether one number divides another."""
    return bool(_number(value, "divisibleby") % _number(num, "divisibleby") == 0)


def lower(run: Run, value: Any) -> bool:
    """Whether a text is in small letters."""
    return _printed(run, value).islower()


def upper(run: Run, value: Any) -> bool:
    """Whether a text is in capital letters."""
    return _printed(run, value).isupper()


def _printed(run: Run, value: Any) -> str:
    text = text_of(run, value)
    run.read(text)
    return text


def _number(value: Any, name: str) -> Any:
    if type(value) not in NUMBERS:
        raise TemplateError(f"`is {name}` needs a number, not {kind(value)}")
    return value


def _of_kind(is_kind: Callable[[Any], bool]) -> Callable[[Run, Any], bool]:
    def test(_run: Run, value: Any) -> bool:
        return is_kind(value)

    return test


def _comparison(operator: str) -> Callable[[Run, Any, Any], bool]:
    compare = COMPARISONS[operator]

    def test(run: Run, value: Any, other: Any) -> bool:
        try:
            return bool(compare(run, value, other))
        except Mismatch:
            raise mismatch(SYMBOLS[operator], value, other, ("", "")) from None

    return test


def _row(
    name: str, summary: str, example: str, function: Callable[..., bool], *, lenient: bool = False
) -> Filter:
    return Filter(
        name=name, function=function, summary=summary, example=f"{{{{ {example} }}}} → True", lenient=lenient
    )


_ITERABLES = (list, tuple, str, Mapping)
_KINDS = [
    _row("boolean", "True or false.", "true is boolean", _of_kind(lambda value: isinstance(value, bool))),
    _row("false", "False itself.", "false is false", _of_kind(lambda value: value is False)),
    _row(
        "float", "A number with decimals.", "1.5 is float", _of_kind(lambda value: isinstance(value, float))
    ),
    _row("integer", "A whole number.", "5 is integer", _of_kind(lambda value: type(value) is int)),
    _row("iterable", "Can be looped over.", "[1] is iterable", _of_kind(lambda v: isinstance(v, _ITERABLES))),
    _row("mapping", "An object.", "{'a': 1} is mapping", _of_kind(lambda value: isinstance(value, Mapping))),
    _row("none", "Null.", "none is none", _of_kind(lambda value: value is None)),
    _row(
        "number", "A number, or true or false.", "5 is number", _of_kind(lambda value: type(value) in NUMBERS)
    ),
    _row(
        "sequence",
        "A list, a text or an object.",
        "[1] is sequence",
        _of_kind(lambda v: isinstance(v, _ITERABLES)),
    ),
    _row("string", "A text.", "'a' is string", _of_kind(lambda value: isinstance(value, str))),
    _row("true", "True itself.", "true is true", _of_kind(lambda value: value is True)),
]

_COMPARED = [
    _row(name, summary, example, _comparison(operator))
    for names, operator, summary, form in (
        ("eq equalto ==", "eq", "Equal.", "5 is {} 5"),
        ("ne !=", "ne", "Not equal.", "5 is {} 4"),
        ("lt lessthan <", "lt", "Less.", "4 is {} 5"),
        ("le <=", "lteq", "Less or equal.", "5 is {} 5"),
        ("gt greaterthan >", "gt", "Greater.", "5 is {} 4"),
        ("ge >=", "gteq", "Greater or equal.", "5 is {} 5"),
        ("in", "in", "An item of a list, a part of a text, a key of an object.", "'a' is {} ['a']"),
    )
    for name in names.split()
    for example in [form.format(name) if name.isalpha() else f"[5, 4] | select('{name}', 5) is sequence"]
]

TESTS = table(
    [
        _row("defined", "It exists.", "5 is defined", defined, lenient=True),
        _row("undefined", "It does not exist.", "nobody is undefined", undefined, lenient=True),
        _row("divisibleby", "One number divides another.", "6 is divisibleby 3", divisible_by),
        _row("even", "An even number.", "4 is even", even),
        _row("odd", "An odd number.", "3 is odd", odd),
        _row("lower", "In small letters.", "'ada' is lower", lower),
        _row("upper", "In capital letters.", "'ADA' is upper", upper),
        *_KINDS,
        *_COMPARED,
    ]
)
