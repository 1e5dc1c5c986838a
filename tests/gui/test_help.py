"""The help beside the page: its topic, its links, its language, and that it loads nothing."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.help_text import BY_KEY, TOPICS, text_of, topic_of
from app.page_list import PAGES
from app.words import LANGUAGES, Language, Speaker
from tests.gui.conftest import Console


def test_f1_opens_the_topic_of_the_page_and_escape_gives_the_keyboard_back(
    console: Console, qtbot: QtBot
) -> None:
    window = console.window
    window.show_page("records")
    before = window.focusWidget()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert (window.help.isVisible(), window.help.topic.key) == (True, "finding")
    assert window.help.text.hasFocus()

    qtbot.keyClick(window.help.text, Qt.Key.Key_Escape)
    assert not window.help.isVisible()
    assert window.focusWidget() is before

    window.sidebar._help.click()
    assert window.help.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert not window.help.isVisible()


def test_links_lead_to_topics_and_nowhere_else(console: Console) -> None:
    pane = console.window.help
    pane.open(BY_KEY["first-job"])
    pane.text.anchorClicked.emit(QUrl("failures.md"))
    assert pane.topic.key == "failures"
    for elsewhere in ("https://example.com/", "file:///etc/passwd", "../../secret.md"):
        pane.text.anchorClicked.emit(QUrl(elsewhere))
        assert pane.topic.key == "failures"
    kind = QTextDocument.ResourceType.ImageResource.value
    assert pane.text.loadResource(kind, QUrl("file:///etc/passwd")) is None
    pane.close_pane()


def test_the_palette_finds_topics(console: Console) -> None:
    console.window.palette_box.open()
    console.window.palette_box.type("finding a rec")
    console.window.palette_box.take()
    assert console.window.help.topic.key == "finding"
    console.window.help.close_pane()


@pytest.mark.parametrize("page", [entry.key for entry in PAGES])
def test_every_page_has_a_topic(page: str) -> None:
    assert page in topic_of(page).pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_there_and_its_links_hold(language: Language, qapp: QApplication) -> None:
    speaker = Speaker(qapp, language)
    try:
        for topic in TOPICS:
            text = text_of(topic)
            assert text.startswith("# ")
            links = re.findall(r"\]\((.*?)\)", text)
            assert {link.removesuffix(".md") for link in links} <= set(BY_KEY), topic.key
            chinese = bool(re.search("[\u4e00-\u9fff]", text))
            assert chinese == (language is Language.CHINESE)
    finally:
        speaker.end()
        Speaker(qapp, Language.ENGLISH).end()
