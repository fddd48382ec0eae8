"""The tokens of plain expressions, found at once: names, whole numbers, simple texts and operators.

Jinja's lexer is general and slow, and most of a rules file are `lead.name` and `lead.value > 5000`. What is found here
is exactly what that lexer would find (a property test holds it to that); anything else is left to it, and so is every
expression that the parser then refuses, for the words of its error.
"""

from __future__ import annotations

import re

from jinja2.lexer import Token, operators

from rules_engine.ruleset.templates.limits import MAX_TOKENS

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<name>[A-Za-z_][A-Za-z0-9_]*(?![^\x00-\x7f]))
  | (?P<integer>(?:0|[1-9][0-9]{0,15})(?![\w.]))
  | (?P<string>'[^'\\]*'|"[^"\\]*")
  | (?P<operator>//|\*\*|==|!=|>=|<=|[-+/*%~\[\]()<>=.:|,;])
    )\s*""",
    re.VERBOSE,
)
_OUTPUT = re.compile(r"""\{\{(?![-+])(?:[^{}'"]|'[^'{}]*'|"[^"{}]*")*(?<!-)\}\}""")


def tokens_of_expression(source: str, at: int = 0, end: int | None = None) -> list[Token] | None:
    """The tokens, each with its offset where Jinja has the line; None where Jinja's lexer must look itself."""
    end = len(source) if end is None else end
    found: list[Token] = []
    match_token = _TOKEN.match
    while at < end:
        match = match_token(source, at, end)
        if match is None or len(found) >= MAX_TOKENS:
            return None
        kind = match.lastgroup
        assert kind is not None
        text = match[kind]
        start = match.start(kind)
        if kind == "operator":
            found.append(Token(start, operators[text], text))
        elif kind == "string":
            found.append(Token(start, kind, text[1:-1]))
        elif kind == "integer":
            found.append(Token(start, kind, int(text)))  # type: ignore[arg-type]  # as Jinja's lexer does
        else:
            found.append(Token(start, kind, text))
        at = match.end()
    return found


def tokens_of_output(source: str) -> list[Token] | None:
    """The same for a text that is nothing but one `{{ … }}` without braces in it."""
    if _OUTPUT.fullmatch(source) is None:
        return None
    end = len(source) - 2
    inner = tokens_of_expression(source, 2, end)
    if inner is None:
        return None
    return [Token(0, "variable_begin", "{{"), *inner, Token(end, "variable_end", "}}")]
