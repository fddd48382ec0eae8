"""docs/testing.md tells every key there is, and its example does what it says."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from rules_engine.calendar import Calendar
from rules_engine.foresight.rule_tests.grammar import CASE_KEYS, DEFAULT_NOW, FILE_KEYS, GIVEN_KEYS, STEP_KEYS
from rules_engine.foresight.rule_tests.outcome import NO_EVENT
from rules_engine.foresight.rule_tests.report import lines_of, summary
from rules_engine.foresight.rule_tests.running import MOST_MOMENTS
from rules_engine.foresight.rule_tests.session import Session

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = {
    info: re.findall(rf"^```{info}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    for info in ("yaml", "yaml test", "console")
}


def section(title):
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return found[1]


def keys(title):
    """The keys in the first column of a section's table."""
    cells = re.findall(r"^\| (`[^|]+) \|", section(title), re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(
    ("title", "known"), [("A test file", FILE_KEYS), ("A test", CASE_KEYS), ("What happens", STEP_KEYS)]
)
def test_every_key_is_told_and_no_other(title, known):
    assert keys(title) == set(known)


def test_every_list_of_a_world_is_told():
    assert [key for key in re.findall(r"`([^`]+)`", section("The world")) if key in GIVEN_KEYS][
        : len(GIVEN_KEYS)
    ] == ["projects", "team", "leads", "tasks", "time_entries", "notes", "holidays"]
    assert len(GIVEN_KEYS) == 7


def test_the_numbers_and_words_are_those_of_the_code():
    assert DEFAULT_NOW.isoformat().replace("+00:00", "Z") in section("A test file")
    assert f"More than {MOST_MOMENTS:,}" in section("How it runs")
    assert f"`{NO_EVENT}`" in section("What is expected")


def test_the_first_test_passes_as_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (rules,), (tests,) = BLOCKS["yaml"], BLOCKS["yaml test"]
    Path("rules").mkdir()
    Path("rules/closing.yaml").write_text(rules, encoding="utf-8")
    Path("rules/closing.test.yaml").write_text(tests, encoding="utf-8")
    with Session(calendar=Calendar(timezone="Europe/London"), monotonic=time.perf_counter) as session:
        result = session.run(Path("rules/closing.test.yaml"))
    (console,) = BLOCKS["console"]
    assert console.splitlines()[1:] == [*lines_of(result), summary([result])]
