"""Reads one test file: every problem at once, each with its place; no test of a file with an error is run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.foresight.rule_tests.grammar import (
    CASE_KEYS,
    DEFAULT_NOW,
    FILE_KEYS,
    STEP_KEYS,
    SYNONYMS,
    VERSION,
)
from rules_engine.foresight.rule_tests.model import Case, CaseFile, Check, Step, Thing
from rules_engine.foresight.rule_tests.read_expected import read_expected
from rules_engine.foresight.rule_tests.read_steps import read_step, read_steps
from rules_engine.foresight.rule_tests.read_things import read_given
from rules_engine.ruleset.checks.report import Report, StopCheckingError, expect, shown, type_name
from rules_engine.ruleset.parts import TemplateCache, as_list
from rules_engine.ruleset.problems import Problem, in_order
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source
from rules_engine.suggest import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What a test file came to; with an error among the problems its tests are not to be run."""

    file: CaseFile
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the parts of one file need to be read."""

    report: Report
    rule_ids: Collection[str]
    calendar: Calendar
    now: datetime = DEFAULT_NOW
    given: tuple[Thing, ...] = ()
    has_yaml_problems: bool = False


def read_cases(source: Source, rule_ids: Collection[str], calendar: Calendar) -> ReadFile:
    """The tests of a file, given the ids of the rules that it may name."""
    report = Report(source, TemplateCache())
    reading = _Reading(
        report=report, rule_ids=rule_ids, calendar=calendar, has_yaml_problems=bool(source.problems)
    )
    cases: list[Case] = []
    with suppress(StopCheckingError):
        cases = _read_document(reading, source.data)
    spoilt = {problem.place.line for problem in source.problems}
    found = [problem for problem in report.problems if problem.place.line not in spoilt]
    problems = in_order((*source.problems, *found))
    return ReadFile(file=CaseFile(source=source, cases=tuple(cases)), problems=problems)


def rules_path(source: Source) -> str | None:
    """Where the file says that its rules are, as it is written; None where it says nothing."""
    data = source.data if isinstance(source.data, dict) else {}
    written = data.get("rules")
    return written if isinstance(written, str) and written.strip() else None


def _read_document(reading: _Reading, document: Any) -> list[Case]:
    report = reading.report
    if document is None:
        if not reading.has_yaml_problems:
            report.error("RE112", "the file is empty", (), advice="write `version: 1` and `tests:`")
        return []
    if not isinstance(document, dict):
        message = f"the file is {type_name(document)}; it takes a mapping with version and tests"
        report.error("RE122", message, (), advice="begin it with `version: 1` and `tests:`")
        return []
    _unknown(report, document, (), FILE_KEYS, "a test file")
    _check_version(report, document)
    if "rules" in document and rules_path_wrong(document["rules"]):
        report.error("RE122", f"rules is {type_name(document['rules'])}; it takes a path", ("rules",))
    inner = replace(
        reading,
        now=_now(reading, document, (), reading.now),
        given=read_given(report, document["given"], ("given",)) if "given" in document else (),
    )
    return _read_tests(inner, document)


def rules_path_wrong(written: Any) -> bool:
    """Whether what stands at `rules` can't be a path."""
    return not isinstance(written, str) or not written.strip()


def _check_version(report: Report, document: Mapping[str, Any]) -> None:
    version = document.get("version")
    if "version" not in document:
        report.error("RE121", "the file has no version", (), advice=f"begin it with `version: {VERSION}`")
    elif isinstance(version, bool) or version != VERSION:
        message = f"version is {shown(version) if version is not None else 'nothing'}"
        report.error(
            "RE127", message, ("version",), key=version is None, advice=f"write `version: {VERSION}`"
        )


def _now(reading: _Reading, mapping: Mapping[str, Any], path: Path, default: datetime) -> datetime:
    """The moment under `now`; one without a zone is by the calendar's wall clock."""
    if "now" not in mapping:
        return default
    written, here = mapping["now"], (*path, "now")
    try:
        moment = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        advice = "write a moment such as 2026-11-24T09:00:00Z"
        reading.report.error("RE158", f"now: {shown(written)} is no moment", here, advice=advice)
        return default
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=reading.calendar.zone)


def _read_tests(reading: _Reading, document: Mapping[str, Any]) -> list[Case]:
    report, tests = reading.report, document.get("tests")
    if "tests" not in document:
        report.error("RE121", "the file has no tests", (), advice="write `tests:` and a list below it")
        return []
    if not expect(report, tests, list, ("tests",), "a list of tests") or tests is None:
        return []
    if not tests:
        report.error("RE123", "tests is an empty list", ("tests",), advice="write a test, or remove the file")
    cases: list[Case] = []
    for index, entry in enumerate(tests):
        path = ("tests", index)
        if not expect(report, entry, dict, path, "the keys of a test"):
            continue
        case = _read_case(reading, entry, path)
        if case.name in {other.name for other in cases}:
            message = f"a test above has the name {shown(case.name)}"
            report.error("RE126", message, (*path, "name"), advice="take another name")
        cases.append(case)
    return cases


