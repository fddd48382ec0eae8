"""Problems as GitHub's workflow commands, which show them beside the lines of a pull request.

The form and its escapes are those of https://docs.github.com/actions/reference/workflow-commands-for-github-actions
and of the toolkit's `command.ts`: what a file holds must never end a command or begin another one.
"""

from __future__ import annotations

from collections.abc import Mapping

from rules_engine.ruleset.problems import Problem, Severity
from rules_engine.ruleset.sarif import message_of, shown_path

_COMMANDS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def github_command(problem: Problem) -> str:
    """The command that annotates the problem's line."""
    properties = {
        "file": shown_path(problem.place.file),
        "line": str(problem.place.line),
        "col": str(problem.place.column),
        "title": f"{problem.code}: {problem.title}",
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    also = "".join(
        f"\n{other.text}: {shown_path(other.place.file)}:{other.place.line}:{other.place.column}"
        for other in problem.related
    )
    return f"::{_COMMANDS[problem.severity]} {listed}::{_data(message_of(problem) + also)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
