"""Checks one rules file as a whole, and compiles its rules when nothing in it is wrong.

Every problem is found at once, and one mistake gives one problem: a part that is wrong is not asked for more.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from rules_engine.ruleset.background import NO_BACKGROUND, Background
from rules_engine.ruleset.blueprints import Library
from rules_engine.ruleset.checks.blueprint import Expanded, check_blueprint, check_use
from rules_engine.ruleset.checks.report import Report, StopCheckingError, shown, type_name, unknown_keys
from rules_engine.ruleset.checks.rule import check_rule
from rules_engine.ruleset.compile import compile_rule
from rules_engine.ruleset.expand import Allowance
from rules_engine.ruleset.grammar import BLUEPRINT_KEYS, VERSION
from rules_engine.ruleset.model import Place, Rule
from rules_engine.ruleset.parts import TemplateCache
from rules_engine.ruleset.problems import Problem, has_errors, in_order
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What one file came to."""

    rules: tuple[Rule, ...]
    """Its rules; none at all when there is an error in the file, or when it is a blueprint."""
    problems: tuple[Problem, ...]


def check_source(
    source: Source,
    cache: TemplateCache | None = None,
    background: Background = NO_BACKGROUND,
    library: Library | None = None,
) -> CheckedFile:
    """Check one file that was read. `cache` and `library` are shared by the files of one load; without a library there
    are no blueprints to use.
    """
    expanded: dict[int, tuple[Expanded, ...]] = {}
    report = Report(source, cache if cache is not None else TemplateCache(), background)
    if source.data is None:
        if not source.problems:
            report.error(
                "RE112", "the file is empty", (), advice="write `version: 1` and `rules:`, or remove the file"
            )
    else:
        with suppress(StopCheckingError):
            report.count(source.values)
            uses = _Uses(source=source, library=library or Library(), expanded=expanded)
            _check_document(report, source.data, uses)
    problems = in_order((*source.problems, *_of_sound_lines(source, report)))
    rules = () if has_errors(problems) else _compile(source, expanded, report.cache)
    return CheckedFile(rules=rules, problems=problems)


def _of_sound_lines(source: Source, report: Report) -> list[Problem]:
    """The problems found, but for those on a line that is not plain YAML: what stands there is not what was meant."""
    spoilt = {(problem.place.file, problem.place.line) for problem in source.problems}
    return [problem for problem in report.problems if (problem.place.file, problem.place.line) not in spoilt]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Uses:
    """What uses of blueprints need, and what they gave."""

    source: Source
    library: Library
    expanded: dict[int, tuple[Expanded, ...]]
    """Which rule of the file uses a blueprint → the rules that it gave."""
    allowance: Allowance = field(default_factory=Allowance)


def _check_document(report: Report, document: Any, uses: _Uses) -> None:
    if not isinstance(document, dict):
        message = f"the file is {type_name(document)}; it takes a mapping with version and rules"
        report.error("RE122", message, (), advice="begin it with `version: 1` and `rules:`")
        return
    unknown_keys(report, document, (), known=BLUEPRINT_KEYS, what="a rules file")
    _check_version(report, document)
    rules = document.get("rules")
    if "rules" not in document:
        report.error("RE121", "the file has no rules", (), advice="write `rules:` and a list below it")
    elif not isinstance(rules, list):
        advice = "begin each rule with `- id: …`"
        report.error(
            "RE122",
            f"rules is {type_name(rules)}; it takes a list",
            ("rules",),
            key=rules is None,
            advice=advice,
        )
    elif not rules:
        report.error("RE123", "rules is an empty list", ("rules",), advice="write a rule, or remove the file")
    elif "inputs" not in document:
        _check_rules(report, rules, uses)
    if "inputs" in document:
        check_blueprint(report, document)


def _check_version(report: Report, document: dict[str, Any]) -> None:
    version = document.get("version")
    if "version" not in document:
        report.error("RE121", "the file has no version", (), advice=f"begin it with `version: {VERSION}`")
    elif isinstance(version, bool) or version != VERSION:
        message = f"version is {shown(version) if version is not None else 'nothing'}"
        report.error(
            "RE127", message, ("version",), key=version is None, advice=f"write `version: {VERSION}`"
        )


def _check_rules(report: Report, rules: list[Any], uses: _Uses) -> None:
    seen: set[str] = set()
    brought = 0
    for index, rule in enumerate(rules):
        path = ("rules", index)
        report.count_rules(index + 1 + brought, path)
        if isinstance(rule, dict) and "use" in rule:
            uses.expanded[index] = check_use(report, uses.source, rule, path, uses.library, uses.allowance)
            brought += max(len(uses.expanded[index]) - 1, 0)
        else:
            check_rule(report, rule, path)
        rule_id = report.rule
        if rule_id is not None and rule_id in seen:
            report.error(
                "RE126", f"a rule above has the id {shown(rule_id)}", (*path, "id"), advice="take another id"
            )
        seen.add(rule_id or "")
        report.rule = None


def _compile(
    source: Source, expanded: Mapping[int, tuple[Expanded, ...]], cache: TemplateCache
) -> tuple[Rule, ...]:
    if "inputs" in source.data:
        return ()
    rules: list[Rule] = []
    for index, document in enumerate(source.data["rules"]):
        place = _place(source, ("rules", index))
        if index in expanded:
            rules += [
                _compiled(each.document, each.index, each.source, place, cache) for each in expanded[index]
            ]
        else:
            rules.append(_compiled(document, index, source, place, cache))
    return tuple(rules)


def _compiled(
    document: dict[str, Any], index: int, written_in: Source, place: Place, cache: TemplateCache
) -> Rule:
    """The rule of a document whose parts stand in `written_in`."""
    return compile_rule(
        document,
        place=place,
        cache=cache,
        place_of=lambda path: _place(written_in, ("rules", index, *path)),
    )


def _place(source: Source, path: Path) -> Place:
    return Place(source.file, *source.places.of(path))
