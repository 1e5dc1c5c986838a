"""Where a client may go with its token, and how nodes are typed on a command line."""

from __future__ import annotations

import pytest

from engine.api.client import Place, given_places, others_of
from engine.api.wire import NodeRow

PIN, OTHER_PIN = "ab" * 32, "cd" * 32


def node(name: str, url: str, fingerprint: str = "", *, alive: bool = True) -> NodeRow:
    return NodeRow(
        name=name,
        version="0.1.0",
        url=url,
        fingerprint=fingerprint,
        started_at=1,
        seen_at=2,
        alive=alive,
    )


def names(here: Place, *rows: NodeRow) -> list[str]:
    return [place.name for place in others_of(rows, here=here)]


def test_pinned_nodes_are_known_by_address_and_fingerprint_those_at_work_first() -> None:
    here = Place("https://a:1", PIN, "a")
    rows = [
        node("a", "https://a:1", PIN),
        node("b", "https://b:1", OTHER_PIN, alive=False),
        node("c", "https://c:1/", PIN),
    ]
    assert others_of(rows, here=here) == (
        Place("https://c:1", PIN, "c"),
        Place("https://b:1", OTHER_PIN, "b"),
    )


@pytest.mark.parametrize(
    ("url", "fingerprint"),
    [
        ("https://b:1", ""),  # nobody vouched for a's either: its pin said all
        ("https://b:1", "abc"),
        ("http://10.0.0.2:1", ""),
        ("http://127.0.0.1:2", ""),  # this machine's, while a's own was meant
        ("ftp://b:1", PIN),
        ("https://u:p@b:1", PIN),
        ("", PIN),
    ],
)
def test_a_token_never_goes_where_it_is_less_safe(url: str, fingerprint: str) -> None:
    here = Place("https://a:1", PIN, "a")
    assert names(here, node("a", "https://a:1", PIN), node("b", url, fingerprint)) == []


def test_a_certificate_that_is_vouched_for_is_enough_where_it_was_enough_before() -> None:
    here = Place("https://a:1", "", "a")
    assert names(here, node("b", "https://b:1"), node("c", "https://c:1", PIN)) == ["b", "c"]


def test_without_tls_only_this_machines_own_nodes_are_others() -> None:
    rows = [node("a", "http://127.0.0.1:1"), node("b", "http://127.0.0.1:2")]
    assert names(Place("http://localhost:1", "", "a"), *rows) == ["b"]
    tunnel = Place("http://127.0.0.1:9", "", "a")
    assert names(tunnel, *rows) == []
    assert names(tunnel, *rows, node("c", "https://c:1", PIN)) == ["c"]


def test_nodes_are_given_several_times_or_with_commas() -> None:
    typed = ["http://127.0.0.1:1, https://b:2/", "https://c:3", "https://b:2"]
    assert [place.url for place in given_places(typed, [])] == [
        "http://127.0.0.1:1",
        "https://b:2",
        "https://c:3",
    ]
    assert {place.fingerprint for place in given_places(typed, [PIN.upper()])} == {PIN}
    two = given_places(["https://b:2,https://c:3"], [f"{PIN},{OTHER_PIN}"])
    assert [place.fingerprint for place in two] == [PIN, OTHER_PIN]
    with pytest.raises(ValueError, match="one for each"):
        given_places(["https://a:1,https://b:1,https://c:1"], [PIN, OTHER_PIN])
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        given_places(["https://a:1"], ["xyz"])
