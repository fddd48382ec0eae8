"""Names to ids: projects and members, in the snapshot, exactly first, then without regard to case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules_engine.polling.snapshot import Snapshot
from rules_engine.runs.actions.planned import StepProblem

_MOST_LISTED = 20


def project_id(snapshot: Snapshot, wanted: object) -> str:
    """The id of a project given by object, id or name; raises StepProblem when none or several fit."""
    if isinstance(wanted, Mapping) and wanted.get("id"):
        return str(wanted["id"])
    projects = [project for project in snapshot.all("project") if project.get("archived") is not True]
    return _resolve("project", wanted, snapshot.all("project"), listed=projects)


def person(snapshot: Snapshot, wanted: object) -> str:
    """The id of a member given by object, id or name; raises StepProblem when none or several fit.

    Where the team could never be read, the text goes through as it is: the API takes names too.
    """
    if isinstance(wanted, Mapping) and wanted.get("id"):
        return str(wanted["id"])
    members = snapshot.all("member")
    if not members and isinstance(wanted, str) and wanted:
        return wanted
    return _resolve("member", wanted, members, listed=members)


def _resolve(
    what: str, wanted: object, candidates: Sequence[Mapping[str, Any]], *, listed: Sequence[Mapping[str, Any]]
) -> str:
    if not isinstance(wanted, str) or not wanted.strip():
        raise StepProblem(f"a {what} must be given by name or id, not as {wanted!r}")
    text = wanted.strip()
    for fits in _ways(text):
        found = [candidate for candidate in candidates if fits(candidate)]
        active = [candidate for candidate in found if candidate.get("archived") is not True] or found
        if len(active) == 1:
            return str(active[0]["id"])
        if active:
            ids = ", ".join(str(candidate["id"]) for candidate in active)
            raise StepProblem(
                f"{len(active)} {what}s are named {text!r}: {ids}", advice=f"Give the {what}'s id."
            )
    raise StepProblem(f"no {what} is named {text!r}; there is: {_names(listed)}")


def _ways(text: str) -> tuple[Callable[[Mapping[str, Any]], bool], ...]:
    folded = text.casefold()
    return (
        lambda candidate: str(candidate.get("id")) == text,
        lambda candidate: candidate.get("name") == text,
        lambda candidate: str(candidate.get("name") or "").strip().casefold() == folded,
    )


def _names(candidates: Sequence[Mapping[str, Any]]) -> str:
    names = sorted({str(candidate.get("name")) for candidate in candidates})
    shown = ", ".join(names[:_MOST_LISTED]) or "none at all"
    more = len(names) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
