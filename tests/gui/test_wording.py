"""Numbers, durations, times and plurals as people read them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator

import pytest

from app import format
from app.pages.graphs import _mark_word
from app.widgets.scales import duration_marks, nearest, time_marks, value_marks
from app.words import translate
from tests.gui import sample
from tests.gui.catalogue import held, wanted, written


@pytest.fixture
def shanghai() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.84, "0.8 s"), (59, "59 s"), (130, "2 min 10 s"), (120, "2 min")],
)
def test_short_durations(seconds: float, words: str) -> None:
    assert format.span(seconds) == words


def test_long_durations() -> None:
    assert format.span(3600) == "1 h"
    assert format.span(3 * 3600 + 240) == "3 h 4 min"
    assert format.span(2 * 86400 + 3600 * 5 + 9) == "2 d 5 h"


@pytest.mark.parametrize(
    ("per_s", "words"), [(0, "0"), (0.02, "0.02"), (2.0, "2"), (2.46, "2.5"), (1234.4, "1,234")]
)
def test_rates(per_s: float, words: str) -> None:
    assert format.rate(per_s) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (1200, "1.2 KB"), (212_401, "212 KB"), (48_000_000, "48 MB")],
)
def test_sizes(count: int, words: str) -> None:
    assert format.size(count) == words


def test_times_are_local_and_utc_is_told_beside(shanghai: None) -> None:
    assert format.clock(sample.NOW, sample.NOW) == "14:30:00"
    assert format.clock(sample.NOW - 86_400_000, sample.NOW) == "11-22 14:30"
    assert format.instant(sample.NOW + 7) == "2026-11-23 14:30:00.007 +08:00"
    assert format.utc(sample.NOW + 7) == "2026-11-23 06:30:00.007 UTC"
    assert format.from_rfc3339("2026-11-23T06:30:00.007Z") == sample.NOW + 7
    assert format.from_rfc3339("yesterday") is None


def test_plurals_have_their_own_form_and_group_their_number() -> None:
    assert translate("Resend", "Resend %Ln record(s)?", "", 1) == "Resend 1 record?"
    assert translate("Resend", "Resend %Ln record(s)?", "", 12_000) == "Resend 12,000 records?"


def test_every_plural_of_the_source_has_its_english_forms() -> None:
    """Add what is missing with ``python -m tests.gui.catalogue``."""
    catalogue = held("en")
    assert wanted("en") == set(catalogue)
    for entry, forms in catalogue.items():
        assert [translate(entry.context, entry.text, "", n) for n in (1, 2)] == [
            form.replace("%Ln", str(n)) for n, form in zip((1, 2), forms, strict=True)
        ]


def test_every_text_of_the_console_is_there_in_chinese() -> None:
    """Add what is missing with ``make words``, which lists it."""
    catalogue = held("zh_CN")
    assert wanted("zh_CN") == set(catalogue)
    assert [entry for entry, forms in catalogue.items() if not all(forms)] == []


def test_a_translation_has_the_holes_of_its_text() -> None:
    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}|%Ln", text))

    for entry, forms in held("zh_CN").items():
        for form in forms:
            assert holes(form) == holes(entry.text), entry


def test_every_text_of_the_console_goes_through_translate_whole() -> None:
    """A text with a number is told as a plural; none is put together from pieces."""
    for entry in written():
        assert ("%Ln" in entry.text) == entry.plural, entry


def test_values_up_the_side_are_round_and_few() -> None:
    assert value_marks(500, 1) == [0, 200, 400, 600]
    assert value_marks(3.8, 0.01) == [0, 1, 2, 3, 4]
    assert value_marks(0, 1)[0] == 0
    assert len(value_marks(987_654, 1)) <= 6
    assert duration_marks(100) == [0, 30, 60, 90, 120]


def test_a_duration_on_the_axis_is_short() -> None:
    assert [_mark_word(value) for value in (0, 0.25, 2, 90)] == ["0", "250 ms", "2 s", "1 min 30 s"]


def test_times_along_the_bottom_are_round(shanghai: None) -> None:
    from datetime import UTC, datetime

    def local(at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone()

    until = sample.NOW / 1000
    marks = time_marks(until - 3600, until, local)
    assert [f"{local(mark):%H:%M}" for mark in marks] == [
        "13:30",
        "13:40",
        "13:50",
        "14:00",
        "14:10",
        "14:20",
        "14:30",
    ]


def test_the_nearest_sample_is_read() -> None:
    assert nearest([], 1) is None
    assert nearest([0, 10, 20], 14) == 1
    assert nearest([0, 10, 20], 16) == 2
    assert nearest([0, 10, 20], -5) == 0
    assert nearest([0, 10, 20], 99) == 2
