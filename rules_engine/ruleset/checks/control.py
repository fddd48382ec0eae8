"""Checks of control: choose, foreach, delay, wait_for, set and stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.ruleset.checks.action import Surroundings, check_name
from rules_engine.ruleset.checks.condition import check_condition
from rules_engine.ruleset.checks.items import items_of
from rules_engine.ruleset.checks.names import OPAQUE, Names, Thing
from rules_engine.ruleset.checks.report import Report, expect, near_key, shown, type_name, unknown_keys
from rules_engine.ruleset.checks.template import check_text, check_value
from rules_engine.ruleset.checks.timing import check_duration
from rules_engine.ruleset.checks.trigger import Triggers, check_trigger
from rules_engine.ruleset.context import EVENT_KEYS
from rules_engine.ruleset.event_names import is_change, is_event, resource_of
from rules_engine.ruleset.grammar import (
    BRANCH_KEYS,
    EVENT_TRIGGER_KEYS,
    FOREACH_KEYS,
    NAME_PATTERN,
    WAIT_KEYS,
)
from rules_engine.ruleset.parts import as_list, has_markup
from rules_engine.ruleset.yaml_places import Path

Block = Callable[[Any, Path, Names], None]
"""Checks a block of steps at a path, with the names in reach there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What a check of control needs beside what is written."""

    report: Report
    names: Names
    around: Surroundings
    block: Block


_Check = Callable[[Here, Any, Path], None]


def _choose(here: Here, written: Any, path: Path) -> None:
    if not isinstance(written, list):
        message = f"choose is {type_name(written)}; it takes a list of branches"
        advice = "begin each branch with `- if: …`"
        here.report.error("RE122", message, path, key=written is None, advice=advice)
        return
    if not written:
        here.report.error("RE123", "choose is an empty list", path, advice="write a branch with if and then")
    ways: list[Names] = []
    for index, branch in enumerate(written):
        within = here.names.fork()
        _branch(here.report, branch, (*path, index), within, here.block, is_last=index + 1 == len(written))
        if not _stops(branch):
            ways.append(within)
    has_else = any(isinstance(branch, dict) and "else" in branch for branch in written)
    here.names.join(ways, always=has_else, otherwise="when another branch is taken")


def _branch(report: Report, branch: Any, path: Path, names: Names, block: Block, *, is_last: bool) -> None:
    if not isinstance(branch, dict):
        message = f"a branch is {type_name(branch)}; it takes {{if, then}} or {{else}}"
        report.error("RE122", message, path)
        return
    unknown_keys(report, branch, path, known=BRANCH_KEYS, what="a branch")
    if "else" in branch:
        for key in ("if", "then"):
            if key in branch:
                message = f"a branch with else has no {key}"
                advice = "begin a branch of its own with `- else:`"
                report.error("RE123", message, (*path, key), key=True, advice=advice)
                return
        if not is_last:
            message = "the branches after else are never reached"
            report.error("RE161", message, (*path, "else"), key=True, advice="put else last")
        block(branch["else"], (*path, "else"), names)
        return
    if not any(near_key(name, BRANCH_KEYS) == "else" for name in branch):
        _require(report, branch, ("if", "then"), BRANCH_KEYS, "the branch", path)
    if "if" in branch:
        check_condition(report, branch["if"], (*path, "if"), names)
    if "then" in branch:
        block(branch["then"], (*path, "then"), names)


def _stops(branch: Any) -> bool:
    """Whether the run does not go on after the branch."""
    steps = branch.get("else", branch.get("then")) if isinstance(branch, dict) else None
    return isinstance(steps, list) and any(isinstance(step, dict) and "stop" in step for step in steps)


def _require(
    report: Report,
    written: Mapping[str, Any],
    wanted: tuple[str, ...],
    known: Mapping[str, str],
    what: str,
    path: Path,
) -> None:
    """Note each key that is missing, unless something unknown stands there in its place."""
    meant = {near_key(name, known) for name in written if name not in known}
    for key in wanted:
        if key not in written and key not in meant:
            report.error("RE121", f"{what} has no {key}", path, key=not written, advice=known[key])


def _foreach(here: Here, written: Any, path: Path) -> None:
    if not expect(here.report, written, dict, path, "a mapping with in and then"):
        return
    unknown_keys(here.report, written, path, known=FOREACH_KEYS, what="foreach")
    _require(here.report, written, ("in", "then"), FOREACH_KEYS, "foreach", path)
    if "in" in written:
        _check_items(here.report, written["in"], (*path, "in"), here.names)
    turn = here.names.fork()
    turn.add("item", items_of(written.get("in"), here.names))
    turn.add("index", OPAQUE)
    if "then" in written:
        here.block(written["then"], (*path, "then"), turn)
    here.names.leave_loop(turn)


def _check_items(report: Report, items: Any, path: Path, names: Names) -> None:
    if items == []:
        report.error("RE123", "in is an empty list", path, advice="write at least one item")
    elif isinstance(items, list) or (isinstance(items, str) and has_markup(items)):
        check_value(report, items, path, names)
    else:
        advice = f'if its value is meant, write "{{{{ {items} }}}}"' if isinstance(items, str) else ""
        message = f"in is {type_name(items)}; it takes a list, or a template that gives one"
        report.error("RE122", message, path, key=items is None, advice=advice)


def _delay(here: Here, written: Any, path: Path) -> None:
    if isinstance(written, str) and has_markup(written):
        check_text(here.report, written, path, here.names)
    else:
        check_duration(here.report, written, path, working=True)


def _wait_for(here: Here, written: Any, path: Path) -> None:
    if not expect(here.report, written, dict, path, "a mapping with event and timeout"):
        return
    unknown_keys(here.report, written, path, known=WAIT_KEYS, what="wait_for")
    _require(here.report, written, ("event",), WAIT_KEYS, "wait_for", path)
    if "event" in written:
        _check_awaited(here, written, path)
    if "timeout" in written:
        check_duration(here.report, written["timeout"], (*path, "timeout"), working=True, some=True)
    elif "on_timeout" in written:
        here.report.error("RE121", "wait_for has no timeout", path, advice="write `timeout: 4 working hours`")
    here.names.add("waited", Thing(keys=(*EVENT_KEYS, "changes")))
    if "on_timeout" in written:
        within = here.names.fork()
        here.block(written["on_timeout"], (*path, "on_timeout"), within)
        if not _stops({"then": written["on_timeout"]}):
            here.names.join([within], always=False, otherwise="when the event came in time")


def _check_awaited(here: Here, written: Mapping[str, Any], path: Path) -> None:
    """Check the trigger of a wait, unless it is one that no change of the run's own object can fit."""
    named = [event for event in as_list(written["event"]) if isinstance(event, str) and is_event(event)]
    never = next((event for event in named if not is_change(event)), None)
    if never is not None:
        message = f"wait_for waits for a change of the run's own object, and {never} is none"
        advice = "make a rule of its own for it"
        here.report.error("RE162", message, (*path, "event"), advice=advice)
        return
    trigger = {key: value for key, value in written.items() if key in WAIT_KEYS and key in EVENT_TRIGGER_KEYS}
    events, complete = check_trigger(here.report, trigger, path)
    if complete and here.around.triggers.complete:
        _check_own(here.report, events, (*path, "event"), here.around.triggers)


