"""An answer that is the same as the last one, and one that changed a little: from bytes to changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from answers import NOW, PROJECT, body_of, later, moved_keys, tasks
from side_by_side import Contest, Row, Work, check, peer

from rules_engine.dashtrack.decoding import hash_body
from rules_engine.dashtrack.recognising import recognise_list
from rules_engine.dashtrack.resources import TASK
from rules_engine.events.build import build_event
from rules_engine.polling.diff import FeedDiff, Look, diff_feed
from rules_engine.polling.known import KnownItems, item_seed
from rules_engine.store.records import StoredObject

FLOOR = "orjson.loads"
NAMES: Mapping[str, str] = {}
SEED = item_seed(TASK, NAMES, "bench")


def look_at(body: bytes, items: KnownItems, known: Mapping[str, StoredObject], *, baseline: bool) -> FeedDiff:
    """From an answer's bytes to its changes, as a look does it; what is stored is in reach by id."""
    look = Look(
        resource=TASK,
        project_id=PROJECT,
        at=NOW if baseline else NOW + timedelta(minutes=5),
        baseline=baseline,
        known_fields=frozenset(TASK.field_names),
        names=NAMES,
    )
    listed = recognise_list(TASK, body, known=items.by_hash, seed=SEED)
    shown = {item["id"] for item in listed.items}
    wanted = shown | (items.ids() - listed.recognised)
    return diff_feed(look, {key: known[key] for key in wanted if key in known}, listed.items)


def events_of(diff: FeedDiff) -> list[object]:
    """The events that a diff comes to, but for deletions, which a read by id must confirm first."""
    revisions = {stored.object_id: stored.revision for stored in diff.objects}
    return [
        build_event(change, account="a", revision=revisions[change.object_id], at=NOW, seen_from=NOW)
        for change in diff.changes
    ]


def known_of(body: bytes) -> tuple[KnownItems, dict[str, StoredObject]]:
    """What is known after a first look."""
    listed = recognise_list(TASK, body, known={}, seed=SEED)
    diff = look_at(body, KnownItems({}, frozenset()), {}, baseline=True)
    return KnownItems.of(listed.hashes), {stored.object_id: stored for stored in diff.objects}


def rows() -> Iterator[Row]:
    """Each row of the table."""
    orjson = peer("orjson")
    loads = orjson.loads if orjson is not None else json.loads
    for count in (10_000, 100_000):
        yield from _unchanged(count, loads).rows(f"An unchanged answer of {count:,} tasks")
    for count in (10_000, 100_000):
        yield from _changed(count, loads).rows(
            f"Bytes to events, 1 % changed, some added and removed, {count:,} tasks"
        )


def _unchanged(count: int, loads: Any) -> Contest:
    body = body_of(tasks(count))
    last = hash_body(body)

    def ours() -> bool:
        return hash_body(body) == last

    check(ours(), "an unchanged answer")
    return Contest(
        floor=FLOOR,
        contenders={FLOOR: lambda: loads(body), "rules-engine": ours},
        goals={"rules-engine": 0.25},
        turns=15,
    )


def _changed(count: int, loads: Any) -> Contest:
    items = tasks(count)
    before, after, moved = body_of(items), body_of(later(items)), body_of(moved_keys(items))
    known_items, known = known_of(before)
    old, new = loads(before)["tasks"], loads(after)["tasks"]
    _check_changes(look_at(after, known_items, known, baseline=False), old, new)
    still = look_at(moved, known_items, known, baseline=False)
    check(not (still.changes or still.objects or still.absent), "keys in another order")
    contenders: dict[str, Work] = {
        FLOOR: lambda: loads(after),
        "rules-engine": lambda: events_of(look_at(after, known_items, known, baseline=False)),
        "rules-engine, no object byte-equal (key order moved)": lambda: look_at(
            moved, known_items, known, baseline=False
        ),
    }
    if count <= 10_000:
        contenders |= _peers(old, new)
    return Contest(
        floor=FLOOR,
        contenders=contenders,
        goals={"rules-engine": 0.75, "rules-engine, no object byte-equal (key order moved)": 2.5},
        at_least={"jsondiff": 12 * 0.75, "deepdiff": 300 * 0.75},
        fewest=dict.fromkeys(("jsondiff", "jsonpatch", "dictdiffer"), 3) | {"deepdiff": 1},
        notes={"deepdiff": "one turn"},
    )


def _check_changes(diff: FeedDiff, old: list[Any], new: list[Any]) -> None:
    was, now = ({item["id"]: item for item in items} for items in (old, new))
    changed = {key for key in was.keys() & now.keys() if was[key] != now[key]}
    check({change.object_id for change in diff.changes} == changed | (now.keys() - was.keys()), "changes")
    check({stored.object_id for stored in diff.absent} == was.keys() - now.keys(), "removals")


def _peers(old: list[Any], new: list[Any]) -> dict[str, Work]:
    """Each on parsed data, by id: so a peer pays neither for parsing nor for matching up a list."""
    was, now = ({item["id"]: item for item in items} for items in (old, new))
    found: dict[str, Work] = {}
    if (jsondiff := peer("jsondiff")) is not None:
        check(bool(jsondiff.diff(was, now)), "jsondiff")
        found["jsondiff"] = lambda: jsondiff.diff(was, now)
    if (dictdiffer := peer("dictdiffer")) is not None:
        found["dictdiffer"] = lambda: list(dictdiffer.diff(was, now))
    if (jsonpatch := peer("jsonpatch")) is not None:
        found["jsonpatch"] = lambda: jsonpatch.make_patch(was, now)
    if (deepdiff := peer("deepdiff")) is not None:
        found["deepdiff"] = lambda: deepdiff.DeepDiff(was, now)
    return found
