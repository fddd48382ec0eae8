"""How an object enters a template: its vocabulary fields as words that ignore case, everything else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Kind, Resource
from rules_engine.ruleset.templates import Word


def view(resource_name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the object in which statuses, tags and priorities compare without regard to case."""
    seen = dict(data)
    for name in _VOCABULARY_FIELDS.get(resource_name, ()):
        if name in seen:
            seen[name] = as_words(seen[name])
    return seen


def field_view(resource_name: str, field_name: str, value: Any) -> Any:
    """One field's value the way `view` shows it."""
    return as_words(value) if field_name in _VOCABULARY_FIELDS.get(resource_name, ()) else value


def as_words(value: Any) -> Any:
    """The value with its text, or each text in its list, as a Word."""
    if isinstance(value, str):
        return Word(value)
    if isinstance(value, (list, tuple)):
        return [Word(item) if isinstance(item, str) else item for item in value]
    return value


def _vocabulary_fields(resource: Resource) -> tuple[str, ...]:
    return tuple(field.name for field in resource.fields if field.kind in {Kind.WORD, Kind.WORDS})


_VOCABULARY_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: _vocabulary_fields(resource) for name, resource in RESOURCES.items()
}
