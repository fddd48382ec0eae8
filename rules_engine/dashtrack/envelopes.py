"""What stands around the data of an answer: tolerant of envelopes, and never silent where one can't be understood.

The known key is taken; else the one list (or object) in the body; a bare one is fine; anything else is an error that
shows the path and a short excerpt, never an empty list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from rules_engine.dashtrack.errors import MalformedAnswer
from rules_engine.dashtrack.key import redact
from rules_engine.dashtrack.resources import Resource

DEEPEST: Final = 64
BOM: Final = b"\xef\xbb\xbf"
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError)
"""What the decoder raises where bytes are no JSON, or nested without end."""

_EXCERPT: Final = 120
_NEVER_DATA: Final = frozenset({"error", "errors", "warnings", "messages", "meta", "links", "pagination"})
"""Envelope keys that are about the answer; a list under one of them is not the list that was asked for."""


def excerpt(body: bytes) -> str:
    """The beginning of an answer, fit to be shown: short, printable, without a key."""
    text = redact(body[: 8 * _EXCERPT].decode("utf-8", "replace"))
    words = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return words if len(words) <= _EXCERPT else words[:_EXCERPT] + "…"


class Answer:
    """A body and where it came from, so that every complaint names both."""

    def __init__(self, body: bytes, path: str) -> None:
        self._body = body
        self._path = path

    def bare(self) -> bytes:
        """The body without a byte order mark; raises MalformedAnswer where nothing is left."""
        body = self._body.removeprefix(BOM)
        if not body.strip():
            raise self.wrong("is empty")
        return body

    def parse(self) -> Any:
        """The body as plain data; raises MalformedAnswer."""
        body = self.bare()
        problem: str
        try:
            return msgspec.json.decode(body)
        except RecursionError:
            problem = f"is nested deeper than {DEEPEST} levels"
        except UNREADABLE as error:
            problem = f"is not JSON ({error})"
        raise self.wrong(problem)

    def wrong(self, reason: str) -> MalformedAnswer:
        """The error that says so of this answer."""
        return MalformedAnswer(reason, path=self._path, excerpt=excerpt(self._body))


def find_list(answer: Answer, envelope: Any, resource: Resource) -> list[Any]:
    """The list that was asked for, the very one that stands in the envelope; raises MalformedAnswer."""
    if isinstance(envelope, list):
        return envelope
    if not isinstance(envelope, dict):
        raise answer.wrong(f"holds no list of {resource.plural}")
    refuse_failure(answer, envelope)
    for key in resource.list_keys:
        if key in envelope:
            if not isinstance(envelope[key], list):
                raise answer.wrong(f"has no list under `{key}`")
            found: list[Any] = envelope[key]
            return found
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
    return lists[0]


def find_object(answer: Answer, envelope: Any, keys: tuple[str, ...]) -> Any:
    """The object that was asked for; raises MalformedAnswer."""
    if not isinstance(envelope, dict):
        raise answer.wrong("holds no object")
    refuse_failure(answer, envelope)
    for key in keys:
        if isinstance(envelope.get(key), dict):
            return envelope[key]
    if "id" in envelope:
        return envelope
    objects = [value for key, value in envelope.items() if key not in _NEVER_DATA and isinstance(value, dict)]
    if len(objects) != 1:
        raise answer.wrong(f"holds {'several objects' if objects else 'no object'}")
    return objects[0]


def refuse_failure(answer: Answer, envelope: Mapping[str, Any]) -> None:
    """A 200 that says that it failed."""
    failed = envelope.get("success") is False or envelope.get("ok") is False
    if failed or envelope.get("error") or envelope.get("errors"):
        raise answer.wrong("reports an error")
