"""Reading a part of a value: `lead.name`, `tags[0]`, `name[:3]`. Only ever keys and indexes, never attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.ruleset.templates.operators import ABSENT, find_key
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import SCALARS, Loop, Undefined, kind, show


def attribute(value: Any, name: str, label: str) -> Any:
    """`value.name`: the key of an object (null where it lacks it), a field of `loop`, else undefined."""
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, Undefined):
        value.fail()
    if isinstance(value, Loop):
        return value.get(name)
    return Undefined(lambda: f"{label or 'the value'} is {_what(value)}, which has no field {name!r}")


def item(run: Run, value: Any, key: Any, label: str) -> Any:
    """`value[key]`: the key of an object (null where it lacks it), an item of a list or a text, else undefined."""
    if isinstance(value, Undefined):
        value.fail()
    if isinstance(key, Undefined):
        key.fail()
    if isinstance(value, Mapping) and type(key) in SCALARS:
        found = find_key(run, value, key)
        return None if found is ABSENT else value[found]
    if isinstance(value, Loop) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, (list, tuple, str)) and isinstance(key, int):
        if -len(value) <= key < len(value):
            return value[key]
        return Undefined(lambda: f"{label or 'the list'} has {_count(value)}, and none at {key}")
    return Undefined(lambda: f"{label or 'the value'} is {_what(value)}, which has no item {_key(key)}")


def part(run: Run, value: Any, bounds: tuple[Any, Any, Any], label: str) -> Any:
    """`value[start:stop:step]` of a list or a text, else undefined."""
    if isinstance(value, Undefined):
        value.fail()
    whole = all(bound is None or isinstance(bound, int) for bound in bounds)
    if not whole or not isinstance(value, (list, tuple, str)) or bounds[2] == 0:
        return Undefined(
            lambda: f"{label or 'the value'} is {_what(value)}, of which no such part can be taken"
        )
    wanted = slice(*bounds)
    size = len(range(*wanted.indices(len(value))))
    if isinstance(value, str):
        run.make(size)
        return str(value)[wanted]
    run.burn(size)
    return value[wanted]


def of_path(run: Run, value: Any, path: tuple[str | int, ...]) -> Any:
    """A dotted path, as filters such as `map(attribute='a.b.0')` take it."""
    for step in path:
        value = item(run, value, step, "")
    return value


def path_of(attribute_name: Any) -> tuple[str | int, ...]:
    """The steps of a dotted path; parts of digits are indexes."""
    if attribute_name is None:
        return ()
    if isinstance(attribute_name, int):
        return (attribute_name,)
    return tuple(int(step) if step.isdecimal() else step for step in str(attribute_name).split("."))


def _count(value: Any) -> str:
    noun = "character" if isinstance(value, str) else "item"
    return f"{len(value)} {noun}" if len(value) == 1 else f"{len(value)} {noun}s"


def _key(key: Any) -> str:
    return repr(str(key)) if isinstance(key, str) else show(key)


def _what(value: Any) -> str:
    return show(value) if value is None or isinstance(value, str) else kind(value)
