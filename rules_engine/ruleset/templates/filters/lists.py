"""Filters for lists. Every one gives a list or a value at once: nothing here is lazy, so nothing prints as a generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.lookup import of_path, path_of
from rules_engine.ruleset.templates.moments import as_moment
from rules_engine.ruleset.templates.operators import Mismatch, add, mismatch
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import NUMBERS, SCALARS, Undefined, kind, text_of
from rules_engine.ruleset.templates.words import Word


def items_of(run: Run, value: Any, name: str) -> list[Any]:
    """What a loop over the value goes through: items, keys of an object, or characters. Raises `TemplateError`."""
    if isinstance(value, (list, tuple, str, Mapping)):
        # Each character becomes a text of its own, some ten times the size of an entry in a list.
        run.burn(len(value) * (4 if isinstance(value, str) else 1))
        return list(value)
    message = f"`{name}` needs a list, not {kind(value)}"
    raise TemplateError(message, advice="Use `| default([])` first." if value is None else "")


def length(run: Run, value: Any) -> int:
    """How many items, keys or characters."""
    if isinstance(value, (list, tuple, str, Mapping)):
        return len(value)
    return len(items_of(run, value, "length"))


def first(run: Run, value: Any) -> Any:
    """The first item."""
    if isinstance(value, (list, tuple, str)):
        return value[0] if value else Undefined(lambda: "there is no first item: the list is empty")
    return next(
        iter(items_of(run, value, "first")), Undefined(lambda: "there is no first item: the object is empty")
    )


def last(run: Run, value: Any) -> Any:
    """The last item."""
    if isinstance(value, (list, tuple, str)):
        return value[-1] if value else Undefined(lambda: "there is no last item: the list is empty")
    items = items_of(run, value, "last")
    return items[-1] if items else Undefined(lambda: "there is no last item: the object is empty")


def to_list(run: Run, value: Any) -> list[Any]:
    """As a list."""
    return items_of(run, value, "list")


def entries(run: Run, value: Any) -> list[tuple[Any, Any]]:
    """The keys and values of an object, as pairs."""
    if isinstance(value, Mapping):
        run.burn(len(value))
        return list(value.items())
    raise TemplateError(f"`items` needs an object, not {kind(value)}")


def reverse(run: Run, value: Any) -> Any:
    """The other way round."""
    if isinstance(value, str):
        run.make(len(value))
        return str(value)[::-1]
    return items_of(run, value, "reverse")[::-1]


def join(run: Run, value: Any, d: Any = "", attribute: Any = None) -> str:
    """The items as one text, with a separator between them."""
    items, path = items_of(run, value, "join"), path_of(attribute)
    separator = text_of(run, d)
    pieces = [text_of(run, of_path(run, item, path)) for item in items]
    run.make(sum(map(len, pieces)) + len(separator) * max(len(pieces) - 1, 0))
    return separator.join(pieces)


def total(run: Run, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    """The items added up, from `start` on."""
    path = path_of(attribute)
    result = start
    for item in items_of(run, value, "sum"):
        number = of_path(run, item, path)
        if isinstance(result, str):
            raise TemplateError("`sum` does not add texts; use `join`")
        try:
            result = add(run, result, number)
        except Mismatch:
            name = f"{attribute} of an item" if path else "an item"
            raise mismatch("+", number, result, (name, "")) from None
    return result


def sort(
    run: Run, value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None
) -> list[Any]:
    """In order; text regardless of case; by one or more attributes, as in 'status,name'."""
    items = items_of(run, value, "sort")
    names = attribute.split(",") if isinstance(attribute, str) else [attribute]
    # Sorting by the last attribute first comes to the same as comparing all, since sorting keeps ties in order.
    for name in reversed(names):
        keys = _keys(run, items, path_of(name), bool(case_sensitive), "sort")
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=bool(reverse))
        items = [items[index] for index in order]
    return items


def unique(run: Run, value: Any, case_sensitive: Any = False, attribute: Any = None) -> list[Any]:
    """Each item once, where it first stands; text regardless of case."""
    items, path = items_of(run, value, "unique"), path_of(attribute)
    seen: dict[Any, Any] = {}
    for item in items:
        key = _folded(run, of_path(run, item, path), bool(case_sensitive))
        if type(key) not in SCALARS and not isinstance(key, date):
            raise TemplateError(
                f"`unique` can't compare {kind(key)}", advice="Name an attribute of the items."
            )
        seen.setdefault(key, item)
    return list(seen.values())


def least(run: Run, value: Any, case_sensitive: Any = False, attribute: Any = None) -> Any:
    """The smallest item."""
    return _extreme(run, value, "min", attribute, case_sensitive=bool(case_sensitive))


def greatest(run: Run, value: Any, case_sensitive: Any = False, attribute: Any = None) -> Any:
    """The largest item."""
    return _extreme(run, value, "max", attribute, case_sensitive=bool(case_sensitive))


def _extreme(run: Run, value: Any, name: str, attribute: Any, *, case_sensitive: bool) -> Any:
    items = items_of(run, value, name)
    if not items:
        return Undefined(lambda: f"there is no {name}: the list is empty")
    keys = _keys(run, items, path_of(attribute), case_sensitive, name)
    choose: Callable[..., int] = min if name == "min" else max
    return items[choose(range(len(items)), key=keys.__getitem__)]


def _keys(
    run: Run, items: list[Any], path: tuple[str | int, ...], case_sensitive: bool, name: str
) -> list[Any]:
    """What the items are ordered by: all numbers, all text, or all moments. Raises `TemplateError`."""
    keys = [_folded(run, of_path(run, item, path), case_sensitive) for item in items]
    run.burn(4 * len(keys))
    if any(isinstance(key, date) for key in keys):
        keys = [as_moment(key, run.env.calendar) for key in keys]
    kinds = {_order_kind(key) for key in keys}
    if None in kinds or len(kinds) > 1:
        found = " and ".join(sorted({kind(key) for key in keys}))
        advice = "Leave the empty ones out first: `| rejectattr('…', 'none')`." if None in keys else ""
        raise TemplateError(f"`{name}` can't put {found} in order", advice=advice)
    return keys


def _order_kind(key: Any) -> type | None:
    if type(key) in NUMBERS:
        return float
    return next((each for each in (str, date) if isinstance(key, each)), None)


def _folded(run: Run, key: Any, case_sensitive: bool) -> Any:
    if isinstance(key, Undefined):
        key.fail()
    if not isinstance(key, str):
        return key
    run.make(len(key))
    if isinstance(key, Word):
        return str(key).casefold()
    return str(key) if case_sensitive else key.lower()


FILTERS = table(
    [
        Filter(
            name="count",
            function=length,
            summary="The same as `length`.",
            example="{{ ['a', 'b'] | count }} → 2",
        ),
        Filter(
            name="first",
            function=first,
            summary="The first item; undefined when there is none.",
            example="{{ ['a', 'b'] | first }} → a",
        ),
        Filter(
            name="items",
            function=entries,
            summary="The keys and values of an object, as pairs to loop over.",
            example="{% for key, value in {'a': 1} | items %}{{ key }}={{ value }}{% endfor %} → a=1",
        ),
        Filter(
            name="join",
            function=join,
            summary="The items, or an `attribute` of each, as one text with a separator.",
            example="{{ ['Ada', 'Bob'] | join(', ') }} → Ada, Bob",
        ),
        Filter(
            name="last",
            function=last,
            summary="The last item; undefined when there is none.",
            example="{{ ['a', 'b'] | last }} → b",
        ),
        Filter(
            name="length",
            function=length,
            summary="How many items, keys or characters.",
            example="{{ ['a', 'b'] | length }} → 2",
        ),
        Filter(
            name="list",
            function=to_list,
            summary="As a list: the keys of an object, the characters of a text.",
            example="{{ {'a': 1} | list }} → ['a']",
        ),
        Filter(
            name="max",
            function=greatest,
            summary="The greatest item, or the one whose `attribute` is.",
            example="{{ [3, 5, 4] | max }} → 5",
        ),
        Filter(
            name="min",
            function=least,
            summary="The least item, or the one whose `attribute` is.",
            example="{{ [3, 5, 4] | min }} → 3",
        ),
        Filter(
            name="reverse",
            function=reverse,
            summary="A list or a text the other way round.",
            example="{{ [1, 2, 3] | reverse }} → [3, 2, 1]",
        ),
        Filter(
            name="sort",
            function=sort,
            summary="In order, text regardless of case; by `attribute` (or several: 'status,name'), or in `reverse`.",
            example="{{ ['b', 'C', 'a'] | sort }} → ['a', 'b', 'C']",
        ),
        Filter(
            name="sum",
            function=total,
            summary="The items, or an `attribute` of each, added up.",
            example="{{ [{'hours': 2}, {'hours': 3}] | sum(attribute='hours') }} → 5",
        ),
        Filter(
            name="unique",
            function=unique,
            summary="Each item once, text regardless of case.",
            example="{{ ['a', 'b', 'A'] | unique }} → ['a', 'b']",
        ),
    ]
)
