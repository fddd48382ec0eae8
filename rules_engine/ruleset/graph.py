"""Which rules start which: the graph of what each writes and what each waits for, and the cycles in it.

A link is open when what it stands for really starts the other rule: an event that a rule emits always does, a change
that the engine makes only where the rule says `triggered_by_rules: true`. A cycle of open links never ends by itself;
one that some link keeps closed is only worth knowing of.

Rules by the thousand mostly say the same things: what is held together are the distinct writes and the distinct
triggers, and the rules hang on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rules_engine.dashtrack.resources import RESOURCES, Kind
from rules_engine.events.special import is_custom
from rules_engine.ruleset.event_names import field_of, resource_of
from rules_engine.ruleset.knots import knots, way_around
from rules_engine.ruleset.model import Mode, Rule, Trigger
from rules_engine.ruleset.reach import events_of, may_fit
from rules_engine.ruleset.writes import Effects, Write, effects_of

MAX_COMPARISONS = 100_000
"""Of distinct writes with distinct triggers; a set of rules that needs more is not looked through to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One rule may start another."""

    writer: Rule
    reader: Rule
    event: str
    open: bool
    """Whether the reader really takes an event that a rule made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Rules of which each may start the next, and the last the first."""

    edges: tuple[Edge, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules on the way, each once."""
        return tuple(edge.writer for edge in self.edges)

    @property
    def open(self) -> bool:
        """Whether nothing in it ends it."""
        return all(edge.open for edge in self.edges)

    def __str__(self) -> str:
        way = "".join(f"{edge.writer.id} → {edge.event} → " for edge in self.edges)
        return f"{way}{self.edges[0].writer.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The rules, what each does, and what that may start."""

    rules: tuple[Rule, ...]
    effects: Mapping[str, Effects]
    """By rule id; a rule that is off has none."""
    complete: bool
    """False where there was too much to hold together."""
    _does: Mapping[str, tuple[_Node, ...]] = field(repr=False)
    """Per rule id, its distinct writes and what it emits."""
    _reaches: Mapping[_Node, tuple[tuple[str, str], ...]] = field(repr=False)
    """Per write, the triggers that it may fit (by digest), each with the event; per emitted event itself."""
    _readers: Mapping[str, tuple[Rule, ...]] = field(repr=False)
    """Per trigger, or per event that rules emit, the rules that wait for it."""

    def edges(self) -> Iterator[Edge]:
        """Every pair of rules of which one may start the other, with the first event that does."""
        for writer in self.rules:
            found: dict[str, Edge] = {}
            for does in self._does.get(writer.id, ()):
                for target, event in self._reaches.get(does, ()):
                    for reader in self._readers.get(target, ()):
                        found.setdefault(reader.id, _edge(writer, reader, event))
            yield from found.values()

    def cycles(self) -> tuple[Cycle, ...]:
        """One shortest cycle of each knot of rules: first the open ones, then those of rules in no open one."""
        found = list(self._cycles(only_open=True))
        taken = {rule.id for cycle in found for rule in cycle.rules}
        closed = (cycle for cycle in self._cycles(only_open=False) if not cycle.open)
        return (*found, *(cycle for cycle in closed if not taken & {rule.id for rule in cycle.rules}))

    def _cycles(self, *, only_open: bool) -> Iterator[Cycle]:
        order = {rule.id: n for n, rule in enumerate(self.rules)}
        by_id = {rule.id: rule for rule in self.rules}
        found = [self._members(knot, only_open=only_open) for knot in knots(self._ways(only_open=only_open))]
        starts = [
            min((str(node[1]) for node in nodes if node[0] == "rule"), key=order.__getitem__)
            for nodes in found
        ]
        for start, nodes in sorted(zip(starts, found, strict=True), key=lambda each: order[each[0]]):
            yield _cycle(way_around(nodes, ("rule", start), tuple(nodes)), by_id, self._reaches)

    def _ways(self, *, only_open: bool) -> dict[_Node, tuple[_Node, ...]]:
        """What is done → the triggers that it fits → what their rules do. The rules themselves are left out: by the
        thousand they say the same, and the knots are the same without them.
        """
        ways: dict[_Node, tuple[_Node, ...]] = {}
        reached: dict[str, None] = {}
        for does, targets in self._reaches.items():
            ways[does] = tuple(("reader", target) for target, _ in targets)
            reached.update((target, None) for target, _ in targets)
        for target in reached:
            done: dict[_Node, None] = {}
            for reader in self._readers.get(target, ()):
                if not only_open or _is_open(reader, target):
                    done.update((does, None) for does in self._does.get(reader.id, ()) if ways.get(does))
            ways["reader", target] = tuple(done)
        return ways

    def _members(self, knot: Iterable[_Node], *, only_open: bool) -> dict[_Node, tuple[_Node, ...]]:
        """The knot with its rules, as one directed graph: rule → what it does → trigger → rule."""
        inside = set(knot)
        nodes: dict[_Node, tuple[_Node, ...]] = {}
        for node in knot:
            if node[0] != "reader":
                nodes[node] = tuple(("reader", target) for target, _ in self._reaches[node])
                continue
            target = str(node[1])
            readers = [
                reader
                for reader in self._readers[target]
                if (not only_open or _is_open(reader, target)) and inside & set(self._does.get(reader.id, ()))
            ]
            nodes[node] = tuple(("rule", reader.id) for reader in readers)
            nodes.update({("rule", reader.id): self._does[reader.id] for reader in readers})
        return nodes


