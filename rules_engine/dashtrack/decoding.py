"""From an answer's bytes to plain data: tolerant of envelopes, strict about everything else.

A list that can't be understood is an error, never an empty list: the difference is a mass deletion. An answer may
be a login page with status 200, an error in an envelope, cut in the middle, or nested a million deep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import xxhash

from rules_engine.dashtrack.envelopes import (
    BOM,
    DEEPEST,
    Answer,
    excerpt,
    find_list,
    find_object,
    refuse_failure,
)
from rules_engine.dashtrack.resources import Kind, Resource

__all__ = [
    "DEEPEST",
    "LONGEST_ID",
    "check_looks_whole",
    "checked_object",
    "decode_list",
    "decode_object",
    "decode_plain",
    "excerpt",
    "hash_body",
    "id_fields",
    "is_newer",
    "same_id",
    "with_project",
]

LONGEST_ID: Final = 200

_NEWEST: Final = "updated_at"


def hash_body(body: bytes) -> str:
    """A short name of these very bytes, to tell whether an answer is the same as the last one."""
    return xxhash.xxh3_128_hexdigest(body)


def decode_list(resource: Resource, body: bytes, *, path: str | None = None) -> list[dict[str, Any]]:
    """The objects of a list, each with a usable id, each id once; raises MalformedAnswer.

    `path` is the request's, for the message. Ids become text; everything else stays as it came.
    """
    answer = Answer(body, path or resource.list_path)
    items = find_list(answer, answer.parse(), resource)
    ids = id_fields(resource)
    objects = [checked_object(answer, item, ids, f"item {number}") for number, item in enumerate(items, 1)]
    return _each_once(objects)


def decode_object(resource: Resource, body: bytes, *, path: str | None = None) -> dict[str, Any]:
    """One object with a usable id; raises MalformedAnswer."""
    answer = Answer(body, path or resource.item_path or resource.list_path)
    found = find_object(answer, answer.parse(), resource.item_keys)
    return checked_object(answer, found, id_fields(resource), f"the {resource.name}")


def decode_plain(body: bytes, *, keys: tuple[str, ...], path: str) -> dict[str, Any]:
    """An object that needs no id (a project's stats), under one of `keys` or bare; raises MalformedAnswer."""
    answer = Answer(body, path)
    envelope = answer.parse()
    if not isinstance(envelope, dict):
        raise answer.wrong("holds no object")
    refuse_failure(answer, envelope)
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
    inner = body.removeprefix(BOM).strip()
    if not inner or inner[:1] + inner[-1:] not in {b"{}", b"[]"}:
        raise Answer(body, path).wrong("is not whole JSON" if inner else "is empty")


def id_fields(resource: Resource) -> tuple[str, ...]:
    """The fields that hold other objects' ids."""
    return tuple(field.name for field in resource.fields if field.kind is Kind.ID and field.name != "id")


def checked_object(answer: Answer, item: Any, ids: Iterable[str], what: str) -> dict[str, Any]:
    """The item, its own id and those of `ids` as text; raises MalformedAnswer where it can't be worked with."""
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
        if other is not item and is_newer(item, other):
            first[item["id"]] = item
    return list(first.values())


def is_newer(item: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether of two objects with one id in a list the first is the one to take."""
    return _age(item) > _age(other)


def _age(item: Mapping[str, Any]) -> tuple[str, bytes]:
    """Newer is greater. Equal times are settled by content, so that the list's order never decides."""
    return str(item.get(_NEWEST) or ""), msgspec.json.encode(item, order="sorted")
