"""Who is on approved leave, read from the snapshot: `plus('2 working days', for=lead.rep)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.resources import HOLIDAY, MEMBER
from rules_engine.ruleset.equality import same_name
from rules_engine.ruleset.lookups import SnapshotReader, find_member
from rules_engine.ruleset.templates import Leave, TemplateError, kind
from rules_engine.suggest import nearest

NEEDS = (HOLIDAY.name, MEMBER.name)
"""The resources that must have been looked at."""
_APPROVED = "approved"
_WHOLE_DAY = 1


def leave_in(snapshot: SnapshotReader) -> Leave:
    """The approved leave of a member, by object, name, id or email address, or of each of a list of them."""

    def leave(who: Any) -> list[tuple[Any, Any]]:
        people = who if isinstance(who, (list, tuple)) else [who]
        members = [_member(snapshot, each) for each in people if each is not None]
        return [
            (data.get("start_date"), data.get("end_date") or data.get("start_date"))
            for data in snapshot.all(HOLIDAY.name)
            if _takes_days(data) and any(_is_of(data, member) for member in members)
        ]

    return leave


def _member(snapshot: SnapshotReader, who: Any) -> Mapping[str, Any]:
    if isinstance(who, Mapping):
        if who.get("id") is None and who.get("name") is None:
            raise TemplateError("for=… takes a member, and this object has neither id nor name")
        return who
    if not isinstance(who, str):
        raise TemplateError(f"for=… takes a member, a name or an id, not {kind(who)}")
    found = find_member(snapshot, who)
    if found is None:
        names = [str(data.get("name")) for data in snapshot.all(MEMBER.name)]
        near = nearest(who, names)
        meant = f"; did you mean {near}?" if near else ""
        raise TemplateError(
            f"for=…: there is no member {str(who)!r}{meant}",
            advice="Write for=member(…) where the name may be of nobody: then nobody's leave counts.",
        )
    return found


def _takes_days(holiday: Mapping[str, Any]) -> bool:
    """Whether it is approved and leaves whole days out: of half a day the day is still worked on."""
    days = holiday.get("days")
    part = isinstance(days, (int, float)) and not isinstance(days, bool) and days < _WHOLE_DAY
    return same_name(holiday.get("status"), _APPROVED) and not part


def _is_of(holiday: Mapping[str, Any], member: Mapping[str, Any]) -> bool:
    """Whether it is that member's: by id where both have one, else by name."""
    if holiday.get("user_id") is not None and member.get("id") is not None:
        return bool(holiday["user_id"] == member["id"])
    return same_name(holiday.get("user_name"), member.get("name"))
