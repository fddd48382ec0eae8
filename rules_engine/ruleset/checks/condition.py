"""Checks of `if`, in all its forms."""

from __future__ import annotations

from typing import Any

from rules_engine.ruleset.checks.names import Names
from rules_engine.ruleset.checks.report import Report, type_name, unknown_keys
from rules_engine.ruleset.checks.template import check_expression
from rules_engine.ruleset.grammar import CONDITION_KEYS
from rules_engine.ruleset.parts import expression_source
from rules_engine.ruleset.yaml_places import Path


def check_condition(report: Report, condition: Any, path: Path, names: Names) -> None:
    """Check a condition: an expression, a list of conditions, or {all}, {any}, {not}."""
    if isinstance(condition, bool):
        if not condition:
            report.warning(
                "RE134",
                "the condition is always false",
                path,
                advice="to switch a rule off, write `mode: off`",
            )
    elif isinstance(condition, str):
        _check_expression(report, condition, path, names)
    elif isinstance(condition, list):
        _check_list(report, condition, path, names)
    elif isinstance(condition, dict):
        _check_mapping(report, condition, path, names)
    else:
        report.error(
            "RE122",
            f"a condition is {type_name(condition)}; it takes an expression, a list, or {{all}}, {{any}}, {{not}}",
            path,
            key=condition is None,
        )


def _check_expression(report: Report, condition: str, path: Path, names: Names) -> None:
    if not condition.strip():
        report.error(
            "RE123", "the condition is an empty text", path, advice="leave it out, or write an expression"
        )
        return
    check_expression(report, expression_source(condition), path, names)


def _check_list(report: Report, conditions: list[Any], path: Path, names: Names) -> None:
    if not conditions:
        report.error(
            "RE123", f"{path[-1]} is an empty list", path, advice="leave it out, or write a condition"
        )
    for index, part in enumerate(conditions):
        check_condition(report, part, (*path, index), names)


def _check_mapping(report: Report, condition: dict[str, Any], path: Path, names: Names) -> None:
    unknown_keys(report, condition, path, known=CONDITION_KEYS, what="a condition")
    known = [key for key in condition if key in CONDITION_KEYS]
    if not condition or len(known) > 1:
        advice = "put each into an item of its own in a list"
        report.error("RE123", "a condition has exactly one of all, any and not", path, advice=advice)
    for key in known:
        inner, here = condition[key], (*path, key)
        if key == "not" or isinstance(inner, list):
            check_condition(report, inner, here, names)
        else:
            report.error(
                "RE122",
                f"{key} is {type_name(inner)}; it takes a list of conditions",
                here,
                key=inner is None,
            )
