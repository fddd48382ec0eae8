"""Where each part of a YAML document stands, down to a character inside a text that YAML folds or unescapes.

A template's mistake is known by its line and column inside the template; a person wants it where they wrote it,
which for a quoted or folded text is somewhere else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

Path = tuple[str | int, ...]

_BREAK = re.compile(r"\r\n|\r|\n")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_CONTINUED = re.compile(r"\\(?:\r\n|\r|\n)")


class Lines:
    """A text's lines by the breaks that editors know: a YAML reader counts a few more, which would shift every place."""

    __slots__ = ("_starts", "texts")

    def __init__(self, text: str) -> None:
        self.texts: tuple[str, ...] = tuple(_BREAK.split(text))
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of the character at the index."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1


class Node:
    """One value of the document: where it begins and ends in the text, and what it holds."""

    __slots__ = ("end", "items", "keys", "start", "style")

    def __init__(self, start: int, end: int, style: str | None = None) -> None:
        self.start = start
        self.end = end
        self.style = style
        """A scalar's style as PyYAML names it: None or "" (plain), `'`, `"`, `|`, `>`."""
        self.items: dict[str | int, Node] | None = None
        """The values of a mapping by key or of a list by index; None for a scalar."""
        self.keys: dict[str, int] | None = None
        """Where each key of a mapping begins."""


class Places:
    """Finds the line and column of any part of one document by its path."""

    __slots__ = ("_lines", "_root", "_text")

    def __init__(self, text: str, lines: Lines, root: Node | None) -> None:
        self._text = text
        self._lines = lines
        self._root = root

    def of(self, path: Path = (), *, key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at the path, or with `key` of the key that names it.

        A path that does not exist is placed at the nearest thing around it that does.
        """
        node, reached = self._walk(path)
        if key and path and reached == len(path):
            holder, _ = self._walk(path[:-1])
            last = path[-1]
            if holder is not None and holder.keys is not None and isinstance(last, str):
                return self._lines.position(holder.keys[last])
        return self._lines.position(node.start if node is not None else 0)

    def inside(self, path: Path, value: str, line: int, column: int) -> tuple[int, int]:
        """Line and column in the file of a place inside the text `value` that stands at the path.

        `line` and `column` count from 1 within the text as YAML gives it.
        """
        node, reached = self._walk(path)
        if node is None or reached != len(path) or node.items is not None:
            return self.of(path)
        wanted = _offset(value, line, column)
        index = next(islice(_sources(self._text, node, value), wanted, None), node.start)
        return self._lines.position(index)

    def _walk(self, path: Path) -> tuple[Node | None, int]:
        """The deepest node on the path, and how many of its parts were found."""
        node = self._root
        for reached, part in enumerate(path):
            inner = node.items.get(part) if node is not None and node.items is not None else None
            if inner is None:
                return node, reached
            node = inner
        return node, len(path)


def _offset(value: str, line: int, column: int) -> int:
    """The index of a line and column, held inside the text."""
    start = 0
    for _ in range(line - 1):
        found = value.find("\n", start)
        if found < 0:
            break
        start = found + 1
    return max(min(start + column - 1, len(value) - 1), 0)


def _sources(text: str, node: Node, value: str) -> Iterator[int]:
    """For each character of a scalar's value, the index of the source character it comes from.

    YAML's styles change only white space (folding, indents) and, in quotes, what is escaped; so the two texts are
    walked side by side, and white space of the source that has no counterpart is passed over.
    """
    at, end = _content(text, node)
    for char in value:
        if char.isspace():
            if node.style == '"' and _CONTINUED.match(text, at):
                at = _skip_space(text, at, end, escaped=True)
            yield min(at, end)
            if node.style == '"' and text[at : at + 1] == "\\":
                at = _after_escape(text, at)
            elif text[at : at + 1] == char:
                at += 1
            continue
        at = _skip_space(text, at, end, escaped=node.style == '"')
        yield min(at, end)
        if node.style == '"' and text[at : at + 1] == "\\":
            at = _after_escape(text, at)
        else:
            at += 2 if node.style == "'" and char == "'" else 1


def _content(text: str, node: Node) -> tuple[int, int]:
    """Where a scalar's characters begin and end, without quotes or the header of a block."""
    if node.style in ("'", '"'):
        return node.start + 1, max(node.end - 1, node.start)
    if node.style in ("|", ">"):
        found = _BREAK.search(text, node.start)
        return (found.end() if found else node.end), max(node.end - 1, node.start)
    return node.start, max(node.end - 1, node.start)


def _skip_space(text: str, at: int, end: int, *, escaped: bool) -> int:
    while at < end:
        continued = _CONTINUED.match(text, at) if escaped else None
        if continued is not None:
            at = continued.end()
        elif text[at].isspace():
            at += 1
        else:
            break
    return at


def _after_escape(text: str, at: int) -> int:
    found = _ESCAPE.match(text, at)
    return found.end() if found else at + 1
