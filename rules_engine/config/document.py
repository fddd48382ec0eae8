"""Walks a configuration file along the table of settings: what fits is read, what does not is told with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules_engine.config.kinds import Kind, Leaf, ListKind, MapKind, Section, Unfit, shown
from rules_engine.config.settings import SETTINGS
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem
from rules_engine.ruleset.yaml_places import Path as KeyPath
from rules_engine.ruleset.yaml_source import Source
from rules_engine.suggest import nearest


@dataclass(slots=True)
class Document:
    """Walks the document along the table of settings and gathers what does not fit."""

    source: Source
    problems: list[Problem] = field(default_factory=list)

    def settings(self) -> dict[str, Any]:
        """The settings that the file gives and that are fine."""
        found = self._value(SETTINGS, self.source.data, ())
        return found if isinstance(found, dict) else {}

    def _value(self, kind: Kind, value: Any, path: KeyPath) -> Any:
        """The value as its kind reads it; None where it is left out or does not fit."""
        if value is None:
            return None
        if isinstance(kind, Section):
            return self._section(kind, value, path)
        if isinstance(kind, ListKind):
            return self._list(kind, value, path)
        if isinstance(kind, MapKind):
            return self._map(kind, value, path)
        return self._leaf(kind, value, path)

    def _leaf(self, kind: Leaf, value: Any, path: KeyPath) -> Any:
        try:
            return kind.read(value)
        except Unfit as unfit:
            message = f"{_name(path)}: {unfit}"
            self._note(unfit.code, message, path, suggestion=unfit.suggestion, advice=unfit.advice)
            return None

    def _section(self, section: Section, value: Any, path: KeyPath) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            what = f"{_name(path)}:" if path else "the file"
            self._note(
                "RE122",
                f"{what} must be a block of keys ({', '.join(section.settings)}), not {shown(value)}",
                path,
            )
            return None
        for key in value:
            if key not in section.settings:
                self._unknown(key, section, path)
        for key in section.required:
            if value.get(key) is None:
                self._note("RE121", f"{_name(path)} lacks `{key}`", path)
        read = {
            key: self._value(setting.kind, value.get(key), (*path, key))
            for key, setting in section.settings.items()
        }
        return {key: item for key, item in read.items() if item is not None}

    def _unknown(self, key: str, section: Section, path: KeyPath) -> None:
        where = f" in `{_name(path)}`" if path else ""
        near = nearest(key, section.settings)
        advice = "" if near else f"Known here: {', '.join(section.settings)}."
        self._note(
            "RE120",
            f"there is no setting `{key}`{where}",
            (*path, key),
            suggestion=near,
            advice=advice,
            key=True,
        )

    def _list(self, kind: ListKind, value: Any, path: KeyPath) -> tuple[Any, ...] | None:
        if not isinstance(value, list):
            self._note("RE122", f"{_name(path)}: must be a list, not {shown(value)}", path)
            return None
        items = [self._item(kind, item, (*path, n)) for n, item in enumerate(value)]
        if kind.unique_by:
            self._doubles(kind.unique_by, items, path)
        return tuple(item for item in items if item is not None)

    def _map(self, kind: MapKind, value: Any, path: KeyPath) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            self._note("RE122", f"{_name(path)}: must be a block of names, not {shown(value)}", path)
            return None
        for key in value:
            if not re.fullmatch(kind.pattern, str(key)):
                said = f"{_name(path)}: {shown(key)} is not {kind.meaning}"
                self._note("RE123", said, (*path, key), key=True)
        items = {str(key): self._item(kind, item, (*path, key)) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None}

    def _item(self, kind: ListKind | MapKind, value: Any, path: KeyPath) -> Any:
        if value is None:
            self._note("RE122", f"{_name(path)}: is empty", path)
        return self._value(kind.item, value, path)

    def _doubles(self, key: str, items: list[Any], path: KeyPath) -> None:
        seen: set[Any] = set()
        for n, item in enumerate(items):
            value = item.get(key) if item else None
            if value in seen:
                self._note(
                    "RE126",
                    f"{_name((*path, n, key))}: {shown(value)} is taken by another one",
                    (*path, n, key),
                )
            if value is not None:
                seen.add(value)

    def _note(
        self,
        code: str,
        message: str,
        path: KeyPath,
        *,
        suggestion: str | None = None,
        advice: str = "",
        key: bool = False,
    ) -> None:
        line, column = self.source.places.of(path, key=key)
        place = Place(self.source.file, line, column)
        self.problems.append(
            Problem(code=code, message=message, place=place, suggestion=suggestion, advice=advice)
        )


def _name(path: KeyPath) -> str:
    """`accounts[0].key`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
