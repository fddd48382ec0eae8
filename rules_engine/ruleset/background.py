"""What is known beside the rules files when they are checked: the configuration's endpoints and the last snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules_engine.dashtrack.resources import HOLIDAY, LEAD, MEMBER, PROJECT, RESOURCES, TASK
from rules_engine.ruleset.lookups import SnapshotReader

PERSON = "person"
PROJECT_NAME = "project"
TASK_LIST = "task list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """What the last snapshot of an account holds, as far as rules name it."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Per kind (`person`, `project`, `task list`), names and ids: without regard to case → as they are."""
    words: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    """Per vocabulary, every word that some object has, without regard to case."""

    def lacks(self, kind: str, name: str) -> bool:
        """Whether there are names of that kind, and this is none of them."""
        known = self.names.get(kind)
        return bool(known) and name.casefold() not in (known or {})

    def has_word(self, vocabulary: tuple[str, ...], word: str) -> bool:
        """Whether some object has the word in a field of that vocabulary."""
        return word.casefold() in self.words.get(vocabulary, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a check may hold rules against; None: that is not known, and not checked."""

    endpoints: frozenset[str] | None = None
    """The names of the configured endpoints."""
    tenant: Tenant | None = None


NO_BACKGROUND = Background()


def merged(tenants: Iterable[Tenant]) -> Tenant:
    """What several accounts hold together, for rules that several of them use."""
    names: dict[str, dict[str, str]] = {}
    words: dict[tuple[str, ...], frozenset[str]] = {}
    for tenant in tenants:
        for kind, known in tenant.names.items():
            names.setdefault(kind, {}).update(known)
        for vocabulary, seen in tenant.words.items():
            words[vocabulary] = words.get(vocabulary, frozenset()) | seen
    return Tenant(names=names, words=words)


def tenant_of(snapshot: SnapshotReader) -> Tenant:
    """What rules may name of a snapshot."""
    objects = {name: snapshot.all(name) for name in RESOURCES}
    members = [data.get(key) for data in objects[MEMBER.name] for key in ("id", "name", "email")]
    reps = [data.get("rep") for data in objects[LEAD.name]]
    leavers = [data.get("user_name") for data in objects[HOLIDAY.name]]
    projects = [data.get(key) for data in objects[PROJECT.name] for key in ("id", "name")]
    lists = [data.get("task_list") for data in objects[TASK.name]]
    words: dict[tuple[str, ...], set[str]] = {}
    for name, resource in RESOURCES.items():
        for each in resource.fields:
            if each.vocabulary:
                seen = words.setdefault(each.vocabulary, set())
                seen.update(word for data in objects[name] for word in _folded(data.get(each.name)))
    return Tenant(
        names={
            # Without the team's list a name in a lead tells nothing about who else there is.
            PERSON: _names([*members, *reps, *leavers]) if members else {},
            PROJECT_NAME: _names(projects),
            TASK_LIST: _names(lists),
        },
        words={vocabulary: frozenset(seen) for vocabulary, seen in words.items()},
    )


def _names(values: Iterable[object]) -> dict[str, str]:
    return {value.casefold(): value for value in values if isinstance(value, str) and value}


def _folded(value: object) -> list[str]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [item.casefold() for item in items if isinstance(item, str)]
