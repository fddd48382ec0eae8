"""Whether a key still sees the workspace that the snapshot is of: judged before anything is compared.

The key of another workspace, or a base URL that leads to one, gives good lists of other things. Compared, they would be
a mass deletion and a mass creation, and what waits would act on strangers. A list that merely lost much of what it had
is another matter (`vanished`): here most of what there was must be gone, and most of what is there be new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rules_engine.store.records import Presence, StoredObject

EVIDENCE: Final = ("project", "member", "lead")
"""The lists that tell one workspace from another; what they have in common is counted together."""
LEAST_KNOWN: Final = 3
"""So few objects that are all others now may be a day's work, unless the key is another one too."""
DAYS_WORK: Final = 5
"""Where something is still there, no more than this that is gone is a day's work."""


class AnotherWorkspace(Exception):
    """The lists of this look must not be compared: they are, or may be, those of another workspace."""

    def __init__(self, missed: tuple[str, ...] = ()) -> None:
        """`missed`: the ids that are known and not there; none where not all lists have spoken yet."""
        super().__init__()
        self.missed = missed


@dataclass(frozen=True, slots=True)
class Overlap:
    """What lists have in common with the snapshot, in objects."""

    known: int = 0
    shown: int = 0
    both: int = 0
    missed: tuple[str, ...] = ()
    """The ids of what is known and not shown."""

    def __add__(self, other: Overlap) -> Overlap:
        """Both together."""
        return Overlap(
            self.known + other.known,
            self.shown + other.shown,
            self.both + other.both,
            self.missed + other.missed,
        )

    def is_another(self, least: float, *, new_key: bool) -> bool:
        """Whether these can't be the lists of the same workspace.

        `least` is the share of what is known that must still be there. `new_key`: nobody has looked with this key yet.
        """
        if self.known == 0 or self.both >= least * self.known or self.both >= least * self.shown:
            return False
        if self.both == 0:
            return new_key or self.known >= LEAST_KNOWN
        return self.known - self.both > DAYS_WORK


def overlap_of(known: Mapping[str, StoredObject], shown: Collection[str]) -> Overlap:
    """Compare the ids of an answer with what is known. What is archived or gone is not missed, but is recognised."""
    wanted = {
        object_id
        for object_id, stored in known.items()
        if stored.presence is not Presence.DELETED and stored.data.get("archived") is not True
    }
    both = sum(object_id in known for object_id in shown)
    return Overlap(len(wanted), len(shown), both, tuple(sorted(wanted.difference(shown))))


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What the lists of one look say together."""

    least: float
    new_key: bool
    count: Callable[[str], int]
    """How many objects of a resource are known; asked only where there is a doubt."""
    _overlaps: dict[str, Overlap] = field(default_factory=dict)
    _unchanged: set[str] = field(default_factory=set)

    def doubts(
        self,
        resource: str,
        known: Mapping[str, StoredObject],
        items: Iterable[Mapping[str, Any]],
        *,
        recognised: int = 0,
    ) -> bool:
        """Take in what a list shows; whether it must not be compared before the others have spoken.

        `recognised`: how many more it shows that are known, by their very bytes.
        """
        if resource not in EVIDENCE:
            return False
        same = Overlap(recognised, recognised, recognised)
        overlap = overlap_of(known, [item["id"] for item in items]) + same
        self._overlaps[resource] = overlap
        return overlap.is_another(self.least, new_key=True)

    def unchanged(self, resource: str) -> None:
        """A list is to the byte what it was."""
        self._unchanged.add(resource)

    def verdict(self) -> Overlap | None:
        """What all lists have in common, if it is so little that this is another workspace."""
        counts = (self.count(resource) for resource in self._unchanged & set(EVIDENCE))
        together = sum(
            (Overlap(count, count, count) for count in counts), sum(self._overlaps.values(), Overlap())
        )
        return together if together.is_another(self.least, new_key=self.new_key) else None
