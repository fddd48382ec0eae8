"""Checks of an action's parameters: known, all there, of the right type, and with words that the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules_engine.dashtrack.resources import Kind
from rules_engine.events.special import is_custom
from rules_engine.ruleset.actions import Action, Parameter, Role, Verb
from rules_engine.ruleset.checks.names import Names
from rules_engine.ruleset.checks.report import Report, near_key, shown, type_name
from rules_engine.ruleset.checks.seen import check_seen
from rules_engine.ruleset.checks.template import check_value
from rules_engine.ruleset.checks.words import check_word
from rules_engine.ruleset.kinds import misfit
from rules_engine.ruleset.parts import as_list, has_markup
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest


def check_parameters(
    report: Report,
    action: Action,
    params: Mapping[str, Any],
    path: Path,
    names: Names,
    *,
    is_scalar: bool,
) -> None:
    """Check the parameters of one action; `is_scalar` says that they were not written as a mapping."""
    lacks_any = _check_required(report, action, params, path, is_scalar=is_scalar)
    for name, value in params.items():
        here = path if is_scalar else (*path, name)
        parameter = action.parameter(name)
        if parameter is None:
            _unknown(report, action, name, here)
            continue
        found = misfit(parameter, value)
        if found is not None:
            inner, wanted = found
            message = f"{name} is {_type_at(value, inner)}; it takes {wanted}"
            report.error("RE143", message, (*here, *inner), key=value is None)
            continue
        check_value(report, value, here, names)
        _check_meaning(report, parameter, value, here, params)
    if action.verb is Verb.UPDATE and not lacks_any and not _writes(action, params):
        report.error(
            "RE149", f"{action.name} changes nothing", path, key=not params, advice="give a field to change"
        )


def _type_at(value: Any, inner: Path) -> str:
    for part in inner:
        value = value[part]
    return type_name(value)


def _check_required(
    report: Report, action: Action, params: Mapping[str, Any], path: Path, *, is_scalar: bool
) -> bool:
    """Note what is missing, unless something unknown stands there in its place."""
    missing = [each.name for each in action.parameters if each.required and each.name not in params]
    unknown = [name for name in params if action.parameter(name) is None]
    meant = {_nearest_parameter(action, name) for name in unknown}
    for name in missing:
        if name not in meant:
            key = is_scalar or not params
            report.error(
                "RE142", f"{action.name} needs {name}", path, key=key, advice=f"write `{name}: …` in it"
            )
    return bool(missing or unknown)


def _nearest_parameter(action: Action, name: str) -> str | None:
    return near_key(name, [parameter.name for parameter in action.parameters])


def _unknown(report: Report, action: Action, name: str, path: Path) -> None:
    near = _nearest_parameter(action, name)
    known = ", ".join(parameter.name for parameter in action.parameters)
    advice = "" if near else f"it takes {known}"
    report.error(
        "RE141", f"{action.name} takes no {shown(name)}", path, key=True, suggestion=near, advice=advice
    )


def _writes(action: Action, params: Mapping[str, Any]) -> bool:
    fields = {parameter.name for parameter in action.parameters if parameter.role is Role.FIELD}
    return any(name in fields for name in params)


def _check_meaning(
    report: Report, parameter: Parameter, value: Any, path: Path, params: Mapping[str, Any]
) -> None:
    """Check what a literal of the right type says."""
    check_seen(report, parameter.name, value, path)
    if parameter.role is Role.UNLESS_EXISTS:
        _check_unless_exists(report, value, path, params)
    elif parameter.role is Role.EVENT:
        _check_emitted(report, value, path)
    elif parameter.role is Role.ENDPOINT:
        _check_endpoint(report, value, path)
    elif parameter.vocabulary:
        for item, here in _texts_in(value, path):
            check_word(report, parameter, item, here, closed=True)
    elif parameter.kind in {Kind.DATETIME, Kind.DATE} and isinstance(value, str) and not has_markup(value):
        _check_date(report, parameter, value, path)


def _texts_in(value: Any, path: Path) -> list[tuple[str, Path]]:
    """Each literal text in a list, or in {add, remove}, with its path."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in _texts_in(inner, (*path, key))]
    if isinstance(value, list):
        return [found for index, inner in enumerate(value) for found in _texts_in(inner, (*path, index))]
    return [(value, path)] if isinstance(value, str) and not has_markup(value) else []


def _check_date(report: Report, parameter: Parameter, value: str, path: Path) -> None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        advice = "write 2026-12-01 or 2026-12-01T17:00:00Z, or a template: \"{{ now | plus('5 days') }}\""
        report.error(
            "RE158", f"{parameter.name}: {shown(value) or 'an empty text'} is no date", path, advice=advice
        )


def _check_emitted(report: Report, value: Any, path: Path) -> None:
    name = str(value)
    if is_custom(name):
        return
    if has_markup(name):
        message = "the event's name is no template, so that it is known who emits what"
    else:
        message = f"a rule can't emit {shown(name) or 'an event without a name'}"
    advice = "an event of one's own is custom. and a name of letters, digits, - and _"
    report.error("RE130", message, path, advice=advice)


def _check_endpoint(report: Report, value: Any, path: Path) -> None:
    known, name = report.background.endpoints, str(value)
    if known is None or name in known or has_markup(name):
        return
    near = nearest(name, known)
    listed = ", ".join(sorted(known))
    advice = f"there is: {listed}" if known else "name it under `endpoints:` in rules-engine.yaml"
    message = f"there is no endpoint {shown(name)} in the configuration"
    report.error("RE171", message, path, suggestion=near, advice="" if near else advice)


def _check_unless_exists(report: Report, value: Any, path: Path, params: Mapping[str, Any]) -> None:
    given = [name for name in params if name not in {"unless_exists", "project"}]
    for index, name in enumerate(as_list(value)):
        here = (*path, index) if isinstance(value, list) else path
        if not isinstance(name, str) or name not in given:
            near = nearest(name, given) if isinstance(name, str) else None
            message = f"unless_exists names {shown(name)}, which the action does not give"
            advice = "" if near else f"it gives {', '.join(given) or 'nothing'}"
            report.error("RE159", message, here, suggestion=near, advice=advice)
