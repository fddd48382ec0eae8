"""The world of one test: from what its file says to objects, and what people do with them afterwards.

Objects are named as people name them, by name or id. A name that fits nothing can be known only while a test runs,
for it may be one that a rule has given: so it breaks the test there, with its place in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import MEMBER, PROJECT, RESOURCES, Scope
from rules_engine.errors import RulesEngineError
from rules_engine.foresight.fake_dashtrack import FakeDashtrack, Json
from rules_engine.foresight.rule_tests.model import Change, Create, Delete, Edit, Thing
from rules_engine.ruleset.problems import Problem
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source
from rules_engine.suggest import nearest

_ORDER = (MEMBER.name, PROJECT.name, *(name for name in RESOURCES if name not in {MEMBER.name, PROJECT.name}))
"""Who and where come first: the others name them."""
_NAMES = ("name", "title", "user_name")
_MOST_LISTED = 8


class BrokenTest(RulesEngineError):
    """The test itself can't be carried out."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class World:
    """The objects of one test."""

    def __init__(self, dashtrack: FakeDashtrack, source: Source) -> None:
        self._dashtrack = dashtrack
        self._source = source

    def build(self, given: Iterable[Thing], more: Iterable[Thing]) -> None:
        """Make the world at the baseline; `more` is laid over `given`. Raises BrokenTest."""
        things = _laid_over(given, more)
        for resource in _ORDER:
            for thing in things:
                if thing.resource == resource:
                    self._make(thing)

    def apply(self, edit: Edit) -> tuple[str, str] | None:
        """Do what somebody does; gives resource and id of an object that is gone by it. Raises BrokenTest."""
        match edit:
            case Create(thing=thing):
                self._make(thing)
            case Change(thing=thing, ref=ref):
                found = self.find(thing.resource, ref, (*thing.path, thing.resource))
                self._dashtrack.edit(thing.resource, found["id"], self._fields(thing))
            case Delete(resource=resource, ref=ref, path=path):
                found = self.find(resource, ref, path)
                self._dashtrack.remove(resource, found["id"])
                return resource, found["id"]
        return None

    def find(self, resource: str, ref: Any, path: Path) -> Json:
        """The object of that id or name; raises BrokenTest when none or several fit."""
        wanted, items = str(ref).strip(), self._dashtrack.all(resource)
        for fits in _ways(wanted):
            found = [item for item in items if fits(item)]
            if len(found) > 1:
                ids = ", ".join(item["id"] for item in found)
                raise self._broken(
                    f"{len(found)} {_plural(resource)} are named {wanted}", path, advice=f"give an id: {ids}"
                )
            if found:
                return found[0]
        names = [name_of(item) for item in items]
        near = nearest(wanted, [*names, *(item["id"] for item in items)])
        listed = ", ".join(names[:_MOST_LISTED]) or "none at all"
        advice = "" if near else f"at this moment there is: {listed}"
        raise self._broken(f"there is no {_words(resource)} {wanted}", path, suggestion=near, advice=advice)

    def _make(self, thing: Thing) -> None:
        fields = self._fields(thing)
        if "id" in fields:
            fields["id"] = str(fields["id"])
            if self._dashtrack.ever(thing.resource, fields["id"]) is not None:
                message = f"there is a {_words(thing.resource)} with the id {fields['id']} already"
                raise self._broken(message, (*thing.path, "id"), code="RE126", advice="take another id")
        if RESOURCES[thing.resource].scope is Scope.PROJECT and not fields.get("project_id"):
            message = f"a {_words(thing.resource)} stands in a project"
            raise self._broken(message, thing.path, code="RE121", advice="write `project: NAME`")
        if fields.get("name") is None and RESOURCES[thing.resource].field("name") is not None:
            fields["name"] = fields.get("id", thing.resource.capitalize())
        self._dashtrack.add(thing.resource, fields)

    def _fields(self, thing: Thing) -> dict[str, Any]:
        """The fields, with the project by its id."""
        fields = dict(thing.fields)
        for name in ("project", "project_id"):
            if fields.get(name) is not None and RESOURCES[thing.resource].scope is Scope.PROJECT:
                found = self.find(PROJECT.name, fields.pop(name), (*thing.path, name))
                fields["project_id"] = found["id"]
        return fields

    def _broken(
        self,
        message: str,
        path: Path,
        *,
        code: str = "RE151",
        suggestion: str | None = None,
        advice: str = "",
    ) -> BrokenTest:
        return BrokenTest(self._source.problem(code, message, path, suggestion=suggestion, advice=advice))


def name_of(item: Mapping[str, Any]) -> str:
    """What people call an object: its name, its title, whose it is, else its id."""
    return str(next((item[field] for field in _NAMES if item.get(field)), item.get("id")))


def _ways(wanted: str) -> tuple[Callable[[Json], bool], ...]:
    folded = wanted.casefold()
    return (
        lambda item: bool(item["id"] == wanted),
        lambda item: name_of(item) == wanted,
        lambda item: name_of(item).strip().casefold() == folded,
    )


def _laid_over(given: Iterable[Thing], more: Iterable[Thing]) -> list[Thing]:
    """The file's objects with what a test says otherwise of them, and the objects that it adds."""
    things = list(given)
    common = len(things)
    for thing in more:
        place = next((n for n in range(common) if _is_same(things[n], thing)), None)
        if place is None:
            things.append(thing)
        else:
            fields = {**things[place].fields, **thing.fields}
            things[place] = Thing(resource=thing.resource, fields=fields, path=thing.path)
    return things


def _is_same(one: Thing, other: Thing) -> bool:
    """Whether `other` speaks of the object `one`: by its id, or without one by its name."""
    if one.resource != other.resource:
        return False
    if other.fields.get("id") is not None:
        return str(one.fields.get("id")) == str(other.fields["id"])
    name = other.fields.get("name")
    return name is not None and name == one.fields.get("name")


def _words(resource: str) -> str:
    return resource.replace("_", " ")


def _plural(resource: str) -> str:
    return RESOURCES[resource].plural.replace("_", " ")
