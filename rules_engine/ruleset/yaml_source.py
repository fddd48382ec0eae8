"""Strict YAML with positions: what a person wrote, as plain JSON data, and where each part of it stands.

YAML as it comes is a trap for people who write rules: `on` is true, `012` is ten, a second key wins silently, and a
few lines of aliases fill the memory. This reader takes the core schema of YAML 1.2 and nothing that has a meaning
beyond plain data, builds from the parser's events (so that depth and size are refused before they cost anything),
and reports every problem with its place. It knows nothing of rules: the configuration is read by it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem, Severity
from rules_engine.ruleset.yaml_builder import Builder, Finding
from rules_engine.ruleset.yaml_places import Lines, Path, Places

MAX_BYTES = 256 * 1024
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file as read."""

    file: str
    data: Any
    """Plain JSON data; None when the file is empty or could not be read to its end.

    It may hold data although there are problems, so that a later check finds its own mistakes as well.
    """
    places: Places
    problems: tuple[Problem, ...]
    lines: tuple[str, ...]
    values: int = 0
    """How many keys and values it holds."""

    def problem(
        self,
        code: str,
        message: str,
        path: Path = (),
        *,
        key: bool = False,
        inside: tuple[str, int, int] | None = None,
        severity: Severity = Severity.ERROR,
        suggestion: str | None = None,
        advice: str = "",
        rule: str | None = None,
    ) -> Problem:
        """A problem of the value at the path (with `key`: of its key), with its place and excerpt.

        `inside` is (text, line, column) of a place within the text that stands at the path.
        """
        line, column = self.places.inside(path, *inside) if inside else self.places.of(path, key=key)
        return Problem(
            code=code,
            severity=severity,
            message=message,
            place=Place(self.file, line, column),
            suggestion=suggestion,
            advice=advice,
            rule=rule,
            excerpt=self.lines[line - 1] if line <= len(self.lines) else "",
        )


def parse_yaml(text: bytes | str, file: str) -> Source:
    """Read one YAML document strictly.

    `file` is how messages call it. Nothing is raised for what the text holds: problems are in the result.
    """
    decoded, refusal = _decode(text)
    lines = Lines(decoded)
    if refusal is None:
        refusal = _refuse(text, decoded)
    if refusal is not None:
        found = refusal.problem(file, lines)
        return Source(
            file=file, data=None, places=Places(decoded, lines, None), problems=(found,), lines=lines.texts
        )
    builder = Builder(decoded, file, lines)
    builder.read()
    return Source(
        file=file,
        data=builder.data,
        places=Places(decoded, lines, builder.root),
        problems=tuple(builder.problems),
        lines=lines.texts,
        values=builder.values,
    )


def _decode(text: bytes | str) -> tuple[str, Finding | None]:
    if isinstance(text, str):
        return text.removeprefix("\ufeff"), None
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", Finding("RE106", "the file is UTF-16", "save it as UTF-8")
    try:
        return text.decode("utf-8").removeprefix("\ufeff"), None
    except UnicodeDecodeError as error:
        start = text[: error.start].decode("utf-8").removeprefix("\ufeff")
        byte = text[error.start]
        refusal = Finding(
            "RE106", f"the byte 0x{byte:02x} is not UTF-8", "save the file as UTF-8", len(start)
        )
        return start, refusal


def _refuse(text: bytes | str, decoded: str) -> Finding | None:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        return Finding(
            "RE107",
            f"the file has {size:,} bytes; {MAX_BYTES:,} are allowed",
            "split it into several files of one folder",
        )
    found = _FORBIDDEN.search(decoded)
    if found:
        name = f"U+{ord(found.group()):04X}"
        return Finding("RE106", f"the control character {name} is not allowed", "remove it", found.start())
    return None
