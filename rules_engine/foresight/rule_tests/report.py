"""Results for people, line by line, and for programs, as plain JSON data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules_engine.foresight.rule_tests.compare import NOTHING, Difference
from rules_engine.foresight.rule_tests.coverage import Coverage
from rules_engine.foresight.rule_tests.outcome import Outcome, Verdict
from rules_engine.foresight.rule_tests.record import Named
from rules_engine.foresight.rule_tests.session import FileResult
from rules_engine.ruleset.problems import render, to_json
from rules_engine.ruleset.yaml_source import Source

_WORDS = {Verdict.PASSED: "ok  ", Verdict.FAILED: "FAIL", Verdict.BROKEN: "FAIL"}


def lines_of(result: FileResult) -> Iterator[str]:
    """One file's results: a line a test, and below one that failed what differs."""
    yield result.name
    for problem in result.problems:
        yield from _indented(render(problem), "  ")
    for outcome in result.outcomes:
        yield f"  {_WORDS[outcome.verdict]}  {outcome.case.name}"
        for line in said_of(outcome):
            yield from _indented(line, "        ")


def said_of(outcome: Outcome) -> Iterator[str]:
    """What there is to say of a test that did not pass."""
    if outcome.problem is not None:
        yield render(outcome.problem)
    for difference in outcome.differences:
        yield f"{_place(outcome.source, difference)}: {difference}"
    for note in outcome.notes:
        yield f"note: {note}"


def _indented(text: str, by: str) -> list[str]:
    return [by + line for line in text.splitlines()]


def _place(source: Source, difference: Difference) -> str:
    line, _ = source.places.of(difference.path)
    return f"line {line}"


def summary(results: Sequence[FileResult]) -> str:
    """`12 tests in 3 files: all passed`, or what did not."""
    outcomes = [outcome for result in results for outcome in result.outcomes]
    head = f"{_count(len(outcomes), 'test')} in {_count(len(results), 'file')}"
    failed = sum(outcome.verdict is Verdict.FAILED for outcome in outcomes)
    broken = sum(outcome.verdict is Verdict.BROKEN for outcome in outcomes)
    refused = sum(result.refused for result in results)
    said = [
        f"{failed} failed" if failed else "",
        f"{broken} could not be carried out" if broken else "",
        f"{_count(refused, 'file')} could not be used" if refused else "",
    ]
    return f"{head}: {', '.join(filter(None, said)) or 'all passed'}"


def coverage_lines(coverage: Coverage) -> Iterator[str]:
    """The coverage, and each thing that no test reached."""
    yield (
        f"reached: {coverage.rules} rules, {coverage.branches} branches, "
        f"{coverage.conditions} conditions both true and false"
    )
    for gap in coverage.gaps:
        yield f"{gap.place}: {gap.rule}: {gap.what}"


def as_json(results: Iterable[FileResult], coverage: Coverage | None) -> dict[str, Any]:
    """All results as plain JSON data."""
    each = list(results)
    outcomes = [outcome for result in each for outcome in result.outcomes]
    counts = {verdict.value: sum(one.verdict is verdict for one in outcomes) for verdict in Verdict}
    report: dict[str, Any] = {
        "ok": all(result.passed for result in each),
        **counts,
        "files": [_file_json(result) for result in each],
    }
    if coverage is not None:
        report["coverage"] = _coverage_json(coverage)
    return report


def _file_json(result: FileResult) -> dict[str, Any]:
    return {
        "file": result.name,
        "problems": [to_json(problem) for problem in result.problems],
        "tests": [_outcome_json(outcome) for outcome in result.outcomes],
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    line, column = outcome.source.places.of(outcome.case.path)
    return {
        "name": outcome.case.name,
        "line": line,
        "column": column,
        "verdict": outcome.verdict.value,
        "seconds": round(outcome.seconds, 4),
        "differences": [_difference_json(outcome.source, one) for one in outcome.differences],
        "problem": to_json(outcome.problem) if outcome.problem is not None else None,
        "notes": list(outcome.notes),
        "actions": [
            {"rule": one.rule, "action": one.action, "fields": _plain(one.fields)} for one in outcome.done
        ],
    }


def _difference_json(source: Source, difference: Difference) -> dict[str, Any]:
    line, column = source.places.of(difference.path)
    return {
        "what": difference.what,
        "field": difference.field or None,
        "expected": _plain(difference.expected),
        "got": _plain(difference.got),
        "note": difference.note or None,
        "line": line,
        "column": column,
    }


def _coverage_json(coverage: Coverage) -> dict[str, Any]:
    parts = {"rules": coverage.rules, "branches": coverage.branches, "conditions": coverage.conditions}
    return {
        **{name: {"reached": part.reached, "of": part.of} for name, part in parts.items()},
        "gaps": [
            {
                "file": gap.place.file,
                "line": gap.place.line,
                "column": gap.place.column,
                "rule": gap.rule,
                "what": gap.what,
            }
            for gap in coverage.gaps
        ],
    }


def _plain(value: Any) -> Any:
    if value is NOTHING:
        return None
    if isinstance(value, Named):
        return value.name
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
