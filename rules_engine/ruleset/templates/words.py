"""Text of a closed vocabulary (statuses, tags, priorities): the API does not mind its case, so neither do rules."""

from __future__ import annotations


class Word(str):
    """A text that equals another whatever the case of either; printed and stored as it is written.

    `Word("High") == "high"` holds from either side, in lists, in sets and as a key of a dict of words; order and `in` ignore case
    too. Every text made from it (`lower`, `~`, slices) is plain text again.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str(self).casefold() == str(other).casefold()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(str(self).casefold())

    def __lt__(self, other: str) -> bool:
        return str(self).casefold() < str(other).casefold()

    def __le__(self, other: str) -> bool:
        return str(self).casefold() <= str(other).casefold()

    def __gt__(self, other: str) -> bool:
        return str(self).casefold() > str(other).casefold()

    def __ge__(self, other: str) -> bool:
        return str(self).casefold() >= str(other).casefold()

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and str(part).casefold() in str(self).casefold()
