"""`rules-engine schema`: the schemas that editors and other programs use, from the very tables that the code uses."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

import click

from rules_engine.cli.output import print_json
from rules_engine.errors import ConfigurationError

OPENAPI: Final = "dashtrack.openapi.yaml"


@click.command("schema")
@click.argument("which", type=click.Choice(["rules", "config", "openapi"]), default="rules")
def schema(which: str) -> None:
    """Print a schema: rules, config or openapi.

    `rules` (the default) and `config` are JSON schemas of a rule file and of rules-engine.yaml; `openapi` describes
    the part of Dashtrack's API that the engine uses, each fact marked confirmed or assumed.
    """
    if which == "openapi":
        click.echo(_shipped(OPENAPI), nl=False)
    elif which == "config":
        from rules_engine.config.schema import config_schema  # noqa: PLC0415 - only for this one

        print_json(config_schema())
    else:
        from rules_engine.ruleset.schema import rules_schema  # noqa: PLC0415 - only for this one

        print_json(rules_schema())


def _shipped(name: str) -> str:
    """A schema file: inside the installed package, or beside it in a checkout."""
    packaged = resources.files("rules_engine") / "_schemas" / name
    beside = Path(__file__).parents[2] / "schemas" / name
    for file in (packaged, beside):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise ConfigurationError(f"{name} is missing from this installation", advice="Install rules-engine anew.")
