from __future__ import annotations

import pytest

from engine.cli.moments import parse_moment, parse_span_s, shown_lag

NOW = 1_800_000_000_000


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2h", NOW - 7_200_000),
        ("30s", NOW - 30_000),
        ("2026-01-31T08:00:00Z", 1_769_846_400_000),
        ("2026-01-31T16:00:00.250+08:00", 1_769_846_400_250),
    ],
)
def test_a_time_is_read_as_an_instant(text: str, instant: int) -> None:
    assert parse_moment(text, now=NOW) == instant


@pytest.mark.parametrize("text", ["", "yesterday", "2h30m", "2026-13-01", "-1h"])
def test_what_is_no_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time; write"):
        parse_moment(text, now=NOW)


def test_a_duration_is_read_in_seconds() -> None:
    assert parse_span_s("30d") == 2_592_000
    with pytest.raises(ValueError, match="is not a duration"):
        parse_span_s("soon")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, None), (0.4, "0 s"), (119, "119 s"), (7200, "2 h"), (172800, "2 d")],
)
def test_a_lag_is_short(seconds: float | None, text: str | None) -> None:
    assert shown_lag(seconds) == text
