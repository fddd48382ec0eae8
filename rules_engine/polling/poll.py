"""One look at every feed that is due: read, decode, compare, and doubt what is absent.

It writes nothing: what it found is a value, which the engine commits in one transaction together with the events
and runs that come of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from rules_engine.clock import Clock
from rules_engine.dashtrack.decoding import hash_body
from rules_engine.dashtrack.errors import (
    BudgetExhausted,
    DashtrackError,
    MalformedAnswer,
    NotFound,
    RateLimited,
    Redirected,
    ServerError,
    Unauthorized,
    Unreachable,
)
from rules_engine.dashtrack.operations import list_path
from rules_engine.dashtrack.recognising import Listed, recognise_list
from rules_engine.dashtrack.resources import RESOURCES, Resource
from rules_engine.errors import StoreError
from rules_engine.events.change import Change
from rules_engine.polling.diff import Awaited, FeedDiff, Look, deleted_change, diff_feed
from rules_engine.polling.feeds import account_feeds, project_feeds
from rules_engine.polling.known import KeptItems, KnownItems, item_seed
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.vanished import Confirmation, Vanished, VanishLimits, Verdict, judge_absent
from rules_engine.polling.workspace import AnotherWorkspace, Evidence
from rules_engine.polling.writethrough import tombstone
from rules_engine.store.records import Feed, Hold, StoredObject
from rules_engine.store.store import Store

_MOST_FAILURES = 2
"""After so many feeds in a row that the server failed to give, the rest is not asked for in this tick."""


class ListReader(Protocol):
    """What polling needs of the API."""

    def read_list_raw(self, resource: Resource, project_id: str | None) -> bytes:
        """The bytes of a whole list."""

    def read_object(self, resource: Resource, object_id: str) -> dict[str, Any]:
        """One object by its id."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A change, the revision that it brought its object to, and when the old state was last seen."""

    change: Change
    revision: int
    since: datetime | None


