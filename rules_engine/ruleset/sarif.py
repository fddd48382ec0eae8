"""Problems as SARIF 2.1.0, the form in which code scanners and editors exchange findings (OASIS standard)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from rules_engine.ruleset.explanations import Explanation, explanations
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem, Severity, printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}
_ROOT = "%SRCROOT%"
"""What relative paths are relative to, as GitHub and others call it: here the current folder."""


def sarif_of(problems: Iterable[Problem], *, version: str) -> dict[str, Any]:
    """A SARIF log with one run; its rules are the codes that were found."""
    found = list(problems)
    codes = sorted({problem.code for problem in found})
    known = explanations()
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "rules-engine",
                        "semanticVersion": version,
                        "rules": [_rule(known[code]) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, codes.index(problem.code)) for problem in found],
            }
        ],
    }


def _rule(explanation: Explanation) -> dict[str, Any]:
    examples = "\n\n".join(
        f"{name}:\n\n```{'yaml' if example.is_yaml else 'text'}\n{example.text}\n```"
        for name, example in (("Wrong", explanation.wrong), ("Right", explanation.right))
    )
    return {
        "id": explanation.code,
        "shortDescription": {"text": explanation.title},
        "fullDescription": {"text": explanation.text},
        "help": {
            "text": f"{explanation.text}\n\nrules-engine explain {explanation.code} shows examples.",
            "markdown": f"{explanation.text}\n\n{examples}",
        },
    }


def _result(problem: Problem, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": _LEVELS[problem.severity],
        "message": {"text": message_of(problem)},
        "locations": [_location(problem.place)],
    }
    if problem.related:
        result["relatedLocations"] = [
            {"id": n, "message": {"text": other.text}, **_location(other.place)}
            for n, other in enumerate(problem.related)
        ]
    return result


def message_of(problem: Problem) -> str:
    """All that is said of a problem, but for its places, as sentences of one text."""
    meant = f"Did you mean {problem.suggestion}?" if problem.suggestion is not None else ""
    rule = f"(rule {problem.rule})" if problem.rule else ""
    return printable(
        " ".join(filter(None, (_sentence(problem.message, rule), meant, _sentence(problem.advice))))
    )


def _sentence(text: str, after: str = "") -> str:
    if not text:
        return ""
    whole = f"{text[:1].upper()}{text[1:]}{' ' if after else ''}{after}"
    return whole if whole.endswith((".", "?", "!")) else f"{whole}."


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.file),
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }


def _artifact(file: str) -> dict[str, str]:
    """A file inside the current folder by its path there, another one by its whole path."""
    name = shown_path(file)
    if PurePath(name).is_absolute():
        return {"uri": "file://" + quote(name)}
    return {"uri": quote(name), "uriBaseId": _ROOT}


def shown_path(file: str) -> str:
    """The path from the current folder, where the file is in it; else the whole one. Links are left as they are."""
    straight, here = Path(os.path.abspath(file)), Path.cwd()  # noqa: PTH100 - resolve() would follow links
    return (straight.relative_to(here) if straight.is_relative_to(here) else straight).as_posix()
