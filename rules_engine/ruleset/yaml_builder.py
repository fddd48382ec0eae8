"""Builds plain data and positions from the events of a YAML parser, refusing on the way what is not plain data.

Working on events, rather than on a tree that the library has composed, means that depth, size and aliases are
refused before they cost anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem
from rules_engine.ruleset.yaml_errors import explain
from rules_engine.ruleset.yaml_places import Lines, Node
from rules_engine.ruleset.yaml_scalars import NumberError, may_be_no_text, plain_value

MAX_DEPTH = 20
MAX_VALUES = 20_000
"""Keys and values of one file; with the limit on bytes it keeps the reading of any file under a tenth of a second."""
_MAX_PROBLEMS = 50
_LONGEST_QUOTED = 80
"""Longer templates are not repeated in a message."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WRITE_OUT = "write the value out where it is needed"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a character of the text."""

    code: str
    message: str
    advice: str
    index: int = 0

    def problem(self, file: str, lines: Lines) -> Problem:
        """The same with its place."""
        line, column = lines.position(self.index)
        return Problem(
            code=self.code,
            message=self.message,
            advice=self.advice,
            place=Place(file, line, column),
            excerpt=lines.texts[line - 1],
        )


class _StopReading(Exception):
    """The rest of the file is not worth reading."""


class _Ignored:
    """A key that has a problem, so that its value is read and dropped."""


_IGNORED = _Ignored()


class _Frame:
    """A mapping or list that is being read."""

    __slots__ = ("data", "flow_start", "items", "key", "keys", "node")

    def __init__(self, node: Node, data: dict[str, Any] | list[Any], *, flow_start: int | None) -> None:
        self.node = node
        self.data = data
        self.flow_start = flow_start
        self.items: dict[str | int, Node] = {}
        self.keys: dict[str, int] | None = None
        """None for a list."""
        self.key: str | _Ignored | None = _IGNORED
        """A mapping's key that waits for its value; None while a key is expected, which a list never does."""
        node.items = self.items
        if isinstance(data, dict):
            node.keys = self.keys = {}
            self.key = None


