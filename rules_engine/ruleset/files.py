"""Finds and reads the files of a rules folder: regular ones inside it, and nothing that a link leads out to."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from rules_engine.errors import ConfigurationError
from rules_engine.ruleset.yaml_source import MAX_BYTES

SUFFIXES = (".yaml", ".yml")
_TEST_STEM_SUFFIX = ".test"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """One file of a rules folder, or why it can't be used."""

    name: str
    """As messages call it: the folder as it was given, and the path inside."""
    content: bytes = b""
    refusal: str = ""
    """Why it was not read; then there is no content."""


def find_files(path: Path) -> tuple[FoundFile, ...]:
    """The file at the path, or all rules files of the folder, in the order of their names.

    Hidden files and folders and rule tests (`*.test.yaml`) are left out. Raises ConfigurationError when there is
    nothing at the path.
    """
    if not path.exists():
        raise ConfigurationError(
            f"there is no rules file or folder {path}",
            advice="Create it, or name another one with --rules or `rules:` in rules-engine.yaml.",
        )
    if not path.is_dir():
        return (_read(path, path.as_posix()),)
    root = path.resolve()
    return tuple(read_inside(root, found) for found in _walk(path))


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if is_rules_file(name)]
        found += [Path(parent, name) for name in folders if Path(parent, name).is_symlink()]
    return sorted(found)


def is_rules_file(name: str) -> bool:
    """Whether a file of that name holds rules."""
    path = Path(name)
    return path.suffix in SUFFIXES and not name.startswith(".") and not path.stem.endswith(_TEST_STEM_SUFFIX)


def read_inside(root: Path, path: Path) -> FoundFile:
    """Read a file that must be inside the folder `root` (resolved), wherever links lead."""
    name = path.as_posix()
    try:
        target = path.resolve(strict=True)
    except FileNotFoundError:
        refusal = "it is a link that leads nowhere" if path.is_symlink() else "there is no such file"
        return FoundFile(name=name, refusal=refusal)
    except (OSError, RuntimeError, ValueError):
        # RuntimeError is what a loop of links gives before Python 3.13; ValueError what no file can be called.
        return FoundFile(name=name, refusal="it leads nowhere")
    if not target.is_relative_to(root):
        return FoundFile(name=name, refusal=f"it leads out of the folder {root.name}")
    if target.is_dir():
        return FoundFile(
            name=name, refusal="it is a link to a folder" if path.is_symlink() else "it is a folder"
        )
    return _read(path, name)


def _read(path: Path, name: str) -> FoundFile:
    """Read one file, no further than it may be long; anything but a regular file is refused before it can block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return FoundFile(name=name, refusal=(error.strerror or str(error)).lower())
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return FoundFile(name=name, refusal="it is not a regular file")
        return FoundFile(name=name, content=file.read(MAX_BYTES + 1))