def _read_case(reading: _Reading, entry: Mapping[str, Any], path: Path) -> Case:
    report = reading.report
    _unknown(report, entry, path, CASE_KEYS, "a test")
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        code = "RE121" if "name" not in entry else "RE122"
        report.error(code, "the test has no name", path, advice="write `name: what must be true`")
        name = f"test {path[-1]}"
    exactly = entry.get("exactly", False)
    expect(report, exactly, bool, (*path, "exactly"), "true or false")
    given = read_given(report, entry["given"], (*path, "given")) if "given" in entry else ()
    return Case(
        name=name,
        rules=_read_rules(reading, entry, path),
        now=_now(reading, entry, path, reading.now),
        given=reading.given,
        more=given,
        steps=_read_happening(report, entry, path, exactly=exactly is True),
        why=_read_reasons(reading, entry, path, "why"),
        errors=_read_reasons(reading, entry, path, "errors"),
        path=path,
    )


def _read_happening(
    report: Report, entry: Mapping[str, Any], path: Path, *, exactly: bool
) -> tuple[Step, ...]:
    """The steps, a single one written without `steps:` too, and the check at the end."""
    misspelt = any(key not in CASE_KEYS for key in entry)  # what seems to lack may be what was meant by it
    steps = _read_steps(report, entry, path, exactly=exactly)
    if steps is None and not misspelt:
        advice = "write `change:`, `create:` or `steps:`"
        report.error("RE121", "nothing happens in the test", path, advice=advice)
    steps = steps or ()
    if "expect" in entry:
        here = (*path, "expect")
        actions = read_expected(report, entry["expect"], here, exactly=exactly)
        return (*steps, Check(actions=actions, path=here))
    checks = any(isinstance(step, Check) for step in steps)
    if not checks and not entry.get("errors") and not misspelt:
        advice = "write `expect:` and the actions, or `expect: []`"
        report.error("RE121", "the test expects nothing", path, advice=advice)
    return steps


def _read_steps(
    report: Report, entry: Mapping[str, Any], path: Path, *, exactly: bool
) -> tuple[Step, ...] | None:
    """What happens; None where nothing does."""
    single = [key for key in STEP_KEYS if key in entry and key != "expect"]
    if "steps" in entry:
        for key in single:
            message = f"{key} stands beside steps"
            report.error("RE123", message, (*path, key), key=True, advice="make it one of the steps")
        return read_steps(report, entry["steps"], (*path, "steps"), exactly=exactly)
    if len(single) > 1:
        message = f"the test has {' and '.join(single)}, and no order of them"
        advice = "write `steps:` and each of them below it with `- `"
        report.error("RE123", message, (*path, single[1]), key=True, advice=advice)
        return ()
    if not single:
        return None
    step = read_step(report, single[0], entry[single[0]], (*path, single[0]), exactly=exactly)
    return (step,) if step is not None else ()


def _read_rules(reading: _Reading, entry: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    if "rule" not in entry:
        return ()
    ids = as_list(entry["rule"])
    for index, rule_id in enumerate(ids):
        here = (*path, "rule", index) if isinstance(entry["rule"], list) else (*path, "rule")
        _check_rule_id(reading, rule_id, here)
    return tuple(str(rule_id) for rule_id in ids)


def _check_rule_id(reading: _Reading, rule_id: Any, path: Path, *, key: bool = False) -> None:
    if rule_id in reading.rule_ids:
        return
    near = nearest(str(rule_id), reading.rule_ids)
    listed = ", ".join(sorted(reading.rule_ids)) or "none at all"
    advice = "" if near else f"there is: {listed}"
    message = f"there is no rule {shown(rule_id)}"
    reading.report.error("RE151", message, path, key=key, suggestion=near, advice=advice)


def _read_reasons(reading: _Reading, entry: Mapping[str, Any], path: Path, key: str) -> dict[str, str]:
    written, here = entry.get(key), (*path, key)
    if key not in entry or not expect(reading.report, written, dict, here, "rule ids with a text each"):
        return {}
    reasons: dict[str, str] = {}
    for rule_id, text in (written or {}).items():
        _check_rule_id(reading, rule_id, (*here, rule_id), key=True)
        if expect(reading.report, text, str, (*here, rule_id), "a text"):
            reasons[rule_id] = text
    return reasons


def _unknown(
    report: Report, mapping: Mapping[str, Any], path: Path, known: Collection[str], what: str
) -> None:
    for name in mapping:
        if name in known:
            continue
        meant = SYNONYMS.get(name)
        near = nearest(name, known) or (meant if meant in known else None)
        advice = "" if near else f"there is: {', '.join(known)}"
        message = f"{what} has no key {shown(name)}"
        report.error("RE120", message, (*path, name), key=True, suggestion=near, advice=advice)
