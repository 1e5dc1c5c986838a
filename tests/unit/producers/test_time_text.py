from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.producers.http_pull.time_text import PS, Family, moved_back, time_rank, unit_ps

TEN_S = 10 * PS


@pytest.mark.parametrize(
    ("written", "ten_seconds_before"),
    [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:29:50Z"),
        ("2026-01-31T00:00:05+08:00", "2026-01-30T23:59:55+08:00"),
        ("2026-01-31T09:30:00.120+0800", "2026-01-31T09:29:50.120+0800"),
        ("2026-01-31T09:30:00.123456789Z", "2026-01-31T09:29:50.123456789Z"),
        ("2026-01-31 09:30:00", "2026-01-31 09:29:50"),
        ("2026-01-31 09:30:00,5", "2026-01-31 09:29:50,5"),
        ("2026/01/31 09:30:00", "2026/01/31 09:29:50"),
        ("2026-01-31 09:30", "2026-01-31 09:29"),
        ("2026-03-01", "2026-02-28"),
        ("20260131093000", "20260131092950"),
        ("20260131T093000Z", "20260131T092950Z"),
        ("1767225600", "1767225590"),
        ("1767225600.5", "1767225590.5"),
        ("1767225600123", "1767225590123"),
        ("1767225600123456", "1767225590123456"),
        ("1767225600123456789", "1767225590123456789"),
        ("2026-01-31 09:30:00 UTC", "2026-01-31 09:29:50 UTC"),
    ],
)
def test_a_lag_keeps_the_way_a_time_is_written(written: str, ten_seconds_before: str) -> None:
    assert moved_back(written, TEN_S) == ten_seconds_before


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "2026-13-01", "2026-02-30", "2026-01-31T24:30:00Z", "2026-01-31T09:60:00Z",
        "31.01.2026", "2026-01", "2026-01-31T", "2026-01-31T09", "2026-01-31+08:00",
        "2026-01/31", "٢٠٢٦-٠١-٣١", "2026-01-31T09:30:00 Z ", "NaN", "1e9",
        "20260131T0930",
    ],
)  # fmt: skip
def test_what_is_no_time_is_no_time(text: str) -> None:
    assert time_rank(text) is None


def test_times_with_an_offset_are_compared_as_instants() -> None:
    assert time_rank("2026-01-31T09:30:00+08:00") == time_rank("2026-01-31T01:30:00.000Z")


def test_twelve_decimals_of_a_second_are_told_apart() -> None:
    lower, higher = (
        time_rank("2026-01-31T09:30:00.1234567891Z"),
        time_rank("2026-01-31T09:30:00.1234567892Z"),
    )
    assert lower is not None
    assert higher is not None
    assert lower < higher


def test_families_tell_what_can_be_compared() -> None:
    families = [time_rank(text) for text in ("2026-01-31T09:30:00Z", "2026-01-31", "1767225600")]
    assert [known and known[0] for known in families] == [Family.ZONED, Family.WALL, Family.EPOCH]


def test_numbers_of_different_units_meet_at_the_same_instant() -> None:
    ranks = {
        time_rank(text)
        for text in ("1767225600", "1767225600000", "1767225600000000", "1767225600000000000")
    }
    assert ranks == {time_rank("2026-01-01T00:00:00Z") and (Family.EPOCH, 1767225600 * PS)}


def test_the_first_year_has_nothing_before_it() -> None:
    assert moved_back("0001-01-01T00:00:00Z", TEN_S) == "0001-01-01T00:00:00Z"


def test_a_leap_second_is_a_time() -> None:
    assert time_rank("2016-12-31T23:59:60Z") == time_rank("2017-01-01T00:00:00Z")


@given(
    at=st.datetimes(),
    digits=st.integers(0, 9),
    offset=st.sampled_from(["", "Z", "+08:00", "-0330", "+05"]),
    between=st.sampled_from("T "),
    back_ms=st.integers(0, 10**12),
)
def test_moving_back_is_exact_to_the_written_digit(
    at: object, digits: int, offset: str, between: str, back_ms: int
) -> None:
    whole = str(at)[:19]
    if int(whole[:4]) < 100:
        return
    text = whole.replace(" ", between) + (f".{'123456789'[:digits]}" if digits else "") + offset
    before, after = time_rank(text), time_rank(moved_back(text, back_ms * 10**9))
    assert before is not None
    assert after is not None
    lost = before[1] - back_ms * 10**9 - after[1]
    assert 0 <= lost < unit_ps(text)
    assert len(moved_back(text, back_ms * 10**9)) == len(text)
