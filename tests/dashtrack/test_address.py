import pytest

from rules_engine.dashtrack.address import check_base_url, is_loopback
from rules_engine.errors import ConfigurationError


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://dashtrack.io/api/v1", "https://dashtrack.io/api/v1"),
        ("https://dashtrack.io/api/v1/", "https://dashtrack.io/api/v1"),
        (" https://Dashtrack.IO/api/v1\n", "https://dashtrack.io/api/v1"),
        ("https://dashtrack.example:8443", "https://dashtrack.example:8443"),
        ("http://localhost:8000/api/v1", "http://localhost:8000/api/v1"),
        ("http://127.8.9.1:8000/api/v1", "http://127.8.9.1:8000/api/v1"),
        ("http://[::1]:8000/api/v1", "http://[::1]:8000/api/v1"),
        ("https://192.0.2.1/api/v1", "https://192.0.2.1/api/v1"),
    ],
)
def test_a_good_base_url_is_taken(given, used):
    assert check_base_url(given) == used


@pytest.mark.parametrize(
    "given",
    [
        "",
        "dashtrack.io/api/v1",
        "ftp://dashtrack.io/api/v1",
        "https:///api/v1",
        "https://dash track.io/api/v1",
        "https://dashtrack.io:99999/api/v1",
        "https://[::1/api/v1",
        "https://dashtrack.io/api/v1?x=1",
        "https://dashtrack.io/api/v1#x",
        "https://dashtrack.io/api v1",
        "https://dashtrack.io/api\nv1",
        "https://dashträck.io/api/v1",
        f"https://{'a' * 64}.io/api/v1",
        f"https://{'a.' * 130}io/api/v1",
    ],
)
def test_what_is_no_base_url_is_refused(given):
    with pytest.raises(ConfigurationError) as caught:
        check_base_url(given)
    assert "https://dashtrack.io/api/v1" in caught.value.advice


@pytest.mark.parametrize(
    "given", ["https://me:hunter2@dashtrack.io/api/v1", "https://hunter2@dashtrack.io/api/v1"]
)
def test_a_password_in_it_is_refused_and_not_repeated(given):
    with pytest.raises(ConfigurationError) as caught:
        check_base_url(given)
    assert "hunter2" not in str(caught.value) + caught.value.advice


def test_the_www_host_is_refused_with_the_address_to_use():
    with pytest.raises(ConfigurationError) as caught:
        check_base_url("https://www.dashtrack.io/api/v1/")
    assert "https://dashtrack.io/api/v1 " in caught.value.advice
    assert "www." in str(caught.value)


def test_plain_http_is_for_this_machine_only():
    with pytest.raises(ConfigurationError, match="not encrypted") as caught:
        check_base_url("http://dashtrack.io/api/v1")
    assert "https://dashtrack.io/api/v1" in caught.value.advice


@pytest.mark.parametrize(
    "host", ["localhost.example.com", "127.0.0.1.example.com", "0.0.0.0", "10.0.0.1", "::2"]
)
def test_what_only_looks_like_this_machine_is_not(host):
    assert not is_loopback(host)
