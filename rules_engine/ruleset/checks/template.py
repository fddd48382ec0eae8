"""Checks of templates and expressions: syntax, names, fields, functions and words, each placed inside its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Kind
from rules_engine.ruleset.checks.compared import compared_words
from rules_engine.ruleset.checks.names import Names
from rules_engine.ruleset.checks.report import Report, shown
from rules_engine.ruleset.checks.words import check_word, unknown_field
from rules_engine.ruleset.context import CHANGE_KEYS
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.parts import has_markup
from rules_engine.ruleset.problems import Severity
from rules_engine.ruleset.templates import Call, Reference, Template, TemplateSyntaxProblem
from rules_engine.ruleset.templates.functions import BUILTIN_FUNCTIONS
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_UNKNOWN_USE = re.compile(r"There is no (?P<what>filter|test) '(?P<name>[^']*)'")
_USE_CODES = {"filter": "RE152", "test": "RE153"}
_MEANT = re.compile(r"Did you mean '(?P<name>[^']*)'\?")
_VOCABULARY = frozenset(
    word.casefold()
    for resource in RESOURCES.values()
    for field in resource.fields
    for word in field.vocabulary
)
_SCALAR_KINDS = frozenset({Kind.ID, Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.WORD})
_CHANGE_DEPTH = 2
_NULLS = frozenset({"null", "nil", "Null", "NULL"})
"""What YAML and other languages call what templates call none."""


@dataclass(frozen=True, slots=True)
class _At:
    """The text that a template stands in, for placing what is found inside it."""

    report: Report
    path: Path
    text: str

    def inside(self, line: int, column: int) -> tuple[str, int, int]:
        return self.text, line, column


def check_value(report: Report, value: Any, path: Path, names: Names) -> None:
    """Check every text in a value that has a template in it."""
    if isinstance(value, str):
        if has_markup(value):
            check_text(report, value, path, names)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_value(report, item, (*path, index), names)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_value(report, item, (*path, key), names)


def check_text(report: Report, text: str, path: Path, names: Names) -> Template | None:
    """Check a text that may hold templates; None where it can't be compiled."""
    return _check(report, text, path, names, is_expression=False)


def check_expression(report: Report, text: str, path: Path, names: Names) -> Template | None:
    """Check an expression; None where it can't be compiled."""
    return _check(report, text, path, names, is_expression=True)


def _check(report: Report, text: str, path: Path, names: Names, *, is_expression: bool) -> Template | None:
    report.count_template(text, path)
    at = _At(report, path, text)
    try:
        template = report.cache.expression(text) if is_expression else report.cache.text(text)
    except TemplateSyntaxProblem as problem:
        _syntax(at, problem)
        return None
    for reference in template.references:
        _check_reference(at, reference, names)
    for call in template.calls:
        _check_call(at, call)
    _check_compared(at, template, names, is_expression=is_expression)
    return template


def _syntax(at: _At, problem: TemplateSyntaxProblem) -> None:
    unknown = _UNKNOWN_USE.match(problem.message)
    meant = _MEANT.match(problem.advice) if unknown else None
    at.report.error(
        _USE_CODES[unknown["what"]] if unknown else "RE150",
        problem.message.rstrip("."),
        at.path,
        inside=at.inside(problem.line, problem.column),
        suggestion=meant["name"] if meant else None,
        advice="" if meant else problem.advice,
    )


def _check_reference(at: _At, reference: Reference, names: Names) -> None:
    thing = names.known.get(reference.name)
    inside = at.inside(reference.line, reference.column)
    if thing is None:
        if names.may_judge(reference.name):
            _unknown_name(at, reference, names, inside)
        return
    if names.partial.get(reference.name):
        at.report.error(
            "RE151",
            f"{reference.name} is not there {names.partial[reference.name]}",
            at.path,
            inside=inside,
            severity=Severity.WARNING,
            advice=f"test it first: `{reference.name} is defined and …`",
        )
    if reference.name == "changes":
        _check_changes(at, reference, names, inside)
    elif reference.path:
        _check_field(at, reference, names, inside)


