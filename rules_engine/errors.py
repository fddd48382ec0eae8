"""The one base of errors that a user can meet; each class knows its exit code and its advice."""

from __future__ import annotations


class RulesEngineError(Exception):
    """Something went wrong."""

    exit_code = 1
    advice = ""

    def __init__(self, message: str = "", *, advice: str = "") -> None:
        """Take a message (default: the first line of the class's docstring) and what to do next."""
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        if advice:
            self.advice = advice


class UsageError(RulesEngineError):
    """The command was called with arguments that do not fit."""

    exit_code = 2


class ConfigurationError(RulesEngineError):
    """The configuration does not let the engine start."""

    exit_code = 3


class StoreError(RulesEngineError):
    """The store can't be used."""

    exit_code = 4
