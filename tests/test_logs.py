"""What is logged can be read by a person or a program, and has neither a key nor a control character in it."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.logs import Redactor, configure_logs, printable

CANARY = "dt_canary-01_AZ"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def fail(error: Exception):
    raise error


def logged(stream: io.StringIO, **settings) -> structlog.typing.FilteringBoundLogger:
    configure_logs(stream=stream, **settings)
    return structlog.get_logger()


def test_a_terminal_gets_one_line_of_text():
    stream = Terminal()

    logged(stream).info("lead.status_changed", name="Mill & Sons", rule="chase", n=2, nothing=None)

    time, rest = stream.getvalue().split(" ", 1)
    assert len(time) == len("12:00:00")
    assert rest == 'lead.status_changed name="Mill & Sons" rule=chase n=2\n'


def test_anything_else_gets_one_json_document_a_line():
    stream = io.StringIO()

    logger = logged(stream)
    logger.info("one", name="Zoë")
    logger.warning("two")

    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["event"], first["name"], first["level"]) == ("one", "Zoë", "info")
    assert first["at"].endswith("Z")
    assert second["level"] == "warning"


@pytest.mark.parametrize(("as_json", "begins"), [(True, "{"), (False, "1")])
def test_the_form_can_be_asked_for(as_json, begins):
    stream = Terminal() if as_json else io.StringIO()

    logged(stream, json=as_json).info("100 %")

    assert stream.getvalue().startswith(begins) or not as_json
    assert ("{" in stream.getvalue()) is as_json


def test_a_warning_says_so_and_what_is_below_the_level_is_left_out():
    stream = Terminal()

    logger = logged(stream, level=logging.WARNING)
    logger.info("quiet")
    logger.warning("loud")

    assert "quiet" not in stream.getvalue()
    assert "WARNING loud" in stream.getvalue()


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_no_key_is_ever_logged_however_deep_it_is(stream):
    logger = logged(stream, secrets=["hunter2 with space"])

    logger.info(
        f"sent {CANARY}",  # noqa: G004 - what a careless caller does
        headers={"auth": [f"Bearer%20{CANARY}", ("hunter2 with space",)], CANARY: 1},
    )
    logger.info("object", thing=RuntimeError(CANARY))
    try:
        fail(ValueError(CANARY))
    except ValueError:
        logger.exception("failed")

    text = stream.getvalue()
    assert "dt_canary" not in text
    assert "hunter2" not in text
    assert "ValueError" in text


def test_a_title_can_not_speak_to_the_terminal_or_forge_a_line():
    stream = Terminal()

    logged(stream).info(
        "task.renamed", name="\x1b[31mred\x1b[0m\r\n12:00:00 forged\u202e\x9b2J", **{"a\nb": 1}
    )

    assert stream.getvalue().count("\n") == 1
    assert not set(stream.getvalue()) & set("\x1b\r\u202e\x9b")
    assert "\\x1b[31mred" in stream.getvalue()


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_libraries_are_quiet_below_a_warning_and_redacted_above(stream):
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    logged(stream)

    logging.getLogger("httpx").info("GET https://x/?key=%s", CANARY)
    logging.getLogger("httpcore.connection").debug("header %s", CANARY)
    assert stream.getvalue() == ""
    logging.getLogger("uvicorn.error").error("bad \x1b %s", CANARY)
    try:
        fail(OSError(CANARY))
    except OSError:
        logging.getLogger("httpx").warning("odd", exc_info=True)

    text = stream.getvalue()
    assert "bad" in text
    assert "OSError" in text
    assert "dt_canary" not in text
    assert "\x1b" not in text


def test_setting_it_up_again_replaces_the_first():
    old, new = io.StringIO(), io.StringIO()
    configure_logs(stream=old)
    configure_logs(stream=new)

    structlog.get_logger().info("x")
    logging.getLogger("httpx").warning("y")

    assert old.getvalue() == ""
    assert len(new.getvalue().splitlines()) == 2


@given(st.text(), st.text(alphabet="abcdefABCDEF0123456789_-.~+/=", min_size=1), st.text())
def test_a_key_is_found_in_any_text(before, tail, after):
    assert f"dt_{tail}" not in Redactor().text(f"{before}dt_{tail}{after}")


@given(st.text(min_size=1))
def test_a_secret_is_found_by_its_value(secret):
    shown = Redactor([secret]).text(f"<{secret}>")

    assert shown == "<dt_…>" or secret in "<dt_…>"


@given(st.text())
def test_printable_text_has_no_control_character_left(text):
    import unicodedata

    assert not [c for c in printable(text) if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]


def test_what_cant_be_logged_as_it_is_is_logged_as_its_words():
    nested: list = []
    nested.append(nested)

    assert "…" in str(Redactor().value(nested))
    assert Redactor().value({"a": 1, "b": True, "c": None, "d": 1.5}) == {
        "a": 1,
        "b": True,
        "c": None,
        "d": 1.5,
    }