_Node = tuple[object, ...]


def _is_open(reader: Rule, event: str) -> bool:
    return reader.triggered_by_rules or is_custom(event)


def _edge(writer: Rule, reader: Rule, event: str) -> Edge:
    return Edge(writer=writer, reader=reader, event=event, open=_is_open(reader, event))


def _cycle(
    way: list[_Node],
    rules: Mapping[str, Rule],
    reaches: Mapping[_Node, tuple[tuple[str, str], ...]],
) -> Cycle:
    """The cycle of a way: rule, what it does, the trigger that this fits, and on to the next rule."""
    edges = []
    for at in range(0, len(way), 3):
        writer, does, target = way[at], way[at + 1], way[at + 2]
        reader = way[(at + 3) % len(way)]
        event = dict(reaches[does])[str(target[1])]
        edges.append(_edge(rules[str(writer[1])], rules[str(reader[1])], event))
    return Cycle(edges=tuple(edges))


def graph_of(rules: Iterable[Rule], before: Graph | None = None) -> Graph:
    """The graph of the rules. What is off starts nothing and is started by nothing.

    Of a rule that stood in the graph `before`, the very same one, what it does is taken from there.
    """
    known = tuple(rules)
    live = [rule for rule in known if rule.mode is not Mode.OFF]
    held = {id(rule): before.effects.get(rule.id) for rule in before.rules} if before is not None else {}
    effects = {rule.id: held.get(id(rule)) or effects_of(rule) for rule in live}
    asked = _asked(live)
    writes: dict[_Node, Write] = {}
    does: dict[str, tuple[_Node, ...]] = {}
    for rule_id, each in effects.items():
        keys = {_key(write, asked): write for write in each.writes}
        writes.update(keys)
        does[rule_id] = (*keys, *(("emit", name) for name in each.emits))
    triggers, readers = _triggers(live)
    reaches, complete = _reaches(writes, triggers)
    for each in effects.values():
        reaches.update({("emit", name): ((name, name),) for name in each.emits if name in readers})
    return Graph(
        rules=known, effects=effects, complete=complete, _does=does, _reaches=reaches, _readers=readers
    )


def _asked(rules: Iterable[Rule]) -> frozenset[str]:
    """The fields whose written value makes a difference to some trigger; of the others it is enough which they are."""
    telling = {Kind.WORD, Kind.WORDS, Kind.BOOLEAN, Kind.PEOPLE}
    names = {each.name for resource in RESOURCES.values() for each in resource.fields if each.kind in telling}
    for rule in rules:
        for trigger in rule.triggers:
            names.update(trigger.where)
            if trigger.to or trigger.not_to:
                names.update(each.name for each in map(field_of, trigger.events) if each is not None)
    return frozenset(names)


def _key(write: Write, asked: frozenset[str]) -> _Node:
    """What makes a write the same as another, as far as triggers can tell."""
    fields = frozenset((name, repr(each) if name in asked else "") for name, each in write.fields.items())
    return ("write", write.resource, write.kind, fields, write.project if "project" in asked else None)


def _triggers(rules: Iterable[Rule]) -> tuple[dict[str, Trigger], dict[str, tuple[Rule, ...]]]:
    """The distinct triggers that changes may fit, by digest; and who waits for each, or for an emitted event."""
    triggers: dict[str, Trigger] = {}
    readers: dict[str, dict[str, Rule]] = {}
    for rule in rules:
        for trigger in rule.triggers:
            if any(resource_of(event) is not None for event in trigger.events):
                triggers[trigger.digest] = trigger
                readers.setdefault(trigger.digest, {})[rule.id] = rule
            for event in filter(is_custom, trigger.events):
                readers.setdefault(event, {})[rule.id] = rule
    return triggers, {target: tuple(waiting.values()) for target, waiting in readers.items()}


def _reaches(
    writes: Mapping[_Node, Write], triggers: Mapping[str, Trigger]
) -> tuple[dict[_Node, tuple[tuple[str, str], ...]], bool]:
    """Which triggers each write may fit, and whether all of them were held together."""
    by_event: dict[str, list[tuple[str, Trigger]]] = {}
    for digest, trigger in triggers.items():
        for event in trigger.events:
            by_event.setdefault(event, []).append((digest, trigger))
    found: dict[_Node, tuple[tuple[str, str], ...]] = {}
    left = MAX_COMPARISONS
    for node, write in writes.items():
        events = events_of(write, by_event)
        left -= sum(len(by_event[event]) for event in events)
        if left < 0:
            return found, False
        near = (
            (digest, trigger, event)
            for event in by_event
            if event in events
            for digest, trigger in by_event[event]
        )
        found[node] = tuple(
            (digest, event) for digest, trigger, event in near if may_fit(write, trigger, event)
        )
    return found, True
