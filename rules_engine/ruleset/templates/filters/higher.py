"""Filters that apply another filter, or a test, to each item of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.lists import items_of
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.limits import VISIT
from rules_engine.ruleset.templates.lookup import of_path, path_of
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import Undefined, show

_Judge = Callable[[Any], bool]


def default(_run: Run, value: Any, default_value: Any = "", boolean: Any = False) -> Any:
    """The value, or `default_value` where it is undefined or null (with `boolean`: empty or zero, too)."""
    if value is None or isinstance(value, Undefined) or (boolean and not value):
        return default_value
    return value


DEFAULT = Filter(
    name="default",
    function=default,
    summary="Another value where it is null or undefined; with `true` as second, also where it is empty, zero or false.",
    example="{{ none | default('nobody') }} → nobody",
    lenient=True,
)


def map_items(filters: Mapping[str, Filter], run: Run, value: Any, *args: Any, **named: Any) -> list[Any]:
    """`map`: a filter applied to each item, or an attribute of each."""
    items = _items(run, value, "map")
    if not args and "attribute" in named:
        path, fallback = path_of(named.pop("attribute")), named.pop("default", None)
        if named:
            raise TemplateError(f"`map` takes attribute and default, not {next(iter(named))!r}")
        return [_or(of_path(run, item, path), fallback) for item in items]
    if not args:
        raise TemplateError("`map` needs the name of a filter, or attribute='…'")
    row = _row(filters, args[0], "filter")
    return [_apply(run, row, item, args[1:], named) for item in items]


def select(
    tests: Mapping[str, Filter], name: str, keep: bool, run: Run, value: Any, *args: Any, **named: Any
) -> list[Any]:
    """`select` and `reject`: the items that a test fits, or does not."""
    fits = _judge(tests, run, args, named)
    return [item for item in _items(run, value, name) if fits(item) is keep]


def select_by(
    tests: Mapping[str, Filter],
    name: str,
    keep: bool,
    run: Run,
    value: Any,
    attribute: Any,
    *args: Any,
    **named: Any,
) -> list[Any]:
    """`selectattr` and `rejectattr`: the same by an attribute of each item."""
    path, fits = path_of(attribute), _judge(tests, run, args, named)
    return [item for item in _items(run, value, name) if fits(of_path(run, item, path)) is keep]


def higher_filters(filters: Mapping[str, Filter], tests: Mapping[str, Filter]) -> Mapping[str, Filter]:
    """`map`, `select` and their like, over these filters and tests."""
    return table(
        [
            Filter(
                name="map",
                function=partial(map_items, filters),
                filter_at=0,
                summary="A filter applied to each item, or an `attribute` of each (null ones become `default`).",
                example="{{ ['ada', 'bob'] | map('upper') }} → ['ADA', 'BOB']",
            ),
            Filter(
                name="reject",
                function=partial(select, tests, "reject", False),
                test_at=0,
                summary="The items that a test does not fit (without a test: the empty ones).",
                example="{{ [1, 2, 3] | reject('odd') }} → [2]",
            ),
            Filter(
                name="rejectattr",
                function=partial(select_by, tests, "rejectattr", False),
                test_at=1,
                summary="The objects whose attribute a test does not fit.",
                example="{{ [{'a': 1}, {'a': 2}] | rejectattr('a', 'eq', 1) }} → [{'a': 2}]",
            ),
            Filter(
                name="select",
                function=partial(select, tests, "select", True),
                test_at=0,
                summary="The items that a test fits (without a test: those that are not empty).",
                example="{{ [1, 2, 3] | select('odd') }} → [1, 3]",
            ),
            Filter(
                name="selectattr",
                function=partial(select_by, tests, "selectattr", True),
                test_at=1,
                summary="The objects whose attribute a test fits.",
                example="{{ [{'a': 1}, {'a': 2}] | selectattr('a', 'eq', 1) }} → [{'a': 1}]",
            ),
        ]
    )


def _judge(tests: Mapping[str, Filter], run: Run, args: tuple[Any, ...], named: dict[str, Any]) -> _Judge:
    if not args:
        return lambda item: bool(_strict(item))
    row = _row(tests, args[0], "test")
    return lambda item: bool(_apply(run, row, item, args[1:], named))


def _items(run: Run, value: Any, name: str) -> list[Any]:
    """As Jinja has it, these filters take null for an empty list."""
    return [] if value is None else items_of(run, value, name)


def _row(rows: Mapping[str, Filter], name: Any, what: str) -> Filter:
    row = rows.get(name) if isinstance(name, str) else None
    if row is None:
        raise TemplateError(f"there is no {what} {show(name)}", advice=f"There is: {', '.join(sorted(rows))}")
    return row


def _apply(run: Run, row: Filter, item: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    run.burn(VISIT)
    return row.function(run, item if row.lenient else _strict(item), *args, **named)


def _strict(value: Any) -> Any:
    if isinstance(value, Undefined):
        value.fail()
    return value


def _or(value: Any, fallback: Any) -> Any:
    if fallback is not None and (value is None or isinstance(value, Undefined)):
        return fallback
    return _strict(value)
