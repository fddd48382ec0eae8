"""A faithful local Dashtrack server, and the independent ground truth of what was asked of it and what it did.

It exists so that rules can be tried, shown and tested without a client's data. It knows nothing of the engine: it
has its own vocabulary, its own storage and its own log, so that a mistake in the engine can't hide in both.

    with running_sandbox(seed="agency") as sandbox:
        lead = sandbox.state.all("lead", status="Chaser")[0]
        sandbox.state.edit("lead", lead["id"], status="Needs Closing")

Importing this package is cheap; server and storage are loaded when a name is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules_engine.sandbox.errors import SandboxError
    from rules_engine.sandbox.server import RunningSandbox, running_sandbox, serve
    from rules_engine.sandbox.state import State

__all__ = ["DEFAULT_KEY", "RunningSandbox", "SandboxError", "State", "running_sandbox", "serve"]

DEFAULT_KEY = "dt_sandbox"
"""The key that a fresh sandbox accepts. It opens nothing but the sandbox."""

_HOMES = {
    "RunningSandbox": "rules_engine.sandbox.server",
    "SandboxError": "rules_engine.sandbox.errors",
    "State": "rules_engine.sandbox.state",
    "running_sandbox": "rules_engine.sandbox.server",
    "serve": "rules_engine.sandbox.server",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  (only needed here, and this import stays cheap)

    return getattr(import_module(home), name)
