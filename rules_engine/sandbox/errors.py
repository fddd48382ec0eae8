"""What can go wrong: with the sandbox itself, and with a request to it."""

from __future__ import annotations

from collections.abc import Mapping


class SandboxError(Exception):
    """The sandbox can't do what its user asked (a port in use, an unknown seed, an object that is not there)."""


class BadValue(ValueError):
    """A value that Dashtrack would refuse; the message says which and why."""


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Take the HTTP status, the text of the error body, and headers beyond the usual ones."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers: Mapping[str, str] = headers or {}
