"""Identities that can be worked out again: of a run, and of the mark that its writes carry."""

from __future__ import annotations

import base64
import hashlib
import re

_NAME, _PROOF = 10, 6
"""Characters of a mark that tell steps apart (50 bits), and that prove whose it is (30 bits)."""
_SIGNATURE = re.compile(r"— (?P<rule>[a-z0-9-]+(?:\.[a-z0-9-]+)*) · (?P<mark>[A-Z2-7]{16})\s*\Z")


def run_id(account: str, rule_id: str, event_id: str) -> str:
    """The identity of a run is its rule and its event: what is noticed twice is still run once."""
    return "run-" + _short(f"{account}\0{rule_id}\0{event_id}", key="").lower()


def hold_id(account: str, kind: str) -> str:
    """The identity of a hold on a whole account."""
    return "hold-" + _short(f"{account}\0{kind}", key="").lower()[:12]


def mark_of(instance: str, run: str, step_key: str) -> str:
    """Sixteen characters that only this store derives from this step; a dry run's copy derives the same.

    The last six prove to the store that the mark is its own, even where it does not know of the run any more.
    """
    name = _short(f"{run}\0{step_key}", key=instance)[:_NAME]
    return name + _proof(instance, name)


def is_own_mark(instance: str, mark: str) -> bool:
    """Whether the mark was made with this store, or with a copy of it: one in 2^30 others would pass."""
    return mark[_NAME:] == _proof(instance, mark[:_NAME])


def _proof(instance: str, name: str) -> str:
    return _short(f"mark\0{name}", key=instance)[:_PROOF]


def signature_line(rule_id: str, mark: str) -> str:
    """The last line of a text that the engine wrote."""
    return f"— {rule_id} · {mark}"


def signed(text: str | None, rule_id: str, mark: str) -> str:
    """The text with its signature as the last line."""
    line = signature_line(rule_id, mark)
    return f"{text.rstrip()}\n\n{line}" if text and text.strip() else line


def mark_in(text: object) -> str | None:
    """The mark of a text's signature line; None where it has none."""
    found = signature_in(text)
    return found[1] if found else None


def signature_in(text: object) -> tuple[str, str] | None:
    """The rule and the mark of a text's signature line; None where it has none."""
    found = _SIGNATURE.search(text) if isinstance(text, str) else None
    return (found["rule"], found["mark"]) if found else None


def _short(text: str, *, key: str) -> str:
    digest = hashlib.blake2b(text.encode(), key=key.encode()[:64], digest_size=10).digest()
    return base64.b32encode(digest).decode()
