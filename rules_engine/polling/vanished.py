"""Guards against lists that lie: what is absent from a list is not deleted until something else says so.

A cut, partial or empty answer looks just like a bulk deletion. So each absent object is asked for by its id:
404 says that it is gone, an answer says that the list was short, an archived project is archived, 403 says
nothing. Resources that can't be read by id (time entries, notes, members, holidays) must be absent from several
looks in a row. Many at once wait for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from rules_engine.dashtrack.resources import Resource
from rules_engine.store.records import Presence, StoredObject


@dataclass(frozen=True, slots=True, kw_only=True)
class VanishLimits:
    """What it takes to believe that objects are gone. The configuration's `guards` fill it in."""

    count: int = 5
    share: float = 0.10
    """More than `count` at once that are also more than this share of what is known wait for a person."""
    confirmations: int = 10
    """Reads by id that one look at a feed may cost; what is left is asked for at the next look."""
    looks: int = 3
    """Looks in a row that must miss an object which can't be read by id."""


class Verdict(Enum):
    """What a read by id says of an absent object."""

    GONE = "gone"
    THERE = "there"
    NO_ANSWER = "no answer"
    """Forbidden, unreachable, out of budget: nothing is known."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The answer to a read by id."""

    verdict: Verdict
    item: Mapping[str, Any] | None = None


Confirm = Callable[[Resource, str], Confirmation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """What is to be done about a look's absent objects."""

    deleted: tuple[StoredObject, ...] = ()
    """Gone beyond doubt."""
    missing: tuple[StoredObject, ...] = ()
    """Not yet confirmed; to be stored as missing."""
    found: tuple[Mapping[str, Any], ...] = ()
    """Not gone but elsewhere or archived: compare them like listed ones."""
    held: tuple[str, ...] = ()
    """Ids whose deletion waits for a person."""
    list_lies: bool = False
    """A read by id found an absent object as it was: the whole answer can't be trusted."""


def is_mass(vanished: int, known: int, limits: VanishLimits) -> bool:
    """Whether so many of so many at once is more than day-to-day work."""
    return vanished > max(limits.count, int(known * limits.share))


def is_suspicious(vanished: int, known: int, limits: VanishLimits) -> bool:
    """Whether so many are too many where no read by id can tell a deletion from a list that was cut."""
    return vanished > max(1, int(known * limits.share)) or vanished * 2 >= known


def judge_absent(
    resource: Resource,
    absent: Sequence[StoredObject],
    *,
    known: int,
    listed: int,
    confirm: Confirm,
    approved: frozenset[str],
    limits: VanishLimits,
) -> Vanished:
    """Decide about objects that an answer does not show.

    `known` is how many the feed had, `listed` how many the answer shows, `approved` the ids that a person has
    let go.
    """
    if not absent:
        return Vanished()
    if resource.item_path is None:
        return _judge_by_looks(absent, known=known, listed=listed, approved=approved, limits=limits)
    return _judge_by_reads(resource, absent, known=known, confirm=confirm, approved=approved, limits=limits)


def _judge_by_looks(
    absent: Sequence[StoredObject],
    *,
    known: int,
    listed: int,
    approved: frozenset[str],
    limits: VanishLimits,
) -> Vanished:
    counted = [_missed(stored) for stored in absent]
    held = listed == 0 or is_suspicious(len(absent), known, limits)
    gone = [
        stored
        for stored in counted
        if stored.object_id in approved or (not held and stored.missing_looks >= limits.looks)
    ]
    gone_ids = {stored.object_id for stored in gone}
    missing = tuple(stored for stored in counted if stored.object_id not in gone_ids)
    return Vanished(
        deleted=tuple(gone),
        missing=missing,
        held=tuple(stored.object_id for stored in missing) if held else (),
    )


def _judge_by_reads(
    resource: Resource,
    absent: Sequence[StoredObject],
    *,
    known: int,
    confirm: Confirm,
    approved: frozenset[str],
    limits: VanishLimits,
) -> Vanished:
    gone: list[StoredObject] = []
    missing: list[StoredObject] = []
    found: list[Mapping[str, Any]] = []
    for number, stored in enumerate(absent):
        answer = confirm(resource, stored.object_id) if number < limits.confirmations else _UNASKED
        if answer.verdict is Verdict.GONE:
            gone.append(stored)
        elif answer.verdict is Verdict.NO_ANSWER:
            missing.append(_missed(stored))
        elif answer.item is not None and _left_the_list(resource, stored, answer.item):
            found.append(answer.item)
        else:
            return Vanished(list_lies=True)
    held = _held(gone, mass=is_mass(len(gone) + len(missing), known, limits), approved=approved)
    missing.extend(_missed(stored) for stored in gone if stored.object_id in held)
    deleted = tuple(stored for stored in gone if stored.object_id not in held)
    return Vanished(deleted=deleted, missing=tuple(missing), found=tuple(found), held=held)


_UNASKED = Confirmation(Verdict.NO_ANSWER)


def _held(gone: Sequence[StoredObject], *, mass: bool, approved: frozenset[str]) -> tuple[str, ...]:
    return tuple(stored.object_id for stored in gone if mass and stored.object_id not in approved)


def _left_the_list(resource: Resource, stored: StoredObject, item: Mapping[str, Any]) -> bool:
    """Whether the object has a reason to be absent: it is archived, or it is in another project now."""
    if resource.archivable and item.get("archived") is True:
        return True
    project_id = item.get("project_id")
    return stored.project_id is not None and project_id is not None and str(project_id) != stored.project_id


def _missed(stored: StoredObject) -> StoredObject:
    return replace(stored, presence=Presence.MISSING, missing_looks=stored.missing_looks + 1)
