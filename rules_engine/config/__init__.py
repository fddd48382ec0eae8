"""The configuration: one table of settings, read from flags, environment and `rules-engine.yaml`."""

from __future__ import annotations

from rules_engine.config.keys import find_endpoints, find_key
from rules_engine.config.model import (
    AccountConfig,
    Config,
    EndpointConfig,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeySource,
)
from rules_engine.config.read import Flags, InvalidConfiguration, read_config

__all__ = [
    "AccountConfig",
    "Config",
    "EndpointConfig",
    "Flags",
    "InvalidConfiguration",
    "KeyFromCommand",
    "KeyFromEnv",
    "KeyFromFile",
    "KeySource",
    "find_endpoints",
    "find_key",
    "read_config",
]
