"""`rules-engine explain`: what a code of `check` means, with a wrong and a right example."""

from __future__ import annotations

from collections.abc import Iterator

import click

from rules_engine.cli import options
from rules_engine.cli.output import print_json, table
from rules_engine.errors import UsageError
from rules_engine.ruleset.explanations import Example, Explanation, explanations
from rules_engine.ruleset.problems import CODES
from rules_engine.suggest import nearest

_WIDTH = 100


@click.command("explain")
@click.argument("code", required=False, metavar="[CODE]")
@options.json_option
def explain(*, code: str | None, json: bool) -> None:
    """Explain a code of check, with a wrong and a right example.

    CODE is such as RE101; without one, every code is listed. Exit codes: 0 · 2 there is no such code.
    """
    if code is None:
        if json:
            print_json([{"code": each, "title": title} for each, title in sorted(CODES.items())])
        else:
            table(("code", "what it means"), sorted(CODES.items()))
        return
    found = _find(code)
    if json:
        print_json(_as_data(found))
    else:
        click.echo("\n".join(_lines(found)))


def _find(code: str) -> Explanation:
    name = code.strip().upper().replace("O", "0")
    if name.isdecimal():
        name = f"RE{name}"
    known = explanations()
    if name not in known:
        near = nearest(name, known)
        advice = f"Did you mean {near}? " if near else ""
        raise UsageError(f"there is no code {code}", advice=f"{advice}`rules-engine explain` lists them all.")
    return known[name]


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.code}  {found.title}"
    yield ""
    yield click.wrap_text(found.text, width=_WIDTH)
    for name, example in (("wrong", found.wrong), ("right", found.right)):
        yield ""
        yield f"{name}:"
        yield from (f"    {line}".rstrip() for line in example.text.splitlines())


def _as_data(found: Explanation) -> dict[str, object]:
    return {
        "code": found.code,
        "title": found.title,
        "text": found.text,
        "wrong": _example(found.wrong),
        "right": _example(found.right),
    }


def _example(example: Example) -> dict[str, object]:
    return {"text": example.text, "is_yaml": example.is_yaml}
