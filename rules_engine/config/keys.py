"""Finding an account's API key where the configuration says it is.

The key goes from there into `Key` and nowhere else: no message, no log and no repr has it.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rules_engine.config.model import AccountConfig, KeyFromCommand, KeyFromEnv, KeyFromFile
from rules_engine.dashtrack.key import Key
from rules_engine.errors import ConfigurationError
from rules_engine.logs import Redactor

WHERE_KEYS_COME_FROM: Final = "Dashtrack shows keys under Settings → API Keys."
COMMAND_SECONDS: Final = 30
"""Enough for a person to unlock a password manager."""
_MAX_BYTES: Final = 4096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def find_key(account: AccountConfig, environ: Mapping[str, str]) -> Key:
    """The account's key. Raises ConfigurationError (exit 3) that says exactly what to do; it never shows the key."""
    source = account.key_source
    if isinstance(source, KeyFromEnv):
        found, advice = _from_environment(source, environ), _export(source.name)
    elif isinstance(source, KeyFromFile):
        found, advice = _from_file(source.path), f"Put the key, and nothing else, into {source.path}."
    else:
        found, advice = (
            _from_command(source, environ),
            f"Make `{source.argv[0]}` print the key, and nothing else.",
        )
    try:
        return Key(found)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{source} does not hold a Dashtrack key (account `{account.name}`): {error}",
            advice=f"{advice} Keys begin with `dt_`. {WHERE_KEYS_COME_FROM}",
        ) from None


def _export(name: str) -> str:
    return f"Run `export {name}=dt_…` with your key."


def _from_environment(source: KeyFromEnv, environ: Mapping[str, str]) -> str:
    value = environ.get(source.name, "").strip()
    if not value:
        raise ConfigurationError(
            f"there is no API key: the environment variable {source.name} is not set",
            advice=f"{_export(source.name)} {WHERE_KEYS_COME_FROM}\n"
            "To try things without a key: `rules-engine demo`, or `rules-engine sandbox serve`.",
        )
    return value


def _from_file(path: Path) -> str:
    """The file's text. It is opened first and judged by its handle, so that it can't be swapped in between."""
    try:
        # Without O_NONBLOCK a FIFO in its place would stop the program.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigurationError(
            f"the key file {path} can't be read: {error.strerror or error}",
            advice=f"Put the key into it and run `chmod 600 {path}`. {WHERE_KEYS_COME_FROM}",
        ) from None
    with os.fdopen(handle, "rb") as stream:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise ConfigurationError(
                f"the key file {path} is not a regular file", advice="Name a file that holds the key."
            )
        if state.st_mode & _OTHERS:
            raise ConfigurationError(
                f"the key file {path} can be read by others (mode {stat.S_IMODE(state.st_mode):04o})",
                advice=f"Run `chmod 600 {path}`. If others could read it for long, make a new key.",
            )
        return _decode(stream.read(_MAX_BYTES), f"the key file {path}")


def _from_command(source: KeyFromCommand, environ: Mapping[str, str]) -> str:
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
            f"the key command `{name}` did not answer within {COMMAND_SECONDS} seconds",
            advice="Run it by hand to see what it waits for; it gets no input here.",
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"the key command `{name}` can't be run: {error.strerror or error}",
            advice="Check `key: {command: […]}`; it names a program and its arguments, and no shell is involved.",
        ) from None
    if done.returncode != 0:
        last = Redactor().text(done.stderr.decode(errors="replace").strip()[-300:])
        raise ConfigurationError(
            f"the key command `{name}` failed with code {done.returncode}" + (f": {last}" if last else ""),
            advice="Run it by hand to see why.",
        )
    # `pass` and its like print the secret on the first line and notes below it.
    return _decode(
        done.stdout[:_MAX_BYTES].strip().split(b"\n", 1)[0], f"the first line that `{name}` prints"
    )


def _decode(text: bytes, origin: str) -> str:
    """The one line that the text is."""
    try:
        lines = text.decode("utf-8").strip().splitlines()
    except UnicodeDecodeError:
        lines = []
    if len(lines) != 1:
        raise ConfigurationError(
            f"{origin} must be one line of text, the key; it is {'empty' if not text.strip() else 'something else'}",
            advice=WHERE_KEYS_COME_FROM,
        )
    return lines[0]
