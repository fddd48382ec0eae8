"""Checks of blocks of steps: which action or control each is, and which names are in reach where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Resource
from rules_engine.ruleset.actions import ACTIONS, Action
from rules_engine.ruleset.checks.action import Surroundings, check_action, check_name
from rules_engine.ruleset.checks.control import CONTROL_CHECKS, Here
from rules_engine.ruleset.checks.names import Names
from rules_engine.ruleset.checks.report import Report, near_key, shown, type_name
from rules_engine.ruleset.grammar import CONTROL, NAME_PATTERN
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest


def check_then(report: Report, then: Any, path: Path, names: Names, around: Surroundings) -> None:
    """Check the steps of a rule; `names` grows by what they bring."""
    for name in _named(then):
        names.announce(name, "it comes into being further down")
    check_block(report, then, path, names, around)


def _named(entries: Any) -> Iterator[str]:
    """Every name that `as` or `set` gives in a block or in a block within."""
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        if isinstance(entry.get("as"), str):
            yield entry["as"]
        if isinstance(entry.get("set"), dict):
            yield from (name for name in entry["set"] if isinstance(name, str))
        for block in _blocks(entry):
            yield from _named(block)


def _blocks(entry: Mapping[str, Any]) -> Iterator[Any]:
    branches = entry.get("choose")
    for branch in branches if isinstance(branches, list) else ():
        if isinstance(branch, dict):
            yield from (branch.get("then"), branch.get("else"))
    for control, key in (("foreach", "then"), ("wait_for", "on_timeout")):
        inner = entry.get(control)
        if isinstance(inner, dict):
            yield inner.get(key)


def check_block(report: Report, block: Any, path: Path, names: Names, around: Surroundings) -> None:
    """Check a list of steps; `names` grows by what they bring."""
    if not isinstance(block, list):
        advice = "begin each action with `- `"
        message = f"{path[-1]} is {type_name(block)}; it takes a list of actions"
        report.error("RE122", message, path, key=block is None, advice=advice)
        return
    if not block:
        report.error("RE123", f"{path[-1]} is an empty list", path, advice="write at least one action")
    ended = False
    for index, entry in enumerate(block):
        if ended:
            advice = "stop ends the run; move it to the end, or into a choose"
            report.warning("RE161", "the step is never reached", (*path, index), advice=advice)
            ended = False
        _check_step(report, entry, (*path, index), names, around)
        ended = isinstance(entry, dict) and "stop" in entry and index + 1 < len(block)


def _check_step(report: Report, entry: Any, path: Path, names: Names, around: Surroundings) -> None:
    if not isinstance(entry, dict):
        known = isinstance(entry, str) and (entry in ACTIONS or entry in CONTROL)
        meant = f"write `- {entry}: …`" if known else "write `- create_task: …`, or another one"
        report.error("RE122", f"an action is {type_name(entry)}; it takes a mapping", path, advice=meant)
        return
    word = _word_of(report, entry, path)
    if word in CONTROL:
        _check_control(report, word, entry, path, names, around)
        return
    action = ACTIONS[word] if word else None
    if action is not None:
        check_action(report, action, entry[action.name], (*path, action.name), names, around)
    if "as" in entry:
        _check_as(report, entry["as"], (*path, "as"), names)
        if isinstance(entry["as"], str):
            names.add_result(entry["as"], _answer_of(action))


def _answer_of(action: Action | None) -> Resource | None:
    """What an action's answer is, where it has fields that are known."""
    if action is None or action.resource is None or not action.has_result:
        return None
    return RESOURCES[action.resource]


def _check_control(
    report: Report, word: str, entry: Mapping[str, Any], path: Path, names: Names, around: Surroundings
) -> None:
    def block(inner: Any, here: Path, within: Names) -> None:
        check_block(report, inner, here, within, around)

    here = Here(report=report, names=names, around=around, block=block)
    CONTROL_CHECKS[word](here, entry[word], (*path, word))
    if "as" in entry:
        message = f"{word} has no answer to name"
        report.error("RE120", message, (*path, "as"), key=True, advice="leave `as` out")


def _word_of(report: Report, entry: Mapping[str, Any], path: Path) -> str:
    """The action or control of a step, where there is exactly one that is known; else nothing."""
    known = [key for key in entry if key in ACTIONS or key in CONTROL]
    others = [key for key in entry if key not in known and key != "as"]
    if len(known) > 1:
        advice = "begin each action with `- `"
        message = f"one step has two actions, {' and '.join(known)}"
        report.error("RE123", message, (*path, known[1]), key=True, advice=advice)
        return ""
    for key in others:
        _note_unknown(report, key, entry, (*path, key), known)
        if known:
            return ""  # its parameters may stand one level too high: nothing can be said of what it lacks
    if known:
        return known[0]
    if not others:
        advice = f"there is: {', '.join((*ACTIONS, *CONTROL))}"
        report.error("RE121", "the step has no action", path, advice=advice)
    return ""


def _note_unknown(report: Report, key: str, entry: Mapping[str, Any], path: Path, known: list[str]) -> None:
    if known and entry[known[0]] is None and _takes(known[0], key):
        advice = f"indent it further than {known[0]}"
        report.error("RE120", f"{key} belongs inside {known[0]}", path, key=True, advice=advice)
    elif known:
        near = nearest(key, ("as",))
        message, advice = f"a step has no key {shown(key)}", "it has an action, and `as`"
        report.error("RE120", message, path, key=True, suggestion=near, advice=advice)
    else:
        words = (*ACTIONS, *CONTROL)
        near = near_key(key, words)
        advice = "" if near else f"there is: {', '.join(words)}"
        message = f"there is no action {shown(key)}"
        report.error("RE140", message, path, key=True, suggestion=near, advice=advice)


def _takes(word: str, key: str) -> bool:
    return word in CONTROL or ACTIONS[word].parameter(key) is not None


def _check_as(report: Report, name: Any, path: Path, names: Names) -> None:
    if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
        report.error("RE125", f"as is {type_name(name)}; a name has letters, digits and _", path)
        return
    if name in names.givers:
        message = f"{name} names the result of an earlier action"
        report.error("RE147", message, path, advice="take another name")
        return
    check_name(report, name, path, names)
