"""From an answer's bytes to plain data: tolerant of envelopes, strict about everything else.

A list that can't be understood is an error, never an empty list: the difference is a mass deletion. An answer may
be a login page with status 200, an error in an envelope, cut in the middle, or nested a million deep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import xxhash

from rules_engine.dashtrack.errors import MalformedAnswer
from rules_engine.dashtrack.key import redact
from rules_engine.dashtrack.resources import Kind, Resource

DEEPEST: Final = 64
LONGEST_ID: Final = 200

_EXCERPT: Final = 120
_BOM: Final = b"\xef\xbb\xbf"
_NEVER_DATA: Final = frozenset({"error", "errors", "warnings", "messages", "meta", "links", "pagination"})
"""Envelope keys that are about the answer; a list under one of them is not the list that was asked for."""
_NEWEST: Final = "updated_at"


def hash_body(body: bytes) -> str:
    """A short name of these very bytes, to tell whether an answer is the same as the last one."""
    return xxhash.xxh3_128_hexdigest(body)


def excerpt(body: bytes) -> str:
    """The beginning of an answer, fit to be shown: short, printable, without a key."""
    text = redact(body[: 8 * _EXCERPT].decode("utf-8", "replace"))
    words = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return words if len(words) <= _EXCERPT else words[:_EXCERPT] + "…"


def decode_list(resource: Resource, body: bytes, *, path: str | None = None) -> list[dict[str, Any]]:
    """The objects of a list, each with a usable id, each id once; raises MalformedAnswer.

    `path` is the request's, for the message. Ids become text; everything else stays as it came.
    """
    answer = _Answer(body, path or resource.list_path)
    items = _find_list(answer, answer.parse(), resource)
    ids = _id_fields(resource)
    objects = [_checked_object(answer, item, ids, f"item {number}") for number, item in enumerate(items, 1)]
    return _each_once(objects)


def decode_object(resource: Resource, body: bytes, *, path: str | None = None) -> dict[str, Any]:
    """One object with a usable id; raises MalformedAnswer."""
    answer = _Answer(body, path or resource.item_path or resource.list_path)
    found = _find_object(answer, answer.parse(), resource.item_keys)
    return _checked_object(answer, found, _id_fields(resource), f"the {resource.name}")


def decode_plain(body: bytes, *, keys: tuple[str, ...], path: str) -> dict[str, Any]:
    """An object that needs no id (a project's stats), under one of `keys` or bare; raises MalformedAnswer."""
    answer = _Answer(body, path)
    envelope = answer.parse()
    if not isinstance(envelope, dict):
        raise answer.wrong("holds no object")
    _refuse_failure(answer, envelope)
    found = next((envelope[key] for key in keys if isinstance(envelope.get(key), dict)), envelope)
    if _deeper_than(found, DEEPEST):
        raise answer.wrong(f"is nested deeper than {DEEPEST} levels")
    return found


def same_id(one: str, other: str) -> bool:
    """Whether two ids name the same object; UUIDs are written in either case."""
    return one.casefold() == other.casefold()


def with_project(item: dict[str, Any], project_id: str | None) -> dict[str, Any]:
    """`item`, told which project it was asked for in, where it does not say so itself."""
    if project_id is not None and item.get("project_id") is None:
        item["project_id"] = project_id
    return item


def check_looks_whole(body: bytes, *, path: str) -> None:
    """A quick look for answers that are no JSON, empty, or cut; raises MalformedAnswer. `decode_*` look closely."""
    inner = body.removeprefix(_BOM).strip()
    if not inner or inner[:1] + inner[-1:] not in {b"{}", b"[]"}:
        raise _Answer(body, path).wrong("is not whole JSON" if inner else "is empty")


class _Answer:
    """A body and where it came from, so that every complaint names both."""

    def __init__(self, body: bytes, path: str) -> None:
        self._body = body
        self._path = path

    def parse(self) -> Any:
        body = self._body.removeprefix(_BOM)
        if not body.strip():
            raise self.wrong("is empty")
        problem: str
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
            problem = f"is not JSON ({error})"
        except RecursionError:
            problem = f"is nested deeper than {DEEPEST} levels"
        raise self.wrong(problem)

    def wrong(self, reason: str) -> MalformedAnswer:
        return MalformedAnswer(reason, path=self._path, excerpt=excerpt(self._body))


def _find_list(answer: _Answer, envelope: Any, resource: Resource) -> list[Any]:
    if isinstance(envelope, list):
        return envelope
    if not isinstance(envelope, dict):
        raise answer.wrong(f"holds no list of {resource.plural}")
    _refuse_failure(answer, envelope)
    for key in resource.list_keys:
        if key in envelope:
            if not isinstance(envelope[key], list):
                raise answer.wrong(f"has no list under `{key}`")
            return list(envelope[key])
    data = {key: value for key, value in envelope.items() if key not in _NEVER_DATA}
    lists = [value for value in data.values() if isinstance(value, list)]
    if not lists:
        lists = [
            inner[key]
            for inner in data.values()
            if isinstance(inner, dict)
            for key in resource.list_keys
            if isinstance(inner.get(key), list)
        ]
    if len(lists) != 1:
        raise answer.wrong(
            f"holds {'several lists' if lists else 'no list'} where {resource.plural} were asked for"
        )
    return list(lists[0])


def _find_object(answer: _Answer, envelope: Any, keys: tuple[str, ...]) -> Any:
    if not isinstance(envelope, dict):
        raise answer.wrong("holds no object")
    _refuse_failure(answer, envelope)
    for key in keys:
        if isinstance(envelope.get(key), dict):
            return envelope[key]
    if "id" in envelope:
        return envelope
    objects = [value for key, value in envelope.items() if key not in _NEVER_DATA and isinstance(value, dict)]
    if len(objects) != 1:
        raise answer.wrong(f"holds {'several objects' if objects else 'no object'}")
    return objects[0]


def _refuse_failure(answer: _Answer, envelope: Mapping[str, Any]) -> None:
    """A 200 that says that it failed."""
    failed = envelope.get("success") is False or envelope.get("ok") is False
    if failed or envelope.get("error") or envelope.get("errors"):
        raise answer.wrong("reports an error")


def _id_fields(resource: Resource) -> tuple[str, ...]:
    return tuple(field.name for field in resource.fields if field.kind is Kind.ID and field.name != "id")


def _checked_object(answer: _Answer, item: Any, ids: Iterable[str], what: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise answer.wrong(f"is wrong: {what} is not an object")
    own = _usable_id(item.get("id"))
    if own is None:
        raise answer.wrong(f"is wrong: {what} has no usable id")
    item["id"] = own
    for name in ids:
        value = item.get(name)
        if type(value) is int:
            item[name] = str(value)
    if _deeper_than(item, DEEPEST):
        raise answer.wrong(f"is nested deeper than {DEEPEST} levels")
    return item


def _usable_id(value: Any) -> str | None:
    if type(value) is int:
        return str(value)
    if type(value) is not str or not 0 < len(value) <= LONGEST_ID or value in {".", ".."}:
        return None
    return value if value.isprintable() and value.strip() == value else None


def _deeper_than(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested deeper than that. The recursion is bounded by `levels`."""
    inner = value.values() if type(value) is dict else value
    for part in inner:
        kind = type(part)
        if (kind is dict or kind is list) and (levels <= 1 or _deeper_than(part, levels - 1)):
            return True
    return False


def _each_once(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each id once, in the order of first sight; where two differ, the one that changed last."""
    first: dict[str, dict[str, Any]] = {}
    for item in objects:
        other = first.setdefault(item["id"], item)
        if other is not item and _age(item) > _age(other):
            first[item["id"]] = item
    return list(first.values())


def _age(item: Mapping[str, Any]) -> tuple[str, bytes]:
    """Newer is greater. Equal times are settled by content, so that the list's order never decides."""
    return str(item.get(_NEWEST) or ""), msgspec.json.encode(item, order="sorted")
