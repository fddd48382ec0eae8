"""Which addresses an endpoint may have: nothing inside the house unless its owner says so."""

from __future__ import annotations

import httpcore
import pytest
from receiver import running_receiver

from rules_engine.runs.endpoints.address import (
    AddressRefused,
    GuardedNetwork,
    check_endpoint_url,
    refusal,
    resolve_host,
)

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]

NEVER = [
    "0.0.0.0",
    "169.254.169.254",
    "224.0.0.1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
]

INSIDE = [
    "10.0.0.5",
    "127.0.0.1",
    "127.9.9.9",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::7f00:1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "2001:db8::1",
    "::ffff:10.0.0.5",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:5",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:5",
    "2002:a00:5::1",
    "2002:7f00:1::1",
    "2001:0:53aa:64c:0:0:f5ff:fffa",  # Teredo of 10.0.0.5
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_fine(address):
    assert refusal("example.com", [address], private=False) is None


@pytest.mark.parametrize("address", [*INSIDE, *NEVER])
def test_an_address_inside_is_refused_and_named(address):
    why = refusal("example.com", [address], private=False)
    assert why is not None
    assert address in why


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_fine_where_the_owner_says_so(address):
    assert refusal("example.com", [address], private=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_nobody_can_allow(address):
    assert refusal("example.com", [address], private=True) is not None


def test_one_bad_address_among_good_ones_is_enough():
    assert refusal("example.com", ["8.8.8.8", "10.0.0.5"], private=False) is not None


def test_a_host_that_is_written_as_this_machine_is_fine_and_leads_nowhere_else():
    assert refusal("localhost", ["127.0.0.1", "::1"], private=False) is None
    assert refusal("127.0.0.1", ["127.0.0.1"], private=False) is None
    assert refusal("localhost", ["10.0.0.5"], private=False) is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hooks/1?x=y",
        "https://example.com:8443",
        "http://127.0.0.1:9/x",
        "http://[::1]/",
        "http://localhost.",
    ],
)
def test_a_url_that_is_fine_stays_as_it_is(url):
    assert check_endpoint_url(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/x", "not encrypted"),
        ("http://10.0.0.5/x", "not encrypted"),
        ("http://0x7f.1/x", "not encrypted"),
        ("http://localhost.example.com/", "not encrypted"),
        ("https://ada:s3cr3t@example.com", "user name or a password"),
        ("https://@example.com", "user name or a password"),
        ("ftp://example.com", "https://HOST/PATH"),
        ("file:///etc/passwd", "https://HOST/PATH"),
        ("https:///x", "https://HOST/PATH"),
        ("example.com/x", "https://HOST/PATH"),
        ("https://[half", "not a URL"),
        ("https://example.com:99999/", "not a URL"),
    ],
)
def test_a_url_that_is_not_fine_is_refused_and_not_repeated(url, words):
    with pytest.raises(AddressRefused) as caught:
        check_endpoint_url(url)
    assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value) + caught.value.advice


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "127.1", "0177.0.0.1"])
def test_other_spellings_of_this_machine_lead_to_no_connection(host):
    network = GuardedNetwork(private=False, resolve=resolve_host)
    with pytest.raises((AddressRefused, httpcore.ConnectError)):
        network.connect_tcp(host, 9, timeout=1)


def test_a_name_that_changes_its_mind_is_asked_once_and_gets_no_connection():
    answers = [["127.0.0.1"], ["8.8.8.8"]]
    network = GuardedNetwork(private=False, resolve=lambda _host, _port: answers.pop(0))
    with pytest.raises(AddressRefused, match=r"leads to 127\.0\.0\.1") as caught:
        network.connect_tcp("rebinding.example", 443)
    assert "private: true" in caught.value.advice
    assert len(answers) == 1


def test_the_connection_goes_to_the_address_that_was_judged():
    with running_receiver() as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        network = GuardedNetwork(private=True, resolve=lambda _host, _port: ["127.0.0.1"])
        network.connect_tcp("inside.example", port, timeout=1).close()


def test_a_name_that_can_not_be_resolved_was_certainly_not_sent_to():
    def nowhere(_host, _port):
        raise OSError(-2, "Name or service not known")

    network = GuardedNetwork(private=False, resolve=nowhere)
    with pytest.raises(httpcore.ConnectError, match=r"can.t be resolved"):
        network.connect_tcp("nowhere.example", 443)
