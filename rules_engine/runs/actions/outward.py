"""Actions beyond the API: log, emit, notify, webhook; from rendered parameters to what is said, emitted or sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.events.special import is_custom
from rules_engine.ruleset.templates import plain
from rules_engine.runs.actions.fields import as_text
from rules_engine.runs.actions.planned import Deliver, Emit, Say, StepProblem


def plan_log(params: Mapping[str, Any]) -> Say:
    """The line that `log` says."""
    return Say(_text("log", params))


def plan_emit(params: Mapping[str, Any]) -> Emit:
    """The event that `emit` makes."""
    name = params.get("event")
    if not isinstance(name, str) or not is_custom(name):
        raise StepProblem(
            f"emit can't make an event {name!r}",
            advice="An event of one's own is named custom. and a name of letters, digits, - and _: custom.deal-won.",
        )
    return Emit(event=str(name), data=_data("emit", params))


def plan_notify(params: Mapping[str, Any]) -> Deliver:
    """The message of `notify`: `{"text": …}`, which chat services take as it is."""
    return Deliver(to=_endpoint("notify", params), body={"text": _text("notify", params)})


def plan_webhook(params: Mapping[str, Any]) -> Deliver:
    """The message of `webhook`: its data, as they are."""
    return Deliver(to=_endpoint("webhook", params), body=_data("webhook", params))


def _text(action: str, params: Mapping[str, Any]) -> str:
    text = as_text(params.get("text"))
    if text is None:
        raise StepProblem(f"{action} takes a text, not {params.get('text')!r}")
    return text


def _data(action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    data = params.get("data")
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise StepProblem(f"the data of {action} must be a mapping of names to values, not {data!r}")
    shown: dict[str, Any] = plain(data)
    return shown


def _endpoint(action: str, params: Mapping[str, Any]) -> str:
    name = params.get("to")
    if not isinstance(name, str) or not name:
        raise StepProblem(f"{action} needs the name of an endpoint in `to`, not {name!r}")
    return str(name)
