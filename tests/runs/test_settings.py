"""What becomes of a create whose answer was lost."""

from __future__ import annotations

import pytest

from rules_engine.runs.settings import WritePolicy


@pytest.mark.parametrize(
    ("action", "fate"),
    [("create_task", "resend"), ("create_note", "park"), ("create_lead", "park"), ("other", "park")],
)
def test_only_tasks_are_resent_unless_the_configuration_says_otherwise(action, fate):
    assert WritePolicy().when_unknown(action) == fate


def test_the_configuration_can_say_otherwise():
    assert WritePolicy(on_unknown={"create_note": "resend"}).when_unknown("create_note") == "resend"


def test_without_its_signature_nothing_is_resent_for_nothing_could_be_found_again():
    assert (
        WritePolicy(signature=False, on_unknown={"create_task": "resend"}).when_unknown("create_task")
        == "park"
    )
