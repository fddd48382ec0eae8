"""`rules-engine render`: what a template gives, without a rule around it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from rules_engine.cli import options
from rules_engine.cli.output import print_json, print_value
from rules_engine.clock import SystemClock
from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.context import SnapshotReader, functions_for
from rules_engine.ruleset.leave import leave_in
from rules_engine.ruleset.templates import TemplateEnv, TemplateError, TemplateSyntaxProblem, compile_text


class _Nothing(SnapshotReader):
    """A world without objects: every lookup finds nothing."""

    def get(self, resource: str, object_id: str) -> None:  # noqa: ARG002 - the protocol's signature
        return None

    def all(self, resource: str, project_id: str | None = None) -> tuple[()]:  # noqa: ARG002 - the protocol's signature
        return ()


@click.command("render")
@click.argument("template")
@options.config_option
@options.json_option
def render(template: str, config: Path | None, json: bool) -> None:
    """Evaluate a template and print the result.

    TEMPLATE is a text as in a rule, such as "{{ now | plus('2 working days') | date }}"; `-` reads it from stdin.
    The calendar is the configured one. There is no event here: what a template can reach is `now`, and lookups
    find nothing.
    """
    source = sys.stdin.read() if template == "-" else template
    settings = options.load_config(config=config)
    now = SystemClock().now()
    nothing = _Nothing()
    env = TemplateEnv(
        functions=functions_for(nothing), leave=leave_in(nothing), calendar=settings.calendar, now=now
    )
    value = _evaluate(source, {"now": now}, env)
    if json:
        print_json(value)
    else:
        print_value(value)


def _evaluate(source: str, scope: dict[str, Any], env: TemplateEnv) -> Any:
    """The template's value. Raises RulesEngineError that says where in the template it went wrong."""
    try:
        return compile_text(source).evaluate(scope, env)
    except (TemplateSyntaxProblem, TemplateError) as problem:
        place = f"line {problem.line}, column {problem.column}: " if problem.line is not None else ""
        raise RulesEngineError(f"{place}{problem}", advice=problem.advice) from None
