"""Runs test files: finds them, finds the rules that each is about, and runs each test in a world of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from rules_engine.calendar import Calendar
from rules_engine.errors import ConfigurationError
from rules_engine.foresight.rule_tests.model import Case
from rules_engine.foresight.rule_tests.outcome import Outcome, Verdict, run_case
from rules_engine.foresight.rule_tests.probe import Probe
from rules_engine.foresight.rule_tests.read import read_cases, rules_path
from rules_engine.ruleset.load import Loaded, load_rules
from rules_engine.ruleset.model import Rule
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem, Severity, has_errors
from rules_engine.ruleset.yaml_source import MAX_BYTES, Source, parse_yaml
from rules_engine.store.store import Store

SUFFIXES = (".test.yaml", ".test.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What one test file came to."""

    name: str
    problems: tuple[Problem, ...] = ()
    """Of the file itself and of the rules that it names; with an error no test of it was run."""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether its tests could not be run at all."""
        return has_errors(self.problems)

    @property
    def passed(self) -> bool:
        """Whether all its tests passed."""
        return not self.refused and all(one.verdict is Verdict.PASSED for one in self.outcomes)


def find_test_files(paths: Iterable[Path]) -> list[Path]:
    """The test files at these paths, each once: of a folder every `*.test.yaml` in it, of a rules file its twin.

    Hidden files and folders are left out. Raises ConfigurationError for a path where nothing is, or no test file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"there is no file or folder {path}", advice="Check the path.")
        found.update(dict.fromkeys(_in_folder(path) if path.is_dir() else [_test_file(path)]))
    return list(found)


def _test_file(path: Path) -> Path:
    """The file itself, or the test file that stands beside a rules file."""
    if path.name.endswith(SUFFIXES):
        return path
    twin = path.with_name(f"{path.stem}.test{path.suffix}")
    if not twin.is_file():
        raise ConfigurationError(
            f"{path} is no test file: its name does not end in .test.yaml",
            advice=f"Write its tests into {twin}, or name a folder.",
        )
    return twin


def _in_folder(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(parent, name) for name in names if name.endswith(SUFFIXES) and not name.startswith(".")
        ]
    return sorted(found)


@dataclass(slots=True, kw_only=True)
class Session:
    """Runs the tests of any number of files. Use it in a `with`."""

    calendar: Calendar
    monotonic: Callable[[], float]
    rules: Path | None = None
    """Rules to test in place of those that the files name."""
    probe: Probe | None = None
    """What watches the coverage, where it is asked for."""
    _loaded: dict[Path, Loaded] = field(default_factory=dict)
    _watched: dict[Path, tuple[Rule, ...]] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _store: Store | None = None
    _count: int = 0

    def __enter__(self) -> Self:
        self._store = Store.open("sqlite://")
        self._stack.callback(self._store.close)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def run(self, path: Path) -> FileResult:
        """Run the tests of one file."""
        name = path.as_posix()
        try:
            source = parse_yaml(_content(path), name)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return _refused(name, f"the file can't be read: {reason}", Place(name, 1, 1))
        where = self.rules or _rules_of(source, path)
        try:
            loaded = self.load(where)
        except ConfigurationError as error:
            return FileResult(name=name, problems=(source.problem("RE113", str(error), ("rules",)),))
        if loaded.broken:
            errors = [problem for problem in loaded.problems if problem.severity is Severity.ERROR]
            return FileResult(name=name, problems=tuple(errors))
        read = read_cases(source, loaded.ruleset.by_id, self.calendar)
        if has_errors(read.problems):
            return FileResult(name=name, problems=read.problems)
        outcomes = [self._run(case, source, self._rules(where)) for case in read.file.cases]
        return FileResult(name=name, problems=read.problems, outcomes=tuple(outcomes))

    def load(self, where: Path) -> Loaded:
        """The rules at a path, loaded once; raises ConfigurationError when there is nothing."""
        if where not in self._loaded:
            self._loaded[where] = load_rules(where)
        return self._loaded[where]

    @property
    def tested(self) -> list[Rule]:
        """Every rule that was loaded so far."""
        return [rule for loaded in self._loaded.values() for rule in loaded.ruleset.rules]

    def _rules(self, where: Path) -> Sequence[Rule]:
        rules = self._loaded[where].ruleset.rules
        if self.probe is None:
            return rules
        if where not in self._watched:
            self._watched[where] = tuple(self.probe.watched(rule) for rule in rules)
        return self._watched[where]

    def _run(self, case: Case, source: Source, rules: Sequence[Rule]) -> Outcome:
        assert self._store is not None, "a session is used in a `with`"
        self._count += 1
        outcome = run_case(
            case,
            rules,
            source,
            calendar=self.calendar,
            store=self._store,
            account=f"test-{self._count}",
            monotonic=self.monotonic,
        )
        if self.probe is not None:
            self.probe.note(outcome.recorder)
        return outcome


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _rules_of(source: Source, path: Path) -> Path:
    """Where the rules are that a test file is about."""
    written = rules_path(source)
    if written is not None:
        return Path(os.path.normpath(path.parent / written))
    for suffix in SUFFIXES:
        twin = path.with_name(path.name.removesuffix(suffix) + suffix.removeprefix(".test"))
        if path.name.endswith(suffix) and twin.is_file():
            return twin
    return path.parent


def _refused(name: str, message: str, place: Place) -> FileResult:
    return FileResult(name=name, problems=(Problem(code="RE113", message=message, place=place),))
