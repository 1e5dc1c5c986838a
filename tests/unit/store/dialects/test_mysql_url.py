"""Addresses of MySQL and MariaDB databases."""

from __future__ import annotations

import pytest

from engine.core.errors import OperatorError
from engine.store.dialects.mysql_url import address_of


def test_every_part_of_an_address_is_read() -> None:
    found = address_of("mysql://h%C3%BCb:p%40ss@db.example:3307/h%75b?ssl_ca=/etc/ca.pem")

    assert (found.user, found.password, found.database) == ("hüb", "p@ss", "hub")
    assert found.place == "db.example:3307/hub"
    options = found.options()
    assert options["ssl_ca"] == "/etc/ca.pem"
    assert options["ssl_verify_cert"] is True
    assert options["ssl_verify_identity"] is True


def test_what_is_left_out_has_a_default() -> None:
    found = address_of("mysql:///hub")
    assert (found.host, found.port, found.user, found.password) == ("localhost", 3306, "", "")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://db.example", "names no database"),
        ("mysql://db.example:x/hub", "no number"),
        ("mysql://db.example/hub?autocommit=1", '"autocommit"'),
    ],
)
def test_an_address_that_cannot_be_read_is_told(url: str, why: str) -> None:
    with pytest.raises(OperatorError, match=why):
        address_of(url)
