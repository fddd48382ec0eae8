"""`make mutants` itself: every patch fits the code as it is, and names tests that are there."""

from __future__ import annotations

import ast

import pytest
from planted_mutants import MUTANTS
from run_mutants import ROOT, patched


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_patch_still_fits_and_gives_a_program(mutant):
    text = (ROOT / "rules_engine" / mutant.file).read_text()
    ast.parse(patched(text, mutant))


def test_a_patch_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="0 times"):
        patched("nothing of it", MUTANTS[0])


def test_every_mutant_names_tests_that_are_there_and_has_a_name_of_its_own():
    files = {word for mutant in MUTANTS for word in mutant.tests if word.endswith(".py")}
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 25
