"""`rules-engine graph`: which rules start which, as a picture for people or as data for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from rules_engine.cli import options
from rules_engine.cli.known import rule_paths
from rules_engine.cli.output import print_json, say
from rules_engine.ruleset.graph import Edge, Graph, graph_of
from rules_engine.ruleset.load import load_rules
from rules_engine.ruleset.model import Rule, Trigger
from rules_engine.ruleset.problems import Severity, render
from rules_engine.ruleset.writes import Effects, Write


@click.command("graph")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@click.option(
    "--format", "form", type=click.Choice(["mermaid", "dot", "json"]), default="mermaid", show_default=True
)
@options.rules_option
@options.config_option
@click.pass_context
def graph(
    ctx: click.Context, /, *, paths: tuple[Path, ...], form: str, rules: Path | None, config: Path | None
) -> None:
    """Show which rules start which.

    An arrow leads from a rule that writes or emits something to one whose trigger reads it. It is dotted where the
    engine's own changes do not start that rule (triggered_by_rules is false). PATH is a file or a folder of rules;
    without one, the configured rules are shown. Exit codes: 0 · 1 a rule has an error.
    """
    loaded = [
        load_rules(path) for path in paths or rule_paths(options.load_config(config=config, rules=rules))
    ]
    errors = [problem for each in loaded for problem in each.problems if problem.severity is Severity.ERROR]
    for problem in errors:
        say(render(problem))
    drawn = graph_of(rule for each in loaded for rule in each.ruleset.rules)
    if form == "json":
        print_json(_as_data(drawn))
    else:
        click.echo("\n".join(_mermaid(drawn) if form == "mermaid" else _dot(drawn)))
    ctx.exit(1 if errors else 0)


def _mermaid(drawn: Graph) -> Iterable[str]:
    """A Mermaid flowchart; nodes have names of their own, for an id may be a word of Mermaid's."""
    names = {rule.id: f"r{n}" for n, rule in enumerate(drawn.rules)}
    yield "flowchart LR"
    for rule in drawn.rules:
        yield f'  {names[rule.id]}["{_quoted(rule.id)}"]'
    for edge in drawn.edges():
        arrow = "-->" if edge.open else "-.->"
        yield f'  {names[edge.writer.id]} {arrow}|"{_quoted(edge.event)}"| {names[edge.reader.id]}'


def _dot(drawn: Graph) -> Iterable[str]:
    """A graph in Graphviz's language."""
    yield "digraph rules {"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    for rule in drawn.rules:
        yield f'  "{_quoted(rule.id)}";'
    for edge in drawn.edges():
        style = "" if edge.open else ", style=dashed"
        yield (
            f'  "{_quoted(edge.writer.id)}" -> "{_quoted(edge.reader.id)}" [label="{_quoted(edge.event)}"{style}];'
        )
    yield "}"


def _quoted(text: str) -> str:
    """A text inside double quotes; ids and events have none, but that is for others to hold."""
    return text.replace("\\", "").replace('"', "'")


def _as_data(drawn: Graph) -> dict[str, Any]:
    return {
        "rules": [_rule(rule, drawn.effects.get(rule.id)) for rule in drawn.rules],
        "edges": [_edge(edge) for edge in drawn.edges()],
        "cycles": [
            {"rules": [rule.id for rule in cycle.rules], "open": cycle.open, "path": str(cycle)}
            for cycle in drawn.cycles()
        ],
        "complete": drawn.complete,
    }


def _rule(rule: Rule, effects: Effects | None) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "mode": rule.mode.value,
        "triggered_by_rules": rule.triggered_by_rules,
        "reads": [name for trigger in rule.triggers for name in _reads(trigger)],
        "writes": [_write(write) for write in effects.writes] if effects is not None else [],
        "emits": list(effects.emits) if effects is not None else [],
    }


def _reads(trigger: Trigger) -> Iterable[str]:
    return trigger.events or (f"schedule {trigger.schedule.cron}" if trigger.schedule else "",)


def _write(write: Write) -> Mapping[str, Any]:
    return {"resource": write.resource, "kind": write.kind.value, "fields": sorted(write.fields)}


def _edge(edge: Edge) -> Mapping[str, Any]:
    return {"from": edge.writer.id, "to": edge.reader.id, "event": edge.event, "open": edge.open}
