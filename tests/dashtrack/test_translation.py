import httpx
import pytest

from rules_engine.dashtrack.errors import BudgetExhausted, NotFound, RateLimited, Redirected, TemporaryError
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.translation import fit_to_show, redirected, server_message, unreachable

KEY = Key("dt_secret-4711")
BASE = "https://dashtrack.io/api/v1"


def redirect_to(location, base_url=BASE):
    return redirected(location, status=301, method="GET", path="/leads", base_url=base_url)


def test_a_redirect_to_the_same_place_elsewhere_names_the_base_url():
    error = redirect_to("https://api.dashtrack.example/api/v1/leads?page=1")
    assert isinstance(error, Redirected)
    assert error.exit_code == 3
    assert "api.dashtrack.example" in str(error)
    assert error.advice.startswith("Use https://api.dashtrack.example/api/v1 as base URL")


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/login",
        "https://dashtrack.io/login",
        "https://www.dashtrack.io/api/v1/leads",
        "http://[::1",
        "ftp://a/api/v1/leads",
    ],
)
def test_any_other_redirect_tells_what_a_base_url_looks_like_and_about_www(location):
    error = redirect_to(location)
    assert BASE in error.advice
    assert "www." in error.advice
    assert not error.advice.startswith("Use ")


def test_a_password_in_a_redirect_is_not_repeated():
    error = redirect_to("https://me:hunter2@elsewhere.example/api/v1/leads")
    assert "hunter2" not in str(error) + error.advice


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "name is required"}', "name is required"),
        (b'{"message": "no"}', "no"),
        (b'{"error": {"code": 7, "message": "nested"}}', "nested"),
        (b'{"errors": ["one", "two", {"x": 1}]}', "one; two"),
        (b'["one"]', "one"),
        (b'"text"', "text"),
        (b'{"error": null, "detail": "why"}', "why"),
        (b'{"error": {"message": {"deep": 1}}}', ""),
        (b'{"error": 7}', ""),
        (b"{}", ""),
        (b"<html>", ""),
        (b"", ""),
        (b"[" * 100_000, ""),
        (b'{"error": "bad key dt_secret-4711\\u001b[31m\\nx"}', "bad key dt_… [31m x"),
    ],
)
def test_what_an_error_says_is_found_and_fit_to_be_shown(body, said):
    assert server_message(body, KEY) == said


def test_a_long_text_is_cut_after_its_secrets_are_gone():
    for pad in range(180, 205):
        shown = fit_to_show("x" * pad + KEY.reveal() * 3, KEY)
        assert "secret" not in shown
        assert len(shown) <= 201


def test_a_certificate_that_is_not_trusted_has_its_own_advice():
    error = unreachable(
        httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] x"), method="GET", path="/x", key=KEY
    )
    assert "certificate" in error.advice
    assert "doctor" in unreachable(httpx.ReadError(""), method="GET", path="/x", key=KEY).advice


def test_an_error_without_words_has_those_of_its_class():
    assert str(NotFound()) == "Dashtrack has no such thing (404)."
    assert str(BudgetExhausted(None)) == "The requests of this hour are used up, so this one was not sent"
    assert RateLimited.__mro__.index(TemporaryError)
