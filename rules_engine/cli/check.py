"""`rules-engine check`: every problem of the rules at once, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rules_engine import __version__
from rules_engine.cli import options
from rules_engine.cli.known import background_of, rule_paths
from rules_engine.cli.output import print_json, say
from rules_engine.errors import ConfigurationError
from rules_engine.ruleset.background import NO_BACKGROUND
from rules_engine.ruleset.github import github_command
from rules_engine.ruleset.load import Loaded, load_rules
from rules_engine.ruleset.problems import Problem, Severity, in_order, render, to_json
from rules_engine.ruleset.sarif import sarif_of

if TYPE_CHECKING:
    from rules_engine.config import Config


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
@options.json_option
@options.rules_option
@options.config_option
@click.pass_context
def check(
    ctx: click.Context,
    /,
    *,
    paths: tuple[Path, ...],
    form: str,
    json: bool,
    rules: Path | None,
    config: Path | None,
) -> None:
    """Validate rules: every problem at once, with its place.

    PATH is a file or a folder of rules; without one, the configured rules folder is checked. Nothing is asked of
    Dashtrack, and no key is needed; names are held against the last snapshot, where there is a store. `sarif` is for
    code scanners and editors, `github` annotates the lines of a pull request. Exit codes: 0 no errors (there may be warnings) · 1 errors.
    """
    settings = _settings(rules, config, needed=not paths)
    known = background_of(settings) if settings is not None else NO_BACKGROUND
    loaded = [load_rules(path, known) for path in paths or (rule_paths(settings) if settings else ())]
    problems = in_order(problem for each in loaded for problem in each.problems)
    broken = any(each.broken for each in loaded)
    if json or form == "json":
        print_json(_report(loaded, problems, ok=not broken))
    elif form == "sarif":
        print_json(sarif_of(problems, version=__version__))
    else:
        for problem in problems:
            click.echo(github_command(problem) if form == "github" else render(problem))
        say(_summary(loaded, problems), colour="red" if broken else "green")
    ctx.exit(1 if broken else 0)


def _settings(rules: Path | None, config: Path | None, *, needed: bool) -> Config | None:
    """The configuration; rules at a path of their own can be checked without one."""
    try:
        return options.load_config(config=config, rules=rules)
    except ConfigurationError as error:
        if needed or config is not None:
            raise
        say(f"the configuration is not looked at: {error}")
        return None


def _report(loaded: Sequence[Loaded], problems: Sequence[Problem], *, ok: bool) -> dict[str, Any]:
    return {
        "ok": ok,
        "rules": sum(len(each.ruleset.rules) for each in loaded),
        "files": sum(len(each.files) for each in loaded),
        "problems": [to_json(problem) for problem in problems],
    }


def _summary(loaded: Sequence[Loaded], problems: Sequence[Problem]) -> str:
    """`8 rules in 3 files: fine`, or `2 errors, 1 warning: 1 of 3 files can't be used`."""
    files = [file for each in loaded for file in each.files]
    found = [
        _count(sum(problem.severity is severity for problem in problems), severity.value)
        for severity in Severity
        if any(problem.severity is severity for problem in problems)
    ]
    unusable = sum(file.broken for file in files)
    if any(each.broken for each in loaded):
        where = f": {unusable} of {_count(len(files), 'file')} can't be used" if unusable else ""
        return ", ".join(found) + where
    rules = _count(sum(len(each.ruleset.rules) for each in loaded), "rule")
    return f"{rules} in {_count(len(files), 'file')}: {', '.join(['fine', *found])}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
