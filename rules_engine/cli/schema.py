"""`rules-engine schema`: the schemas that editors and other programs use, from the very tables that the code uses."""

from __future__ import annotations

from typing import Final

import click

from rules_engine.cli.output import print_json
from rules_engine.cli.packaged import packaged

OPENAPI: Final = "dashtrack.openapi.yaml"


@click.command("schema")
@click.argument("which", type=click.Choice(["rules", "config", "openapi"]), default="rules")
def schema(which: str) -> None:
    """Print a schema: rules, config or openapi.

    `rules` (the default) and `config` are JSON schemas of a rule file and of rules-engine.yaml; `openapi` describes
    the part of Dashtrack's API that the engine uses, each fact marked confirmed or assumed.
    """
    if which == "openapi":
        click.echo((packaged("schemas") / OPENAPI).read_text(encoding="utf-8"), nl=False)
    elif which == "config":
        from rules_engine.config.schema import config_schema  # noqa: PLC0415 - only for this one

        print_json(config_schema())
    else:
        from rules_engine.ruleset.schema import rules_schema  # noqa: PLC0415 - only for this one

        print_json(rules_schema())
