"""What the sandbox sends back, as plain data, and the few forms it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers beyond the usual ones, and the body as text."""

    status: int
    body: str
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def wrapped(key: str, value: Any, *, status: int = 200) -> Answer:
    """One object in its envelope."""
    return Answer(status=status, body=as_json({key: value}))


def listed(key: str, texts: Sequence[str], **beside: Any) -> Answer:
    """A list in its envelope, from the JSON texts of its items; `beside` are further keys."""
    others = "".join(f",{as_json(name)}:{as_json(value)}" for name, value in beside.items())
    return Answer(status=200, body=f"{{{as_json(key)}:[{','.join(texts)}]{others}}}")


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error in the form that Dashtrack is taken to use."""
    return Answer(status=status, body=as_json({"error": message}), headers=headers or {})


def as_json(value: Any) -> str:
    """Compact JSON with its text left as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
