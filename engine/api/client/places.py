"""Where the nodes of one database are reached, and to which of them a token may go.

Whoever is connected to a node learns the others from its list. A client never goes with less
trust than it came with: the token is for that database alone, and stays from everybody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from engine.api import wire
from engine.api.client.local import check_url


class Place(NamedTuple):
    """A node's address. fingerprint: of the one certificate to accept, "" for one vouched for."""

    url: str
    fingerprint: str = ""
    name: str = ""


def given_places(nodes: Iterable[str], fingerprints: Iterable[str]) -> tuple[Place, ...]:
    """Nodes and fingerprints as they are typed: each may hold several with commas between.

    One fingerprint is of every node; several belong to the nodes in their order. Raises
    ValueError with a sentence.
    """
    urls = tuple(dict.fromkeys(check_url(one) for one in _parts(nodes)))
    pins = tuple(_fingerprint(one) for one in _parts(fingerprints))
    if len(pins) > 1 and len(pins) != len(urls):
        raise ValueError("Give one fingerprint for all nodes, or one for each in their order")
    if len(pins) == 1:
        pins *= len(urls)
    return tuple(Place(url, pin) for url, pin in zip(urls, pins or ("",) * len(urls), strict=True))


def others_of(rows: Sequence[wire.NodeRow], *, here: Place) -> tuple[Place, ...]:
    """The nodes to go to when the one at ``here`` does not answer, those at work first.

    here: the node that told ``rows``, with its name and as it was reached.
    """
    told = next((_plain(row.url) for row in rows if row.name == here.name), "")
    as_told = told == _plain(here.url)
    others = [row for row in rows if row.name != here.name and _may_go(row, here, as_told)]
    others.sort(key=lambda row: (not row.alive, row.state != "working", row.name))
    return tuple(Place(row.url.rstrip("/"), row.fingerprint, row.name) for row in others)


def is_here_only(url: str) -> bool:
    """Whether the address leads to the machine that uses it."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _may_go(row: wire.NodeRow, here: Place, as_told: bool) -> bool:
    """A pinned certificate may be anywhere; one that is vouched for only where that was enough to
    come here. Without TLS: on this machine, when the list is of this machine too.
    """
    try:
        check_url(row.url)
    except ValueError:
        return False
    if row.url.startswith("https:"):
        authority = here.url.startswith("https:") and not here.fingerprint
        return bool(re.fullmatch("[0-9a-f]{64}", row.fingerprint)) or (
            not row.fingerprint and authority
        )
    return is_here_only(row.url) and here.url.startswith("http:") and as_told


def _plain(url: str) -> str:
    return url.rstrip("/").replace("//localhost:", "//127.0.0.1:")


def _parts(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def _fingerprint(text: str) -> str:
    plain = text.replace(":", "").replace(" ", "").lower()
    if not re.fullmatch("[0-9a-f]{64}", plain):
        raise ValueError("A fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits")
    return plain
