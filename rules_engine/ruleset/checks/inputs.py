"""Checks of a blueprint's inputs: how they are declared, and the values that they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.ruleset.checks.report import Report, expect, shown, type_name, unknown_keys
from rules_engine.ruleset.checks.seen import check_seen
from rules_engine.ruleset.checks.timing import check_duration
from rules_engine.ruleset.grammar import INPUT_KEYS, NAME_PATTERN
from rules_engine.ruleset.inputs import Input, InputType, input_type, type_names
from rules_engine.ruleset.parts import has_markup
from rules_engine.ruleset.problems import Severity
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_NAMED_AS = {"member": "assigned_to", "project": "project", "task_list": "task_list"}
"""A type of names → a field that holds such a name."""
_VOCABULARIES = {"status": "status", "tag": "tags"}
"""A type of words → the field whose vocabularies it is of."""


def check_inputs(report: Report, inputs: Any, path: Path) -> dict[str, Input]:
    """The inputs that are declared rightly; what is wrong with the others is noted."""
    if not expect(report, inputs, dict, path, "a mapping of names to inputs"):
        return {}
    found: dict[str, Input] = {}
    for name, declared in inputs.items():
        here = (*path, name)
        if not NAME_PATTERN.fullmatch(name):
            advice = "a name has letters, digits and _, and begins with a letter"
            report.error(
                "RE125", f"{shown(name) or 'an empty text'} is no name", here, key=True, advice=advice
            )
            continue
        one = _declared(report, name, declared, here)
        if one is not None:
            found[name] = one
    return found


def _declared(report: Report, name: str, declared: Any, path: Path) -> Input | None:
    if not isinstance(declared, dict):
        message = f"the input {name} is {type_name(declared)}; it takes {{type, default, description}}"
        report.error("RE122", message, path, key=declared is None, advice="write `type: text`")
        return None
    unknown_keys(report, declared, path, known=INPUT_KEYS, what="an input")
    description = declared.get("description", "")
    if "description" in declared:
        expect(report, description, str, (*path, "description"), "a text")
    if "type" not in declared:
        report.error("RE121", f"the input {name} has no type", path, advice="write `type: text`")
        return None
    kind = _type(report, declared["type"], (*path, "type"))
    if kind is None:
        return None
    if "default" not in declared:
        return Input(name=name, type=kind, description=str(description))
    default = taken(report, name, kind, declared["default"], (*path, "default"))
    return Input(name=name, type=kind, default=default, required=False, description=str(description))


def _type(report: Report, written: Any, path: Path) -> InputType | None:
    if not isinstance(written, str):
        message = f"type is {type_name(written)}; it takes a word such as text or duration"
        report.error("RE122", message, path, key=written is None)
        return None
    found = input_type(written)
    if found is None:
        near = nearest(written, type_names())
        advice = "" if near else f"there is: {', '.join(type_names())}"
        report.error("RE123", f"there is no type {shown(written)}", path, suggestion=near, advice=advice)
    return found


def taken(report: Report, name: str, kind: InputType, value: Any, path: Path) -> Any:
    """The value as the input takes it: a single one where a list is meant is a list of one. Notes what is wrong."""
    if not kind.many:
        _check_item(report, name, kind, value, path)
        return value
    if not isinstance(value, list):
        _check_item(report, name, kind, value, path)
        return [value]
    for n, item in enumerate(value):
        _check_item(report, name, kind, item, (*path, n))
    return value


def _check_item(report: Report, name: str, kind: InputType, value: Any, path: Path) -> None:
    if isinstance(value, str) and has_markup(value):
        advice = "write the value itself; templates belong into the blueprint"
        report.error("RE135", f"the input {name} takes a value, and no template", path, advice=advice)
        return
    wanted = _misfit(kind.item, value)
    if wanted is not None:
        message = f"the input {name} is {type_name(value)}; it takes {wanted}"
        report.error("RE183", message, path, key=value is None)
    elif kind.item == "duration":
        check_duration(report, value, path, working=True)
    elif kind.item in _VOCABULARIES:
        _check_word(report, kind.item, value, path)
    elif kind.item in _NAMED_AS:
        check_seen(report, _NAMED_AS[kind.item], value, path)


def _check_word(report: Report, item: str, word: str, path: Path) -> None:
    """Note a word that no resource knows; which resource's it must be shows where the input is used."""
    fields = [field for each in RESOURCES.values() if (field := each.field(_VOCABULARIES[item])) is not None]
    known = {known.casefold(): known for field in fields for known in field.vocabulary}
    if word.casefold() in known:
        return
    tenant = report.background.tenant
    seen = tenant is not None and any(tenant.has_word(field.vocabulary, word) for field in fields)
    near = None if seen else nearest(word, known.values())
    report.error(
        "RE133",
        f"{shown(word) or 'an empty text'} is no {item} that is known",
        path,
        suggestion=near,
        advice="" if near or seen else f"there is: {', '.join(known.values())}",
        severity=Severity.ERROR if near else Severity.WARNING,
    )


def _misfit(item: str, value: Any) -> str | None:
    """What the type takes, where the value is of another kind."""
    fits, wanted = _KINDS.get(item, _TEXT)
    return None if fits(value) else wanted


_TEXT: tuple[Callable[[Any], bool], str] = (lambda value: isinstance(value, str), "a text")
_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "number": (
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
        "a number",
    ),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "duration": (lambda value: isinstance(value, str), "a duration such as 3 days"),
}
