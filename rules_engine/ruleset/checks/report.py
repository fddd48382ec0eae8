"""Collects the problems of one file, and the few checks of shape that every part of a rule needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from rules_engine.ruleset.background import NO_BACKGROUND, Background
from rules_engine.ruleset.grammar import SYNONYMS
from rules_engine.ruleset.parts import TemplateCache
from rules_engine.ruleset.problems import Problem, Related, Severity
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

MAX_PROBLEMS = 100
"""A file with more is not worth going on with; and each costs a search for what was meant."""
MAX_PARTS = 25_000
"""Keys, values, and words and signs of templates in one file: some 125 rules as the cookbook has them. It bounds how
long a check takes and how much memory, whatever the file."""
TEMPLATE_PARTS = 10
"""What a template counts beside its words and signs: however small, it is read and compiled by itself."""
MAX_RULES = 250
"""Rules of one file, since a rule costs something by itself, however small it is."""
_SPLIT = "split it into several files of one folder"
_PART = re.compile(r"\w+|[^\w\s]")
_LONGEST_VALUE = 60


class StopCheckingError(Exception):
    """The file has been looked at for long enough; why is among its problems."""


class Placing(Protocol):
    """Gives problems of a document their places."""

    def problem(
        self,
        code: str,
        message: str,
        path: Path = (),
        *,
        key: bool = False,
        inside: tuple[str, int, int] | None = None,
        severity: Severity = Severity.ERROR,
        suggestion: str | None = None,
        advice: str = "",
        rule: str | None = None,
    ) -> Problem:
        """A problem of the value at the path."""
        ...


class Report:
    """The problems found so far in one file, and which rule is being looked at."""

    def __init__(self, source: Placing, cache: TemplateCache, background: Background = NO_BACKGROUND) -> None:
        self.cache = cache
        self.background = background
        self.rule: str | None = None
        self.problems: list[Problem] = []
        self._source = source
        self._parts = 0

    def error(
        self,
        code: str,
        message: str,
        path: Path,
        *,
        key: bool = False,
        inside: tuple[str, int, int] | None = None,
        suggestion: str | None = None,
        advice: str = "",
        severity: Severity = Severity.ERROR,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note a problem of the value at the path; `related` are other places that have to do with it."""
        found = self._source.problem(
            code,
            message,
            path,
            key=key,
            inside=inside,
            suggestion=suggestion,
            advice=advice,
            severity=severity,
            rule=self.rule,
        )
        self.problems.append(replace(found, related=related) if related else found)
        if len(self.problems) >= MAX_PROBLEMS:
            message = f"the file has more than {MAX_PROBLEMS} problems; the rest is not shown"
            # What was not looked at can't be let pass: with nothing but warnings this is the error.
            severity = Severity.NOTE if self.errors else Severity.ERROR
            self.problems.append(self._source.problem("RE115", message, path, severity=severity))
            raise StopCheckingError

    def warning(self, code: str, message: str, path: Path, *, key: bool = False, advice: str = "") -> None:
        """Note something that is probably a mistake."""
        self.error(code, message, path, key=key, advice=advice, severity=Severity.WARNING)

    def count_template(self, text: str, path: Path) -> None:
        """Note that a template is about to be compiled. Raises StopCheckingError when the file is too large."""
        self.count(TEMPLATE_PARTS + len(_PART.findall(text)), path)

    def count(self, parts: int, path: Path = ()) -> None:
        """Note that so many parts are about to be checked. Raises StopCheckingError when the file is too large."""
        self._parts += parts
        if self._parts > MAX_PARTS:
            parts_are = "keys, values, and words and signs of templates"
            message = f"the file is too large to be checked: it has more than {MAX_PARTS:,} {parts_are}"
            self.error("RE107", message, path, advice=_SPLIT)
            raise StopCheckingError

    def count_rules(self, rules: int, path: Path) -> None:
        """Note how many rules there are so far. Raises StopCheckingError when they are too many."""
        if rules > MAX_RULES:
            self.error("RE107", f"the file has more than {MAX_RULES} rules", path, advice=_SPLIT)
            raise StopCheckingError

    @contextmanager
    def reading(self, source: Placing) -> Iterator[None]:
        """Inside the `with`, paths are those of another document, such as a blueprint."""
        before, rule = self._source, self.rule
        self._source = source
        try:
            yield
        finally:
            self._source, self.rule = before, rule

    @property
    def errors(self) -> int:
        """How many errors were found so far."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def type_name(value: Any) -> str:
    """A value's type in a rule writer's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{'true' if value else 'false'}, which is no text"
    if isinstance(value, (int, float)):
        return f"the number {shown(value)}"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    return "a list" if isinstance(value, list) else "a mapping"


def shown(value: Any) -> str:
    """A value in a message, cut where it is long."""
    text = str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def expect(report: Report, value: Any, kinds: type | tuple[type, ...], path: Path, wanted: str) -> bool:
    """Whether the value has the type, else a problem that says what is wanted."""
    if isinstance(value, kinds) and not (isinstance(value, bool) and not _takes_bool(kinds)):
        return True
    report.error("RE122", f"{path[-1]} is {type_name(value)}; it takes {wanted}", path, key=value is None)
    return False


def _takes_bool(kinds: type | tuple[type, ...]) -> bool:
    return bool in kinds if isinstance(kinds, tuple) else kinds is bool


def near_key(name: str, known: Iterable[str]) -> str | None:
    """The known key that was probably meant."""
    names = list(known)
    found = nearest(name, names)
    if found is None and SYNONYMS.get(name.casefold()) in names:
        return SYNONYMS[name.casefold()]
    return found


def unknown_keys(
    report: Report,
    mapping: Mapping[str, Any],
    path: Path,
    *,
    known: Iterable[str],
    what: str,
    later: Mapping[str, str] | None = None,
    skip: Callable[[str], bool] | None = None,
) -> None:
    """Note every key that is not known; one that a later version will have is told apart."""
    names = tuple(known)
    for name in mapping:
        if name in names or (skip is not None and skip(name)):
            continue
        if later and name in later:
            not_yet(report, later[name], (*path, name))
            continue
        suggestion = near_key(name, names)
        advice = "" if suggestion else f"there is: {', '.join(names)}"
        report.error(
            "RE120",
            f"{what} has no key {shown(name)}",
            (*path, name),
            key=True,
            suggestion=suggestion,
            advice=advice,
        )


def not_yet(report: Report, what: str, path: Path, *, key: bool = True) -> None:
    """Note something that this version does not have."""
    report.error(
        "RE124", f"this version does not have {what} yet", path, key=key, advice="leave it out for now"
    )


def check_choice(
    report: Report, rule: Mapping[str, Any], name: str, choices: Iterable[str], path: Path
) -> None:
    """Check a key that takes one of a few words."""
    if name not in rule or rule[name] in choices:
        return
    value, listed = rule[name], ", ".join(choices)
    if not isinstance(value, str):
        report.error(
            "RE122", f"{name} is {type_name(value)}; it takes {listed}", (*path, name), key=value is None
        )
        return
    report.error(
        "RE123",
        f"{name} can't be {shown(value) or 'empty'}",
        (*path, name),
        suggestion=nearest(value, choices),
        advice=f"it takes {listed}",
    )
