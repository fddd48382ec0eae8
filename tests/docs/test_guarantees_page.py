"""The page of guarantees names tests that exist, and every row names one."""

from __future__ import annotations

import re

import pytest
from doc_pages import ROOT

PAGE = ROOT / "docs" / "guarantees.md"
ROWS = [
    line
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| what", "| ---"))
]
DEFINED = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].strip() for row in ROWS])
def test_a_guarantee_is_shown_by_tests_that_exist(row):
    named = set(re.findall(r"`(test_\w+)`", row))
    assert named
    assert named <= DEFINED
