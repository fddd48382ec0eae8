"""What one would write in an afternoon: poll, compare, act, try three times, save. It stands beside the engine.

It is no straw man: its state is saved after every round by an atomic rename, delays are saved with it, reads that
fail are left for the next round, and refusals are not repeated. What it lacks is what this project is about: no
intent before a request, no mark, no look for what became of a lost answer, no doubt about a list that is short.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

_STATE = Path("naive.json")
_ATTEMPTS = 3
_WAIT = 40.0 / 100.0
"""The 40 seconds of the rules, on the rig's clock."""

Objects = dict[str, dict[str, Any]]


class Naive:
    """One account."""

    def __init__(self, client: httpx.Client, receiver: str) -> None:
        self._client = client
        self._receiver = receiver
        saved = json.loads(_STATE.read_text()) if _STATE.exists() else None
        self._known: Objects | None = saved["known"] if saved else None
        self._pending: list[dict[str, Any]] = saved["pending"] if saved else []

    def round(self) -> None:
        """Look, act on each difference, save."""
        seen = self._look()
        if seen is None:
            return
        if self._known is not None:
            self._act(self._known, seen)
        self._known = seen
        self._save()

    def _save(self) -> None:
        new = _STATE.with_suffix(".new")
        new.write_text(json.dumps({"known": self._known, "pending": self._pending}))
        new.replace(_STATE)

    def _look(self) -> Objects | None:
        try:
            projects = self._read("/projects", "projects")
            self._projects = {one["name"]: one["id"] for one in projects}
            if not {"Sales", "Web"} <= self._projects.keys():
                return None
            found = {one["id"]: {**one, "kind": "lead"} for one in self._read("/leads", "leads")}
            for project in projects:
                tasks = self._read(f"/projects/{project['id']}/tasks", "tasks")
                found.update({one["id"]: {**one, "kind": "task"} for one in tasks})
        except (httpx.HTTPError, ValueError, KeyError):
            return None
        return found

    def _read(self, path: str, key: str) -> list[dict[str, Any]]:
        answer = self._client.get(path)
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()[key]
        return items

    def _act(self, known: Objects, seen: Objects) -> None:
        for object_id in known.keys() - seen.keys():
            if known[object_id]["kind"] == "lead":
                self._note("Web", f"Gone {known[object_id]['name']}")
        for object_id, one in seen.items():
            before = known.get(object_id)
            if before is None:
                self._on_new(one)
                continue
            for name, react in _REACTIONS.items():
                if one.get(name) != before.get(name):
                    react(self, one)
        for due in self._due():
            self._note(due["project"], due["text"])

    def _on_new(self, one: dict[str, Any]) -> None:
        if one["kind"] == "task" and "Fan" in one["name"]:
            self._write("PATCH", f"/tasks/{one['id']}", {"task_list": f"Seen {one['name']}"})

    def _due(self) -> Iterator[dict[str, Any]]:
        now = time.monotonic()
        for one in [one for one in self._pending if one["at"] <= now]:
            self._pending.remove(one)
            yield one

    def wait(self, project: str, text: str) -> None:
        """A note that is to be made later."""
        self._pending.append({"at": time.monotonic() + _WAIT, "project": project, "text": text})

    def call(self, lead: dict[str, Any]) -> None:
        """On a lead's value."""
        made = self.task("Sales", f"Call {lead['value']}")
        self._note("Sales", f"Called {lead['value']} with {made}")
        message = {"webhook-id": os.urandom(8).hex()}
        self._tries(
            lambda: httpx.post(self._receiver, json={"value": str(lead["value"])}, headers=message, timeout=5)
        )

    def tag(self, lead: dict[str, Any]) -> None:
        """On a lead's status."""
        tags = [tag for tag in lead["tags"] if tag.casefold() != "deliberating"]
        self._write("PATCH", f"/leads/{lead['id']}", {"tags": [*tags, "chase up"]})
        self._write("PATCH", f"/leads/{lead['id']}", {"source": f"by {lead['company']}"})

    def rename(self, task: dict[str, Any]) -> None:
        """On a task's name."""
        if "Fan" in task["name"]:
            for letter in "abc":
                self.task("Web", f"{task['name']} {letter}")
        if "Sweep" in task["name"]:
            self._write("DELETE", f"/tasks/{task['id']}", None)

    def task(self, project: str, name: str) -> str:
        """Make a task."""
        made = self._write("POST", f"/projects/{self._projects[project]}/tasks", {"name": name})
        return str(made.get("task", {}).get("id", ""))

    def _note(self, project: str, text: str) -> None:
        self._write("POST", f"/projects/{self._projects[project]}/notes", {"notes": text})

    def _write(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        answer = self._tries(lambda: self._client.request(method, path, json=body))
        try:
            found: dict[str, Any] = answer.json() if answer is not None else {}
        except ValueError:
            return {}
        return found

    @staticmethod
    def _tries(send: Callable[[], httpx.Response]) -> httpx.Response | None:
        for attempt in range(_ATTEMPTS):
            try:
                answer = send()
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
            except httpx.HTTPError:
                pass
            time.sleep(0.05 * (attempt + 1))
        return None


_REACTIONS: dict[str, Callable[[Naive, dict[str, Any]], None]] = {
    "value": Naive.call,
    "status": lambda naive, one: naive.tag(one) if one["kind"] == "lead" else None,
    "rep": lambda naive, one: naive.wait("Web", f"Held {one['rep']}"),
    "name": lambda naive, one: naive.rename(one) if one["kind"] == "task" else None,
    "task_list": lambda naive, one: (
        naive.wait("Sales", one["task_list"]) if "Later" in (one["task_list"] or "") else None
    ),
    "description": lambda naive, one: str(naive.task("Web", one["description"])) and None,
}


def main(args: list[str]) -> int:
    """Work until killed; the argument is the receiver's address."""
    key = os.environ["DASHTRACK_API_KEY"]
    with httpx.Client(
        base_url=os.environ["DASHTRACK_BASE_URL"], headers={"Authorization": f"Bearer {key}"}, timeout=5
    ) as client:
        naive = Naive(client, args[0])
        while True:
            naive.round()
            time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
