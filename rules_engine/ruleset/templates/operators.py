"""What `+`, `==`, `<`, `in` and their like do to plain data, with the size of every result known before it is made.

Lists and objects are compared by our own walk, which pays for each step: two lists that hold each other many
times over would keep Python's own comparison busy for ever.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.limits import LONG_TEXT, MAX_DATA_DEPTH, MAX_INT_BITS, VISIT
from rules_engine.ruleset.templates.moments import as_moment
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import NUMBERS, SCALARS, Undefined, kind, show, text_of
from rules_engine.ruleset.templates.words import Word

ABSENT: Any = object()
_SHORT_LIST = 32
Binary = Callable[[Run, Any, Any], Any]


class Mismatch(Exception):
    """An operator does not take these operands. Never leaves the package: the compiler knows their names and says so."""


def add(run: Run, left: Any, right: Any) -> Any:
    """`left + right`: numbers, texts, or lists of one kind."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return bounded(left + right)
    if isinstance(left, str) and isinstance(right, str):
        run.make(len(left) + len(right))
        return str(left) + str(right)
    if isinstance(left, list) and isinstance(right, list):
        run.burn(len(left) + len(right))
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        run.burn(len(left) + len(right))
        return left + right
    raise Mismatch


def multiply(run: Run, left: Any, right: Any) -> Any:
    """`left * right`: numbers, or a text or a list so many times."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return bounded(left * right)
    if isinstance(left, int):
        left, right = right, left
    if isinstance(right, int) and isinstance(left, str):
        run.make(len(left) * max(right, 0))
        return str(left) * right
    if isinstance(right, int) and isinstance(left, (list, tuple)):
        run.burn(len(left) * max(right, 0))
        return left * right
    raise Mismatch


def power(_run: Run, left: Any, right: Any) -> Any:
    """`left ** right`, of numbers; a result that is no real number is an error."""
    _need_numbers(left, right)
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > MAX_INT_BITS * 2:
        raise TemplateError(f"{show(left)} ** {show(right)} is too large a number")
    result = left**right
    if isinstance(result, complex):
        raise TemplateError(f"{show(left)} ** {show(right)} is not a real number")
    return bounded(result)


def modulo(_run: Run, left: Any, right: Any) -> Any:
    """`left % right`, of numbers; formatting text by `%` is left out."""
    if isinstance(left, str):
        message = "% does not format text here"
        raise TemplateError(message, advice="Join the pieces with ~, or write them into the text.")
    _need_numbers(left, right)
    return left % right


def _of_numbers(compute: Callable[[Any, Any], Any]) -> Binary:
    def run_operator(_run: Run, left: Any, right: Any) -> Any:
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return bounded(compute(left, right))
        raise Mismatch

    return run_operator


ARITHMETIC: Mapping[str, Binary] = {
    "+": add,
    "-": _of_numbers(operator.sub),
    "*": multiply,
    "/": _of_numbers(operator.truediv),
    "//": _of_numbers(operator.floordiv),
    "%": modulo,
    "**": power,
}


def bounded(number: Any) -> Any:
    """The number, unless it is an integer of absurd length."""
    if type(number) is int and number.bit_length() > MAX_INT_BITS:
        raise TemplateError(f"the number is too large: more than {MAX_INT_BITS} bits")
    return number


def _need_numbers(left: Any, right: Any) -> None:
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise Mismatch


def equal(run: Run, left: Any, right: Any) -> bool:
    """`left == right`; moments equal the ISO texts that name them, words ignore case."""
    if type(left) in SCALARS and type(right) in SCALARS:
        if type(left) is str and len(left) > LONG_TEXT:
            run.read(left)
        return bool(left == right)
    return _equal(run, left, right, 0)


def _equal(run: Run, left: Any, right: Any, depth: int) -> bool:
    run.burn(2 * VISIT)
    if depth > MAX_DATA_DEPTH:
        raise TemplateError(f"lists or objects more than {MAX_DATA_DEPTH} deep can't be compared")
    for value in (left, right):
        if isinstance(value, Undefined):
            value.fail()
    if isinstance(left, date) or isinstance(right, date):
        calendar = run.env.calendar
        one, other = as_moment(left, calendar), as_moment(right, calendar)
        return one is not None and one == other
    for sequence in (list, tuple):
        if isinstance(left, sequence) and isinstance(right, sequence):
            pairs = zip(left, right, strict=False)
            return len(left) == len(right) and all(_equal(run, a, b, depth + 1) for a, b in pairs)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        run.burn(len(left))
        return left.keys() == right.keys() and all(_equal(run, left[k], right[k], depth + 1) for k in left)
    if type(left) in SCALARS and type(right) in SCALARS:
        return equal(run, left, right)
    return left is right


def unequal(run: Run, left: Any, right: Any) -> bool:
    """`left != right`."""
    return not equal(run, left, right)


def _ordering(compare: Callable[[Any, Any], bool]) -> Binary:
    def run_comparison(run: Run, left: Any, right: Any) -> bool:
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return compare(left, right)
        if isinstance(left, str) and isinstance(right, str):
            run.read(left)
            return compare(left, right)
        if isinstance(left, date) or isinstance(right, date):
            calendar = run.env.calendar
            one, other = as_moment(left, calendar), as_moment(right, calendar)
            if one is not None and other is not None:
                return compare(one, other)
        raise Mismatch

    return run_comparison


less = _ordering(operator.lt)


def contains(run: Run, item: Any, container: Any) -> bool:
    """`item in container`: a part of a text, an item of a list, a key of an object."""
    if isinstance(container, (list, tuple)):
        if type(item) not in SCALARS:
            return any(_equal(run, each, item, 0) for each in container)
        if len(container) > _SHORT_LIST or (isinstance(item, str) and len(item) > LONG_TEXT):
            run.burn(len(container) * (1 + (len(item) >> 8 if isinstance(item, str) else 0)))
        return item in container
    if isinstance(container, str) and isinstance(item, str):
        run.read(container)
        return item in (Word(container) if isinstance(item, Word) else container)
    if isinstance(container, Mapping):
        if type(item) not in SCALARS:
            raise TemplateError(f"{kind(item)} can't be the key of an object")
        return find_key(run, container, item) is not ABSENT
    raise Mismatch


def find_key(run: Run, mapping: Mapping[Any, Any], key: Any) -> Any:
    """The key of the mapping that equals `key`, or `ABSENT`; a word finds its key whatever the case."""
    if key in mapping:
        return key
    if isinstance(key, Word):
        run.burn(len(mapping))
        return next((each for each in mapping if each == key), ABSENT)
    return ABSENT


def not_contains(run: Run, item: Any, container: Any) -> bool:
    """`item not in container`."""
    return not contains(run, item, container)


COMPARISONS: Mapping[str, Binary] = {
    "eq": equal,
    "ne": unequal,
    "lt": less,
    "lteq": _ordering(operator.le),
    "gt": _ordering(operator.gt),
    "gteq": _ordering(operator.ge),
    "in": contains,
    "notin": not_contains,
}
SYMBOLS: Mapping[str, str] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
}


def mismatch(symbol: str, left: Any, right: Any, names: tuple[str, str]) -> TemplateError:
    """The error of an operator that does not take its operands, which names them."""
    for value in (left, right):
        if isinstance(value, Undefined):
            value.fail()
    (subject, name), (other, other_name) = (left, names[0]), (right, names[1])
    if symbol in {"in", "not in"}:
        return TemplateError(f"{_with_name(other, other_name)} can't be searched for {show(subject)}")
    if right is None and left is not None:
        subject, name, other, other_name = right, names[1], left, names[0]
    verb = "compared" if symbol in SYMBOLS.values() else f"combined by {symbol}"
    message = f"{_with_name(subject, name)} can't be {verb} with {other_name + ', ' if other_name else ''}{show(other)}"
    advice = ""
    if subject is None:
        advice = "Give it a value first: `| default(…)`."
    elif isinstance(left, date) and symbol in {"+", "-"}:
        advice = "Reckon with dates by `| plus('2 days')` and `| minus('2 days')`."
    return TemplateError(message, advice=advice)


def _with_name(value: Any, name: str) -> str:
    return f"{name} is {show(value)} and" if name else show(value)


def negate(_run: Run, value: Any) -> Any:
    """`-value`."""
    if type(value) in NUMBERS:
        return -value
    raise Mismatch


def posit(_run: Run, value: Any) -> Any:
    """`+value`."""
    if type(value) in NUMBERS:
        return +value
    raise Mismatch


def concatenate(run: Run, values: list[Any]) -> str:
    """`a ~ b ~ c`: each as it is printed."""
    pieces = [text_of(run, value) for value in values]
    run.make(sum(map(len, pieces)))
    return "".join(pieces)
