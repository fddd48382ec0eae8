"""The values a template works with: plain JSON data, moments and days; how each is named, printed and handed out.

Nothing else exists here. An object is a mapping and is only ever asked for a key, never for an attribute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.limits import MAX_DATA_DEPTH, VISIT
from rules_engine.ruleset.templates.run import Run, checked_text, utf8_length
from rules_engine.ruleset.templates.words import Word

NUMBERS = frozenset({int, float, bool})
SCALARS = frozenset({str, int, float, bool, type(None), Word})
_SHOWN = 40


class Undefined:
    """What a name or an attribute that does not exist evaluates to: only `default` and `is defined` accept it."""

    __slots__ = ("_explain",)

    def __init__(self, explain: Callable[[], str]) -> None:
        self._explain = explain

    def error(self) -> TemplateError:
        """What to raise where it is used."""
        return TemplateError(self._explain())

    def fail(self) -> NoReturn:
        """Complain that it was used."""
        raise self.error()


class Loop:
    """What `loop` is inside a `for`."""

    __slots__ = ("index0", "items")

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.index0 = 0

    def get(self, name: str) -> Any:
        """The value of `loop.NAME`."""
        read = _LOOP.get(name)
        if read is None:
            return Undefined(lambda: f"loop has no {name!r}; there is: {', '.join(_LOOP)}")
        return read(self.index0, self.items)


def _neighbour(items: list[Any], index: int, which: str) -> Any:
    return items[index] if 0 <= index < len(items) else Undefined(lambda: f"there is no {which} item")


_LOOP: Mapping[str, Callable[[int, list[Any]], Any]] = {
    "index": lambda index, _items: index + 1,
    "index0": lambda index, _items: index,
    "revindex": lambda index, items: len(items) - index,
    "revindex0": lambda index, items: len(items) - index - 1,
    "first": lambda index, _items: index == 0,
    "last": lambda index, items: index == len(items) - 1,
    "length": lambda _index, items: len(items),
    "previtem": lambda index, items: _neighbour(items, index - 1, "previous"),
    "nextitem": lambda index, items: _neighbour(items, index + 1, "next"),
    "depth": lambda _index, _items: 1,
    "depth0": lambda _index, _items: 0,
}


def kind(value: Any) -> str:
    """What a value is, in a user's words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list() | tuple():
            return "a list"
        case datetime():
            return "a date and time"
        case date():
            return "a date"
        case Loop():
            return "the state of a loop"
        case Mapping():
            return "an object"
    return "not plain data"


def show(value: Any) -> str:
    """A value for a message: short, and recognisable."""
    if value is None:
        return "null"
    if isinstance(value, str):
        text = str(value)
        return f"the text {text!r}" if len(text) <= _SHOWN else f"the text {text[:_SHOWN] + '…'!r}"
    if isinstance(value, (bool, int, float)):
        number = str(value)
        return number if len(number) <= _SHOWN else number[:_SHOWN] + "…"
    return iso(value) if isinstance(value, date) else kind(value)


def iso(moment: date) -> str:
    """A moment (with `Z` for UTC, to the second) or a day as ISO 8601."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if moment.utcoffset() == UTC.utcoffset(None):
        return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return moment.isoformat(timespec="seconds")


def text_of(run: Run, value: Any) -> str:
    """A value as it is printed into text; null is nothing. Raises `TemplateError` for what can't be printed."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, (bool, int, float, str)):
        return str(value)
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, (list, tuple, Mapping)):
        pieces: list[str] = []
        _print(run, value, pieces, 0)
        return "".join(pieces)
    if isinstance(value, Undefined):
        value.fail()
    raise TemplateError(f"{kind(value)} can't be put into text")


def _print(run: Run, value: Any, pieces: list[str], depth: int) -> None:
    """Lists and objects as Jinja prints them, paying for each piece before it is made."""
    run.burn(2 * VISIT)
    if depth > MAX_DATA_DEPTH:
        raise _too_deep()
    if isinstance(value, Mapping):
        pieces.append("{")
        for index, (key, item) in enumerate(value.items()):
            pieces.append(", " if index else "")
            _print(run, key, pieces, depth + 1)
            pieces.append(": ")
            _print(run, item, pieces, depth + 1)
        pieces.append("}")
    elif isinstance(value, (list, tuple)):
        opening, closing = "[]" if isinstance(value, list) else "()"
        pieces.append(opening)
        for index, item in enumerate(value):
            pieces.append(", " if index else "")
            _print(run, item, pieces, depth + 1)
        pieces.append("," + closing if isinstance(value, tuple) and len(value) == 1 else closing)
    elif value is None or isinstance(value, (str, int, float, date)):
        text = iso(value) if isinstance(value, date) else value
        run.make(len(text) if isinstance(text, str) else 8)
        pieces.append(repr(text))
    else:
        text_of(run, value)


def _too_deep() -> TemplateError:
    return TemplateError(f"lists or objects stand more than {MAX_DATA_DEPTH} deep in one another")


def hand_out(run: Run, value: Any) -> Any:
    """The value as a caller may have it: bounded, tuples as lists. Raises `TemplateError` for what is no data."""
    if type(value) in SCALARS:
        return checked_text(run, value) if isinstance(value, str) else _finite(value)
    return _copy(run, value, [run.env.limits.result_text], 0)


def _copy(run: Run, value: Any, room: list[int], depth: int) -> Any:
    if isinstance(value, str):
        room[0] -= utf8_length(value)
        if room[0] < 0:
            raise TemplateError(
                "the result holds too much text", advice="Hand on less: a slice, or fewer fields."
            )
        return value
    if value is None or isinstance(value, (int, float, date)):
        return _finite(value)
    if depth > MAX_DATA_DEPTH:
        raise _too_deep()
    if isinstance(value, (list, tuple)):
        run.burn(VISIT * (1 + len(value)))
        return [_copy(run, item, room, depth + 1) for item in value]
    if isinstance(value, Mapping):
        run.burn(VISIT * (1 + len(value)))
        return {_key(key): _copy(run, item, room, depth + 1) for key, item in value.items()}
    if isinstance(value, Undefined):
        value.fail()
    raise TemplateError(f"{kind(value)} can't be the value of a template")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    raise TemplateError(f"the key {show(key)} of an object is not text")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise TemplateError(f"the result is {value}, which is not a number that can be sent")
    return value


def plain(value: Any) -> Any:
    """Strict JSON data of a template's value: words as plain text, moments and days as ISO 8601 text."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return value
