"""Checks of one rule: its keys, then its parts in the order in which names come into reach."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rules_engine.ruleset.checks.action import Surroundings, check_name
from rules_engine.ruleset.checks.condition import check_condition
from rules_engine.ruleset.checks.names import Names, Thing, names_for
from rules_engine.ruleset.checks.report import (
    Report,
    check_choice,
    expect,
    near_key,
    shown,
    type_name,
    unknown_keys,
)
from rules_engine.ruleset.checks.steps import check_then
from rules_engine.ruleset.checks.template import check_text, check_value
from rules_engine.ruleset.checks.timing import check_duration
from rules_engine.ruleset.checks.trigger import Triggers, check_when
from rules_engine.ruleset.grammar import (
    ERROR_KEYS,
    ID_PATTERN,
    MODES,
    NAME_PATTERN,
    ON_ERROR,
    ONCE_PER_KEYS,
    REQUIRED_RULE_KEYS,
    RULE_KEYS,
)
from rules_engine.ruleset.parts import has_markup
from rules_engine.ruleset.yaml_places import Path

NOTHING: Mapping[str, Thing] = MappingProxyType({})


def check_rule(report: Report, rule: Any, path: Path, given: Mapping[str, Thing] = NOTHING) -> None:
    """Note everything that is wrong with one rule. `given` are names that it has beside those of its events."""
    if not isinstance(rule, dict):
        report.error("RE122", f"a rule is {type_name(rule)}; it takes a mapping with id, when and then", path)
        return
    report.rule = rule["id"] if isinstance(rule.get("id"), str) else None
    unknown_keys(report, rule, path, known=RULE_KEYS, what="a rule")
    _check_required(report, rule, path)
    _check_options(report, rule, path)
    triggers = (
        check_when(report, rule["when"], (*path, "when")) if "when" in rule else Triggers((), complete=False)
    )
    names = names_for(triggers)
    for name, thing in given.items():
        names.add(name, thing)
    if "vars" in rule:
        _check_vars(report, rule["vars"], (*path, "vars"), names)
    if "if" in rule:
        check_condition(report, rule["if"], (*path, "if"), names)
    if "once_per" in rule:
        _check_once_per(report, rule["once_per"], (*path, "once_per"), names)
    if "then" in rule:
        around = Surroundings(triggers=triggers, allow_destructive=rule.get("allow_destructive") is True)
        _check_steps(report, rule, path, names, around)


def _check_steps(
    report: Report, rule: dict[str, Any], path: Path, names: Names, around: Surroundings
) -> None:
    """Check `then`, and `on_error` where it is a list: there what `then` brought may not have come into being."""
    reached, failed = names.fork(), names.fork()
    check_then(report, rule["then"], (*path, "then"), reached, around)
    if isinstance(rule.get("on_error"), list):
        failed.join([reached], always=False, otherwise="when the run failed earlier")
        failed.add("error", Thing(keys=ERROR_KEYS))
        check_then(report, rule["on_error"], (*path, "on_error"), failed, around)


def _check_required(report: Report, rule: dict[str, Any], path: Path) -> None:
    meant = {near_key(name, RULE_KEYS) for name in rule if name not in RULE_KEYS}
    for name in REQUIRED_RULE_KEYS:
        if name not in rule and name not in meant:
            report.error("RE121", f"the rule has no {name}", path, advice=RULE_KEYS[name])


def _check_options(report: Report, rule: dict[str, Any], path: Path) -> None:
    if "id" in rule:
        check_id(report, rule["id"], (*path, "id"))
    for name in ("name", "description"):
        if name in rule:
            expect(report, rule[name], str, (*path, name), "a text")
    check_choice(report, rule, "mode", MODES, path)
    if not isinstance(rule.get("on_error"), list):
        check_choice(report, rule, "on_error", ON_ERROR, path)
    for name in ("triggered_by_rules", "allow_destructive"):
        if name in rule:
            expect(report, rule[name], bool, (*path, name), "true or false")
    if "cooldown" in rule:
        check_duration(report, rule["cooldown"], (*path, "cooldown"))
    if "max_latency" in rule:
        check_duration(report, rule["max_latency"], (*path, "max_latency"), some=True)


def check_id(report: Report, value: Any, path: Path) -> None:
    """Check the id of a rule."""
    if not isinstance(value, str):
        report.error("RE122", f"id is {type_name(value)}; it takes a text", path, key=value is None)
    elif not ID_PATTERN.fullmatch(value):
        slug = "-".join(
            "".join(char if char.isascii() and char.isalnum() else " " for char in value.lower()).split()
        )
        advice = "an id has only a-z, 0-9 and -, and begins with a letter or digit"
        report.error(
            "RE125",
            f"{shown(value) or 'an empty text'} is no id",
            path,
            suggestion=slug[:100] or None,
            advice=advice,
        )


def _check_vars(report: Report, variables: Any, path: Path, names: Names) -> None:
    if not expect(report, variables, dict, path, "a mapping of names to values"):
        return
    for name in variables:
        names.announce(name, "it is worked out later, by the order of vars")
    for name, value in variables.items():
        here = (*path, name)
        if not NAME_PATTERN.fullmatch(name):
            advice = "a name has letters, digits and _, and begins with a letter"
            report.error(
                "RE125", f"{shown(name) or 'an empty text'} is no name", here, key=True, advice=advice
            )
        else:
            check_name(report, name, here, names, key=True)
        check_value(report, value, here, names)
        names.add_variable(name)


def _check_once_per(report: Report, value: Any, path: Path, names: Names) -> None:
    if isinstance(value, str):
        _check_key(report, value, path, names)
        return
    if not isinstance(value, dict):
        report.error(
            "RE122",
            f"once_per is {type_name(value)}; it takes a text or {{key, every}}",
            path,
            key=value is None,
        )
        return
    unknown_keys(report, value, path, known=ONCE_PER_KEYS, what="once_per")
    if "key" not in value:
        if not any(near_key(name, ONCE_PER_KEYS) == "key" for name in value if name not in ONCE_PER_KEYS):
            report.error(
                "RE121", "once_per has no key", path, key=not value, advice='write `key: "{{ lead.id }}"`'
            )
    elif expect(report, value["key"], str, (*path, "key"), "a text"):
        _check_key(report, value["key"], (*path, "key"), names)
    if "every" in value:
        check_duration(report, value["every"], (*path, "every"))


def _check_key(report: Report, text: str, path: Path, names: Names) -> None:
    if has_markup(text):
        check_text(report, text, path, names)
        return
    root = text.split(".", maxsplit=1)[0].strip()
    if root in names.known:
        advice = f'if its value is meant, write "{{{{ {text.strip()} }}}}"'
    else:
        advice = 'to run once for each object, write "{{ event.object_id }}"'
    report.warning(
        "RE160", f"the key {shown(text) or 'is empty and'} is the same for every run", path, advice=advice
    )
