"""A list taken apart unparsed: an object whose very bytes are known costs a hash, only the others are parsed.

What comes of it is what `decode_list` would give, less the objects that are known. Where the bytes are not what they
should be, `decode_list` has the word, so that every complaint stands in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import xxhash

from rules_engine.dashtrack.decoding import checked_object, decode_list, id_fields, is_newer
from rules_engine.dashtrack.envelopes import UNREADABLE, Answer, find_list
from rules_engine.dashtrack.errors import MalformedAnswer
from rules_engine.dashtrack.resources import Resource

_SPLIT_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_SPLIT_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_PARSE: Final = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The objects of a list."""

    items: Sequence[dict[str, Any]]
    """Those that had to be parsed, each id once, in the order of first sight."""
    recognised: frozenset[str] = frozenset()
    """The ids of those that are shown by the very bytes that are known of them."""
    hashes: Mapping[str, bytes] = field(default_factory=dict)
    """By id, the hash of the bytes of each parsed item."""

    def __len__(self) -> int:
        """How many objects the list shows."""
        return len(self.items) + len(self.recognised)


def recognise_list(
    resource: Resource, body: bytes, *, known: Mapping[bytes, str], seed: int, path: str | None = None
) -> Listed:
    """The objects of a list; `known` has the hash of an object's bytes → its id, one each. Raises MalformedAnswer.

    `seed` goes into each hash: what was hashed with another one is not recognised.
    """
    answer = Answer(body, path or resource.list_path)
    try:
        raws = _split(answer, resource)
        hashes = [xxhash.xxh3_128_digest(raw, seed) for raw in raws]
        unknown = [n for n, each in enumerate(hashes) if each not in known]
        # Of one that is shown twice, the first place: it tells the order of all.
        recognised = {known[each]: n for n, each in _backwards(hashes) if each in known}
        ids = id_fields(resource)
        parsed = {n: checked_object(answer, _PARSE.decode(raws[n]), ids, f"item {n + 1}") for n in unknown}
        for object_id in {item["id"] for item in parsed.values()} & recognised.keys():
            # The list shows it twice: it takes both to tell which one is newer.
            n = recognised.pop(object_id)
            parsed[n] = checked_object(answer, _PARSE.decode(raws[n]), ids, f"item {n + 1}")
    except (MalformedAnswer, *UNREADABLE):
        return Listed(items=decode_list(resource, body, path=path))
    chosen = _each_once(parsed)
    return Listed(
        items=[parsed[n] for n in chosen],
        recognised=frozenset(recognised),
        hashes={parsed[n]["id"]: hashes[n] for n in chosen},
    )


def _split(answer: Answer, resource: Resource) -> list[msgspec.Raw]:
    """The bytes of each object of the list; what else stands in the answer is parsed, so that it is sound too."""
    body = answer.bare()
    if body.lstrip()[:1] == b"[":
        return _SPLIT_LIST.decode(body)
    envelope = {key: _opened(raw, deeper=True) for key, raw in _SPLIT_OBJECT.decode(body).items()}
    found: list[msgspec.Raw] = find_list(answer, envelope, resource)
    inner = [each for value in envelope.values() if isinstance(value, dict) for each in value.values()]
    for other in (*envelope.values(), *inner):
        if isinstance(other, list) and other is not found:
            for raw in other:
                _PARSE.decode(raw)
    return found


def _opened(raw: msgspec.Raw, *, deeper: bool) -> Any:
    """A value of an envelope: a list taken apart, an object opened once, anything else parsed."""
    first = bytes(memoryview(raw)[:1])
    if first == b"[":
        return _SPLIT_LIST.decode(raw)
    if first == b"{" and deeper:
        return {key: _opened(value, deeper=False) for key, value in _SPLIT_OBJECT.decode(raw).items()}
    return _PARSE.decode(raw)


def _backwards(hashes: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    return zip(range(len(hashes) - 1, -1, -1), reversed(hashes), strict=True)


def _each_once(parsed: Mapping[int, Mapping[str, Any]]) -> list[int]:
    """The places of the items that are taken, each id once, in the order of first sight."""
    chosen: dict[str, int] = {}
    for n in sorted(parsed):
        taken = chosen.setdefault(parsed[n]["id"], n)
        if taken != n and is_newer(parsed[n], parsed[taken]):
            chosen[parsed[n]["id"]] = n
    return list(chosen.values())
