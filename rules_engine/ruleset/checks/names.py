"""What is in reach of a template at each place of a rule, as far as it is known without running it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rules_engine.dashtrack.resources import RESOURCES, Resource
from rules_engine.events.special import SCHEDULE
from rules_engine.ruleset.checks.trigger import Triggers
from rules_engine.ruleset.context import EVENT_KEYS
from rules_engine.ruleset.event_names import MEASURED_CHANGES, has_project, resource_of


@dataclass(frozen=True, slots=True)
class Thing:
    """What a name stands for."""

    resources: tuple[Resource, ...] = ()
    """An object of one of these: its fields are known."""
    keys: tuple[str, ...] | None = None
    """A mapping with exactly these keys; None where that is not known."""


OPAQUE = Thing()


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a name is not in reach."""

    reason: str
    code: str = "RE151"


@dataclass(slots=True)
class Names:
    """The names in reach; it grows as a rule's parts are gone through.

    A block within lays a layer of its own over what it finds, so that a fork costs nothing however many names there are.
    """

    known: ChainMap[str, Thing] = field(default_factory=ChainMap)
    missing: ChainMap[str, Missing] = field(default_factory=ChainMap)
    """Names that are well known but not in reach here; `known` comes first."""
    partial: ChainMap[str, str] = field(default_factory=ChainMap)
    """Names that are not always there, with when they are not: `for lead.created`; empty where they are always there."""
    changes: tuple[Resource, ...] = ()
    """The resources whose fields `changes` may hold."""
    measured: tuple[str, ...] = ()
    """What else `changes` may hold, of events by measure."""
    complete: bool = True
    """False where the events are not known: then no name can be said to be missing."""
    variables: dict[str, None] = field(default_factory=dict)
    """What `vars` holds, in its order."""
    givers: ChainMap[str, str] = field(default_factory=ChainMap)
    """What gave a name among the steps: `as` or `set`."""

    def may_judge(self, name: str) -> bool:
        """Whether a name that is not known can be said to be a mistake: an event that is not known may bring objects."""
        return self.complete or name not in RESOURCES

    def announce(self, name: str, reason: str) -> None:
        """The name comes into reach further down."""
        if name not in self.known:
            self.missing[name] = Missing(reason, "RE156")

    def add_variable(self, name: str) -> None:
        """A variable of the rule is worked out from here on."""
        self.add(name, OPAQUE)
        self.variables[name] = None

    def keys_of(self, name: str) -> Collection[str] | None:
        """What the thing of that name has as its only keys; None where that is not known."""
        return self.variables if name == "vars" else self.known[name].keys

    def add_result(self, name: str, resource: Resource | None) -> None:
        """An action's answer is there from here on."""
        self.add(name, Thing(resources=(resource,)) if resource else OPAQUE)
        self.givers[name] = "as"

    def add_set(self, name: str) -> None:
        """A value that `set` names is there from here on; `set` may give it another one."""
        self.add(name, OPAQUE)
        self.givers[name] = "set"

    def add(self, name: str, thing: Thing) -> None:
        """The name is there from here on."""
        self.known[name] = thing
        if name in self.partial:
            self.partial[name] = ""

    def fork(self) -> Names:
        """The names in reach of a block within: what it brings is its own."""
        return replace(
            self,
            known=self.known.new_child(),
            missing=self.missing.new_child(),
            partial=self.partial.new_child(),
            givers=self.givers.new_child(),
        )

    def join(self, blocks: Iterable[Names], *, always: bool, otherwise: str) -> None:
        """Go on after blocks of which one was taken (or, unless `always`, none).

        What every one of them brought is there from here on; what only some did is not there `otherwise`.
        """
        ways = list(blocks)
        brought: dict[str, list[Names]] = {}
        for way in ways:
            for name in way.known.maps[0]:
                brought.setdefault(name, []).append(way)
            self.givers.update(way.givers.maps[0])
        for name, having in brought.items():
            if name in self.known:
                continue
            things = {way.known[name] for way in having}
            self.add(name, things.pop() if len(things) == 1 else OPAQUE)
            unsure = next((way.partial[name] for way in having if way.partial.get(name)), "")
            if unsure or not always or len(having) < len(ways):
                self.partial[name] = unsure or otherwise

    def leave_loop(self, turn: Names) -> None:
        """Go on after a foreach: what its turns brought was each turn's own; a name from before kept what was set."""
        for name in turn.known.maps[0]:
            if name not in self.known and name not in _ELSEWHERE:
                self.missing[name] = Missing("it comes into being inside a foreach, anew in each turn")


_ELSEWHERE = {
    "item": Missing("it is there inside a foreach"),
    "index": Missing("it is there inside a foreach"),
    "waited": Missing("it is there after a wait_for"),
    "error": Missing("it is there inside on_error"),
}
"""Names that the engine gives at some places of a rule."""


def names_for(triggers: Triggers) -> Names:
    """The names that the events of a rule bring with them."""
    return replace(_brought(triggers).fork(), variables={})


@lru_cache(
    maxsize=256
)  # many rules wait for the same events; what is found is laid under each rule's own names
def _brought(triggers: Triggers) -> Names:
    resources = triggers.resources
    measured = tuple(MEASURED_CHANGES[event] for event in triggers.events if event in MEASURED_CHANGES)
    names = Names(changes=resources, measured=measured, complete=triggers.complete)
    names.known.update(
        {
            "event": Thing(keys=tuple(EVENT_KEYS)),
            "changes": OPAQUE,
            "before": Thing(resources=resources) if resources else OPAQUE,
            "now": OPAQUE,
            "vars": OPAQUE,
        }
    )
    names.missing.update(_ELSEWHERE)
    lacking = _events_without_project(triggers)
    if resources and len(lacking) == len(triggers.events):
        names.missing["project"] = Missing(f"{_about(resources, triggers)}, which stands in no project")
    elif triggers.events and not resources:
        names.missing["project"] = Missing(_about(resources, triggers))
    else:
        names.known["project"] = Thing(resources=(RESOURCES["project"],))
        if lacking:
            names.partial["project"] = _for_events(lacking)
    _add_objects(names, triggers, resources)
    return names


def _add_objects(names: Names, triggers: Triggers, resources: tuple[Resource, ...]) -> None:
    for name, resource in RESOURCES.items():
        if resource in resources:
            names.known[name] = Thing(resources=(resource,))
            without = [event for event in triggers.events if resource_of(event) != resource]
            if without and name != "project":
                names.partial[name] = _for_events(without)
        elif name not in names.known:
            names.missing.setdefault(name, Missing(_about(resources, triggers)))


def _about(resources: tuple[Resource, ...], triggers: Triggers) -> str:
    if resources or not triggers.events:
        return "the event is about " + " or ".join(f"a {each.name.replace('_', ' ')}" for each in resources)
    return f"{_for_events(triggers.events[:1]).removeprefix('for ')} is about no object; it brings event.data"


def _for_events(events: Iterable[str]) -> str:
    return "for " + ", ".join("a schedule" if event == SCHEDULE else event for event in events)


def _events_without_project(triggers: Triggers) -> list[str]:
    return [event for event in triggers.events if not has_project(event)]
