"""Results as JUnit XML, as continuous integration reads them: in the form of the Ant task's schema (JUnit.xsd).

That schema is the strictest of those that are about (an order of elements, attributes that must be there, times
without a zone), so a file that keeps it is read by the others too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from rules_engine.foresight.rule_tests.outcome import Outcome, Verdict
from rules_engine.foresight.rule_tests.report import said_of
from rules_engine.foresight.rule_tests.session import FileResult
from rules_engine.ruleset.problems import printable, render


def junit_xml(results: Iterable[FileResult], *, at: datetime) -> str:
    """The results as a document; `at` is when the tests were run."""
    root = ET.Element("testsuites")
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for number, result in enumerate(results):
        root.append(_suite(result, number, stamp))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(result: FileResult, number: int, stamp: str) -> ET.Element:
    outcomes = result.outcomes
    broken = sum(one.verdict is Verdict.BROKEN for one in outcomes) + result.refused
    suite = ET.Element(
        "testsuite",
        {
            "name": _token(result.name),
            "package": _token(result.name),
            "id": str(number),
            "timestamp": stamp,
            "hostname": "localhost",
            "tests": str(len(outcomes) + result.refused),
            "failures": str(sum(one.verdict is Verdict.FAILED for one in outcomes)),
            "errors": str(broken),
            "time": _seconds(sum(one.seconds for one in outcomes)),
        },
    )
    ET.SubElement(suite, "properties")
    if result.refused:
        case = _case(suite, "the file can be used", result.name, 0.0)
        said = "\n".join(render(problem) for problem in result.problems)
        _verdict(case, "error", result.problems[0].message, result.problems[0].code, said)
    for outcome in outcomes:
        _add(suite, outcome, result.name)
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    return suite


def _add(suite: ET.Element, outcome: Outcome, file: str) -> None:
    case = _case(suite, outcome.case.name, file, outcome.seconds)
    said = "\n".join(said_of(outcome))
    if outcome.problem is not None:
        _verdict(case, "error", outcome.problem.message, outcome.problem.code, said)
    elif outcome.differences:
        _verdict(case, "failure", str(outcome.differences[0]), "difference", said)


def _case(suite: ET.Element, name: str, file: str, seconds: float) -> ET.Element:
    attributes = {"name": _token(name), "classname": _token(file), "time": _seconds(seconds)}
    return ET.SubElement(suite, "testcase", attributes)


def _verdict(case: ET.Element, tag: str, message: str, kind: str, text: str) -> None:
    element = ET.SubElement(case, tag, {"message": _token(message), "type": kind})
    element.text = "\n".join(map(printable, text.splitlines()))


def _token(text: str) -> str:
    """The text on one line, as an attribute may have it: nothing that XML can't hold, and no double spaces."""
    return " ".join(printable(text.replace("\n", " ")).split())


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
