"""Reads the pages of the documentation: sections, tables, code blocks, examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
RULES = ROOT / "docs" / "rules.md"
OPERATIONS = ROOT / "docs" / "operations.md"
PAGES = (README, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md")))

_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_EXAMPLE = re.compile(r"`([^`\n]+)` → `([^`\n]*)`")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language line, its text, and where it stands."""

    page: Path
    line: int
    info: str
    text: str

    def __str__(self):
        return f"{self.page.name}:{self.line}"


def blocks(page, info):
    """The blocks of a page whose language line is this."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[1], found[2])
        for found in _FENCE.finditer(text)
        if found[1] == info
    ]


def prose(page):
    """A page without its blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def section(page, title):
    """The text below a heading, to the next one of its level or above, without code blocks."""
    text = prose(page)
    headings = list(_HEADING.finditer(text))
    (start,) = [one for one in headings if plain(one[2]) == title]
    later = [one for one in headings if one.start() > start.start() and len(one[1]) <= len(start[1])]
    return text[start.end() : later[0].start() if later else len(text)]


def headings(text, level):
    """The headings of one level in a text."""
    return [plain(found[2]) for found in _HEADING.finditer(text) if len(found[1]) == level]


def plain(text):
    """A heading without its code marks."""
    return text.replace("`", "").strip()


def tables(text):
    """The tables of a text, each as a list of rows (dicts by column), in order."""
    found = []
    rows = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif rows:
            found.append([dict(zip(rows[0], row, strict=True)) for row in rows[2:]])
            rows = []
    return found


def table(text, column):
    """The rows of the one table in a text that has this as its first column."""
    (rows,) = [rows for rows in tables(text) if next(iter(rows[0])) == column]
    return rows


def names(rows, column):
    """What stands in code marks in a column, in order."""
    return [code for row in rows for code in _CODE.findall(row[column])]


def codes(text):
    """Everything in code marks."""
    return _CODE.findall(text)


def examples(page):
    """Every `template` → `result` of a page, unescaped."""
    return [
        (found[1].replace("\\|", "|"), found[2].replace("\\|", "|"))
        for found in _EXAMPLE.finditer(prose(page))
    ]


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", plain(found[2]).lower()).replace(" ", "-")
        for found in _HEADING.finditer(prose(page))
    }
