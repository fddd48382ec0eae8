"""The API key as a thing that can't be shown by accident, and the redactor for texts that others wrote."""

from __future__ import annotations

import re
from typing import Any, Final, NoReturn, Self, final

from rules_engine.errors import ConfigurationError

MASK: Final = "dt_…"
PREFIX: Final = "dt_"

_WHERE_KEYS_ARE = (
    "Keys are made in Dashtrack under Settings → API Keys; then `export DASHTRACK_API_KEY=dt_…`."
)
_TOKEN: Final = re.compile(r"dt_[A-Za-z0-9\-._~+/]+=*")
"""What a bearer token may consist of (RFC 6750), so that the pattern below always covers a whole key."""
_LOOKS_LIKE_A_KEY: Final = re.compile(r"dt_[A-Za-z0-9\-._~+/=%]+")


@final
class Key:
    """An API key. Nothing but `reveal()` gives its value: not repr, str, format, copies or pickle.

    Raises ConfigurationError, which does not repeat the value, when it can't be a key of Dashtrack.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = _checked(value.strip())

    def reveal(self) -> str:
        """The key itself, for the one header that carries it."""
        return self._value

    def __repr__(self) -> str:
        return f"Key({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("an API key can't be pickled: it must not leave this process")


def _checked(value: str) -> str:
    if not value:
        raise ConfigurationError("the API key is empty", advice=_WHERE_KEYS_ARE)
    if not value.startswith(PREFIX):
        raise ConfigurationError("the API key does not begin with `dt_`", advice=_WHERE_KEYS_ARE)
    if not _TOKEN.fullmatch(value):
        raise ConfigurationError(
            "the API key is cut or holds a character that no key has (a space, a quote, a line break, an ellipsis)",
            advice=_WHERE_KEYS_ARE,
        )
    return value


def redact(text: str, key: Key | None = None) -> str:
    """`text` without the key: by its value, and whatever else looks like one."""
    if key is not None:
        text = text.replace(key.reveal(), MASK)
    return _LOOKS_LIKE_A_KEY.sub(MASK, text)
