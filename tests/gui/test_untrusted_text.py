"""What sources and targets send is shown as text: not as HTML, not turned around, not endless."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from app import shown
from app.pages.record_detail import Tab
from app.widgets.code import CodeText
from engine.api.wire import RecordShape
from tests.gui import sample
from tests.gui.conftest import Console

MARKUP = '<b>bold</b><img src="http://tracker.example/x.png"><a href="x">link</a>'
TURNED = "invoice\u202egnp.exe"


def nasty(record: RecordShape) -> RecordShape:
    """The same record with markup wherever a source or target has a say."""
    first = record.deliveries[0]
    attempt = first.attempts[-1]
    assert attempt.response is not None
    assert record.pull is not None
    answer = attempt.response.model_copy(update={"body": MARKUP, "headers": (("x-a", MARKUP),)})
    attempts = (
        *first.attempts[:-1],
        attempt.model_copy(update={"response": answer, "error": MARKUP}),
    )
    delivery = first.model_copy(
        update={"attempts": attempts, "why": MARKUP, "last_error": MARKUP, "last_status": None}
    )
    text = json.dumps({"note": MARKUP, "name": TURNED})
    return record.model_copy(
        update={
            "key": MARKUP,
            "payload_text": text,
            "deliveries": (delivery,),
            "pull": record.pull.model_copy(update={"note": MARKUP, "cursor_after": MARKUP}),
        }
    )


@pytest.fixture
def detail(console: Console, qtbot: QtBot) -> Console:
    console.node.records = [nasty(sample.invoice(2300))]
    console.window.show_page("records")
    qtbot.waitUntil(lambda: console.records.detail.record_id == 2300)
    return console


def test_no_label_of_the_window_reads_html(detail: Console) -> None:
    page = detail.records
    for tab in range(page.detail.tabs.count()):
        page.detail.tabs.setCurrentIndex(tab)
    page.toast.say(MARKUP)
    labels = detail.window.findChildren(QLabel)
    assert len(labels) > 30
    assert [x.text() for x in labels if x.textFormat() is not Qt.TextFormat.PlainText] == []
    assert detail.window.findChildren(QMessageBox) == []
    page.toast.dismiss()


def test_markup_in_a_payload_is_shown_letter_by_letter(detail: Console) -> None:
    payload = detail.records.detail.payload
    payload._as_raw.click()
    assert MARKUP.replace('"', '\\"') in payload._raw.toPlainText()
    model = payload._model
    assert model is not None
    assert "<b>bold</b>" in str(model.data(model.index(0, 0)))


def test_markup_in_answers_and_pulls_is_shown_letter_by_letter(detail: Console) -> None:
    page = detail.records
    assert page.detail.why.text() == MARKUP
    page.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    card = page.detail.attempts.cards()[0]
    shown_texts = [code.toPlainText() for code in card.findChildren(CodeText)]
    assert any(MARKUP in text for text in shown_texts)
    page.detail.tabs.setCurrentIndex(Tab.PULL)
    assert MARKUP in page.detail.pull.facts.words()


def test_a_tooltip_shows_markup_as_text(detail: Console) -> None:
    page = detail.records
    tip = str(page.model.data(page.model.index(0, 0), Qt.ItemDataRole.ToolTipRole))
    assert "<b>" not in tip
    assert "&lt;b&gt;bold&lt;/b&gt;" in tip


def test_characters_that_turn_text_around_become_visible(detail: Console) -> None:
    payload = detail.records.detail.payload
    model = payload._model
    assert model is not None
    line = str(model.data(model.index(1, 0)))
    assert "\u202e" not in line
    assert "\\u202e" in line


def test_a_key_with_an_ampersand_is_no_shortcut_in_a_menu() -> None:
    assert shown.label("R&D") == "R&&D"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("a\x00b\x1b[31m", "a\\u0000b\\u001b[31m"),
        ("\u2066x\u2069\ufeff", "\\u2066x\\u2069\\ufeff"),
        ("bad \ud800", "bad \\ud800"),
        ("中文 émoji 👩‍💻", "中文 émoji 👩‍💻"),
    ],
)
def test_a_line_has_nothing_hidden_in_it(text: str, line: str) -> None:
    assert shown.line(text) == line


def test_a_block_keeps_its_lines_and_is_capped() -> None:
    assert shown.block("a\r\nb\tc\rd") == "a\nb\tc\\rd"
    assert len(shown.block("x" * 10_000_000)) == shown.BLOCK_CAP
    assert shown.hidden("x" * (shown.BLOCK_CAP + 3)) == 3
    assert shown.line("x" * 1000, 10) == "x" * 9 + "…"
