"""Names that the last snapshot does not have: a person, a project, a task list. Never more than a warning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.ruleset.background import PERSON, PROJECT_NAME, TASK_LIST
from rules_engine.ruleset.checks.report import Report, shown
from rules_engine.ruleset.parts import has_markup
from rules_engine.ruleset.problems import Severity
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest

_KINDS: Mapping[str, str] = {
    "assigned_to": PERSON,
    "rep": PERSON,
    "user_name": PERSON,
    "project": PROJECT_NAME,
    "task_list": TASK_LIST,
}
"""Which kind of name stands in a field or parameter."""


def check_seen(report: Report, field: str, value: Any, path: Path) -> None:
    """Note a literal name, or one in a list, that nothing in the last snapshot has."""
    tenant = report.background.tenant
    kind = _KINDS.get(field)
    if tenant is None or kind is None:
        return
    items = value if isinstance(value, list) else [value]
    for index, item in enumerate(items):
        if isinstance(item, str) and item and not has_markup(item) and tenant.lacks(kind, item):
            known = tenant.names[kind]
            near = nearest(item, known.values())
            report.error(
                "RE170",
                f"the last snapshot has no {kind} {shown(item)}",
                (*path, index) if isinstance(value, list) else path,
                suggestion=near,
                advice="" if near else "it may be new, or gone",
                severity=Severity.WARNING,
            )
