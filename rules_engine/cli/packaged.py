"""Files that come with the program: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from rules_engine.errors import ConfigurationError

_PACKAGE = Path(__file__).parents[1]


def packaged(folder: str) -> Path:
    """The folder `schemas`, `rules` or `examples/cookbook` as it was shipped; raises ConfigurationError where it is missing."""
    for candidate in (_PACKAGE / f"_{folder}", _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise ConfigurationError(
        f"{folder}/ is missing from this installation", advice="Install rules-engine anew."
    )
