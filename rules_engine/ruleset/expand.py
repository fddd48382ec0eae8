"""From a blueprint's rule and the values of its inputs to a rule as anyone could have written it.

A text that is nothing but `{{ inputs.NAME }}` becomes the value itself, wherever it stands: in `for` and `to` too, where no
template is worked out. Around other text the value is put in as text. Everything else keeps its template and finds
the values at run time under `inputs`, as data: what a user gives is never compiled, and a condition is never
replaced, for its text is code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules_engine.ruleset.parts import has_markup
from rules_engine.ruleset.yaml_builder import MAX_VALUES
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import MAX_BYTES

_REFERENCE = r"\{\{-?\s*inputs\.([A-Za-z][A-Za-z0-9_]*)\s*-?\}\}"
_WHOLE = re.compile(_REFERENCE)
_PLAIN = re.compile(r"\{\{ *inputs\.([A-Za-z][A-Za-z0-9_]*) *\}\}")
_MENTION = re.compile(r"\binputs\b")
_CODE = "if"
"""The key whose texts are expressions."""


class TooLargeError(Exception):
    """What blueprints bring to a file is more than a file may hold."""


@dataclass(slots=True)
class Allowance:
    """How much more blueprints may bring to a file: as much as a file itself may hold."""

    values: int = MAX_VALUES
    characters: int = MAX_BYTES

    def count(self, data: Any) -> None:
        """Use up what the data hold. Raises TooLargeError."""
        self.values -= 1
        if isinstance(data, dict):
            for key, value in data.items():
                self.characters -= len(key)
                self.count(value)
        elif isinstance(data, list):
            for each in data:
                self.count(each)
        elif isinstance(data, str):
            self.characters -= len(data)
        if self.values < 0 or self.characters < 0:
            raise TooLargeError


@dataclass(slots=True)
class Filled:
    """A part of a blueprint with its inputs filled in."""

    data: Any
    given: dict[Path, str] = field(default_factory=dict)
    """Where a value stands that is wholly an input's → the input."""
    unknown: dict[Path, str] = field(default_factory=dict)
    """Where an input is named that there is not."""


def fill(data: Any, values: Mapping[str, Any], allowance: Allowance, path: Path = ()) -> Filled:
    """The part with the values in place of the inputs that it names plainly. Raises TooLargeError."""
    filled = Filled(None)
    filled.data = _fill(data, values, allowance, path, filled)
    return filled


def _fill(data: Any, values: Mapping[str, Any], allowance: Allowance, path: Path, filled: Filled) -> Any:
    if isinstance(data, dict):
        return {
            key: value if key == _CODE else _fill(value, values, allowance, (*path, key), filled)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_fill(each, values, allowance, (*path, n), filled) for n, each in enumerate(data)]
    return _fill_text(data, values, allowance, path, filled) if isinstance(data, str) else data


def _fill_text(text: str, values: Mapping[str, Any], allowance: Allowance, path: Path, filled: Filled) -> Any:
    if "inputs" not in text:
        return text
    whole = _WHOLE.fullmatch(text)
    named = [whole[1]] if whole else _PLAIN.findall(text)
    strange = next((name for name in named if name not in values), None)
    if strange is not None:
        filled.unknown[path] = strange
        return text
    if whole:
        filled.given[path] = whole[1]
        allowance.count(values[whole[1]])
        return values[whole[1]]
    if has_markup(_PLAIN.sub("", text)) or not all(_is_texty(values[name]) for name in named):
        return text
    for name in named:
        allowance.count(values[name])
    put_in = _PLAIN.sub(lambda found: str(values[found[1]]), text)
    # A brace at the seam could open a template that nobody wrote.
    return text if has_markup(put_in) else put_in


def _is_texty(value: Any) -> bool:
    """Whether a value has one and the same text in YAML, in templates and here."""
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def named_rule(
    document: Mapping[str, Any], name: str, values: Mapping[str, Any], mode: str | None
) -> dict[str, Any]:
    """A blueprint's rule, filled in, under the name of its use: what is compiled, and what a run is pinned to."""
    rule = {**document, "id": f"{name}.{document['id']}"}
    if mode is not None:
        rule["mode"] = mode
    if _mentions(document):
        rule["vars"] = {"inputs": dict(values), **document.get("vars", {})}
    return rule


def _mentions(data: Any) -> bool:
    """Whether a text in it may name inputs still."""
    if isinstance(data, dict):
        return any(_mentions(each) for each in data.values())
    if isinstance(data, list):
        return any(_mentions(each) for each in data)
    return isinstance(data, str) and _MENTION.search(data) is not None
