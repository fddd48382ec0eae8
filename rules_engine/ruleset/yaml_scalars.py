"""What a plain scalar stands for in the core schema of YAML 1.2: null, true, false, a number, or else a text.

So `yes`, `no`, `on`, `off`, `1:30`, `1_000` and `2026-12-25` are texts. A number that cannot be kept as it is written
(a leading zero, an infinity, thirty digits) is refused rather than changed: `0044` may be half a phone number.
"""

from __future__ import annotations

import math
import re

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_STARTS = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_MAX_LENGTH = 30


class NumberError(ValueError):
    """A plain scalar that YAML reads as a number, but that would not be kept as it is written."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        shown = text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + "…"
        self.advice = f'if it is meant as a text, quote it: "{shown}"'


def may_be_no_text(text: str) -> bool:
    """A quick look at whether a plain scalar could be anything but a text."""
    return text in _WORDS or text[0] in _NUMBER_STARTS


def plain_value(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar; raises NumberError."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text):
        return _number(text)
    if _BASED.fullmatch(text):
        return int(_of_length(text), 0)
    if _NOT_FINITE.fullmatch(text):
        raise NumberError(f"{text} is not a number that JSON can carry", text)
    return text


def _number(text: str) -> int | float:
    _of_length(text)
    if _LEADING_ZERO.match(text):
        raise NumberError(
            f"{text} is a number with a leading zero, which YAML 1.1 reads as octal and YAML 1.2 as decimal",
            text,
        )
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise NumberError(f"{text} is too large a number", text)
    return number


def _of_length(text: str) -> str:
    if len(text) > _MAX_LENGTH:
        raise NumberError(f"a number of {len(text)} characters can't be kept exactly", text)
    return text
