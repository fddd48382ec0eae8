"""What is in reach of a template at each place of a rule, as far as it is known without running it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules_engine.dashtrack.resources import RESOURCES, Resource, Scope
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.checks.trigger import Triggers
from rules_engine.ruleset.context import EVENT_KEYS


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
    """The names in reach; it grows as a rule's parts are gone through."""

    known: dict[str, Thing] = field(default_factory=dict)
    missing: dict[str, Missing] = field(default_factory=dict)
    """Names that are well known but not in reach here."""
    partial: dict[str, str] = field(default_factory=dict)
    """Names that only some of the rule's events have, with those that lack them."""
    changes: tuple[Resource, ...] = ()
    """The resources whose fields `changes` may hold."""
    complete: bool = True
    """False where the events are not known: then no name can be said to be missing."""
    variables: list[str] = field(default_factory=list)

    def may_judge(self, name: str) -> bool:
        """Whether a name that is not known can be said to be a mistake: an event that is not known may bring objects."""
        return self.complete or name not in RESOURCES

    def announce(self, name: str, reason: str) -> None:
        """The name comes into reach further down."""
        if name not in self.known:
            self.missing[name] = Missing(reason, "RE156")

    def add_variable(self, name: str) -> None:
        """A variable of the rule is worked out from here on."""
        self.known[name] = OPAQUE
        self.missing.pop(name, None)
        self.variables.append(name)
        self.known["vars"] = Thing(keys=tuple(self.variables))

    def add_result(self, name: str, resource: Resource | None) -> None:
        """An action's answer is there from here on."""
        self.known[name] = Thing(resources=(resource,)) if resource else OPAQUE
        self.missing.pop(name, None)
        self.partial.pop(name, None)


def names_for(triggers: Triggers) -> Names:
    """The names that the events of a rule bring with them."""
    resources = triggers.resources
    names = Names(changes=resources, complete=triggers.complete)
    names.known = {
        "event": Thing(keys=tuple(EVENT_KEYS)),
        "changes": OPAQUE,
        "before": Thing(resources=resources) if resources else OPAQUE,
        "now": OPAQUE,
        "vars": Thing(keys=()),
    }
    lacking = _events_without_project(triggers)
    if resources and len(lacking) == len(triggers.events):
        about = " or ".join(f"a {resource.name.replace('_', ' ')}" for resource in resources)
        names.missing["project"] = Missing(f"the event is about {about}, which stands in no project")
    else:
        names.known["project"] = Thing(resources=(RESOURCES["project"],))
        if lacking:
            names.partial["project"] = ", ".join(lacking)
    _add_objects(names, triggers, resources)
    return names


def _add_objects(names: Names, triggers: Triggers, resources: tuple[Resource, ...]) -> None:
    for name, resource in RESOURCES.items():
        if resource in resources:
            names.known[name] = Thing(resources=(resource,))
            without = [event for event in triggers.events if EVENT_TYPES[event].resource != name]
            if without and name != "project":
                names.partial[name] = ", ".join(without)
        elif name not in names.known:
            about = " or ".join(f"a {each.name.replace('_', ' ')}" for each in resources)
            names.missing.setdefault(name, Missing(f"the event is about {about}"))


def _events_without_project(triggers: Triggers) -> list[str]:
    return [event for event in triggers.events if not has_project(event)]


def has_project(event: str) -> bool:
    """Whether the event's object is a project or stands in one."""
    resource = RESOURCES[EVENT_TYPES[event].resource]
    return resource.name == "project" or resource.scope is Scope.PROJECT


def is_object_gone(event: str) -> bool:
    """Whether the event says that its object is no more."""
    return event.endswith((".deleted", ".left"))
