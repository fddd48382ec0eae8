"""The rule files of one account: loaded, watched, and loaded again with the last good set kept."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Self

import structlog

from rules_engine.cli.output import say
from rules_engine.cli.rule_watch import Marks, marks_of, settled_marks
from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.background import NO_BACKGROUND, Background
from rules_engine.ruleset.load import Loaded, load_rules, reload_rules
from rules_engine.ruleset.model import Rule
from rules_engine.ruleset.problems import Severity, render
from rules_engine.runs.book import RuleBook
from rules_engine.store.store import Store


class InvalidRules(RulesEngineError):
    """The rules have errors."""

    exit_code = 1


class RuleFiles:
    """What one rules path gave, and whether it was edited since."""

    def __init__(self, path: Path, loaded: Loaded, marks: Marks) -> None:
        self.path = path
        """A file or a folder, as it was given: that is how the loader and its messages name what is in it."""
        self._loaded = loaded
        self._marks = marks
        self._edited = Event()

    @classmethod
    def load(cls, path: Path, background: Background = NO_BACKGROUND) -> Self:
        """Load and check; prints errors and warnings, raises InvalidRules for errors, ConfigurationError for no path."""
        marks = marks_of(path)  # before the files are read, so that an edit in between is noticed
        loaded = load_rules(path, background)
        for problem in loaded.problems:
            if problem.severity is not Severity.NOTE:
                say(render(problem))
        if loaded.broken:
            errors = sum(problem.severity is Severity.ERROR for problem in loaded.problems)
            raise InvalidRules(
                f"the rules in {path} have {errors} error{'s' if errors > 1 else ''}, so nothing is run",
                advice=f"Mend what is shown above; `rules-engine check {path}` looks again.",
            )
        return cls(path, loaded, marks)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force."""
        return self._loaded.ruleset.rules

    def look(self, stop: Event) -> bool:
        """Look whether anything was edited; `changed_book` takes it up."""
        blueprints = self._loaded.blueprints
        if marks_of(self.path, blueprints) == self._marks:
            return False
        self._marks = settled_marks(self.path, stop, blueprints)
        self._edited.set()
        return True

    def changed_book(self, store: Store) -> RuleBook | None:
        """The rules as they are after an edit; None where there was none, or none that made a difference."""
        if not self._edited.is_set():
            return None
        self._edited.clear()
        before = self._loaded
        self._loaded = reload_rules(before, self.path)
        if self._loaded.problems != before.problems:
            _tell(self._loaded, were_broken=before.broken)
        if self._loaded.ruleset == before.ruleset:
            return None
        structlog.get_logger().info("rules reloaded", rules=len(self.rules))
        return RuleBook(self.rules, store)


def _tell(loaded: Loaded, *, were_broken: bool) -> None:
    log = structlog.get_logger()
    if were_broken and not loaded.broken:
        log.info("the rules are well again")
    for problem in loaded.problems:
        if problem.severity is Severity.ERROR:
            log.error(problem.message, place=str(problem.place), code=problem.code, hint=problem.suggestion)
    for file in loaded.files:
        if file.broken:
            log.error("the file is broken: its last good rules stay", file=file.name, rules=len(file.rules))
