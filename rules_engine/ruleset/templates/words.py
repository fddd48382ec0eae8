"""Text of a closed vocabulary (statuses, tags, priorities): the API does not mind its case, so neither do rules."""

from __future__ import annotations

_fold = str.casefold


class Word(str):
    """A text that equals another whatever the case of either; printed and stored as it is written.

    `Word("High") == "high"` holds from either side and in lists; order and `in` ignore case too. Its hash is that of its small
    letters, so in sets and as a key it finds other words. Every text made from it (`lower`, `~`, slices) is plain text again.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and _fold(self) == _fold(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(_fold(self))

    def __lt__(self, other: str) -> bool:
        return _fold(self) < _fold(other)

    def __le__(self, other: str) -> bool:
        return _fold(self) <= _fold(other)

    def __gt__(self, other: str) -> bool:
        return _fold(self) > _fold(other)

    def __ge__(self, other: str) -> bool:
        return _fold(self) >= _fold(other)

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and _fold(part) in _fold(self)
