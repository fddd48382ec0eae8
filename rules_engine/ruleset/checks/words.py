"""Words of a vocabulary: a near miss is an error with the nearest one, wherever it stands."""

from __future__ import annotations

from typing import Any

from rules_engine.dashtrack.resources import Field, Kind, Resource
from rules_engine.ruleset.actions import Parameter
from rules_engine.ruleset.checks.report import Report, shown
from rules_engine.ruleset.problems import Severity
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_NEAR_FIELD = 0.7
_SHORTEST_STEM = 3


def check_word(
    report: Report,
    field: Field | Parameter,
    value: Any,
    path: Path,
    *,
    closed: bool,
    inside: tuple[str, int, int] | None = None,
) -> None:
    """Note a text that is not in the field's vocabulary.

    `closed` says that the API would refuse it; else a word that is near none may be one of the tenant's own.
    """
    if not isinstance(value, str) or knows_word(field, value):
        return
    tenant = report.background.tenant
    if tenant is not None and tenant.has_word(field.vocabulary, value):
        message = f"{shown(value)} is no {_singular(field.name)} of the API's, but the last snapshot has it"
        report.error("RE133", message, path, inside=inside, severity=Severity.WARNING)
        return
    near = nearest(value, field.vocabulary)
    severity = Severity.ERROR if closed or near else Severity.WARNING
    report.error(
        "RE133",
        f"{shown(value) or 'an empty text'} is no {_singular(field.name)} that is known",
        path,
        inside=inside,
        suggestion=near,
        advice="" if near else f"there is: {', '.join(field.vocabulary)}",
        severity=severity,
    )


def knows_word(field: Field | Parameter, value: Any) -> bool:
    """Whether the value is a word of the field's vocabulary, or the field has none."""
    if not field.vocabulary:
        return True
    return not isinstance(value, str) or value.casefold() in (word.casefold() for word in field.vocabulary)


def _singular(name: str) -> str:
    return "tag" if name == "tags" else name.replace("_", " ")


def near_field(name: str, fields: tuple[str, ...]) -> str | None:
    """The field that was probably meant: a near spelling, or the part of a name that people use for the whole."""
    found = nearest(name, fields, cutoff=_NEAR_FIELD)
    if found is not None:
        return found
    stems = [
        field for field in fields if len(name) >= _SHORTEST_STEM and field.startswith(f"{name.casefold()}_")
    ]
    return stems[0] if len(stems) == 1 else None


def check_field(report: Report, resource: Resource, name: str, path: Path, *, key: bool) -> Field | None:
    """The resource's field of that name; else a problem: an error where a known one is near, or else a warning."""
    field = resource.field(name)
    if field is None:
        unknown_field(report, resource.name, name, resource.field_names, path, key=key)
    return field


def unknown_field(
    report: Report,
    what: str,
    name: str,
    fields: tuple[str, ...],
    path: Path,
    *,
    key: bool = False,
    code: str = "RE132",
    inside: tuple[str, int, int] | None = None,
) -> None:
    """Note a field that the resource table lacks."""
    near = near_field(name, fields)
    report.error(
        code,
        f"a {what.replace('_', ' ')} has no field {shown(name)} that is known",
        path,
        key=key,
        inside=inside,
        suggestion=near,
        advice="" if near else f"there is: {', '.join(fields)}",
        severity=Severity.ERROR if near else Severity.WARNING,
    )


def fits_kind(field: Field, value: Any) -> bool:
    """Whether a field of that kind can ever have the value."""
    if value is None:
        return True
    if field.kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if field.kind is Kind.NUMBER:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if field.kind is Kind.LIST:
        return True
    return isinstance(value, str)
