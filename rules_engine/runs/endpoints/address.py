"""Which addresses an endpoint may have, so that a rule can't be made to knock at doors inside the house.

A name is resolved once, every address that it has is judged, and the connection goes to one that was judged: a name
that changes its mind between the look and the call gets nowhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpcore

from rules_engine.errors import RulesEngineError

Resolve = Callable[[str, int], Sequence[str]]
"""From host and port to every address; raises OSError where there is none."""

_Address = IPv4Address | IPv6Address

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Addresses that lead to the IPv4 address in their last 32 bits."""


_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""Not public by its registry (RFC 6890), but only newer versions of Python know all of it."""


class AddressRefused(RulesEngineError):
    """The endpoint's address is not one that messages may be sent to."""


def check_endpoint_url(url: str) -> str:
    """The URL, when an endpoint may have it; raises AddressRefused, which does not repeat it: it may hold a secret."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused(
            "is not a URL", advice="It looks like https://example.com/hooks/deals."
        ) from None
    if parts.scheme not in {"https", "http"} or not host:
        raise AddressRefused(
            "is not of the form https://HOST/PATH", advice="It looks like https://example.com/hooks/deals."
        )
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(
            "holds a user name or a password",
            advice="Messages are signed instead: give the endpoint a `secret`.",
        )
    if parts.scheme == "http" and not is_loopback_host(host):
        raise AddressRefused("is not encrypted", advice="Use https; http is taken for 127.0.0.1 only.")
    return url


def is_loopback_host(host: str) -> bool:
    """Whether the host, as written, is this machine and nothing else."""
    bare = host.rstrip(".").casefold()
    if bare == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Every address of a host, by the machine's own resolver; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refusal(host: str, addresses: Iterable[str], *, private: bool) -> str | None:
    """Why no message may go to a host with these addresses; None when it may. One bad address is enough."""
    for text in addresses:
        address = _inner(ip_address(text.split("%", 1)[0]))
        if address.is_loopback and is_loopback_host(host):
            continue
        if address.is_multicast or address.is_unspecified or address.is_link_local:
            return f"{host} leads to {text}, which no endpoint may have"
        if not private and not _is_public(address):
            return f"{host} leads to {text}, which is not a public address"
    return None


def _inner(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: _Address) -> bool:
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_reserved or site_local or address in _PROTOCOLS)


class GuardedNetwork(httpcore.NetworkBackend):
    """Sockets to judged addresses only. TLS still checks the certificate against the host's name."""

    def __init__(self, *, private: bool, resolve: Resolve) -> None:
        self._inner = httpcore.SyncBackend()
        self._private = private
        self._resolve = resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; raises AddressRefused, or httpcore's errors."""
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} can't be resolved: {error.strerror or error}") from None
        why = refusal(host, addresses, private=self._private)
        if why is not None:
            raise AddressRefused(why, advice="If that is meant, say `private: true` beside its url.")
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem
