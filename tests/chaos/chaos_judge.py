"""The judge: from the sandbox's own history, the receiver's post and the store's file, whether the promise was kept.

It imports nothing of the engine. `I1` to `I7` are the invariants of the fault reference.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos_scenario import Edit, Key

_FAILED = re.compile(r"^Failed (\S+)")


@dataclass(slots=True)
class Verdict:
    """What was found."""

    missing: Counter[Key] = field(default_factory=Counter)
    doubled: Counter[Key] = field(default_factory=Counter)
    parked: int = 0
    """Effects that are not there, and whose run a person is asked about."""
    problems: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether the promise was kept."""
        return not (self.missing or self.doubled or self.problems)

    def in_words(self) -> list[str]:
        """What is wrong, line by line."""
        return [
            *(f"I2 {kind} {text!r} is missing" for kind, text in self.missing),
            *(f"I1 {kind} {text!r} is there {n} times too often" for (kind, text), n in self.doubled.items()),
            *self.problems,
        ]


class StoreView:
    """The store's file as anybody could read it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a query; none while there is no store."""
        if not self._path.exists():
            return []
        try:
            with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)) as connection:
                connection.row_factory = sqlite3.Row
                return [dict(row) for row in connection.execute(query, values)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise

    def has_baselines(self, feeds: int) -> bool:
        """Whether so many lists were looked at for the first time."""
        return len(self.rows("SELECT 1 FROM feeds WHERE baseline_at IS NOT NULL")) >= feeds

    def under_way(self) -> int:
        """Runs that the engine still has to do something about, the doomed ones left out."""
        query = "SELECT 1 FROM runs WHERE status IN ('pending', 'running', 'waiting') AND rule_id != 'doomed'"
        return len(self.rows(query))

    def has_doomed(self) -> bool:
        """Whether a run of the doomed rule waits."""
        return bool(self.rows("SELECT 1 FROM runs WHERE status = 'waiting' AND rule_id = 'doomed'"))

    def events(self) -> list[dict[str, Any]]:
        """Every event, in order."""
        return self.rows("SELECT * FROM events ORDER BY seq")

    def parked(self) -> str:
        """What the parked, failed and held runs wanted to do, as one text."""
        query = (
            "SELECT steps.path, steps.body, events.object_id FROM steps"
            " JOIN runs ON runs.id = steps.run_id JOIN events ON events.id = runs.event_id"
            " WHERE runs.status = 'parked'"
        )
        return json.dumps(self.rows(query))

    def integrity(self) -> str:
        """What SQLite says of its file."""
        found = self.rows("PRAGMA integrity_check")
        return str(found[0]["integrity_check"]) if found else "ok"


def effects_of(history: Iterable[Mapping[str, Any]], numbers: Mapping[str, str]) -> Counter[Key]:
    """Every effect that came over the API, by what it is; `numbers` has event ids → the numbers of edits."""
    entries = list(history)
    bodies = {entry["n"]: entry["body"] for entry in entries if entry["kind"] == "request"}
    found: Counter[Key] = Counter()
    companies: dict[str, Any] = {}
    for entry in entries:
        if entry["kind"] != "effect":
            continue
        if entry["resource"] == "lead":
            companies[entry["id"]] = (entry["after"] or {}).get("company")
        if entry["by"] == "api":
            found.update(_keys(entry, bodies.get(entry["request"]) or {}, numbers, companies))
    return found


def _keys(
    entry: Mapping[str, Any],
    body: Mapping[str, Any],
    numbers: Mapping[str, str],
    companies: Mapping[str, Any],
) -> list[Key]:
    """A write counts by what was asked for, so that the same update carried out twice is two."""
    resource, action = entry["resource"], entry["action"]
    if action == "deleted":
        return [("gone", entry["id"])]
    if action == "created" and resource == "task":
        return [("task", entry["after"]["name"])]
    if action == "created" and resource == "note":
        return [_key_of_note(entry["after"]["notes"], numbers)]
    if resource == "lead" and "source" in body:
        return [("source", body["source"])]
    if resource == "lead" and "tags" in body:
        return [("tags", f"{entry['id']} {companies[entry['id']]}")]
    if resource == "task" and "task_list" in body:
        return [("list", body["task_list"])]
    return [("strange", f"{action} {resource} {json.dumps(body)}")]


def _key_of_note(text: str, numbers: Mapping[str, str]) -> Key:
    line = text.split("\n", 1)[0]
    failed = _FAILED.match(line)
    if failed:
        return "failure", numbers.get(failed[1], failed[1])
    return "note", line.split(" with ")[0]


def judge(
    edits: Iterable[Edit],
    history: list[dict[str, Any]],
    *,
    messages: Iterable[tuple[str, bytes]],
    store: StoreView | None,
) -> Verdict:
    """Hold what came about against what had to; without a store there is nobody to be asked."""
    numbers = _numbers(store.events()) if store is not None else {}
    actual = effects_of(history, numbers)
    parked = store.parked() if store is not None else ""
    verdict = Verdict()
    wanted: Counter[Key] = Counter()
    for edit in edits:
        excused = _is_parked(edit, parked)
        for key in edit.effects:
            wanted[key] += 1
            if actual[key] < wanted[key]:
                _miss(verdict, key, excused=excused)
    verdict.doubled = actual - wanted
    _judge_messages(edits, messages, verdict, parked)
    return verdict


def _miss(verdict: Verdict, key: Key, *, excused: bool) -> None:
    if excused:
        verdict.parked += 1
    else:
        verdict.missing[key] += 1


def _is_parked(edit: Edit, parked: str) -> bool:
    return re.search(rf"\b{edit.number}\b", parked) is not None or edit.object_id in parked


def _numbers(events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Which edit of the project each event is of."""
    return {
        event["id"]: str(json.loads(event["after"])["description"])
        for event in events
        if event["resource"] == "project" and event["after"]
    }


def _judge_messages(
    edits: Iterable[Edit], messages: Iterable[tuple[str, bytes]], verdict: Verdict, parked: str
) -> None:
    ids: dict[Key, set[str]] = defaultdict(set)
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for message_id, body in messages:
        bodies[message_id].add(body)
        for name, value in json.loads(body).items():
            ids[name, str(value)].add(message_id)
    for edit in edits:
        for key in edit.messages:
            if not ids[key]:
                _miss(verdict, key, excused=_is_parked(edit, parked))
            elif len(ids[key]) > 1:
                verdict.problems.append(f"I1 the message {key} came under {len(ids[key])} ids")
    verdict.problems += [
        f"message {one} came with other words" for one, seen in bodies.items() if len(seen) > 1
    ]


def judge_events(history: Iterable[Mapping[str, Any]], store: StoreView) -> list[str]:
    """I3: each change that an event tells of is one that happened, in the order in which it did."""
    timelines: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for entry in history:
        if entry["kind"] != "effect":
            continue
        for state in (entry["before"], entry["after"]):
            for name, value in (state or {}).items():
                line = timelines[entry["resource"], entry["id"], name]
                if not line or line[-1] != _meaning(value):
                    line.append(_meaning(value))
    places: dict[tuple[str, str, str], int] = {}
    problems = []
    for event in store.events():
        for name, change in json.loads(event["changes"]).items():
            key = event["resource"], event["object_id"], name
            start = places.get(key, 0)
            there = [
                at
                for at, value in enumerate(timelines[key])
                if at > start and value == _meaning(change["to"])
            ]
            if not there:
                problems.append(f"I3 {key} never became {change['to']!r} then ({event['id']})")
            else:
                places[key] = there[0]
    return problems


def _meaning(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip().casefold() or None
    if isinstance(value, list):
        return frozenset(map(_meaning, value)) or None
    return float(value) if isinstance(value, int) else value


def judge_files(folder: Path, store: StoreView, key: str) -> list[str]:
    """I6 and I7: no secret in anything that was written, and a store that is whole."""
    problems = [
        f"I6 the key is in {path.name}"
        for path in folder.iterdir()
        if path.is_file() and key.encode() in path.read_bytes()
    ]
    if store.integrity() != "ok":
        problems.append(f"I7 the store is damaged: {store.integrity()}")
    return problems


def judge_limits(history: Iterable[Mapping[str, Any]]) -> list[str]:
    """I5: no 429 of our own making."""
    return [
        f"I5 request {entry['n']} met the limit"
        for entry in history
        if entry["kind"] == "request" and entry["status"] == 429 and entry["fault"] is None
    ]
