"""Logs: one line per event and action on stderr, with no key and no control character in any of them.

Every module logs through `structlog.get_logger()`; this is where those lines get their form. The libraries that log
through the standard library (httpx logs URLs, uvicorn requests) are quiet below WARNING and pass the same redactor.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, TextIO

from rules_engine.dashtrack.key import MASK, redact

SECRET_VARIABLES: Final = ("DASHTRACK_API_KEY",)
QUIET_LIBRARIES: Final = (
    "httpx",
    "httpcore",
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "watchfiles",
    "asyncio",
)

_STORE_PASSWORD: Final = re.compile(
    r"(?<=://)[^\s'\"]*@(?=[^\s'\"@]*)|(?<=password=)[^&\s'\"]+", re.IGNORECASE
)
_STORE_URL: Final = re.compile(r"postgres(?:ql)?(?:\+\w+)?://[^\s'\"]+", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MAX_DEPTH: Final = 20


def printable(text: str, *, keep: str = "") -> str:
    """`text` with control characters (terminal escapes, line breaks, bidirectional tricks) written as escapes.

    Characters in `keep` stay as they are.
    """

    def escape(found: re.Match[str]) -> str:
        character = found.group()
        if character in keep:
            return character
        code = ord(character)
        return _SHORT_ESCAPES.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")  # noqa: PLR2004 - one byte

    return _CONTROL.sub(escape, text)


def _without_password(found: re.Match[str]) -> str:
    return "***@" if found.group().endswith("@") else "***"


class Redactor:
    """Takes secrets out of whatever is about to be shown: by value, and whatever looks like a key."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    @classmethod
    def for_environment(cls, environ: Mapping[str, str]) -> Redactor:
        """One that knows the secrets that this environment holds."""
        return cls(environ.get(name, "") for name in SECRET_VARIABLES)

    def text(self, text: str) -> str:
        """`text` without any secret."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        if "://" in text:
            text = _STORE_URL.sub(lambda url: _STORE_PASSWORD.sub(_without_password, url.group()), text)
        return redact(text)

    def value(self, value: Any, depth: int = 0) -> Any:
        """Plain data without any secret, in keys and values, however deep."""
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth >= _MAX_DEPTH:
            return "…"
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(item, depth + 1) for item in value]
        return self.text(str(value))


def configure_logs(
    *,
    json: bool | None = None,
    level: int = logging.INFO,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Give structlog and the standard library their form, on `stream` (default: stderr).

    `json`: True for one JSON document a line, False for text, None for text on a terminal and JSON elsewhere.
    `secrets` are values that must never be shown. It may be called again, with other settings.
    """
    import structlog  # noqa: PLC0415 - `--help` must not pay for it

    out = sys.stderr if stream is None else stream
    redactor = Redactor(secrets)
    as_json = not out.isatty() if json is None else json

    def without_secrets(_logger: Any, _method: str, event: Any) -> Any:
        return redactor.value(event)

    render = structlog.processors.JSONRenderer(ensure_ascii=True) if as_json else _render_text
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        without_secrets,
        render,
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    _route_standard_logging(processors, out)


def _route_standard_logging(processors: list[Any], out: TextIO) -> None:
    """Let the libraries' warnings through the same processors, and nothing below a warning."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(_ThroughProcessors(processors))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, _ThroughProcessors)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in QUIET_LIBRARIES:
        library = logging.getLogger(name)
        library.setLevel(logging.WARNING)
        library.propagate = True
        library.handlers.clear()


class _ThroughProcessors(logging.Formatter):
    """A standard-library record as the same line that structlog would write."""

    def __init__(self, processors: list[Any]) -> None:
        super().__init__()
        self._processors = processors

    def format(self, record: logging.LogRecord) -> str:
        event: Any = {"event": record.getMessage(), "logger": record.name}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for process in self._processors:
            event = process(None, record.levelname.lower(), event)
        return str(event)


def _render_text(_logger: Any, _method: str, event: Any) -> str:
    """`12:00:00 lead.status_changed  name="Mill & Sons" rule=chase`; a level only where it is not info."""
    fields = dict(event)
    moment = str(fields.pop("at", ""))[11:19]
    level = str(fields.pop("level", "info"))
    trace = fields.pop("exception", None)
    words = [moment, *([level.upper()] if level != "info" else []), printable(str(fields.pop("event", "")))]
    words += [
        f"{printable(str(name))}={_field(value)}" for name, value in fields.items() if value is not None
    ]
    line = " ".join(word for word in words if word)
    return f"{line}\n{printable(str(trace), keep=chr(10))}" if trace else line


def _field(value: Any) -> str:
    text = printable(value if isinstance(value, str) else str(value))
    if text and not any(character in text for character in ' "='):
        return text
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'
