"""From flags, environment and file to a Config: every problem at once, each with its place.

Nothing in here reads a key, and no message repeats what could be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rules_engine.calendar import Calendar
from rules_engine.config.document import Document
from rules_engine.config.kinds import Leaf, ListKind, MapKind, Section, Unfit
from rules_engine.config.model import AccountConfig, Config, EndpointConfig, KeyFromEnv
from rules_engine.config.settings import SETTINGS
from rules_engine.errors import ConfigurationError
from rules_engine.logs import Redactor
from rules_engine.ruleset.problems import Problem, in_order, render
from rules_engine.ruleset.yaml_source import MAX_BYTES, Source, parse_yaml
from rules_engine.runs.settings import DEFAULT_ON_UNKNOWN, Guards, WritePolicy

CONFIG_FILE: Final = "rules-engine.yaml"
KEY_VARIABLE: Final = "DASHTRACK_API_KEY"
VARIABLES: Final[Mapping[str, str]] = {"base_url": "DASHTRACK_BASE_URL", "store": "RULES_ENGINE_STORE"}
"""Setting → the environment variable that goes before the file."""
DEFAULT_ACCOUNT: Final = "default"


class InvalidConfiguration(ConfigurationError):
    """The configuration has problems; the message lists all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What the command line says; None where it says nothing."""

    config: Path | None = None
    rules: Path | None = None
    store: str | None = None
    base_url: str | None = None


def read_config(flags: Flags, environ: Mapping[str, str]) -> Config:
    """The configuration: flags, then environment, then the file, then the defaults.

    The file is `flags.config`, or `rules-engine.yaml` in the current folder where there is one.
    Raises ConfigurationError: for a file that can't be read, or with all problems of what was read.
    """
    file = _config_file(flags)
    source = parse_yaml(_read(file) if file else b"", str(file or CONFIG_FILE))
    document = Document(source)
    given = document.settings()
    complaints = [*_flags_against_accounts(flags, given), *_override(given, flags, environ)]
    problems = [render(problem) for problem in in_order((*_without_excerpts(source), *document.problems))]
    if problems or complaints:
        raise _invalid([*problems, *complaints])
    return _build(file, given)


def _config_file(flags: Flags) -> Path | None:
    if flags.config is not None:
        return flags.config
    if Path(CONFIG_FILE).exists():
        return Path(CONFIG_FILE)
    if Path("rules-engine.yml").exists():
        raise ConfigurationError(
            f"there is a rules-engine.yml here, and the configuration file is {CONFIG_FILE}",
            advice=f"Rename it to {CONFIG_FILE}, or pass --config rules-engine.yml.",
        )
    return None


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"the configuration file {file} can't be read: {error.strerror or error}",
            advice="Check the path after --config, and that you may read the file.",
        ) from None


def _without_excerpts(source: Source) -> Iterator[Problem]:
    """The reader's own problems. An excerpt could show a key that somebody put into the file."""
    for problem in source.problems:
        yield Problem(
            code=problem.code,
            message=problem.message,
            place=problem.place,
            suggestion=problem.suggestion,
            advice=problem.advice,
        )


def _invalid(complaints: list[str]) -> InvalidConfiguration:
    redactor = Redactor()
    count = "a problem" if len(complaints) == 1 else f"{len(complaints)} problems"
    return InvalidConfiguration(
        redactor.text("\n".join([f"the configuration has {count}", *complaints])),
        advice="`rules-engine schema config` tells every key, what it takes and its default.",
    )


def _override(given: dict[str, Any], flags: Flags, environ: Mapping[str, str]) -> list[str]:
    """Put environment and then flags over what the file gave; return what does not fit."""
    complaints = []
    for origin, key, value in _overrides(flags, environ):
        try:
            given[key] = _leaf(key).read(value)
        except Unfit as unfit:
            complaints.append(f"{origin}: {unfit}" + (f"\n  {unfit.advice}" if unfit.advice else ""))
    if environ.get(KEY_VARIABLE) and not isinstance(given.get("key"), KeyFromEnv):
        given["key"] = KeyFromEnv(KEY_VARIABLE)
    return complaints


def _overrides(flags: Flags, environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(where it was said, setting, value), the stronger after the weaker."""
    for key, variable in VARIABLES.items():
        # A variable that a flag overrules must not be able to stop the program either.
        if environ.get(variable) and getattr(flags, key) is None:
            yield variable, key, environ[variable]
    for key in ("rules", "store", "base_url"):
        value = getattr(flags, key)
        if value is not None:
            yield f"--{key.replace('_', '-')}", key, str(value)


def _leaf(key: str) -> Leaf:
    kind = SETTINGS.settings[key].kind
    assert isinstance(kind, Leaf)
    return kind


def _flags_against_accounts(flags: Flags, given: Mapping[str, Any]) -> Iterator[str]:
    """A flag speaks for every account; one that has its own value would silently ignore it."""
    for key in ("rules", "base_url"):
        own = [
            account["name"] for account in given.get("accounts", ()) if key in account and "name" in account
        ]
        if getattr(flags, key) is not None and own:
            flag = f"--{key.replace('_', '-')}"
            yield f"{flag}: the file gives these accounts their own `{key}`: {', '.join(own)}; leave the flag out, or that key"


def _fill(section: Section, given: Mapping[str, Any]) -> dict[str, Any]:
    """The section with a value for every key: what was given, else the default."""
    filled: dict[str, Any] = {}
    for key, setting in section.settings.items():
        if isinstance(setting.kind, Section):
            filled[key] = _fill(setting.kind, given.get(key, {}))
        elif key in given:
            filled[key] = given[key]
        elif isinstance(setting.kind, ListKind):
            filled[key] = ()
        elif isinstance(setting.kind, MapKind):
            filled[key] = {}
        else:
            filled[key] = None if setting.default is None else setting.kind.read(setting.default)
    return filled


def _build(file: Path | None, given: Mapping[str, Any]) -> Config:
    full = _fill(SETTINGS, given)
    accounts = full["accounts"] or ({"name": DEFAULT_ACCOUNT},)
    calendar, writes = full["calendar"], full["writes"]
    return Config(
        file=file,
        store=full["store"],
        lease=full["workers"]["lease"],
        poll_interval=full["poll"]["interval"],
        writes=WritePolicy(
            quiescence=writes["quiescence"],
            signature=writes["signature"],
            on_unknown={**DEFAULT_ON_UNKNOWN, **writes["on_unknown"]},
        ),
        guards=Guards(**full["guards"]),
        calendar=Calendar(
            timezone=calendar["timezone"],
            working_days=calendar["working_days"],
            hours=calendar["hours"],
            holidays=frozenset(calendar["holidays"]),
        ),
        retention=full["retention"]["events"],
        endpoints={name: _endpoint(own) for name, own in full["endpoints"].items()},
        accounts=tuple(_account(own, full) for own in accounts),
    )


def _endpoint(own: Mapping[str, Any]) -> EndpointConfig:
    return EndpointConfig(url=own["url"], secret_source=own.get("secret"), private=own.get("private", False))


def _account(own: Mapping[str, Any], full: Mapping[str, Any]) -> AccountConfig:
    return AccountConfig(
        name=own["name"],
        base_url=own.get("base_url", full["base_url"]),
        key_source=own.get("key", full["key"]),
        rules=own.get("rules", full["rules"]),
        requests_per_hour=own.get("plan", {}).get("requests_per_hour", full["plan"]["requests_per_hour"]),
    )
