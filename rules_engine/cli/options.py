"""The options that several commands share, and the way from them to a configuration."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rules_engine.config import Config

F = TypeVar("F", bound=Callable[..., Any])


def config_option(command: F) -> F:
    """`--config FILE` → `config: Path | None`."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Configuration file. [default: rules-engine.yaml, where there is one]",
    )(command)


def rules_option(command: F) -> F:
    """`--rules PATH` → `rules: Path | None`."""
    return click.option(
        "--rules",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Folder or file of rules. [default: rules]",
    )(command)


def store_option(command: F) -> F:
    """`--store URL` → `store: str | None`."""
    return click.option(
        "--store",
        metavar="URL",
        help="Where state is kept. [default: $RULES_ENGINE_STORE or sqlite:///rules-engine.db]",
    )(command)


def base_url_option(command: F) -> F:
    """`--base-url URL` → `base_url: str | None`."""
    return click.option(
        "--base-url",
        metavar="URL",
        help="Dashtrack's API. [default: $DASHTRACK_BASE_URL or https://dashtrack.io/api/v1]",
    )(command)


def json_option(command: F) -> F:
    """`--json` → `json: bool`."""
    return click.option("--json", is_flag=True, help="Print JSON to stdout, for programs.")(command)


def load_config(
    *,
    config: Path | None = None,
    rules: Path | None = None,
    store: str | None = None,
    base_url: str | None = None,
) -> Config:
    """The configuration: these flags, then the environment, then the file, then the defaults.

    Raises ConfigurationError (exit 3) that names every problem at once, each with its place.
    """
    from rules_engine.config import Flags, read_config  # noqa: PLC0415 - YAML is not needed for --help

    flags = Flags(config=config, rules=rules, store=store, base_url=base_url)
    return read_config(flags, os.environ)
