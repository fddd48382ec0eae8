"""What can go wrong between us and Dashtrack, as types: whether to try again is a class, never a text to read.

`TemporaryError` may pass by itself, `PermanentError` needs somebody to change something. No error of this module
ever holds the key: texts that a server wrote come in redacted (see `translation`).
"""

from __future__ import annotations

from datetime import datetime

from rules_engine.errors import RulesEngineError


class DashtrackError(RulesEngineError):
    """A request to Dashtrack failed."""

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        advice: str = "",
    ) -> None:
        """Take what happened, and of which request; `path` is without `/api/v1`."""
        text = message or (type(self).__doc__ or "").strip().splitlines()[0]
        where = " ".join(part for part in (method, path) if part)
        super().__init__(f"{where}: {text}" if where else text, advice=advice)
        self.method = method
        self.path = path
        self.status = status


class TemporaryError(DashtrackError):
    """Dashtrack could not answer this time."""


class PermanentError(DashtrackError):
    """Dashtrack will not answer this, however often it is asked."""


class MustWait(TemporaryError):
    """No request may be made for the time being."""

    def __init__(
        self,
        until: datetime | None,
        message: str = "",
        *,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
    ) -> None:
        """Take the first moment at which asking again makes sense; None when it is not known."""
        text = message or (type(self).__doc__ or "").strip().splitlines()[0].rstrip(".")
        if until is not None:
            text = f"{text} until {until:%Y-%m-%d %H:%M:%S} UTC"
        super().__init__(text, method=method, path=path, status=status)
        self.until = until


class RateLimited(MustWait):
    """Dashtrack asked us to make no request (429)."""

    advice = "The engine goes on by itself. If it happens often, poll less or get a plan with more requests."
    until: datetime


class BudgetExhausted(MustWait):
    """The requests of this hour are used up, so this one was not sent."""

    advice = "The engine goes on by itself. If it happens often, poll less or get a plan with more requests."


class Unreachable(TemporaryError):
    """Dashtrack could not be reached, or the connection broke."""

    advice = "Check the network and the base URL; `rules-engine doctor` tells more."

    def __init__(
        self,
        message: str = "",
        *,
        sent: bool,
        method: str | None = None,
        path: str | None = None,
        advice: str = "",
    ) -> None:
        """`sent`: whether the first byte of the request may have left; only if not, a write can't have happened."""
        super().__init__(message, method=method, path=path, advice=advice)
        self.sent = sent


class ServerError(TemporaryError):
    """Dashtrack had an error of its own (5xx)."""


class MalformedAnswer(TemporaryError):
    """Dashtrack's answer can't be understood."""

    def __init__(
        self,
        reason: str,
        *,
        path: str,
        excerpt: str = "",
        method: str | None = None,
        status: int | None = None,
    ) -> None:
        """`reason` says what is wrong; `excerpt` is the answer's beginning, short and without secrets."""
        shown = f"; it begins: {excerpt}" if excerpt else ""
        super().__init__(f"the answer {reason}{shown}", method=method, path=path, status=status)
        self.reason = reason
        self.excerpt = excerpt


class AnswerTooLarge(PermanentError):
    """Dashtrack's answer is larger than the engine reads."""


class Unauthorized(PermanentError):
    """Dashtrack refused the API key (401)."""

    exit_code = 3
    advice = "Make a new key in Dashtrack under Settings → API Keys, then `export DASHTRACK_API_KEY=dt_…` and start again."


class Redirected(PermanentError):
    """Dashtrack sent us to another address, which the engine never follows: the key would be lost or leaked."""

    exit_code = 3


class Forbidden(PermanentError):
    """The API key has no access to this (403)."""

    advice = "Give the key's owner access in Dashtrack, or use another key."


class NotFound(PermanentError):
    """Dashtrack has no such thing (404)."""


class BadRequest(PermanentError):
    """Dashtrack refused the request."""
