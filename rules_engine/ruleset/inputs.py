"""What a blueprint can ask for: the types of inputs, and one declared input as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INPUT_TYPES: Mapping[str, str] = {
    "text": "Any text.",
    "number": "A number.",
    "boolean": "true or false.",
    "duration": "A duration, such as 3 days or 2 working days.",
    "status": "A status of a lead, task or project.",
    "tag": "A tag of a lead.",
    "member": "Somebody of the team, by name, email or id.",
    "project": "A project, by name or id.",
    "task_list": "The name of a task list.",
}
"""Each type with what a value of it is; `list of TYPE` takes several."""

LIST_OF = "list of "


@dataclass(frozen=True, slots=True)
class InputType:
    """The type of an input."""

    item: str
    """One of INPUT_TYPES."""
    many: bool = False
    """Whether it is a list of these."""

    def __str__(self) -> str:
        return f"{LIST_OF}{self.item}" if self.many else self.item


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input that a blueprint declares."""

    name: str
    type: InputType
    default: Any = None
    """What it is where the user gives nothing; only where `required` is False."""
    required: bool = True
    description: str = ""


def input_type(written: str) -> InputType | None:
    """The type that is written so, or None."""
    words = " ".join(written.split())
    many = words.startswith(LIST_OF)
    item = words.removeprefix(LIST_OF)
    return InputType(item, many) if item in INPUT_TYPES else None


def type_names() -> tuple[str, ...]:
    """Every type as it may be written."""
    return (*INPUT_TYPES, *(LIST_OF + name for name in INPUT_TYPES))
