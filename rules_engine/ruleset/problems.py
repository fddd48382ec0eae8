"""Problems of a file, as data: found all at once, each with a stable code, its place and what to do about it.

The configuration file is read with the same means, so nothing in here is about rules alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules_engine.ruleset.place import Place

CODES: Mapping[str, str] = {
    # The file and its YAML
    "RE101": "The file is not valid YAML",
    "RE102": "A key is given twice",
    "RE103": "A YAML tag is used",
    "RE104": "A YAML anchor or alias is used",
    "RE105": "A YAML merge key is used",
    "RE106": "The file is not plain UTF-8 text",
    "RE107": "The file is too large",
    "RE108": "The file is nested too deeply",
    "RE109": "A number can't be kept as it is written",
    "RE110": "A key is not text",
    "RE111": "The file holds several documents",
    "RE112": "The file is empty",
    "RE113": "The file can't be read",
    "RE114": "There are no files",
    "RE115": "There are more problems than are shown",
    # The shape of the document
    "RE120": "A key is not known",
    "RE121": "A key is missing",
    "RE122": "A value has the wrong type",
    "RE123": "A value is not one of those that are allowed",
    "RE124": "This version does not have it yet",
    "RE125": "An id is not well formed",
    "RE126": "An id is used twice",
    "RE127": "The version of the file is not known",
    "RE128": "A duration can't be read or used",
    # What a rule waits for
    "RE130": "An event is not known",
    "RE131": "A key does not fit the event",
    "RE132": "A field is not known",
    "RE133": "A word is not in the vocabulary",
    "RE134": "The rule can never match",
    "RE135": "A template stands where none is worked out",
    "RE136": "A value can never be one of the field's",
    "RE137": "The event needs another key",
    "RE138": "A schedule can't be read",
    "RE139": "A time zone is not known",
    # What a rule does
    "RE140": "An action is not known",
    "RE141": "The action does not take that parameter",
    "RE142": "The action lacks a parameter",
    "RE143": "A parameter has the wrong type",
    "RE144": "The action needs an id",
    "RE145": "The action needs a project",
    "RE146": "The action is destructive and the rule does not allow it",
    "RE147": "A name is taken",
    "RE149": "The action changes nothing",
    "RE158": "A date can't be read",
    "RE159": "A field is named that the action does not give",
    "RE160": "The key is the same for every run",
    "RE161": "A part can never be reached",
    "RE162": "The wait is for what can't come",
    "RE171": "An endpoint is not configured",
    # Templates and expressions
    "RE150": "A template has a mistake",
    "RE151": "A name is not known here",
    "RE152": "A filter is not known",
    "RE153": "A test is not known",
    "RE154": "A function is not known",
    "RE155": "A field of an object is not known",
    "RE156": "A result is used before it exists",
    "RE157": "A function is called with what it does not take",
    # Rules together, and what they name
    "RE163": "Rules start each other without end",
    "RE164": "Rules would start each other, were they triggered by rules",
    "RE165": "The rules are too many to look for every cycle",
    "RE170": "A name is not in the last snapshot",
    # Blueprints
    "RE180": "A blueprint can't be used",
    "RE181": "An input is not known",
    "RE182": "An input is missing",
    "RE183": "An input has the wrong value",
}
"""Every code with its title. A code never changes its meaning."""


class Severity(StrEnum):
    """How bad it is: an error refuses the file, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with a problem."""

    text: str
    """What is there: `used here`."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file, where, and what to do next."""

    code: str
    severity: Severity = Severity.ERROR
    message: str
    """What is wrong, naming the thing and its value; one sentence without a full stop."""
    place: Place
    suggestion: str | None = None
    """The one known word that was probably meant; also in a "did you mean" of what is rendered."""
    advice: str = ""
    """What to do next, where no single word says it."""
    rule: str | None = None
    excerpt: str = ""
    """The file's line at `place`; empty when there is none."""
    related: tuple[Related, ...] = ()
    """Other places that have to do with it: of a mistake inside a blueprint, who uses it."""

    @property
    def title(self) -> str:
        """What the code stands for."""
        return CODES[self.code]


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them refuses its file."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and column, each once."""
    return tuple(
        sorted(dict.fromkeys(problems), key=lambda problem: (problem.place, problem.code, problem.message))
    )


_MAX_EXCERPT = 120
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text without anything that could move a terminal's cursor or change its colours; tabs become spaces."""
    return _UNPRINTABLE.sub(lambda found: " " if found.group() == "\t" else "�", text)


def render(problem: Problem, lines: Sequence[str] | None = None) -> str:
    """The problem for people: place, what is wrong, the line with a caret, what to do next.

    `lines` are the file's lines; without them the problem's own excerpt is shown.
    """
    place = problem.place
    rule = f" (rule {printable(problem.rule)})" if problem.rule else ""
    parts = [
        f"{printable(str(place))}: {problem.severity.value} {problem.code}: {printable(problem.message)}{rule}"
    ]
    line = lines[place.line - 1] if lines is not None and 0 < place.line <= len(lines) else problem.excerpt
    if line.strip():
        parts.extend(_with_caret(line, place))
    parts.extend(printable(f"  {other.text}: {other.place}") for other in problem.related)
    if problem.suggestion is not None:
        parts.append(f"  did you mean {printable(problem.suggestion)}?")
    if problem.advice:
        parts.append(f"  {printable(problem.advice)}")
    return "\n".join(parts)


def _with_caret(line: str, place: Place) -> tuple[str, str]:
    """The line and a caret under the place; of a long line, the part around it."""
    start = max(place.column - 1 - _MAX_EXCERPT // 2, 0) if len(line) > _MAX_EXCERPT else 0
    shown = printable(line[start : start + _MAX_EXCERPT].rstrip("\r\n"))
    gutter = f"{place.line:>5} | "
    caret = min(max(place.column - 1 - start, 0), len(shown))
    return gutter + shown, " " * (len(gutter) - 2) + "| " + " " * caret + "^"


def to_json(problem: Problem) -> dict[str, Any]:
    """The problem for programs, as plain JSON data."""
    return {
        "code": problem.code,
        "title": problem.title,
        "severity": problem.severity.value,
        "message": problem.message,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "suggestion": problem.suggestion,
        "advice": problem.advice,
        "rule": problem.rule,
        "excerpt": problem.excerpt[:_MAX_EXCERPT],
        "related": [
            {
                "text": other.text,
                "file": other.place.file,
                "line": other.place.line,
                "column": other.place.column,
            }
            for other in problem.related
        ],
    }