@dataclass(slots=True)
class PollResult:
    """What a poll found."""

    feeds: list[Feed] = field(default_factory=list)
    objects: list[StoredObject] = field(default_factory=list)
    item_hashes: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """(resource, object id) → hash of the bytes by which the object is known from now on."""
    seen: list[Seen] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    lifted_holds: list[str] = field(default_factory=list)
    baselines: list[tuple[Feed, int]] = field(default_factory=list)
    failed: list[Feed] = field(default_factory=list)
    recovered: list[Feed] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Keys of feeds that were not asked for, and why."""
    left_because: str = ""
    until: datetime | None = None
    """When the budget allows more."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """Nothing more can be read in this tick."""

    reason: str
    until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Poller:
    """Looks at the feeds of one account."""

    account: str
    store: Store
    reader: ListReader
    snapshot: Snapshot
    clock: Clock
    should_stop: Callable[[], bool]
    limits: VanishLimits = field(default_factory=VanishLimits)
    awaited: Mapping[tuple[str, str], Awaited] = field(default_factory=dict)
    """By resource and object id, what writes of ours whose answers were lost may have done."""
    least_overlap: float = 0.5
    """The share of what is known that must still be there, lest this be another workspace."""
    new_key: bool = False
    """Whether nobody has looked with this key yet."""
    _evidence: Evidence = field(init=False)
    _doubted: list[Feed] = field(default_factory=list)
    _bodies: dict[str, bytes] = field(default_factory=dict)
    """Feeds that are not compared before the other lists have spoken, and by key their answers."""
    kept: KeptItems = field(default_factory=KeptItems)
    """What is kept of the feeds from the look before."""
    _known: dict[str, Feed] = field(default_factory=dict)
    _holds: list[Hold] = field(default_factory=list)
    _failures: int = 0

    def poll(self, resources: Collection[str], *, only: Collection[str] | None = None) -> PollResult:
        """Look at every feed of these resources, or at those of them with a key in `only`.

        Raises AnotherWorkspace, and what stops every request of the account.
        """
        self._evidence = Evidence(least=self.least_overlap, new_key=self.new_key, count=self._count)
        self._doubted, self._bodies = [], {}
        self._known = self.store.feeds(self.account)
        self._holds = self.store.holds(self.account)
        self._failures = 0
        result = PollResult()
        self._look_at_all(_of(account_feeds(resources, self._known), only), result)
        self._settle_doubts(result, whole=only is None and not result.left_because)
        if not result.left_because:
            projects = [
                str(one["id"]) for one in self.snapshot.all("project") if one.get("archived") is not True
            ]
            self._look_at_all(_of(project_feeds(resources, projects, self._known), only), result)
        return result

    def _look_at_all(self, feeds: Sequence[Feed], result: PollResult) -> None:
        for number, feed in enumerate(feeds):
            stop = _Stop("the worker is stopping") if self.should_stop() else self._look_at(feed, result)
            if stop is not None:
                result.left.extend(
                    left.key
                    for left in feeds[number + bool(result.failed and result.failed[-1].key == feed.key) :]
                )
                result.left_because = stop.reason
                result.until = stop.until
                return

    def _settle_doubts(self, result: PollResult, *, whole: bool) -> None:
        """Compare what was doubted, now that all lists of the account have spoken.

        Raises AnotherWorkspace if they say that it is one, or if not all of them could be asked.
        """
        verdict = self._evidence.verdict() if self._doubted else None
        if verdict is not None:
            raise AnotherWorkspace(verdict.missed if whole else ())
        self._look_at_all(self._doubted, result)

    def _count(self, resource: str) -> int:
        return len(self.snapshot.all_stored(resource))

    def _look_at(self, feed: Feed, result: PollResult) -> _Stop | None:
        """Look at one feed; tells when it makes no sense to ask for more."""
        resource = RESOURCES[feed.resource]
        try:
            body = self._bodies.get(feed.key) or self.reader.read_list_raw(resource, feed.project_id)
            self._compare(feed, resource, body, result)
            self._failures = 0
        except (Unauthorized, Redirected):
            raise
        except (RateLimited, BudgetExhausted) as error:
            return _Stop(str(error), error.until)
        except DashtrackError as error:
            return self._fail(feed, error, result)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw must not stop the other feeds
            reason = f"can't be worked with (unexpected {type(error).__name__}: {error})"
            path = list_path(resource, feed.project_id)
            return self._fail(feed, MalformedAnswer(reason, path=path), result)
        return None

    def _fail(self, feed: Feed, error: DashtrackError, result: PollResult) -> _Stop | None:
        failed = replace(feed, error=str(error), error_at=self.clock.now(), body_hash="")
        result.feeds.append(failed)
        result.failed.append(failed)
        if isinstance(error, (ServerError, MalformedAnswer)):
            self._failures += 1
        hopeless = isinstance(error, Unreachable) or self._failures >= _MOST_FAILURES
        return _Stop(str(error)) if hopeless else None

    def _compare(self, feed: Feed, resource: Resource, body: bytes, result: PollResult) -> None:
        now = self.clock.now()
        fingerprint = hash_body(body)
        good = replace(feed, good_at=now, error="", error_at=None)
        if feed.settled and feed.baseline_at is not None and fingerprint == feed.body_hash:
            self._evidence.unchanged(feed.resource)
            self._accept(feed, good, result)
            return
        look = self._look(resource, feed.project_id, feed, now)
        items = self._known_items(resource, feed)
        seed = item_seed(resource, look.names, self.store.instance())
        listed = recognise_list(resource, body, known=items.by_hash, seed=seed)
        known = self._known_objects(resource, feed, items, listed)
        if feed.key not in self._bodies and self._evidence.doubts(
            feed.resource, known, listed.items, recognised=len(listed.recognised)
        ):
            self._doubted.append(feed)
            self._bodies[feed.key] = body
            return
        diff = diff_feed(look, known, listed.items)
        count = len(items.ids() | known.keys())
        vanished = Vanished() if look.baseline else self._judge(resource, feed, diff, count, len(listed))
        if vanished.list_lies:
            raise MalformedAnswer(
                "is short: it lacks objects that exist", path=list_path(resource, feed.project_id)
            )
        self._take(feed, diff, result)
        self._take_vanished(feed, resource, vanished, result, now)
        after = replace(
            good,
            baseline_at=feed.baseline_at or now,
            body_hash=fingerprint,
            known_fields=tuple(sorted(diff.known_fields)),
            settled=diff.settled and not vanished.missing,
        )
        self._accept(feed, after, result)
        self._know_again(after, items, listed, diff, known, result)
        if look.baseline:
            result.baselines.append((feed, len(listed)))

    def _accept(self, before: Feed, feed: Feed, result: PollResult) -> None:
        result.feeds.append(feed)
        if before.error:
            result.recovered.append(feed)

    def _look(self, resource: Resource, project_id: str | None, feed: Feed, now: datetime) -> Look:
        return Look(
            resource=resource,
            project_id=project_id,
            at=now,
            baseline=feed.baseline_at is None,
            known_fields=frozenset({*feed.known_fields, *resource.field_names}),
            names=self.snapshot.member_names(),
            awaited={key: one for (kind, key), one in self.awaited.items() if kind == resource.name},
        )

    def _known_items(self, resource: Resource, feed: Feed) -> KnownItems:
        """The feed's objects, each by the bytes by which it is known."""
        items = self.kept.of(feed) or KnownItems.of(
            self.store.item_hashes(self.account, resource.name, feed.project_id)
        )
        return items.under(self.snapshot.laid(resource.name), feed.project_id)

    def _known_objects(
        self, resource: Resource, feed: Feed, items: KnownItems, listed: Listed
    ) -> dict[str, StoredObject]:
        """What is stored of the objects that the answer shows in other bytes, and of the feed's that it lacks.

        At a first look too: what was moved into it, or was deleted, is known from elsewhere.
        """
        wanted = {item["id"]: None for item in listed.items}
        wanted |= dict.fromkeys(items.ids() - listed.recognised - wanted.keys())
        if len(wanted) <= len(items.by_hash) // 2:
            return self.snapshot.by_id(resource.name, wanted)
        stored = self.snapshot.all_stored(resource.name, feed.project_id)
        here = {key: stored[key] for key in wanted if key in stored}
        return here | self.snapshot.by_id(resource.name, [key for key in wanted if key not in stored])

    def _know_again(
        self,
        feed: Feed,
        items: KnownItems,
        listed: Listed,
        diff: FeedDiff,
        known: Mapping[str, StoredObject],
        result: PollResult,
    ) -> None:
        """Know the objects by the bytes of this answer, from the next look on, but for those that are not settled."""
        fresh = {one: key for one, key in listed.hashes.items() if one not in diff.unsettled}
        result.item_hashes.update(((feed.resource, one), key) for one, key in fresh.items())
        shown = {item["id"] for item in listed.items}
        moved = {known[one.object_id].project_id for one in diff.objects if one.object_id in known}
        self.kept.forget(f"{feed.resource}/{project_id}" for project_id in moved)
        if items.ids() <= listed.recognised | shown:
            same = {key: one for key, one in items.by_hash.items() if one in listed.recognised}
            by_hash = same | {key: one for one, key in fresh.items()}
            self.kept.keep(feed, KnownItems(by_hash, frozenset(shown - fresh.keys())))
        else:
            self.kept.forget([feed.key])

    def _judge(
        self,
        resource: Resource,
        feed: Feed,
        diff: FeedDiff,
        known: int,
        listed: int,
    ) -> Vanished:
        approved = frozenset(
            object_id
            for hold in self._holds
            if hold.approved and (hold.resource, hold.project_id) == (feed.resource, feed.project_id)
            for object_id in hold.object_ids
        )
        return judge_absent(
            resource,
            diff.absent,
            known=known,
            listed=listed,
            confirm=self._confirm,
            approved=approved,
            limits=self.limits,
        )

    def _confirm(self, resource: Resource, object_id: str) -> Confirmation:
        try:
            return Confirmation(Verdict.THERE, self.reader.read_object(resource, object_id))
        except NotFound:
            return Confirmation(Verdict.GONE)
        except (Unauthorized, Redirected, RateLimited, BudgetExhausted):
            raise
        except DashtrackError:
            return Confirmation(Verdict.NO_ANSWER)

    def _take(self, feed: Feed, diff: FeedDiff, result: PollResult) -> None:
        self._take_objects(diff.objects, result)
        revisions = {stored.object_id: stored.revision for stored in diff.objects}
        result.seen.extend(Seen(change, revisions[change.object_id], feed.good_at) for change in diff.changes)

    def _take_objects(self, objects: Sequence[StoredObject], result: PollResult) -> None:
        """Take in new states; by which bytes an object was known before says nothing of them."""
        self.snapshot.lay(objects)
        result.objects.extend(objects)
        for stored in objects:
            result.item_hashes.pop((stored.resource, stored.object_id), None)

    def _take_vanished(
        self, feed: Feed, resource: Resource, vanished: Vanished, result: PollResult, now: datetime
    ) -> None:
        gone = [tombstone(stored) for stored in vanished.deleted]
        self._take_objects([*gone, *vanished.missing], result)
        for before, after in zip(vanished.deleted, gone, strict=True):
            result.seen.append(Seen(deleted_change(before), after.revision, feed.good_at))
        for item in vanished.found:
            self._take_found(feed, resource, item, result, now)
        self._settle_holds(feed, vanished, result, now)

    def _take_found(
        self, feed: Feed, resource: Resource, item: Mapping[str, Any], result: PollResult, now: datetime
    ) -> None:
        """Compare an object that left the list for a reason: it is archived, or in another project."""
        object_id = str(item["id"])
        stored = self.snapshot.stored(resource.name, object_id)
        assert stored is not None, "only a known object can be absent"
        project_id = str(item["project_id"]) if feed.project_id is not None else None
        look = self._look(resource, project_id, feed, now)
        self.kept.forget([f"{resource.name}/{project_id}"])
        self._take(feed, diff_feed(look, {object_id: stored}, [item]), result)

    def _settle_holds(self, feed: Feed, vanished: Vanished, result: PollResult, now: datetime) -> None:
        """Hold what vanished at once with many others; lift the hold when it is over."""
        hold_id = f"hold-{hash_body(f'{self.account}/{feed.key}'.encode())[:12]}"
        earlier = next((hold for hold in self._holds if hold.id == hold_id), None)
        if vanished.held:
            if earlier is None or set(earlier.object_ids) != set(vanished.held):
                result.holds.append(
                    Hold(
                        id=hold_id,
                        at=now,
                        resource=feed.resource,
                        project_id=feed.project_id,
                        object_ids=vanished.held,
                    )
                )
        elif earlier is not None and not (earlier.approved and vanished.missing):
            result.lifted_holds.append(hold_id)


def _of(feeds: Sequence[Feed], only: Collection[str] | None) -> Sequence[Feed]:
    return feeds if only is None else [feed for feed in feeds if feed.key in only]
