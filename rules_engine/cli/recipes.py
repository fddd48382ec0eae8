"""The recipes that come with the program: rule files of the cookbook and the starters, and what each is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from rules_engine.cli.packaged import packaged
from rules_engine.ruleset.files import is_rules_file

_FOLDERS = ("examples/cookbook", "rules")
_NUMBER = re.compile(r"(?P<number>\d+)[-.] ?")
_MODELINE = "# yaml-language-server:"
_SENTENCE = re.compile(r"(?<=\.)\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One rule file to begin with."""

    name: str
    """As it is called and as its file will be: without number."""
    number: str | None
    """In the cookbook."""
    title: str
    what: str
    """What it is for, in a sentence."""
    file: Path

    @property
    def test(self) -> Path | None:
        """Its rule test, where it has one."""
        file = self.file.with_suffix(".test.yaml")
        return file if file.is_file() else None


def recipes() -> tuple[Recipe, ...]:
    """Every recipe, the cookbook's first. Raises ConfigurationError where the installation lacks them."""
    return tuple(_recipe(file) for folder in _FOLDERS for file in _rule_files(packaged(folder)))


def _rule_files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.iterdir()) if is_rules_file(file.name))


def _recipe(file: Path) -> Recipe:
    found = _NUMBER.match(file.stem)
    paragraphs = _paragraphs(file.read_text(encoding="utf-8").splitlines())
    title = _NUMBER.sub("", paragraphs[0], count=1) if paragraphs else file.stem
    told = paragraphs[1] if len(paragraphs) > 1 and found else title
    return Recipe(
        name=_NUMBER.sub("", file.stem, count=1),
        number=str(int(found["number"])) if found else None,
        title=title,
        what=_SENTENCE.split(told, maxsplit=1)[0].rstrip("."),
        file=file,
    )


def _paragraphs(lines: Iterable[str]) -> list[str]:
    """The paragraphs of the comment that a file begins with."""
    comment = takewhile(lambda line: line.startswith("#"), lines)
    words = (line.removeprefix("#").strip() for line in comment if not line.startswith(_MODELINE))
    parts = "\n".join(words).split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def with_schema(text: str, schema: str | None) -> str:
    """The file's text with its editor told of the schema at that path; without one the line is left out."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith(_MODELINE)]
    head = [f"{_MODELINE} $schema={schema}\n"] if schema is not None else []
    while not head and lines and lines[0].strip() in {"", "#"}:
        lines = lines[1:]
    return "".join(head + lines)
