"""What each code means, at length: read from the text beside this module, where people can write it as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from rules_engine.ruleset.problems import CODES

_PART = re.compile(r"^## (RE\d+)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^```(\w+) (wrong|right)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADER = "version: 1\nrules:\n"


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of a rules file; or, where none can be shown, what it would be, in words."""

    text: str
    is_yaml: bool

    @property
    def as_file(self) -> str:
        """The whole file that it is a piece of."""
        return _HEADER + self.text if self.text.startswith("- ") else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a code means, and what to do."""

    code: str
    text: str
    """One paragraph on one line."""
    wrong: Example
    """It gives the code."""
    right: Example
    """The same, mended."""

    @property
    def title(self) -> str:
        """The code's title."""
        return CODES[self.code]


def explanations() -> Mapping[str, Explanation]:
    """Every explanation by its code."""
    text = files("rules_engine.ruleset").joinpath("explanations.md").read_text(encoding="utf-8")
    return {found[1]: _explanation(found[1], found[2]) for found in _PART.finditer(text)}


def _explanation(code: str, part: str) -> Explanation:
    examples = {
        found[2]: Example(found[3].rstrip("\n"), found[1] == "yaml") for found in _FENCE.finditer(part)
    }
    return Explanation(
        code=code,
        text=_FENCE.sub("", part).strip(),
        wrong=examples["wrong"],
        right=examples["right"],
    )
