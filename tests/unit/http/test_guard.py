"""What may never be a target, and what data may never choose in a URL."""

from __future__ import annotations

import pytest

from engine.core.errors import OperatorError
from engine.http.guard import (
    TargetGuard,
    check_origin_is_fixed,
    origin_of,
    quote_path_segment,
    quote_query,
    same_origin,
)
from engine.http.message import FailureKind


async def refused(guard: TargetGuard, host: str, port: int = 80) -> bool:
    refusal = await guard.refusal(host, port, timeout_s=5)
    if refusal is None:
        return False
    assert refusal.kind is FailureKind.FORBIDDEN_TARGET
    return True


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.0.1",
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "0251.0376.0251.0376",
        "169.254.43518",
        "fe80::1",
        "[fe80::1]",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "[::ffff:a9fe:a9fe]",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "100.100.100.200",
    ],
)
async def test_link_local_and_metadata_addresses_are_refused_in_any_notation(host: str) -> None:
    assert await refused(TargetGuard(), host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "8.8.8.8", "169.253.1.1", "localhost"]
)
async def test_private_addresses_are_ordinary_targets(host: str) -> None:
    assert not await refused(TargetGuard(), host)


async def test_the_own_port_is_refused_on_loopback_only() -> None:
    guard = TargetGuard([8765])
    for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost", "0.0.0.0", "::ffff:127.0.0.1"):
        assert await refused(guard, host, 8765), host
        assert not await refused(guard, host, 8766), host
    assert not await refused(guard, "192.168.1.1", 8765)


async def test_a_name_that_is_not_found_is_left_to_the_client() -> None:
    assert await TargetGuard().refusal("erp.invalid", 80, timeout_s=5) is None


@pytest.mark.parametrize(
    "template",
    [
        "https://erp.example",
        "HTTPS://erp.example:8443/orders/${record.id}",
        "https://erp.example/${record.a}://${record.b}",
        "https://erp.example?id=${record.id}",
        "https://${vars.region}.erp.example/orders",
        'https://${vars["the host"]}:${vars.port}/orders/${record.id}',
        "${vars.base}/orders/${record.id}",
        "${vars.scheme}://${vars.host}/${record.id}",
    ],
)
def test_a_template_whose_server_is_fixed_passes(template: str) -> None:
    check_origin_is_fixed(template)


@pytest.mark.parametrize(
    "template",
    [
        "${record.url}",
        "https://${record.host}/",
        "https://erp.example${record.path}",
        "https://erp.example:${record.port}/",
        "${record.scheme}://erp.example/",
        "https://${vars.a + record.b}/",
        "https://${vars[record.b]}/",
        'https://a${"}/" + record.x}/',
        "${vars.base}${record.x}/",
        "https:/${record.x}/",
        "https:///${record.x}/",
        "https://user@erp.example/${record.x}",
        "https://user:${record.x}@erp.example/",
        "https://erp.example\\\\${record.x}/",
        "ftp://erp.example/",
        "erp.example/orders",
        "\\0/${record.x}",
        "https://${vars.unfinished",
        "",
    ],
)
def test_a_template_in_which_data_could_choose_the_server_is_refused(template: str) -> None:
    with pytest.raises(OperatorError) as refusal:
        check_origin_is_fixed(template.encode().decode("unicode_escape"))
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("https://h.example/a", "https://h.example/b?c#d"),
        ("https://h.example", "HTTPS://H.EXAMPLE:443/"),
        ("http://h.example:80/", "http://h.example?x"),
        ("http://[::1]:8080/a", "http://[::1]:8080/"),
    ],
)
def test_equal_servers_are_the_same_origin(a: str, b: str) -> None:
    assert same_origin(a, b)


@pytest.mark.parametrize(
    "other",
    [
        "http://h.example/",
        "https://h.example:8443/",
        "https://h.example.evil/",
        "https://evil/h.example/",
        "https://h.example@evil/",
        "https://evil\\@h.example/",
        "https://h.example\\@evil/",
        "https://h.example\t.evil/",
        "https:h.example/",
        "https:///h.example/",
        "//h.example/",
        "/next",
        "",
    ],
)
def test_anything_doubtful_is_another_origin(other: str) -> None:
    assert not same_origin("https://h.example/orders", other)


def test_an_origin_is_told_in_parts() -> None:
    assert origin_of("HTTP://Shop.Example./x") == ("http", "shop.example", 80)


def test_data_stays_inside_its_path_segment_and_query_value() -> None:
    assert quote_path_segment("a/b?c#d%2f e&中") == "a%2Fb%3Fc%23d%252f%20e%26%E4%B8%AD"
    assert quote_query("a&b=c+d e\r\n") == "a%26b%3Dc%2Bd%20e%0D%0A"


@pytest.mark.parametrize("value", ["", ".", "..", "\ud800"])
def test_a_value_that_would_change_the_path_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"value|path"):
        quote_path_segment(value)
