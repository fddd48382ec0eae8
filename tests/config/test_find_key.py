"""A key is found where the configuration says; what goes wrong is told with the very next step, and without the key."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import pytest

from rules_engine.config import AccountConfig, KeyFromCommand, KeyFromEnv, KeyFromFile, find_key, keys
from rules_engine.errors import ConfigurationError

CANARY = "dt_canary0123456789"


def account(source) -> AccountConfig:
    return AccountConfig(
        name="mill",
        base_url="https://x.example",
        key_source=source,
        rules=Path("rules"),
        requests_per_hour=None,
    )


def failure(source, environ=None) -> tuple[str, str]:
    """The message and the advice, after a look that neither they nor the traceback have the key."""
    with pytest.raises(ConfigurationError) as caught:
        find_key(account(source), environ or {})
    error = caught.value
    assert error.exit_code == 3
    everything = "".join(traceback.format_exception(error)) + error.advice + repr(error)
    assert CANARY not in everything
    return str(error), error.advice


def key_file(tmp_path: Path, text: str | bytes = f"{CANARY}\n", mode: int = 0o600) -> Path:
    path = tmp_path / "key"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def python(code: str) -> KeyFromCommand:
    return KeyFromCommand((sys.executable, "-c", code))


def test_it_is_taken_from_the_variable_that_is_named():
    assert find_key(account(KeyFromEnv("MILL_KEY")), {"MILL_KEY": f" {CANARY}\n"}).reveal() == CANARY


@pytest.mark.parametrize("environ", [{}, {"DASHTRACK_API_KEY": ""}, {"DASHTRACK_API_KEY": "  "}])
def test_a_variable_that_is_not_set_is_told_with_the_line_to_type(environ):
    message, advice = failure(KeyFromEnv("DASHTRACK_API_KEY"), environ)

    assert "DASHTRACK_API_KEY is not set" in message
    assert "export DASHTRACK_API_KEY=dt_…" in advice
    assert "Settings → API Keys" in advice


def test_a_value_that_is_no_key_is_refused_without_showing_it():
    message, advice = failure(KeyFromEnv("MILL_KEY"), {"MILL_KEY": "s3cr3t"})

    assert "MILL_KEY" in message
    assert "`mill`" in message
    assert "s3cr3t" not in message + advice
    assert "begin with `dt_`" in advice


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_it_is_taken_from_a_file_that_only_its_owner_can_read(tmp_path, mode):
    assert find_key(account(KeyFromFile(key_file(tmp_path, mode=mode))), {}).reveal() == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o610, 0o601])
def test_a_file_that_others_may_touch_is_refused(tmp_path, mode):
    path = key_file(tmp_path, mode=mode)

    message, advice = failure(KeyFromFile(path))

    assert f"{mode:04o}" in message
    assert f"chmod 600 {path}" in advice


def test_a_file_that_is_not_there_is_named(tmp_path):
    message, advice = failure(KeyFromFile(tmp_path / "none"))

    assert f"{tmp_path / 'none'} can't be read: No such file" in message
    assert "chmod 600" in advice


@pytest.mark.parametrize("text", ["", "\n", f"{CANARY}\n{CANARY}\n", b"\xff\xfe", "key: " + CANARY + "\n2"])
def test_a_file_that_is_not_one_line_is_refused(tmp_path, text):
    message, _ = failure(KeyFromFile(key_file(tmp_path, text)))

    assert "must be one line" in message


def test_a_fifo_in_the_place_of_the_file_stops_nothing(tmp_path):
    os.mkfifo(tmp_path / "key", 0o600)

    message, _ = failure(KeyFromFile(tmp_path / "key"))

    assert "not a regular file" in message


def test_it_is_taken_from_the_first_line_that_a_command_prints():
    assert (
        find_key(account(python(f"print('{CANARY}'); print('user: ada')")), dict(os.environ)).reveal()
        == CANARY
    )


def test_a_command_is_called_without_a_shell(tmp_path):
    # A shell would run `touch`; without one it is a name that is not found.
    message, _ = failure(KeyFromCommand((f"touch {tmp_path / 'made'}",)))

    assert "can't be run" in message
    assert not (tmp_path / "made").exists()


def test_a_command_that_fails_is_told_with_its_code_and_last_words():
    message, advice = failure(
        python(f"import sys; print('{CANARY}'); print('locked {CANARY}', file=sys.stderr); sys.exit(7)"),
        dict(os.environ),
    )

    assert "failed with code 7" in message
    assert "locked dt_…" in message
    assert "by hand" in advice


def test_a_command_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(keys, "COMMAND_SECONDS", 0.3)

    message, _ = failure(
        python(f"print('{CANARY}', flush=True); import time; time.sleep(60)"), dict(os.environ)
    )

    assert "did not answer within" in message


def test_a_command_that_prints_nothing_is_told():
    message, _ = failure(python("pass"), dict(os.environ))

    assert "it is empty" in message


@pytest.fixture
def somebody_types():
    """A line waits on this process's own input."""
    kept = os.dup(0)
    read_end, write_end = os.pipe()
    os.write(write_end, f"{CANARY}\n".encode())
    os.dup2(read_end, 0)
    yield
    os.dup2(kept, 0)
    for each in (kept, read_end, write_end):
        os.close(each)


@pytest.mark.usefixtures("somebody_types")
def test_a_command_gets_no_input():
    message, _ = failure(python("print(input())"), dict(os.environ))

    assert "failed with code 1" in message


@pytest.mark.parametrize(
    "source", [KeyFromEnv("MILL_KEY"), KeyFromFile(Path("k")), KeyFromCommand(("pass", "show", CANARY))]
)
def test_the_source_itself_shows_nothing_secret(source):
    assert CANARY not in f"{source} {source!r} {account(source)!r}"
