"""Finds and reads the blueprints that rules files use, each once a load, and never one from outside the rules folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rules_engine.ruleset.files import SUFFIXES, read_inside
from rules_engine.ruleset.yaml_source import Source, parse_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A blueprint's file, or why it can't be used."""

    name: str
    """As messages call it."""
    digest: str = ""
    """Hash of its bytes; empty where there are none."""
    source: Source | None = None
    refusal: str = ""
    """Why it was not read; then there is no source."""


class Library:
    """The blueprints of one rules folder. What it has read it gives again, so make a new one for each load."""

    def __init__(self, root: Path | None = None) -> None:
        """Take the folder that nothing may lead out of; without one there are no blueprints."""
        self._root = root.resolve() if root is not None else None
        self._opened: dict[str, Opened] = {}
        self._asked: dict[str, set[str]] = {}

    def open(self, user: str, written: str) -> Opened:
        """The file that `use: WRITTEN` means in the rules file `user`. Raises nothing."""
        name = os.path.normpath(PurePosixPath(user).parent / written)
        self._asked.setdefault(user, set()).add(name)
        return self.named(name) if not os.path.isabs(written) else Opened(name=name, refusal=_ABSOLUTE)  # noqa: PTH117 - a text, not a file

    def named(self, name: str) -> Opened:
        """The file of that name, as an earlier `open` gave it."""
        if name not in self._opened:
            self._opened[name] = self._read(name)
        return self._opened[name]

    def used_by(self, user: str) -> dict[str, str]:
        """The files that the rules file asked for so far → their digests."""
        return {name: self.named(name).digest for name in sorted(self._asked.get(user, ()))}

    def _read(self, name: str) -> Opened:
        if self._root is None:
            return Opened(name=name, refusal="there is no folder to look for it in")
        path = Path(name)
        if path.suffix not in SUFFIXES:
            return Opened(name=name, refusal="a blueprint is a .yaml or .yml file")
        found = read_inside(self._root, path)
        if not found.refusal and _is_hidden(path.resolve().relative_to(self._root)):
            return Opened(name=name, refusal="hidden files and folders are left out")
        if found.refusal:
            return Opened(name=name, refusal=found.refusal)
        digest = hashlib.sha256(found.content).hexdigest()
        return Opened(name=name, digest=digest, source=parse_yaml(found.content, name))


_ABSOLUTE = "a path is relative to the file that uses it"


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