def _unknown_name(at: _At, reference: Reference, names: Names, inside: tuple[str, int, int]) -> None:
    name = reference.name
    missing = names.missing.get(name)
    if missing is not None:
        at.report.error(
            missing.code, f"{name} is not in reach here: {missing.reason}", at.path, inside=inside
        )
        return
    near = "none" if name in _NULLS else nearest(name, names.known)
    if name in FUNCTIONS:
        advice = f"it is a function: {FUNCTIONS[name].example}"
    elif name.casefold() in _VOCABULARY or (not near and name[:1].isupper()):
        advice, near = f"a text stands in quotes: '{name}'", None
    else:
        advice = "" if near else f"there is: {', '.join(sorted(names.known))}"
    at.report.error(
        "RE151", f"{shown(name)} is not known here", at.path, inside=inside, suggestion=near, advice=advice
    )


def _check_field(at: _At, reference: Reference, names: Names, inside: tuple[str, int, int]) -> None:
    name, thing = reference.path[0], names.known[reference.name]
    keys = names.keys_of(reference.name)
    if keys is not None:
        if name not in keys:
            near = nearest(name, keys)
            advice = "" if near else f"there is: {', '.join(keys) or 'nothing'}"
            message = f"{reference.name} has no {shown(name)}"
            at.report.error("RE155", message, at.path, inside=inside, suggestion=near, advice=advice)
        return
    if not thing.resources:
        return
    found = [field for resource in thing.resources if (field := resource.field(name)) is not None]
    if not found:
        fields = tuple(dict.fromkeys(each for resource in thing.resources for each in resource.field_names))
        what = " or ".join(resource.name for resource in thing.resources)
        unknown_field(at.report, what, name, fields, at.path, code="RE155", inside=inside)
    elif len(reference.path) > 1 and all(field.kind in _SCALAR_KINDS for field in found):
        message = (
            f"{reference.name}.{name} is a {found[0].kind.value} and has no field {shown(reference.path[1])}"
        )
        at.report.error("RE155", message, at.path, inside=inside)


def _check_changes(at: _At, reference: Reference, names: Names, inside: tuple[str, int, int]) -> None:
    if not reference.path or not names.changes:
        return
    name = reference.path[0]
    if name not in names.measured and all(resource.field(name) is None for resource in names.changes):
        fields = tuple(dict.fromkeys(each for resource in names.changes for each in resource.field_names))
        what = " or ".join(resource.name for resource in names.changes)
        unknown_field(at.report, what, name, fields, at.path, code="RE155", inside=inside)
    if len(reference.path) >= _CHANGE_DEPTH and reference.path[1] not in CHANGE_KEYS:
        near = nearest(reference.path[1], CHANGE_KEYS)
        message = f"a change has no {shown(reference.path[1])}"
        advice = "" if near else f"there is: {', '.join(CHANGE_KEYS)}"
        at.report.error("RE155", message, at.path, inside=inside, suggestion=near, advice=advice)


def _check_call(at: _At, call: Call) -> None:
    inside = at.inside(call.line, call.column)
    info = FUNCTIONS.get(call.name)
    if info is None:
        if call.name not in BUILTIN_FUNCTIONS:
            known = [*FUNCTIONS, *BUILTIN_FUNCTIONS]
            near = nearest(call.name, known)
            advice = "" if near else f"there is: {', '.join(known)}"
            message = f"there is no function {shown(call.name)}"
            at.report.error("RE154", message, at.path, inside=inside, suggestion=near, advice=advice)
        return
    for keyword in call.keywords:
        if keyword not in info.keywords:
            near = nearest(keyword, info.keywords)
            advice = "" if near else f"there is: {', '.join(info.keywords) or 'nothing by name'}"
            message = f"{call.name}() does not know {shown(keyword)}"
            at.report.error("RE157", message, at.path, inside=inside, suggestion=near, advice=advice)
    if call.positional != info.positional:
        wanted = "one value" if info.positional else "fields by name" if info.keywords else "nothing"
        message = f"{call.name}() takes {wanted}"
        at.report.error("RE157", message, at.path, inside=inside, advice=f"write it like {info.example}")


def _check_compared(at: _At, template: Template, names: Names, *, is_expression: bool) -> None:
    """A word that is compared with a field of a vocabulary, or given to a lookup."""
    for found in compared_words(template, is_expression=is_expression):
        thing = names.known.get(found.name)
        resources = (RESOURCES[found.resource],) if found.resource else thing.resources if thing else ()
        if found.name == "changes":
            resources = names.changes
        fields = [field for resource in resources if (field := resource.field(found.field)) is not None]
        if fields:
            inside = at.inside(found.line, found.column)
            check_word(at.report, fields[0], found.word, at.path, closed=False, inside=inside)
