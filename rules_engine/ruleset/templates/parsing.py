"""From source to Jinja's syntax tree, by Jinja's own lexer and parser, with exact places.

Jinja's nodes know only their line. So that they know their column too, the stream of tokens is handed to the
parser with the offset in the source where Jinja keeps the line: a node's `lineno` IS ITS OFFSET everywhere in
this package, and `Positions` turns it into line and column. Nothing of Jinja beyond the parser is ever called:
its compiler folds constants, so that compiling `'A' * 10**9` alone would hang.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from rules_engine.ruleset.templates.errors import TemplateSyntaxProblem
from rules_engine.ruleset.templates.limits import MAX_SOURCE, MAX_TOKENS
from rules_engine.ruleset.templates.quick import tokens_of_expression, tokens_of_output

MARKUP = re.compile(r"\{[{%#]")
_NEWLINE = re.compile(r"\r\n|\r")
_AT_OFFSET = re.compile(r" at \d+$")
_LONGEST_NUMBER = 600
_IN_OUR_WORDS = {
    "begin of print statement": "{{",
    "end of print statement": "}}",
    "begin of statement block": "{%",
    "end of statement block": "%}",
    "end of template": "end of the text",
}
_HABITS = [
    (re.compile(pattern), advice)
    for pattern, advice in (
        (r".?&", "Write `and`."),
        (r"\|\||.\|\|", "Write `or`."),
        (r".?(?:AND|OR|NOT|IN|IS)\b", "Write it in small letters."),
        (r".?!(?!=)", "Write `not`."),
        (r".?===?(?!=)|.=", "Compare with `==`, `<=` or `>=`."),
        (r".?\?", "Write `a if condition else b`."),
        (r".?['\"]", "A quote is opened here and never closed."),
        (r".?#", "A comment stands outside: in YAML after the value, in a text as {# … #}."),
        (
            r".?(?:endif|endfor|endset|else|elif)\b",
            "Its {% if %}, {% for %} or {% set %} is missing before it.",
        ),
    )
]
_SPLIT_ADVICE = "Split it: work parts of it out in `vars`."
_LONGEST_PLAIN = 1_000
"""Characters of a text that is looked at piece by piece."""
_PIECE = r"""\{\{(?![-+])((?:[^{}'"]|'[^'{}\\]*'|"[^"{}\\]*"){1,80})(?<!-)\}\}"""
_PLAIN_TEXT = re.compile(rf"[^{{]*(?:{_PIECE}[^{{]*)+")
_EACH_PIECE = re.compile(_PIECE)

_ONE_LINE = [0]

_T = TypeVar("_T")


class Positions:
    """Turns an offset in a source into line and column, both counted from 1."""

    def __init__(self, source: str) -> None:
        self._starts = (
            [0, *(match.end() for match in re.finditer("\n", source))] if "\n" in source else _ONE_LINE
        )

    def of(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at that offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def fail(self, offset: int, message: str, advice: str = "") -> NoReturn:
        """Refuse the template because of what stands at that offset."""
        line, column = self.of(offset)
        raise TemplateSyntaxProblem(message, line, column, advice)


class _OffsetEnvironment(Environment):
    """Jinja's environment, of which only lexer and parser are used, with offsets for line numbers."""

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        raw = _with_offsets(source, self.lexer.tokeniter(source, name, filename, state))
        return TokenStream(self.lexer.wrap(raw, name, filename), name, filename)


class _QuickEnvironment(_OffsetEnvironment):
    """The same for what our own lexer knows. Raises `_NotQuickError` for anything else."""

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        found = tokens_of_expression(source) if state == "variable" else tokens_of_output(source)
        if found is None:
            raise _NotQuickError
        return TokenStream(found, name, filename)


class _NotQuickError(Exception):
    """Jinja's own lexer must read it."""


_ENVIRONMENT = _OffsetEnvironment()
_QUICK = _QuickEnvironment()


def normalise(source: str) -> str:
    """The source with the line ends that Jinja's lexer sees. Raises `TemplateSyntaxProblem` when it is too long."""
    if len(source) > MAX_SOURCE:
        message = f"The template is {len(source)} characters long; at most {MAX_SOURCE} are taken."
        raise TemplateSyntaxProblem(message, 1, 1, _SPLIT_ADVICE)
    return _NEWLINE.sub("\n", source) if "\r" in source else source


def parse_text(source: str) -> list[nodes.Node]:
    """The statements and outputs of a text with markup. Raises `TemplateSyntaxProblem`."""
    if len(source) <= _LONGEST_PLAIN and _PLAIN_TEXT.fullmatch(source):
        try:
            return _parse_pieces(source)
        except TemplateSyntaxProblem:
            pass  # read as a whole it has the place of the mistake
    return _parse_whole(source)


def _parse_whole(source: str) -> list[nodes.Node]:
    return _parse(source, None, lambda parser: parser.parse().body)


def _parse_pieces(source: str) -> list[nodes.Node]:
    """The same for a text of nothing but data and `{{ … }}`: rules by the thousand put the same few names into texts
    that all differ, so each piece is parsed once and moved to where it stands.
    """
    text = source.removesuffix("\n")
    parts: list[nodes.Node] = []
    at = 0
    for found in _EACH_PIECE.finditer(text):
        if found.start() > at:
            parts.append(nodes.TemplateData(text[at : found.start()], lineno=at))
        parts.append(_moved(_piece(found[1]), found.start()))
        at = found.end()
    if at < len(text):
        parts.append(nodes.TemplateData(text[at:], lineno=at))
    return [nodes.Output(parts, lineno=parts[0].lineno)]


@lru_cache(maxsize=1024)
def _piece(inner: str) -> nodes.Node:
    """The tree of `{{inner}}` alone. Raises `TemplateSyntaxProblem`."""
    (output,) = _parse_whole(f"{{{{{inner}}}}}")
    assert isinstance(output, nodes.Output)
    return output.nodes[0]


def _moved(node: nodes.Node, by: int) -> nodes.Node:
    """A copy of the tree that stands so much further on."""
    copy = object.__new__(type(node))
    for name in node.fields:
        setattr(copy, name, _moved_field(getattr(node, name), by))
    copy.lineno = node.lineno + by if node.lineno is not None else None
    copy.environment = node.environment
    return copy


def _moved_field(value: Any, by: int) -> Any:
    if isinstance(value, nodes.Node):
        return _moved(value, by)
    return [_moved_field(each, by) for each in value] if isinstance(value, list) else value


def parse_expression(source: str) -> nodes.Expr:
    """The tree of one expression. Raises `TemplateSyntaxProblem`."""

    def whole(parser: Parser) -> nodes.Expr:
        tree = parser.parse_expression()
        if not parser.stream.eos:
            found = parser.stream.current
            message = f"unexpected {found.value!r} after the end of the expression"
            raise TemplateSyntaxError(message, found.lineno)
        return tree

    return _parse(source, "variable", whole)


def _parse(source: str, state: str | None, read: Callable[[Parser], _T]) -> _T:
    try:
        return read(Parser(_QUICK, source, state=state))
    except (_NotQuickError, TemplateSyntaxError, RecursionError):
        pass  # Jinja's lexer has the last word, and its errors the better words
    positions = Positions(source)
    try:
        return read(Parser(_ENVIRONMENT, source, state=state))
    except TemplateSyntaxError as problem:
        offset = min(problem.lineno, len(source))
        positions.fail(offset, _in_our_words(problem.message or "not a template"), _habit(source, offset))
    except RecursionError:
        positions.fail(0, "The template is nested too deeply to be read.", _SPLIT_ADVICE)


def _with_offsets(source: str, tokens: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """Jinja's raw tokens, each with the offset at which it stands instead of its line."""
    position = count = 0
    stream = iter(tokens)
    while True:
        try:
            _line, token, value = next(stream)
        except StopIteration:
            return
        except TemplateSyntaxError as problem:
            raise TemplateSyntaxError(problem.message or "not a template", position) from None
        # Only white space that a `-` sign strips is missing from the stream, so the next token is near.
        position = source.index(value, position)
        count += token != "whitespace"  # noqa: S105  a kind of token of the lexer
        if count > MAX_TOKENS:
            raise TemplateSyntaxError(f"more than {MAX_TOKENS} tokens; split the template", position)
        if token == "integer" and len(value) > _LONGEST_NUMBER:  # noqa: S105  as above
            raise TemplateSyntaxError(f"a number of {len(value)} digits", position)
        yield position, token, value
        position += len(value)


def _habit(source: str, offset: int) -> str:
    """What to write instead, where somebody has written another language."""
    return next((advice for pattern, advice in _HABITS if pattern.match(source, max(offset - 1, 0))), "")


def _in_our_words(message: str) -> str:
    for theirs, ours in _IN_OUR_WORDS.items():
        message = message.replace(theirs, ours)
    return _AT_OFFSET.sub("", message).rstrip(".") + "."
