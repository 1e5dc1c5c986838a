"""The address a node tells the others' clients: where console and CLI reach it.

Not for where it listens (``engine.api.server.Listen``): a node that listens everywhere cannot be
reached at "everywhere", and one behind a gateway is reached under the gateway's name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.api.client import check_url
from engine.api.server import Listen
from engine.core.errors import OperatorError


@dataclass(frozen=True, slots=True)
class ToldAddress:
    """host: as a URL and a Host header have it. given: the whole URL where an operator said it."""

    host: str
    given: str = ""

    def url(self, bound: str) -> str:
        """The URL to tell; ``bound`` is the one the server listens at."""
        parts = urlsplit(bound)
        return self.given or f"{parts.scheme}://{self.host}:{parts.port}"


def told_address(
    listen: Listen, *, advertise: str, names: Iterable[str], machine: str
) -> ToldAddress:
    """What to tell. advertise: an operator's URL, "" for none. names: the certificate's.

    Without a URL: where it listens; when that is everywhere, the certificate's first name that
    leads to this machine from elsewhere, else the name of the machine. Raises OperatorError.
    """
    if advertise:
        return _given(advertise)
    if not _is_everywhere(listen.host):
        return ToldAddress(listen.host_in_url)
    named = (name for name in names if not _is_here_only(name) and "*" not in name)
    return ToldAddress(host_in_url(next(named, machine)))


def host_in_url(host: str) -> str:
    """A name or address as a URL has it."""
    return f"[{host}]" if ":" in host else host


def _given(text: str) -> ToldAddress:
    try:
        url = check_url(text)
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or _is_everywhere(host) or urlsplit(text).path.strip("/"):
        raise OperatorError(
            f'"{text}" is not an address this node can be reached at.',
            hint="Write it as consoles will: --advertise https://HOST:PORT",
        )
    if parts.scheme == "http" and not _is_here_only(host):
        raise OperatorError(
            f"The node does not tell the address {url}: "
            "tokens would cross the network in plain text.",
            hint="Write https://, with a certificate or a gateway that has one.",
        )
    return ToldAddress(host_in_url(host), url)


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _is_here_only(host: str) -> bool:
    """Whether the name leads to the machine that uses it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
