"""Checks one rules file as a whole, and compiles its rules when nothing in it is wrong.

Every problem is found at once, and one mistake gives one problem: a part that is wrong is not asked for more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rules_engine.ruleset.background import NO_BACKGROUND, Background
from rules_engine.ruleset.checks.report import Report, StopCheckingError, shown, type_name, unknown_keys
from rules_engine.ruleset.checks.rule import check_rule
from rules_engine.ruleset.compile import compile_rule
from rules_engine.ruleset.grammar import DOCUMENT_KEYS, VERSION
from rules_engine.ruleset.model import Place, Rule
from rules_engine.ruleset.parts import TemplateCache
from rules_engine.ruleset.problems import Problem, has_errors, in_order
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What one file came to."""

    rules: tuple[Rule, ...]
    """Its rules; none at all when there is an error in the file."""
    problems: tuple[Problem, ...]


def check_source(
    source: Source, cache: TemplateCache | None = None, background: Background = NO_BACKGROUND
) -> CheckedFile:
    """Check one file that was read. `cache` is shared by the files of one load."""
    report = Report(source, cache if cache is not None else TemplateCache(), background)
    if source.data is None:
        if not source.problems:
            report.error(
                "RE112", "the file is empty", (), advice="write `version: 1` and `rules:`, or remove the file"
            )
    else:
        with suppress(StopCheckingError):
            _check_document(report, source.data)
    problems = in_order((*source.problems, *_of_sound_lines(source, report)))
    rules = () if has_errors(problems) else _compile(source, report.cache)
    return CheckedFile(rules=rules, problems=problems)


def _of_sound_lines(source: Source, report: Report) -> list[Problem]:
    """The problems found, but for those on a line that is not plain YAML: what stands there is not what was meant."""
    spoilt = {problem.place.line for problem in source.problems}
    return [problem for problem in report.problems if problem.place.line not in spoilt]


def _check_document(report: Report, document: Any) -> None:
    if not isinstance(document, dict):
        message = f"the file is {type_name(document)}; it takes a mapping with version and rules"
        report.error("RE122", message, (), advice="begin it with `version: 1` and `rules:`")
        return
    unknown_keys(
        report, document, (), known=DOCUMENT_KEYS, what="a rules file", later={"inputs": "blueprints"}
    )
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
    else:
        _check_rules(report, rules)


def _check_version(report: Report, document: dict[str, Any]) -> None:
    version = document.get("version")
    if "version" not in document:
        report.error("RE121", "the file has no version", (), advice=f"begin it with `version: {VERSION}`")
    elif isinstance(version, bool) or version != VERSION:
        message = f"version is {shown(version) if version is not None else 'nothing'}"
        report.error(
            "RE127", message, ("version",), key=version is None, advice=f"write `version: {VERSION}`"
        )


def _check_rules(report: Report, rules: list[Any]) -> None:
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        path = ("rules", index)
        check_rule(report, rule, path)
        rule_id = report.rule
        if rule_id is not None and rule_id in seen:
            report.error(
                "RE126", f"a rule above has the id {shown(rule_id)}", (*path, "id"), advice="take another id"
            )
        seen.add(rule_id or "")
        report.rule = None


def _compile(source: Source, cache: TemplateCache) -> tuple[Rule, ...]:
    def place(path: Path) -> Place:
        return Place(source.file, *source.places.of(path))

    def compiled(index: int, document: dict[str, Any]) -> Rule:
        return compile_rule(
            document,
            place=place(("rules", index)),
            cache=cache,
            place_of=lambda path: place(("rules", index, *path)),
        )

    return tuple(compiled(index, document) for index, document in enumerate(source.data["rules"]))
