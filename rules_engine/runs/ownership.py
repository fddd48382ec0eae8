"""Which of the changes that a poll sees are our own: effects of writes whose answer was lost.

A new object is ours by the mark in its text. A change or removal carries no mark, so what an unknown write may have
brought about is not judged by the poll at all, but awaited: the look for that write's effect tells whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.change import ChangeKind
from rules_engine.polling.diff import Awaited, same_value
from rules_engine.polling.poll import Seen
from rules_engine.ruleset.actions import Verb
from rules_engine.runs.actions.table import action_resource
from rules_engine.runs.identity import mark_in
from rules_engine.runs.reconcile import Suspect, suspect_of
from rules_engine.store.records import Run, Step


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose write brought an object into the world."""

    run: Run
    step: Step


def owners_of(
    seen: Iterable[Seen], steps: Iterable[Step], find_run: Callable[[str], Run | None]
) -> dict[str, Owner]:
    """The owners of new objects that are effects of these creates, by object id.

    Of several that bear the same mark the oldest is ours: a copy is always younger than its original.
    """
    by_mark = {step.mark: step for step in steps if step.mark}
    bearers: dict[str, list[Mapping[str, Any]]] = {}
    for one in seen if by_mark else ():
        mark = _mark_of(one)
        if mark in by_mark and one.change.after is not None:
            bearers.setdefault(mark, []).append(one.change.after)
    owners: dict[str, Owner] = {}
    for mark, objects in bearers.items():
        run = find_run(by_mark[mark].run_id)
        if run is not None:
            oldest = min(objects, key=lambda item: (str(item.get("created_at") or ""), str(item["id"])))
            owners[str(oldest["id"])] = Owner(run, by_mark[mark])
    return owners


def givers_of(
    seen: Iterable[Seen],
    steps: Sequence[Step],
    find_run: Callable[[str], Run | None],
    names: Mapping[str, str],
) -> dict[str, Owner]:
    """Who may have made a change, by object id: a write that was given up before anyone knew what became of it."""
    suspects = [suspect for suspect in map(_suspect, steps) if suspect is not None and suspect.object_id]
    givers: dict[str, Owner] = {}
    for one in seen if suspects else ():
        for suspect in suspects:
            run = find_run(suspect.step.run_id) if _may_have_made(suspect, one, names) else None
            if run is not None:
                givers[one.change.object_id] = Owner(run, suspect.step)
    return givers


def _may_have_made(suspect: Suspect, seen: Seen, names: Mapping[str, str]) -> bool:
    change = seen.change
    if (change.resource, change.object_id) != (suspect.resource.name, suspect.object_id):
        return False
    if change.kind is ChangeKind.DELETED:
        return suspect.verb is Verb.DELETE
    written = _written(suspect)
    return any(
        name in written and same_value(suspect.resource, name, field.to, written[name], names=names)
        for name, field in change.fields.items()
    )


def _mark_of(seen: Seen) -> str:
    """The mark of an object that is new; empty for any other change."""
    if seen.change.before is not None or seen.change.after is None:
        return ""
    signed = (row.name for row in RESOURCES[seen.change.resource].fields if row.signed)
    return next((mark for name in signed if (mark := mark_in(seen.change.after.get(name)))), "")


def awaited_effects(steps: Sequence[Step]) -> dict[tuple[str, str], Awaited]:
    """What unknown updates and removals may have done, by resource and object id."""
    awaited: dict[tuple[str, str], Awaited] = {}
    for suspect in filter(None, map(_suspect, steps)):
        if suspect.object_id is None:
            continue
        key = suspect.resource.name, suspect.object_id
        earlier = awaited.get(key, Awaited())
        awaited[key] = Awaited(
            values=(*earlier.values, _written(suspect)),
            removal=earlier.removal or suspect.verb is Verb.DELETE,
        )
    return awaited


def _suspect(step: Step) -> Suspect | None:
    resource = action_resource(step.action)
    return suspect_of(step, resource) if resource is not None else None


def _written(suspect: Suspect) -> Mapping[str, Any]:
    return {"archived": True} if suspect.verb is Verb.ARCHIVE else suspect.step.body or {}
