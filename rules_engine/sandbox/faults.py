"""Scripted faults: which request goes wrong, how often, and in what way.

A script is a list in the order in which faults were added. The first fault that fits a request is its fate; the
ambient kinds (lag, rate, reset_unit) come on top of it, for they only colour what is answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules_engine.sandbox.answers import Answer, as_json
from rules_engine.sandbox.errors import SandboxError
from rules_engine.sandbox.fault_kinds import Kind, checked_kind

LOGIN_PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which requests a fault fits."""

    methods: frozenset[str]
    path: re.Pattern[str] | None = None
    """Searched in the path as the API reference writes it (`/leads`), and in the whole path."""
    nth: int = 1
    """It strikes from the nth fitting request on."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One line of the script, and how far it has come."""

    id: int
    kind: Kind
    match: Match
    times: int | None = 1
    """How many requests it strikes; None for ever. A lag holds until it is cleared, whatever this says."""
    options: Mapping[str, Any]
    since_n: int = 0
    """The log's last number when it was set: a lag hides nothing that was there before."""
    seen: int = 0
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is struck; counts it."""
        if method not in self.match.methods or not _fits(self.match.path, path):
            return False
        self.seen += 1
        spent = self.times is not None and self.struck >= self.times and self.kind.name != "lag"
        return self.seen >= self.match.nth and not spent

    def as_data(self) -> dict[str, Any]:
        """The fault as the control route shows it."""
        path = None if self.match.path is None else self.match.path.pattern
        match = {"methods": sorted(self.match.methods), "path": path, "nth": self.match.nth}
        shown = {"id": self.id, "kind": self.kind.name, "match": match, "times": self.times}
        return {**self.options, **shown, "struck": self.struck}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The faults of one request."""

    fate: Fault | None = None
    ambient: tuple[Fault, ...] = ()

    @property
    def name(self) -> str | None:
        """Their kinds, joined by a plus; None when nothing goes wrong."""
        faults = (*((self.fate,) if self.fate else ()), *self.ambient)
        return "+".join(fault.kind.name for fault in faults) or None

    def is_fate(self, *kinds: str) -> bool:
        """Whether the request's fate is of one of these kinds."""
        return self.fate is not None and self.fate.kind.name in kinds

    def option(self, name: str, default: Any = None) -> Any:
        """An option of the request's fate."""
        return default if self.fate is None else self.fate.options.get(name, default)

    def of_kind(self, kind: str) -> list[Fault]:
        """The ambient faults of that kind, the newest last."""
        return [fault for fault in self.ambient if fault.kind.name == kind]


@dataclass(slots=True)
class Script:
    """The faults that are set. Not safe for several threads by itself."""

    faults: list[Fault] = field(default_factory=list)
    _count: int = 0

    def add(
        self, kind: str, match: Match, times: int | None, options: Mapping[str, Any], since_n: int
    ) -> Fault:
        """Append a fault to the script; raises SandboxError when it makes no sense."""
        known = checked_kind(kind, options)
        if times is not None and not _is_count(times):
            raise SandboxError("times must be a whole number of at least 1, or null for ever")
        self._count += 1
        methods = match.methods or known.methods
        fault = Fault(
            id=self._count,
            kind=known,
            match=replace(match, methods=methods),
            times=times,
            options=dict(options),
            since_n=since_n,
        )
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.faults.clear()

    def take(self, method: str, path: str) -> Taken:
        """The faults that strike this request; each is counted."""
        striking = [fault for fault in self.faults if fault.strikes(method, path)]
        fate = next((fault for fault in striking if not fault.kind.ambient), None)
        ambient = tuple(fault for fault in striking if fault.kind.ambient)
        for fault in (*((fate,) if fate else ()), *ambient):
            fault.struck += 1
        return Taken(fate=fate, ambient=ambient)


def match_of(method: str | None = None, path: str | None = None, nth: int = 1) -> Match:
    """A match from its plain parts; no method means those that fit the kind of fault."""
    if not isinstance(method, str | None) or not isinstance(path, str | None):
        raise SandboxError("method and path of a match must be texts")
    methods = frozenset({method.upper()}) if method else frozenset[str]()
    if not _is_count(nth):
        raise SandboxError("nth of a match must be a whole number of at least 1")
    try:
        return Match(methods=methods, path=None if path is None else re.compile(path), nth=nth)
    except re.error as error:
        raise SandboxError(f"the path {path!r} is no regular expression: {error}") from None


def instead(taken: Taken) -> Answer | None:
    """The answer that is sent in place of the real one, if any."""
    if taken.is_fate("status"):
        body = taken.option("body", {"error": "A scripted fault of the sandbox"})
        text = body if isinstance(body, str) else as_json(body)
        headers = {str(name): str(value) for name, value in taken.option("headers", {}).items()}
        return Answer(status=taken.option("status"), body=text, headers=headers)
    if taken.is_fate("html"):
        body = taken.option("body", LOGIN_PAGE)
        return Answer(status=taken.option("status", 200), body=body, content_type="text/html; charset=utf-8")
    if taken.is_fate("redirect"):
        location = taken.option("location")
        return Answer(status=taken.option("status", 302), body="", headers={"Location": location})
    return None


def altered(taken: Taken, answer: Answer) -> Answer:
    """The real answer with its list emptied, halved or thinned, as the fault says."""
    if not taken.is_fate("empty_list", "halved_list", "omit"):
        return answer
    body = json.loads(answer.body)
    left_out = frozenset(taken.option("ids", ()))
    for key, value in body.items():
        if not isinstance(value, list):
            continue
        if taken.is_fate("empty_list"):
            body[key] = []
        elif taken.is_fate("halved_list"):
            body[key] = value[: len(value) // 2]
        else:
            body[key] = [item for item in value if item["id"] not in left_out]
    return replace(answer, body=as_json(body))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _fits(pattern: re.Pattern[str] | None, path: str) -> bool:
    if pattern is None:
        return True
    return any(pattern.search(candidate) for candidate in (path.removeprefix("/api/v1"), path))
