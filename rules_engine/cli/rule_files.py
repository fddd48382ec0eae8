"""The rule files of one account: loaded, watched, and loaded again with the last good set kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self

import structlog

from rules_engine.cli.problems import print_problems
from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.load import Loaded, load_rules, reload_rules
from rules_engine.ruleset.model import Rule
from rules_engine.runs.book import RuleBook
from rules_engine.store.store import Store


class InvalidRules(RulesEngineError):
    """The rules have errors."""

    exit_code = 1
