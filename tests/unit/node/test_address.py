"""The address a node tells: where its clients reach it, also when it listens everywhere."""

from __future__ import annotations

import pytest

from engine.api.server import Listen
from engine.core.errors import OperatorError
from engine.node.address import told_address

NAMES = ("localhost", "127.0.0.1", "*.example", "node-1.example", "10.0.0.5")


def told(listen: str, *, advertise: str = "", names: tuple[str, ...] = NAMES) -> str:
    where = Listen.parse(listen)
    port = where.port or 41_234
    return told_address(where, advertise=advertise, names=names, machine="box").url(
        f"https://{where.host_in_url}:{port}"
    )


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("127.0.0.1:0", "https://127.0.0.1:41234"),
        ("10.0.0.7:7443", "https://10.0.0.7:7443"),
        ("[fd00::1]:7443", "https://[fd00::1]:7443"),
        ("0.0.0.0:7443", "https://node-1.example:7443"),
        ("[::]:7443", "https://node-1.example:7443"),
    ],
)
def test_it_tells_where_it_listens_or_the_first_name_that_leads_here(listen: str, url: str) -> None:
    assert told(listen) == url


def test_without_a_name_in_the_certificate_the_machines_is_told() -> None:
    assert told("0.0.0.0:7443", names=("localhost",)) == "https://box:7443"
    assert told("0.0.0.0:7443", names=("fd00::2",)) == "https://[fd00::2]:7443"


def test_an_operators_address_goes_before_all() -> None:
    assert told("0.0.0.0:1", advertise="https://hub.example:443/") == "https://hub.example:443"
    assert told("127.0.0.1:1", advertise="http://localhost:8080") == "http://localhost:8080"


@pytest.mark.parametrize(
    ("advertise", "sentence"),
    [
        ("hub.example:7443", "is not an address"),
        ("https://0.0.0.0:7443", "is not an address"),
        ("https://hub.example:99999", "is not an address"),
        ("https://hub.example/node", "is not an address"),
        ("https://u:p@hub.example", "is not an address"),
        ("http://hub.example:7077", "tokens would cross the network in plain text"),
    ],
)
def test_an_address_nobody_may_use_is_refused(advertise: str, sentence: str) -> None:
    with pytest.raises(OperatorError, match=sentence):
        told("127.0.0.1:1", advertise=advertise)
