"""The base URL, checked once, before a key is sent anywhere."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from rules_engine.errors import ConfigurationError

_EXAMPLE = "https://dashtrack.io/api/v1"
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_PATH = re.compile(r"(/[A-Za-z0-9._~%:@!$&'()*+,;=-]+)*")
_LONGEST_HOST = 253


def check_base_url(url: str) -> str:
    """The base URL without a slash at its end; raises ConfigurationError that says what to use instead.

    https everywhere, http only to this very machine; no user, query or fragment; no `www.`, which redirects.
    """
    url = url.strip()
    if not url.isprintable():
        raise _refused("the base URL holds a line break or another character that no URL has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("the base URL is not a URL") from None
    # The URL is repeated in messages only below this line: above it may hold a password.
    if "@" in parts.netloc:
        raise _refused("the base URL holds a user name or a password")
    if "?" in url or "#" in url:
        raise _refused("the base URL holds a query or a fragment")
    host = parts.hostname or ""
    path = parts.path.rstrip("/")
    if parts.scheme not in {"http", "https"} or not _is_host(host) or not _PATH.fullmatch(path):
        raise _refused(f"the base URL is not of the form `https://HOST/PATH`: {url[:200]!r}")
    shown = f"[{host}]" if ":" in host else host
    place = f"{shown}:{port}{path}" if port else f"{shown}{path}"
    if host.startswith("www."):
        raise ConfigurationError(
            f"the base URL begins with `www.`, where Dashtrack only redirects, and the key is lost on the way: {url}",
            advice=f"Use {parts.scheme}://{place.removeprefix('www.')} (DASHTRACK_BASE_URL, --base-url or `base_url`).",
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"the base URL is not encrypted, so anybody on the way could read the key: {url}",
            advice=f"Use https://{place}; plain http is for this machine (localhost) only.",
        )
    return f"{parts.scheme}://{place}"


def is_loopback(host: str) -> bool:
    """Whether that host is this very machine, by name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".") == "localhost"


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return len(host) <= _LONGEST_HOST and _HOST_NAME.fullmatch(host) is not None
    return True


def _refused(message: str) -> ConfigurationError:
    return ConfigurationError(message, advice=f"It should look like {_EXAMPLE}.")
