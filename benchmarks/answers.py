"""Answers as Dashtrack gives them: lists of tasks, and the same ones a moment later."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PROJECT = str(uuid.UUID(int=7))
PEOPLE = ("Ada Byron", "Bob Stone", "Cleo Hart", "Dan Fry")
WORDS = "review draft call client homepage invoice launch copy print budget".split()
Item = dict[str, Any]


def tasks(count: int, seed: int = 1) -> list[Item]:
    """Tasks of one project, some 450 bytes each."""
    rng = random.Random(seed)
    return [_task(rng, n) for n in range(count)]


def _task(rng: random.Random, number: int) -> Item:
    return {
        "id": str(uuid.UUID(int=rng.getrandbits(128))),
        "project_id": PROJECT,
        "name": f"{rng.choice(WORDS).title()} {number}",
        "description": " ".join(rng.choices(WORDS, k=20)),
        "status": rng.choice(["todo", "in-progress", "done"]),
        "priority": rng.choice(["Low", "Medium", "High", None]),
        "assigned_to": rng.sample(PEOPLE, rng.randint(0, 2)),
        "due_date": f"2026-12-{rng.randint(1, 28):02}T00:00:00Z",
        "start_date": None,
        "task_list": rng.choice(["Backlog", "This week"]),
        "created_at": "2026-11-01T08:00:00Z",
        "updated_at": "2026-11-20T08:00:00Z",
    }


def later(items: list[Item]) -> list[Item]:
    """The same a moment later: 1 % changed, and of every 1,000 one added and one removed."""
    rng, changed = random.Random(2), [dict(item) for item in items]
    for item in rng.sample(changed, len(items) // 100):
        item["status"] = "done" if item["status"] != "done" else "todo"
        item["updated_at"] = "2026-11-25T08:59:00Z"
    for item in rng.sample(changed, len(items) // 1000):
        changed.remove(item)
    return changed + [_task(rng, len(items) + n) for n in range(len(items) // 1000)]


def moved_keys(items: list[Item]) -> list[Item]:
    """The same objects, none by the same bytes: their keys stand in another order."""
    return [dict(reversed(item.items())) for item in items]


def body_of(items: list[Item]) -> bytes:
    """The answer's bytes, in the compact form that servers give."""
    return json.dumps({"tasks": items}, separators=(",", ":")).encode()
