"""What PyYAML's parser complains of, in words that tell a person what to change."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why the text is not YAML, and at which character."""

    message: str
    advice: str
    index: int


_PLAIN_MESSAGES = (
    ("could not find expected ':'", "a key lacks its colon", "write `key: value`"),
    ("expected ':'", "a key lacks its colon", "write `key: value`"),
    (
        "did not find expected key",
        "this line does not fit its block",
        "check its indent, and quote a text that begins with a quote, a bracket or a brace",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not fit the list around it",
        "check its indent; each item of a list begins with `- `",
    ),
    (
        "block sequence entries are not allowed",
        "a list can't begin here",
        "put the first `- ` on a line of its own",
    ),
    ("did not find expected ',' or", "this bracket or brace is not closed", "close it, or quote the text"),
    ("did not find expected node content", "a value is missing", "write a value, or quote the text"),
    ("unexpected end of stream", "this quoted text is not closed", "close the quote"),
    ("unexpected document indicator", "this quoted text is not closed before `---`", "close the quote"),
    (
        "unknown escape character",
        "a backslash in a double-quoted text begins an escape that YAML does not know",
        "write two backslashes, or use single quotes",
    ),
    (
        "did not find expected <document start>",
        "this line does not belong to what is above it",
        "check its indent",
    ),
    ("undefined tag handle", "a tag is used that nothing defines", "quote a text that begins with !"),
    (
        "did not find expected alphabetic or numeric character",
        "`*` and `&` begin an alias or anchor",
        "quote the text",
    ),
    ("found a tab character", "a tab is used as an indent", "indent with spaces"),
)
_PLACED_AT_THE_OPENING = (
    "could not find expected ':'",
    "did not find expected ',' or",
    "unexpected end of stream",
    "unexpected document indicator",
)
_BARE_TEMPLATE = re.compile(r"(?:[:\-,]\s+|\[)\{\{")
_AFTER_QUOTE = re.compile(r"""(?:[:-]\s+)(?:"[^"]*"|'[^']*')\s*[^\s#,}\]:]""")


def explain(error: yaml.MarkedYAMLError, text: str) -> SyntaxFault:
    """What the parser raised, translated."""
    said = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(part in said for part in _PLACED_AT_THE_OPENING):
        mark = error.context_mark
    index = min(mark.index, len(text)) if mark is not None else 0
    line_start = max(text.rfind(char, 0, index) for char in "\r\n") + 1
    line = re.split(r"[\r\n]", text[line_start : index + 200], maxsplit=1)[0]
    if _BARE_TEMPLATE.search(line):
        return SyntaxFault("a template stands here without quotes", 'quote it: "{{ … }}"', index)
    if _AFTER_QUOTE.search(line):
        return SyntaxFault(
            "text goes on after a closing quote", "put the whole value in quotes of the other kind", index
        )
    message, advice = _translated(said, text[index : index + 1], text[line_start:index])
    return SyntaxFault(message, advice, index)


def _translated(said: str, char: str, before: str) -> tuple[str, str]:
    if "cannot start any token" in said:
        if char == "\t":
            return "a tab is used as an indent", "indent with spaces"
        return f"a text can't begin with {char or 'this'} unless it is quoted", "quote the text"
    if "mapping values are not allowed" in said:
        if ": " in before:
            return "a second ': ' stands on this line", 'quote a text that has ": " in it'
        return "a key can't stand here", "check the indent, and that the line above has its colon"
    for part, message, advice in _PLAIN_MESSAGES:
        if part in said:
            return message, advice
    advice = "compare it with a line that works; quote texts that hold : # { } [ ]"
    return f"the file is not valid YAML here: {said}", advice
