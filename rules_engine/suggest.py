"""Did-you-mean: the nearest known word to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import islice

_LONGEST = 80
"""Beyond it nobody has mistyped a word."""
_MOST_KNOWN = 200
_MOST_WEIGHED = 12
"""How many are compared letter by letter, most promising first: a file may hold thousands of names that differ by a
digit, and a hundred mistakes."""


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6, most: int = _MOST_KNOWN) -> str | None:
    """The known word nearest to `word` without regard to case, or None where none is near.

    Of very many words only the first (`most`) are looked at, so that a mistake costs the same whatever is known.
    """
    if len(word) > _LONGEST:
        return None
    by_fold = {candidate.casefold(): candidate for candidate in islice(known, most)}
    matcher = SequenceMatcher(None, "", word.casefold())
    promising = []
    for candidate in by_fold:
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() >= cutoff and (most := matcher.quick_ratio()) >= cutoff:
            promising.append((most, candidate))
    promising.sort(reverse=True)
    best = (0.0, "")
    for most, candidate in promising[:_MOST_WEIGHED]:
        if most < best[0]:
            break  # it can't come nearer than the best one has
        matcher.set_seq1(candidate)
        best = max(best, (matcher.ratio(), candidate))
    return by_fold[best[1]] if best[0] >= cutoff else None
