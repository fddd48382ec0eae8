"""JUnit XML: what the Ant task's schema (JUnit.xsd, by Windy Road) asks for, checked by hand, and what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trying_tests import tried

from rules_engine.foresight.rule_tests.junit import junit_xml
from rules_engine.foresight.rule_tests.session import FileResult
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem

AT = datetime(2026, 11, 24, 9, 0, 0, 123, tzinfo=UTC)
RULES = "- {id: one, when: lead.created, then: [{log: x}]}"
TESTS = """
- {name: "passes", create: {lead: {}}, expect: [{log: x}]}
- {name: "fails  <&> \\"quoted\\"\\n", create: {lead: {}}, expect: []}
- {name: "is broken", change: {lead: nobody, value: 1}, expect: []}
"""
SUITE_ATTRIBUTES = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"}


def assert_valid(text):
    """The rules of JUnit.xsd, one after the other."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    assert not root.attrib
    for number, suite in enumerate(root):
        assert suite.tag == "testsuite"
        assert suite.attrib.keys() == SUITE_ATTRIBUTES
        assert suite.attrib["id"] == str(number)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        assert all(suite.attrib[name].isdecimal() for name in ("tests", "failures", "errors"))
        first, *cases, out, err = suite
        assert [first.tag, out.tag, err.tag] == ["properties", "system-out", "system-err"]
        for case in cases:
            assert case.tag == "testcase"
            assert case.attrib.keys() == {"name", "classname", "time"}
            assert len(case) <= 1
            for verdict in case:
                assert verdict.tag in {"failure", "error"}
                assert verdict.attrib.keys() == {"message", "type"}
                assert len(verdict) == 0
        for element in (suite, *cases):
            assert re.fullmatch(r"\d+\.\d{3}", element.attrib["time"])
            for value in (element.attrib["name"], element.attrib.get("classname", "x")):
                assert value
                assert value == " ".join(value.split())
    return root


def test_a_report_is_valid_and_counts_what_failed_and_what_could_not_be_run(tmp_path):
    result = tried(tmp_path, RULES, TESTS)
    root = assert_valid(junit_xml([result, result], at=AT))
    suite = root[1]
    assert [suite.attrib[name] for name in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert suite.attrib["timestamp"] == "2026-11-24T09:00:00"
    passed, failed, broken = suite.iter("testcase")
    assert len(passed) == 0
    assert failed.attrib["name"] == 'fails <&> "quoted"'
    assert "was not expected" in failed.find("failure").text
    assert broken.find("error").attrib["message"] == "there is no lead nobody"


def test_a_file_that_can_not_be_used_is_an_error(tmp_path):
    result = tried(tmp_path, RULES, "- {name: x}")
    (suite,) = assert_valid(junit_xml([result], at=AT))
    assert [suite.attrib[name] for name in ("tests", "failures", "errors")] == ["1", "0", "1"]
    (error,) = suite.iter("error")
    assert error.attrib["type"] == "RE121"
    assert "the test expects nothing" in error.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(min_size=1))
def test_whatever_a_text_holds_the_report_stays_valid(text):
    problem = Problem(code="RE113", message=text, place=Place("a.yaml", 1, 1), excerpt=text)
    result = FileResult(name=f"a{text}", problems=(problem,))
    assert_valid(junit_xml([result], at=AT))


def test_what_xml_can_not_hold_is_left_out_of_what_differs(tmp_path):
    rules = '- {id: one, when: lead.created, then: [{log: "a\\x01b"}]}'
    result = tried(tmp_path, rules, "- {name: x, create: {lead: {}}, expect: [{log: ab}]}")
    (failure,) = assert_valid(junit_xml([result], at=AT)).iter("failure")
    assert "expected ab, got a\ufffdb" in failure.text


def test_a_folder_of_nothing_gives_an_empty_report():
    assert_valid(junit_xml([], at=AT))
