"""Reads what happens in a test: its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Resource
from rules_engine.durations import Duration, DurationError, parse_duration
from rules_engine.events.special import ENGINE_EVENTS, is_custom
from rules_engine.foresight.rule_tests.grammar import STEP_KEYS, SYNONYMS
from rules_engine.foresight.rule_tests.model import (
    Advance,
    Change,
    Check,
    Create,
    Delete,
    Edit,
    Edits,
    EmitEvent,
    Step,
)
from rules_engine.foresight.rule_tests.read_expected import read_expected
from rules_engine.foresight.rule_tests.read_things import read_ref, read_thing, resource_of
from rules_engine.ruleset.checks.report import Report, expect, near_key, shown, type_name, unknown_keys
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest


def read_steps(report: Report, steps: Any, path: Path, *, exactly: bool) -> tuple[Step, ...]:
    """A list of steps."""
    if not expect(report, steps, list, path, "a list of steps"):
        return ()
    found = [_step(report, entry, (*path, index), exactly=exactly) for index, entry in enumerate(steps)]
    return tuple(step for step in found if step is not None)


def _step(report: Report, entry: Any, path: Path, *, exactly: bool) -> Step | None:
    if not isinstance(entry, dict):
        advice = f"write one of {', '.join(STEP_KEYS)}"
        report.error("RE122", f"a step is {type_name(entry)}; it takes a mapping", path, advice=advice)
        return None
    names = [name for name in entry if name in STEP_KEYS]
    if len(names) == 1 and len(entry) == 1:
        return read_step(report, names[0], entry[names[0]], (*path, names[0]), exactly=exactly)
    if len(names) > 1:
        advice = "begin each step with `- `; a list of changes is found in one look"
        report.error(
            "RE123", f"one step has {' and '.join(names)}", (*path, names[1]), key=True, advice=advice
        )
        return None
    for name in entry:
        if name not in STEP_KEYS:
            near = near_key(name, STEP_KEYS) or SYNONYMS.get(name)
            advice = "" if near else f"there is: {', '.join(STEP_KEYS)}"
            report.error(
                "RE120",
                f"a step has no key {shown(name)}",
                (*path, name),
                key=True,
                suggestion=near,
                advice=advice,
            )
    if not entry:
        report.error("RE121", "the step is empty", path, advice=f"write one of {', '.join(STEP_KEYS)}")
    return None


def read_step(report: Report, name: str, written: Any, path: Path, *, exactly: bool) -> Step | None:
    """One step: what the key `name` says."""
    if name == "expect":
        return Check(actions=read_expected(report, written, path, exactly=exactly), path=path)
    if name == "advance":
        return _advance(report, written, path)
    if name == "emit":
        return _emit(report, written, path)
    edits: list[Edit] = []
    for entry, here in _each(written, path):
        if expect(report, entry, dict, here, "a mapping, or a list of them"):
            edits += _EDITS[name](report, entry, here)
    return Edits(edits=tuple(edits))


def _each(written: Any, path: Path) -> list[tuple[Any, Path]]:
    if isinstance(written, list):
        return [(entry, (*path, index)) for index, entry in enumerate(written)]
    return [(written, path)]


def _changes(report: Report, entry: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    """`{lead: mill, status: Chaser}`: the first key that names a resource says which object."""
    found = _named_resource(report, entry, path)
    if found is None:
        return
    ref = read_ref(report, entry[found.name], (*path, found.name))
    thing = read_thing(report, found, entry, path, skip=found.name)
    if not thing.fields:
        report.error("RE149", "the change has no field", path, advice="write the fields and their new values")
    if "id" in thing.fields:
        report.error("RE123", "an id never changes", (*path, "id"), key=True)
    yield Change(thing=thing, ref=ref)


def _named_resource(report: Report, entry: Mapping[str, Any], path: Path) -> Resource | None:
    name = next((key for key in entry if key in RESOURCES), None)
    if name is not None:
        return RESOURCES[name]
    if not entry:
        advice = "write {lead: NAME, status: …}"
        report.error("RE121", f"{path[-1]} is empty", path, advice=advice)
        return None
    first = next(iter(entry))
    return resource_of(report, first, (*path, first))


def _creations(report: Report, entry: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    for name, fields in entry.items():
        here = (*path, name)
        resource = resource_of(report, name, here)
        if resource is not None and expect(report, fields, dict, here, "the fields of the new object"):
            yield Create(thing=read_thing(report, resource, fields, here))


def _removals(report: Report, entry: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    for name, ref in entry.items():
        here = (*path, name)
        resource = resource_of(report, name, here)
        if resource is not None and resource.archivable:
            advice = f"write `change: {{{name}: …, archived: true}}`"
            report.error("RE123", f"a {name} is archived, never deleted", here, key=True, advice=advice)
        elif resource is not None:
            yield Delete(resource=resource.name, ref=read_ref(report, ref, here), path=here)


_EDITS: Mapping[str, Callable[[Report, Mapping[str, Any], Path], Iterator[Edit]]] = {
    "change": _changes,
    "create": _creations,
    "delete": _removals,
}


def _advance(report: Report, written: Any, path: Path) -> Advance | None:
    try:
        duration: Duration = parse_duration(written)
    except DurationError as error:
        report.error("RE128", str(error), path, advice=error.advice)
        return None
    return Advance(duration=duration, path=path)


def _emit(report: Report, written: Any, path: Path) -> EmitEvent | None:
    if not expect(report, written, dict, path, "{event: …, data: {…}}"):
        return None
    unknown_keys(report, written, path, known=("event", "data"), what="emit")
    data = written.get("data")
    if data is not None:
        expect(report, data, dict, (*path, "data"), "a mapping of names to values")
    name = written.get("event")
    if "event" not in written:
        report.error("RE121", "emit has no event", path, advice="write `event: custom.NAME`")
    elif not isinstance(name, str) or not (is_custom(name) or name in ENGINE_EVENTS):
        near = nearest(str(name), ENGINE_EVENTS)
        advice = "" if near else f"it takes custom.NAME, {', '.join(ENGINE_EVENTS)}"
        report.error(
            "RE130", f"a test can't emit {shown(name)}", (*path, "event"), suggestion=near, advice=advice
        )
    return EmitEvent(event=str(name), data=data if isinstance(data, dict) else {})
