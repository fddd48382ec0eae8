"""`rules-engine new`: a commented rule file to begin with, written beside the user's own, never over one of them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from rules_engine.cli import options
from rules_engine.cli.output import print_json, say, table
from rules_engine.cli.recipes import Recipe, recipes, with_schema
from rules_engine.errors import ConfigurationError, RulesEngineError, UsageError
from rules_engine.ruleset.load import load_rules
from rules_engine.suggest import nearest

_SCHEMAS = ("schemas/rules.schema.json", "rules.schema.json")
"""Where the schema of rule files is looked for: beside the folder of rules, and in it."""


class AlreadyThere(RulesEngineError):
    """There is such a file already."""

    exit_code = 1


@click.command("new")
@click.argument("recipe", required=False, metavar="[RECIPE]")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rules"),
    metavar="FOLDER",
    help="Where the files go. [default: rules]",
)
@click.option("--no-test", is_flag=True, help="Leave out the recipe's rule test.")
@options.json_option
def new(*, recipe: str | None, into: Path, no_test: bool, json: bool) -> None:
    """Write a commented rule file to begin with.

    RECIPE is a name or number of the cookbook, or a starter; without one, all are listed. Its rule test comes along.
    No file is ever overwritten. Exit codes: 0 · 1 a file or a rule of that name is there already · 2 no such recipe.
    """
    known = recipes()
    if recipe is None:
        _list(known, json=json)
        return
    found = _find(recipe, known)
    written = _write(found, into, with_test=not no_test)
    if json:
        print_json({"recipe": found.name, "files": [path.as_posix() for path in written]})
        return
    for path in written:
        click.echo(path.as_posix())
    say(
        "Change what its comment tells you to change. Then:\n"
        f"  rules-engine check {into.as_posix()}\n"
        + ("" if no_test or found.test is None else f"  rules-engine test {into.as_posix()}\n")
        + f"  rules-engine run --rules {into.as_posix()} --dry-run --once"
    )


def _list(known: tuple[Recipe, ...], *, json: bool) -> None:
    if json:
        print_json(
            [
                {"recipe": each.name, "number": each.number, "title": each.title, "what": each.what}
                for each in known
            ]
        )
        return
    table(("recipe", "no.", "what it does"), [(each.name, each.number, each.what) for each in known])
    say("`rules-engine new RECIPE` writes one into the folder rules.")


def _find(wanted: str, known: tuple[Recipe, ...]) -> Recipe:
    """The recipe of that name, number or file name."""
    name = wanted.strip().casefold().removesuffix(".yaml")
    for each in known:
        if name in {each.name, each.number, each.file.stem} or name.lstrip("0") == each.number:
            return each
    near = nearest(name, [each.name for each in known])
    advice = f"Did you mean {near}? " if near else ""
    raise UsageError(f"there is no recipe {wanted}", advice=f"{advice}`rules-engine new` lists them all.")


def _write(recipe: Recipe, into: Path, *, with_test: bool) -> list[Path]:
    """Write the recipe's files. Raises AlreadyThere before anything is written, UsageError where the folder can't be used."""
    sources = [(recipe.file, into / f"{recipe.name}.yaml")]
    if with_test and recipe.test is not None:
        sources.append((recipe.test, into / f"{recipe.name}.test.yaml"))
    for _, target in sources:
        if os.path.lexists(target):
            raise _taken(target)
    _refuse_known_ids(recipe, into)
    schema = _schema(into)
    try:
        into.mkdir(parents=True, exist_ok=True)
        for source, target in sources:
            shown = schema if source == recipe.file else None
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(with_schema(source.read_text(encoding="utf-8"), shown))
    except FileExistsError as error:
        raise _taken(Path(error.filename)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{into} can't be written to: {reason}", advice="Name another with --into."
        ) from error
    return [target for _, target in sources]


def _taken(target: Path) -> AlreadyThere:
    return AlreadyThere(
        f"{target} is there already, and nothing was written",
        advice="Move it away, or name another folder with --into.",
    )


def _refuse_known_ids(recipe: Recipe, into: Path) -> None:
    """Refuse a recipe whose rules the folder has already, in a file of another name."""
    try:
        there = load_rules(into).ruleset.by_id
    except ConfigurationError:
        return  # there is no such folder yet
    for rule in load_rules(recipe.file).ruleset.rules:
        if rule.id in there:
            raise AlreadyThere(
                f"the rule {rule.id} is there already, in {there[rule.id].place.file}, and nothing was written",
                advice="An id belongs to one rule; begin from the one that you have.",
            )


def _schema(into: Path) -> str | None:
    """The way from the folder to the schema of rule files, where there is one."""
    beside = into.absolute().parent
    candidates = (*(beside / name for name in _SCHEMAS), into / _SCHEMAS[-1])
    found = next((path for path in candidates if path.is_file()), None)
    return Path(os.path.relpath(found, into)).as_posix() if found is not None else None
