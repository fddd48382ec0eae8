"""Everything that a sandbox knows, with the helpers by which tests and the demo reach into it.

The server and its users share one State; each of its methods is one transaction, so they can be called from any
thread while requests are served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from rules_engine.sandbox.clock import Clock, SystemClock
from rules_engine.sandbox.database import Database
from rules_engine.sandbox.errors import SandboxError
from rules_engine.sandbox.faults import Match, Script, match_of
from rules_engine.sandbox.limits import Key, Keys, ResetUnit, reset_unit_named
from rules_engine.sandbox.objects import SOMEBODY, Objects
from rules_engine.sandbox.shapes import Shape, read_edit, shape_named


class State:
    """Objects, keys, faults and the log of one sandbox.

    `resource` is a singular: project, task, lead, time_entry, note, member, holiday. Edits come from "somebody
    else": they spend no limit, take fields that the API can't write (and unforeseen ones), and stand in the log.
    """

    def __init__(
        self,
        *,
        db: str | Path | None = None,
        plan: str = "enterprise",
        clock: Clock | None = None,
        random: Random | None = None,
        rate_reset_unit: ResetUnit = "epoch_s",
    ) -> None:
        self.clock = clock or SystemClock()
        self.database = Database(db)
        self.script = Script()
        self.reset_unit = rate_reset_unit
        try:
            self.keys = Keys(self.database, plan)
        except SandboxError:
            self.database.close()
            raise
        self.objects = Objects(self.database, self.clock, random or SystemRandom())

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold everything else while several things are read or changed together."""
        with self.database.transaction():
            yield

    def add(self, resource: str, /, **fields: Any) -> dict[str, Any]:
        """Make an object; ids and timestamps may be given. Gives it as the API would show it."""
        with self.transaction():
            shape = shape_named(resource)
            known = read_edit(shape, fields, self.objects.names())
            self._check_new(shape, known)
            return self.objects.create(shape, known, SOMEBODY)

    def add_many(self, resource: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Make many objects in one transaction."""
        with self.transaction():
            return [self.add(resource, **row) for row in rows]

    def edit(self, resource: str, object_id: str, /, **fields: Any) -> dict[str, Any]:
        """Change some fields of an object. `forbidden=True` on a project makes the API answer 403 for it."""
        with self.transaction():
            shape = shape_named(resource)
            return self.objects.update(
                shape, object_id, read_edit(shape, fields, self.objects.names()), SOMEBODY
            )

    def remove(self, resource: str, object_id: str) -> dict[str, Any]:
        """Remove an object for ever (also a project: that is no archiving). Gives what it was."""
        with self.transaction():
            return self.objects.delete(shape_named(resource), object_id, SOMEBODY)

    def get(self, resource: str, object_id: str) -> dict[str, Any] | None:
        """One object, or None."""
        return self.objects.get(shape_named(resource).name, object_id)

    def all(self, resource: str, /, **equals: Any) -> list[dict[str, Any]]:
        """Every object whose fields have these values, oldest first; archived projects too."""
        found = self.objects.all(shape_named(resource).name)
        return [one for one in found if all(one.get(name) == value for name, value in equals.items())]

    def fault(
        self,
        kind: str,
        *,
        match_method: str | None = None,
        match_path: str | None = None,
        match_nth: int = 1,
        times: int | None = 1,
        **options: Any,
    ) -> dict[str, Any]:
        """Script a fault (see `fault_kinds.KINDS`): for the requests that match, `times` times (None: for ever)."""
        return self.script_fault(kind, match_of(match_method, match_path, match_nth), times, options)

    def script_fault(
        self, kind: str, match: Match, times: int | None, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The same from its parts."""
        with self.transaction():
            return self.script.add(kind, match, times, options, self.database.last_place()).as_data()

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are set, with how often each struck."""
        with self.transaction():
            return [fault.as_data() for fault in self.script.faults]

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        with self.transaction():
            self.script.clear()

    def history(self, since: int = 0) -> list[dict[str, Any]]:
        """The ground truth: every request and every effect in order, from after entry `since`.

        A request: n, kind "request", at, method, path (without /api/v1), query, body, authorized, fault, status
        (null when no answer was sent). An effect: n, kind "effect", at, action (created, updated, deleted),
        resource, id, by (api or somebody), request (its n, or null), before, after.
        """
        return self.database.history(since)

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """Only the requests of the history."""
        return [entry for entry in self.history(since) if entry["kind"] == "request"]

    def effects(self, since: int = 0) -> list[dict[str, Any]]:
        """Only the effects of the history."""
        return [entry for entry in self.history(since) if entry["kind"] == "effect"]

    def set_limit(
        self,
        *,
        plan: str | None = None,
        limit: int | None = None,
        used: int | None = None,
        reset_unit: str | None = None,
        key: str | None = None,
    ) -> dict[str, Key]:
        """Change the hourly limit of that key (of all keys when none is named), or the unit of its Reset header."""
        with self.transaction():
            if reset_unit is not None:
                self.reset_unit = reset_unit_named(reset_unit)
            now = self.clock.now().timestamp()
            for name in [key] if key else self.keys.all():
                self.keys.change(name, plan=plan, limit=limit, used=used, now=now)
            return self.keys.all()

    def add_key(self, key: str, *, plan: str | None = None, member_id: str | None = None) -> None:
        """Accept a further key."""
        with self.transaction():
            self.keys.add(key, plan=plan, member_id=member_id)

    def revoke_key(self, key: str) -> None:
        """Answer 401 to that key from now on."""
        with self.transaction():
            self.keys.revoke(key)

    def _check_new(self, shape: Shape, fields: Mapping[str, Any]) -> None:
        missing = [field.name for field in shape.fields if field.required and fields.get(field.name) is None]
        if missing:
            raise SandboxError(f"a {shape.name} needs {', '.join(missing)}")
        if shape.in_project and self.objects.get("project", fields.get("project_id", "")) is None:
            raise SandboxError(f"a {shape.name} needs the project_id of a project that is there")
