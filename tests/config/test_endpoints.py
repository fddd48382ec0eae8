"""Endpoints: where they are read from, where their secrets are found, and that nothing of either is shown."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from rules_engine.config import EndpointConfig, Flags, KeyFromEnv, KeyFromFile, find_endpoints, read_config
from rules_engine.errors import ConfigurationError
from rules_engine.runs.settings import Endpoint

URL = "https://hooks.example/T0/s3cr3t"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def read(tmp_path: Path, text: str):
    file = tmp_path / "c.yaml"
    file.write_text(text, encoding="utf-8")
    return read_config(Flags(config=file), {})


def test_without_any_there_are_none(tmp_path):
    assert read(tmp_path, "").endpoints == {}
    assert read(tmp_path, "endpoints:").endpoints == {}


def test_they_are_read_by_name(tmp_path):
    config = read(
        tmp_path,
        f"endpoints:\n  deals: {{url: {URL}, secret: {{env: DEALS}}, private: true}}\n  chat: {{url: {URL}}}\n",
    )
    assert config.endpoints == {
        "deals": EndpointConfig(url=URL, secret_source=KeyFromEnv("DEALS"), private=True),
        "chat": EndpointConfig(url=URL, secret_source=None, private=False),
    }
    assert "s3cr3t" not in repr(config)


def found(source, environ=None):
    return find_endpoints(
        {"deals": EndpointConfig(url=URL, secret_source=source, private=False)}, environ or {}
    )


def failure(source, environ=None):
    """The message and the advice, after a look that neither they nor the traceback have a secret."""
    with pytest.raises(ConfigurationError) as caught:
        found(source, environ)
    error = caught.value
    assert error.exit_code == 3
    everything = "".join(traceback.format_exception(error)) + error.advice + repr(error)
    assert "s3cr3t" not in everything
    assert SECRET not in everything
    return str(error), error.advice


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
def test_a_secret_is_found_where_the_configuration_says(secret):
    assert found(KeyFromEnv("DEALS"), {"DEALS": f" {secret}\n"}) == {
        "deals": Endpoint(url=URL, secret=secret)
    }


def test_a_secret_in_a_file_is_read_like_a_key(tmp_path):
    path = tmp_path / "secret"
    path.write_text(SECRET, encoding="utf-8")
    path.chmod(0o600)
    assert found(KeyFromFile(path))["deals"].secret == SECRET
    path.chmod(0o644)
    message, advice = failure(KeyFromFile(path))
    assert "the secret file" in message
    assert "chmod 600" in advice


def test_an_endpoint_without_a_secret_has_none():
    assert found(None)["deals"].secret is None


def test_a_secret_that_is_not_there_is_told_with_the_line_to_type():
    message, advice = failure(KeyFromEnv("DEALS"))
    assert "there is no secret of endpoint deals: the environment variable DEALS is not set" in message
    assert "export DEALS=whsec_…" in advice


@pytest.mark.parametrize("secret", ["whsec_", "whsec_abcd", "whsec_s3cr3t!", "s3cr3t-ä", "x"])
def test_what_can_not_be_signed_with_is_refused_and_not_repeated(secret):
    message, advice = failure(KeyFromEnv("DEALS"), {"DEALS": secret})
    assert "does not hold a secret that endpoint deals can be signed with" in message
    assert "base64" in advice