def _check_own(report: Report, events: list[str], path: Path, triggers: Triggers) -> None:
    """Note a wait for which the run's own object never brings an event."""
    waited = {resource_of(event) for event in events}
    for trigger in triggers.events:
        own = resource_of(trigger)
        if own is None:
            message = "the run has no object of its own to wait for"
            report.error("RE162", message, path, advice="delay waits for a time")
            return
        if own not in waited:
            name = own.name.replace("_", " ")
            message = f"{events[0]} never comes for the run's own object, a {name}"
            report.error("RE162", message, path, advice=f"wait for an event of the {name}")
            return


def _set(here: Here, written: Any, path: Path) -> None:
    if not expect(here.report, written, dict, path, "a mapping of names to values"):
        return
    if not written:
        here.report.error("RE123", "set names nothing", path, advice="write `set: {name: value}`")
    for name, value in written.items():
        at = (*path, name)
        if not NAME_PATTERN.fullmatch(name):
            advice = "a name has letters, digits and _, and begins with a letter"
            message = f"{shown(name) or 'an empty text'} is no name"
            here.report.error("RE125", message, at, key=True, advice=advice)
        elif here.names.givers.get(name) == "as":
            message = f"{name} names the result of an earlier action"
            here.report.error("RE147", message, at, key=True, advice="take another name")
        elif name not in here.names.variables:
            check_name(here.report, name, at, here.names, key=True)
        check_value(here.report, value, at, here.names)
        here.names.add_set(name)


def _stop(here: Here, written: Any, path: Path) -> None:
    if expect(here.report, written, str, path, "a text that says why") and has_markup(written):
        check_text(here.report, written, path, here.names)


CONTROL_CHECKS: Mapping[str, _Check] = {
    "choose": _choose,
    "foreach": _foreach,
    "delay": _delay,
    "wait_for": _wait_for,
    "set": _set,
    "stop": _stop,
}
"""One check for each control word."""
