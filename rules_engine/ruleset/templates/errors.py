"""What can be wrong with a template: as written (found at load), or with the data it met (found at run time)."""

from __future__ import annotations

from typing import Self

from rules_engine.errors import RulesEngineError


class TemplateSyntaxProblem(RulesEngineError):
    """A template is not one that this engine understands.

    `message` says what is wrong, `advice` what to write instead (or ""), `line` and `column` count from 1
    within the template's own source.
    """

    def __init__(self, message: str, line: int, column: int, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.message = message
        self.line = line
        self.column = column


class TemplateError(RulesEngineError):
    """A template could not be evaluated with the data it met.

    `line` and `column` count from 1 within the template's source; None where the place is not known.
    """

    def __init__(
        self, message: str = "", *, advice: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message, advice=advice)
        self.line = line
        self.column = column

    def at(self, place: tuple[int, int]) -> Self:
        """The same error, placed there unless it has a place already."""
        if self.line is None:
            self.line, self.column = place
        return self

    @property
    def message(self) -> str:
        """What went wrong, in one sentence."""
        return str(self)


class OutOfFuel(TemplateError):
    """A template worked too long or made too much, and was stopped."""


class OutputTooLong(TemplateError):
    """A template made more text than a field may hold."""
