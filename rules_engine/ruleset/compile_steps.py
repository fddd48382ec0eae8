"""From `then` as written to steps, one inside the other.

A step's `key` is its place in its own block; at run time keys are joined to paths, such as `1.0.2` for the third
step of the first branch of a choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules_engine.durations import parse_duration
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.ruleset.compile_trigger import PlaceOf, compile_trigger, nowhere
from rules_engine.ruleset.model import (
    ActionStep,
    Branch,
    Choose,
    Delay,
    ForEach,
    Place,
    SetVars,
    Step,
    Stop,
    WaitFor,
)
from rules_engine.ruleset.parts import TemplateCache, compile_condition, compile_value

_Path = tuple[str | int, ...]


def compile_steps(
    entries: Sequence[Mapping[str, Any]],
    cache: TemplateCache,
    *,
    path: _Path = ("then",),
    place_of: PlaceOf = nowhere,
) -> tuple[Step, ...]:
    """The steps of a block that stands at the path in its rule."""
    return _Compiler(cache, place_of).block(entries, path)


def action_params(name: str, written: Any) -> Mapping[str, Any]:
    """An action's parameters by name, from any of its forms: a mapping, nothing, or its one text."""
    if isinstance(written, Mapping):
        return written
    scalar = ACTIONS[name].scalar
    return {} if written is None or scalar is None else {scalar: written}


class _Compiler:
    """Compiles blocks with one cache and one way to find places."""

    __slots__ = ("_cache", "_place_of")

    def __init__(self, cache: TemplateCache, place_of: PlaceOf) -> None:
        self._cache = cache
        self._place_of = place_of

    def block(self, entries: Sequence[Mapping[str, Any]], path: _Path) -> tuple[Step, ...]:
        return tuple(self._step(str(n), entry, (*path, n)) for n, entry in enumerate(entries))

    def _step(self, key: str, entry: Mapping[str, Any], path: _Path) -> Step:
        name = next(word for word in entry if word != "as")
        place = self._place_of(path)
        control = _CONTROL.get(name)
        if control is not None:
            return control(self, key, entry[name], (*path, name), place)
        params = action_params(name, entry[name])
        return ActionStep(
            key=key,
            action=name,
            params={param: compile_value(value, self._cache) for param, value in params.items()},
            as_=entry.get("as"),
            place=place,
        )

    def choose(self, key: str, written: Any, path: _Path, place: Place | None) -> Step:
        branches = tuple(self._branch(n, branch, (*path, n)) for n, branch in enumerate(written))
        return Choose(key=key, branches=branches, place=place)

    def _branch(self, n: int, branch: Mapping[str, Any], path: _Path) -> Branch:
        if "else" in branch:
            return Branch(condition=None, steps=self.block(branch["else"], (*path, "else")))
        condition = compile_condition(branch["if"], f"choose[{n}].if", self._cache)
        return Branch(condition=condition, steps=self.block(branch["then"], (*path, "then")))

    def foreach(self, key: str, written: Any, path: _Path, place: Place | None) -> Step:
        steps = self.block(written["then"], (*path, "then"))
        return ForEach(key=key, items=compile_value(written["in"], self._cache), steps=steps, place=place)

    def delay(self, key: str, written: Any, path: _Path, place: Place | None) -> Step:  # noqa: ARG002 - one signature for all
        return Delay(key=key, duration=compile_value(written, self._cache), place=place)

    def wait_for(self, key: str, written: Any, path: _Path, place: Place | None) -> Step:
        trigger = {name: value for name, value in written.items() if name not in _WAITING}
        timeout = written.get("timeout")
        return WaitFor(
            key=key,
            triggers=(compile_trigger(trigger, place),),
            timeout=parse_duration(timeout) if timeout is not None else None,
            on_timeout=self.block(written.get("on_timeout", ()), (*path, "on_timeout")),
            place=place,
        )

    def set(self, key: str, written: Any, path: _Path, place: Place | None) -> Step:  # noqa: ARG002 - one signature for all
        values = {name: compile_value(value, self._cache) for name, value in written.items()}
        return SetVars(key=key, values=values, place=place)

    def stop(self, key: str, written: Any, path: _Path, place: Place | None) -> Step:  # noqa: ARG002 - one signature for all
        return Stop(key=key, reason=compile_value(written, self._cache), place=place)


_WAITING = ("timeout", "on_timeout")
_CONTROL: Mapping[str, Callable[[_Compiler, str, Any, _Path, Place | None], Step]] = {
    "choose": _Compiler.choose,
    "foreach": _Compiler.foreach,
    "delay": _Compiler.delay,
    "wait_for": _Compiler.wait_for,
    "set": _Compiler.set,
    "stop": _Compiler.stop,
}
