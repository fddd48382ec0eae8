"""Our own marks in Dashtrack that the store does not know: then the store is older than what was done with it.

A backup that was put back, a machine that was set back, a copy that works elsewhere: each would do again what is done
already. A mark proves by itself that it was made with this store or a copy of it, so marks of other engines are nothing
to us. Known is what a step bears, or an object that the snapshot has: a task that a person copies brings no mark that
is new. What can't be told from an old store: a person's copy of a task whose run and original are both forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from rules_engine.dashtrack.errors import PermanentError, Redirected, Unauthorized
from rules_engine.dashtrack.resources import Resource
from rules_engine.runs.actions.planned import Reads, Write
from rules_engine.runs.identity import is_own_mark, signature_in
from rules_engine.runs.standstill import Halted, account_hold, approved_hold
from rules_engine.store.records import STORE, Hold, JsonObject
from rules_engine.store.store import Store

RESTORED_AT: Final = "restored_at"
"""The store's word about when a backup was put in its place."""
SHORT_GAP: Final = timedelta(minutes=15)
"""A store whose last look is no older than this when its process begins was hardly put back."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The last line of an object that was made with this store."""

    object_id: str
    rule_id: str
    mark: str
    created_at: datetime | None


def own_signature(instance: str, resource: Resource, item: Mapping[str, Any]) -> Signature | None:
    """The object's signature, if its mark was made with this store or a copy of it."""
    texts = (item.get(row.name) for row in resource.fields if row.signed)
    for rule_id, mark in filter(None, map(signature_in, texts)):
        if is_own_mark(instance, mark):
            return Signature(str(item["id"]), rule_id, mark, _moment(item.get("created_at")))
    return None


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def unknown_signatures(
    store: Store, account: str, items: Iterable[tuple[Resource, Mapping[str, Any]]]
) -> list[Signature]:
    """Of these objects, those that were made with this store and that it knows nothing of."""
    instance = store.instance()
    found = (own_signature(instance, resource, item) for resource, item in items)
    return [one for one in found if one is not None and not store.knows_mark(account, one.mark)]


def was_restored(store: Store, account: str) -> bool:
    """Whether a backup was put in the store's place, and nobody has spoken for the account since."""
    restored = store.meta(RESTORED_AT)
    if restored is None:
        return False
    at = _moment(restored)
    approved = approved_hold(store, account)
    return approved is None or (at is not None and approved.at < at)


def unexplained(signatures: Iterable[Signature], approved: Hold | None) -> Iterator[Signature]:
    """Those that a person has not spoken of yet: they have said that what was made before was made before."""
    for one in signatures:
        if approved is None or (one.created_at is not None and one.created_at > approved.at):
            yield one


@dataclass(slots=True, kw_only=True)
class Doubts:
    """Looks before a create whether what it would make is there already, by a process that the store knows nothing of.

    Only while there is a reason: the process has begun with a store that is not of just now, or a person has said that an
    old one may go on.
    """

    store: Store
    account: str
    since: datetime | None
    """The last look that the store knew when the process began, where that was long ago."""
    approved: Hold | None
    checked: set[tuple[str, str | None]] = field(default_factory=set)
    """Lists in which this process has found nothing strange."""

    def twin(self, write: Write, mark: str, reads: Reads, now: datetime) -> JsonObject | None:
        """What this very step has made already; raises Halted where the list shows that the store is an old one."""
        place = write.resource.name, write.project_id
        if self.approved is None and (self.since is None or place in self.checked):
            return None
        try:
            listed = reads.objects(write.resource, write.project_id)
        except (Unauthorized, Redirected):
            raise
        except PermanentError:
            return None  # what may never be read can't be asked
        strange = [
            one
            for one in unknown_signatures(
                self.store, self.account, ((write.resource, item) for item in listed)
            )
            if one.mark == mark or (self.since is not None and one.created_at and one.created_at > self.since)
        ]
        marks = tuple(one.mark for one in unexplained(strange, self.approved))
        if marks:
            raise Halted(account_hold(self.account, STORE, marks, now))
        self.checked.add(place)
        instance = self.store.instance()
        ours = [
            item
            for item in listed
            if (found := own_signature(instance, write.resource, item)) is not None and found.mark == mark
        ]
        return min(ours, key=lambda item: (str(item.get("created_at") or ""), str(item["id"])), default=None)
