"""What is known of a feed's objects without their data: by which bytes each is known, so that these cost no parsing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import msgspec
import xxhash

from rules_engine import __version__
from rules_engine.dashtrack.resources import Kind, Resource
from rules_engine.store.records import Feed, Presence, StoredObject


@dataclass(frozen=True, slots=True)
class KnownItems:
    """The objects of a feed that are in the world."""

    by_hash: Mapping[bytes, str]
    """The hash of the bytes that say just what is stored of an object → its id."""
    others: frozenset[str]
    """The ids of those that must be parsed and compared, whatever a list shows of them."""

    @classmethod
    def of(cls, hashes: Mapping[str, bytes | None]) -> Self:
        """From the hash of each object, where it has one."""
        by_hash = {item_hash: object_id for object_id, item_hash in hashes.items() if item_hash is not None}
        return cls(by_hash, frozenset(hashes.keys() - set(by_hash.values())))

    def ids(self) -> set[str]:
        """Every object's id."""
        return {*self.by_hash.values(), *self.others}

    def under(self, laid: Mapping[str, StoredObject], project_id: str | None) -> KnownItems:
        """The same with newer states laid over it, whose bytes nobody has seen in this list."""
        if not laid:
            return self
        here = {
            object_id
            for object_id, stored in laid.items()
            if stored.presence is not Presence.DELETED and project_id in {None, stored.project_id}
        }
        by_hash = {key: object_id for key, object_id in self.by_hash.items() if object_id not in laid}
        return KnownItems(by_hash, (self.others - laid.keys()) | here)


class KeptItems:
    """What a worker keeps of its feeds between two looks, packed: some 60 bytes an object.

    It spares reading the hashes from the store again. What is kept holds as long as the store says that the feed's
    last answer is the one that it was kept of: whoever else writes to the feed's objects makes that untrue.
    """

    def __init__(self) -> None:
        self._packed: dict[str, tuple[str, bytes]] = {}

    def of(self, feed: Feed) -> KnownItems | None:
        """What is known of the feed, where it was kept and still holds."""
        body_hash, packed = self._packed.get(feed.key, ("", b""))
        if not body_hash or body_hash != feed.body_hash:
            return None
        by_hash, others = msgspec.msgpack.decode(packed, type=tuple[dict[bytes, str], frozenset[str]])
        return KnownItems(by_hash, others)

    def keep(self, feed: Feed, items: KnownItems) -> None:
        """Keep what is known of the feed by the answer that it had last."""
        self._packed[feed.key] = (feed.body_hash, msgspec.msgpack.encode((items.by_hash, items.others)))

    def forget(self, keys: Iterable[str]) -> None:
        """Forget what is kept of the feeds with these keys."""
        for key in keys:
            self._packed.pop(key, None)


def item_seed(resource: Resource, names: Mapping[str, str], instance: str) -> int:
    """What the hash of an item's bytes depends on beside them: all that a comparison does.

    So an object is compared again when a name changes that it may show, or with another version of this program.
    `instance` is a secret of the store: nobody outside can look for bytes that collide.
    """
    people = any(field.kind is Kind.PEOPLE for field in resource.fields)
    parts = [instance, __version__, resource.name, sorted(names.items()) if people else []]
    return xxhash.xxh3_64_intdigest(msgspec.json.encode(parts))