class Builder:
    """Builds data and positions from the parser's events."""

    def __init__(self, text: str, file: str, lines: Lines) -> None:
        self.data: Any = None
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._text = text
        self._file = file
        self._lines = lines
        self._stack: list[_Frame] = []
        self._frame: _Frame | None = None
        """The innermost of the stack."""
        self.values = 0
        """Keys and values so far."""
        self._documents = 0

    def read(self) -> None:
        """Read to the end, or to the first thing after which reading makes no sense."""
        try:
            self._read_events()
        except _StopReading:
            self.data = None
        except yaml.MarkedYAMLError as error:
            self.data = None
            self._syntax(error)
        except yaml.YAMLError as error:
            self.data = None
            self._note(0, "RE101", f"the file is not valid YAML: {error}", "")

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        found = explain(error, self._text)
        line, _ = self._lines.position(found.index)
        if any(known.place.line == line for known in self.problems):
            return  # what is wrong with this line has been said, and better
        self._note(found.index, "RE101", found.message, found.advice)

    def _read_events(self) -> None:
        loader = _LOADER(self._text)
        takers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        get_event = loader.get_event
        try:
            while (event := get_event()) is not None:
                take = takers.get(type(event))
                if take is not None:
                    take(event, event.start_mark.index)
        finally:
            loader.dispose()

    def _document(self, event: Any, start: int) -> None:
        self._documents += 1
        if self._documents > 1:
            self._note(start, "RE111", "a second document begins here", "put it into a file of its own")
            raise _StopReading
        if event.version is not None and tuple(event.version) != (1, 2):
            self._note(start, "RE101", "files are read as YAML 1.2", "leave the %YAML line out")

    def _scalar(self, event: Any, start: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._too_many(start)
        if event.tag is not None or event.anchor is not None:
            self._properties(event, start)
        value: Any = event.value
        plain = not event.style
        frame = self._frame
        if frame is not None and frame.key is None:
            self._key(frame, value, start, plain=plain)
            return
        if plain and may_be_no_text(value):
            try:
                value = plain_value(value)
            except NumberError as problem:
                self._note(start, "RE109", str(problem), problem.advice)
        self._attach(value, Node(start, event.end_mark.index, event.style))

    def _key(self, frame: _Frame, text: str, start: int, *, plain: bool) -> None:
        keys = frame.keys
        assert keys is not None
        frame.key = _IGNORED
        if plain and text == "<<":
            self._note(start, "RE105", "merge keys (<<) are not used here", "write the keys out")
            return
        if plain and may_be_no_text(text) and not _is_text(text):
            shown = text or "an empty key"
            self._note(start, "RE110", f"{shown} is not a text, and keys are texts", f'quote it: "{text}"')
        if text in keys:
            first, _ = self._lines.position(keys[text])
            advice = f"it stands on line {first} already; keep one of them"
            self._note(start, "RE102", f"{text} is given twice", advice)
            return
        keys[text] = start
        frame.key = text

    def _open(self, event: Any, start: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._too_many(start)
        if event.tag is not None or event.anchor is not None:
            self._properties(event, start)
        if len(self._stack) >= MAX_DEPTH:
            self._note(
                start,
                "RE108",
                f"this is nested more than {MAX_DEPTH} levels deep",
                "bring it closer to the top",
            )
            raise _StopReading
        node = Node(start, event.end_mark.index)
        data: dict[str, Any] | list[Any] = {} if type(event) is yaml.MappingStartEvent else []
        outer = self._frame
        if outer is not None and outer.key is None:
            self._structured_key(outer, start)
        else:
            self._attach(data, node)
        self._frame = _Frame(node, data, flow_start=start if event.flow_style else None)
        self._stack.append(self._frame)

    def _close(self, event: Any, start: int) -> None:  # noqa: ARG002 - one signature for all
        self._stack.pop().node.end = event.end_mark.index
        self._frame = self._stack[-1] if self._stack else None

    def _structured_key(self, frame: _Frame, start: int) -> None:
        """A mapping or list where a key should be; nearly always a template that lacks its quotes."""
        frame.key = _IGNORED
        if (
            frame.flow_start is not None
            and frame.flow_start == start - 1
            and self._text[start : start + 1] == "{"
        ):
            close = self._text.find("}}", start)
            template = (
                self._text[start - 1 : close + 2] if 0 <= close - start <= _LONGEST_QUOTED else "{{ … }}"
            )
            self._note(
                start - 1,
                "RE110",
                "a template without quotes is read as a mapping",
                f'quote it: "{template}"',
            )
        else:
            self._note(start, "RE110", "a list or mapping can't be a key", "use a text")

    def _alias(self, event: Any, start: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._too_many(start)
        self._note(start, "RE104", f"the alias *{event.anchor} is not allowed", _WRITE_OUT)
        if self._frame is not None and self._frame.key is None:
            self._frame.key = _IGNORED
        else:
            self._attach(None, Node(start, event.end_mark.index))

    def _properties(self, event: yaml.NodeEvent, start: int) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._note(
                start,
                "RE103",
                f"the tag {shown} is not allowed",
                "leave it out; quote a value to make it a text",
            )
        if event.anchor is not None:
            self._note(start, "RE104", f"the anchor &{event.anchor} is not allowed", _WRITE_OUT)

    def _attach(self, value: Any, node: Node) -> None:
        frame = self._frame
        if frame is None:
            self.data = value
            self.root = node
        elif isinstance(frame.data, list):
            frame.items[len(frame.data)] = node
            frame.data.append(value)
        else:
            if isinstance(frame.key, str):
                frame.items[frame.key] = node
                frame.data[frame.key] = value
            frame.key = None

    def _too_many(self, start: int) -> NoReturn:
        advice = "split it into several files of one folder"
        self._note(start, "RE107", f"the file has more than {MAX_VALUES:,} keys and values", advice)
        raise _StopReading

    def _note(self, index: int, code: str, message: str, advice: str) -> None:
        self.problems.append(Finding(code, message, advice, index).problem(self._file, self._lines))
        if len(self.problems) >= _MAX_PROBLEMS:
            raise _StopReading


def _is_text(key: str) -> bool:
    try:
        return isinstance(plain_value(key), str)
    except NumberError:
        return False
