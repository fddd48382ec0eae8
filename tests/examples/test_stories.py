"""Every story of examples/ runs, and fails when its outcome is not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rules_engine.ruleset.load import load_rules

EXAMPLES = Path(__file__).parents[2] / "examples"
ENGINE = Path(sys.executable).with_name("rules-engine")
STORIES = sorted(path.parent.name for path in EXAMPLES.glob("*/run.sh"))
SECONDS = 120


def play(folder, story, scratch):
    """Run a story's script the way its README says; what it leaves in TMPDIR can be looked at."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DASHTRACK", "RULES_ENGINE"))
    }
    scratch.mkdir()
    return subprocess.run(
        [folder / story / "run.sh"],
        env={**kept, "RULES_ENGINE": str(ENGINE), "TMPDIR": str(scratch)},
        cwd=scratch.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_there_are_three_stories():
    assert STORIES == ["first-rule", "lists-that-lie", "lost-answer"]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Every story, played all at once: each mostly waits for processes to start."""
    folder = tmp_path_factory.mktemp("stories")
    with ThreadPoolExecutor(max_workers=len(STORIES)) as pool:
        done = pool.map(lambda story: play(EXAMPLES, story, folder / story), STORIES)
        return folder, dict(zip(STORIES, done, strict=True))


@pytest.mark.parametrize("story", STORIES)
def test_a_story_plays_to_its_end_and_leaves_nothing_behind(story, played):
    folder, outcomes = played
    done = outcomes[story]

    assert done.returncode == 0, done.stdout + done.stderr
    assert "as it should be" in done.stdout
    assert list((folder / story).iterdir()) == []


def test_a_story_whose_outcome_is_not_there_fails_and_leaves_nothing_behind(tmp_path):
    copy = shutil.copytree(EXAMPLES, tmp_path / "examples")
    rules = copy / "first-rule" / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("    when:", "    mode: shadow\n    when:"), "utf-8")

    done = play(copy, "first-rule", tmp_path / "scratch")

    assert done.returncode == 1, done.stdout
    assert "FAILED: tasks: 0, not 1" in done.stderr
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("story", STORIES)
def test_a_storys_rules_have_no_problem(story):
    loaded = load_rules(EXAMPLES / story / "rules.yaml")

    assert loaded.problems == ()


@pytest.mark.parametrize("story", STORIES)
def test_a_storys_readme_is_short_and_says_how_to_run_it(story):
    text = (EXAMPLES / story / "README.md").read_text(encoding="utf-8")

    assert f"examples/{story}/run.sh" in text
    assert len(text.splitlines()) <= 15


def test_without_the_program_a_story_says_what_to_do(tmp_path):
    copy = shutil.copytree(EXAMPLES, tmp_path / "examples")
    done = subprocess.run(
        [copy / "first-rule" / "run.sh"],
        env={"PATH": "/usr/bin:/bin", "RULES_ENGINE": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 1
    assert "make install" in done.stderr
