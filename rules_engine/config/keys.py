"""Finding an account's API key, and the secrets of endpoints, where the configuration says they are.

A key goes from there into `Key`, a secret into `Endpoint`, and nowhere else: no message, no log and no repr has it.
"""

from __future__ import annotations

import base64
import os
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rules_engine.config.model import (
    AccountConfig,
    EndpointConfig,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeySource,
)
from rules_engine.dashtrack.key import Key
from rules_engine.errors import ConfigurationError
from rules_engine.logs import Redactor
from rules_engine.runs.settings import Endpoint

WHERE_KEYS_COME_FROM: Final = "Dashtrack shows keys under Settings → API Keys."
COMMAND_SECONDS: Final = 30
"""Enough for a person to unlock a password manager."""
_MAX_BYTES: Final = 4096
_LEAST_SECRET: Final = 16
"""Bytes; the scheme asks for 24 to 64, and less than this can be guessed."""
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def find_key(account: AccountConfig, environ: Mapping[str, str]) -> Key:
    """The account's key. Raises ConfigurationError (exit 3) that says exactly what to do; it never shows the key."""
    source = account.key_source
    found, advice = _found(source, environ, _API_KEY)
    try:
        return Key(found)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{source} does not hold a Dashtrack key (account `{account.name}`): {error}",
            advice=f"{advice} Keys begin with `dt_`. {WHERE_KEYS_COME_FROM}",
        ) from None


def find_endpoints(
    endpoints: Mapping[str, EndpointConfig], environ: Mapping[str, str]
) -> dict[str, Endpoint]:
    """The endpoints with their secrets. Raises ConfigurationError (exit 3) that never shows a secret."""
    return {
        name: Endpoint(url=one.url, secret=_secret(name, one.secret_source, environ), private=one.private)
        for name, one in endpoints.items()
    }


def _secret(name: str, source: KeySource | None, environ: Mapping[str, str]) -> str | None:
    if source is None:
        return None
    sought = _Sought(
        what=f"secret of endpoint {name}",
        short="secret",
        example="whsec_…",
        origin="The receiver shows it, or makes one that both sides know: whsec_ and base64.",
    )
    found, advice = _found(source, environ, sought)
    try:
        raw = base64.b64decode(found.removeprefix("whsec_") + "==", validate=False)
        fits = len(raw) >= _LEAST_SECRET and found.isascii()
    except ValueError:
        fits = False
    if not fits:
        raise ConfigurationError(
            f"{source} does not hold a secret that endpoint {name} can be signed with",
            advice=f"{advice} It is whsec_ and base64, of at least {_LEAST_SECRET} bytes.",
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """What is looked for, in the words of messages."""

    what: str
    short: str
    example: str
    origin: str


_API_KEY: Final = _Sought(
    what="API key",
    short="key",
    example="dt_…",
    origin=f"{WHERE_KEYS_COME_FROM}\n"
    "To try things without a key: `rules-engine demo`, or `rules-engine sandbox serve`.",
)


def _found(source: KeySource, environ: Mapping[str, str], sought: _Sought) -> tuple[str, str]:
    """What the source holds, and what to do when it does not fit."""
    if isinstance(source, KeyFromEnv):
        export = f"Run `export {source.name}={sought.example}` with your {sought.short}."
        return _from_environment(source, environ, sought, export), export
    if isinstance(source, KeyFromFile):
        advice = f"Put the {sought.short}, and nothing else, into {source.path}."
        return _from_file(source.path, sought), advice
    advice = f"Make `{source.argv[0]}` print the {sought.short}, and nothing else."
    return _from_command(source, environ, sought), advice


def _from_environment(source: KeyFromEnv, environ: Mapping[str, str], sought: _Sought, export: str) -> str:
    value = environ.get(source.name, "").strip()
    if not value:
        raise ConfigurationError(
            f"there is no {sought.what}: the environment variable {source.name} is not set",
            advice=f"{export} {sought.origin}",
        )
    return value


def _from_file(path: Path, sought: _Sought) -> str:
    """The file's text. It is opened first and judged by its handle, so that it can't be swapped in between."""
    try:
        # Without O_NONBLOCK a FIFO in its place would stop the program.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigurationError(
            f"the {sought.short} file {path} can't be read: {error.strerror or error}",
            advice=f"Put the {sought.short} into it and run `chmod 600 {path}`. {sought.origin}",
        ) from None
    with os.fdopen(handle, "rb") as stream:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise ConfigurationError(
                f"the {sought.short} file {path} is not a regular file",
                advice=f"Name a file that holds the {sought.short}.",
            )
        if state.st_mode & _OTHERS:
            raise ConfigurationError(
                f"the {sought.short} file {path} can be read by others (mode {stat.S_IMODE(state.st_mode):04o})",
                advice=f"Run `chmod 600 {path}`. If others could read it for long, make a new one.",
            )
        return _decode(stream.read(_MAX_BYTES), f"the {sought.short} file {path}", sought)


def _from_command(source: KeyFromCommand, environ: Mapping[str, str], sought: _Sought) -> str:
    name = source.argv[0]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own program, as a list, without a shell
            source.argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
            env=dict(environ),
        )
    except subprocess.TimeoutExpired:
        # `from None` throughout: these exceptions carry the command's output, which may be the key.
        raise ConfigurationError(
            f"the {sought.short} command `{name}` did not answer within {COMMAND_SECONDS} seconds",
            advice="Run it by hand to see what it waits for; it gets no input here.",
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"the {sought.short} command `{name}` can't be run: {error.strerror or error}",
            advice=f"Check `{sought.short}: {{command: […]}}`; it names a program and its arguments, and no shell is involved.",
        ) from None
    if done.returncode != 0:
        last = Redactor().text(done.stderr.decode(errors="replace").strip()[-300:])
        raise ConfigurationError(
            f"the {sought.short} command `{name}` failed with code {done.returncode}"
            + (f": {last}" if last else ""),
            advice="Run it by hand to see why.",
        )
    # `pass` and its like print the secret on the first line and notes below it.
    return _decode(
        done.stdout[:_MAX_BYTES].strip().split(b"\n", 1)[0], f"the first line that `{name}` prints", sought
    )


def _decode(text: bytes, origin: str, sought: _Sought) -> str:
    """The one line that the text is."""
    try:
        lines = text.decode("utf-8").strip().splitlines()
    except UnicodeDecodeError:
        lines = []
    if len(lines) != 1:
        raise ConfigurationError(
            f"{origin} must be one line of text, the {sought.short}; it is {'empty' if not text.strip() else 'something else'}",
            advice=sought.origin,
        )
    return lines[0]
