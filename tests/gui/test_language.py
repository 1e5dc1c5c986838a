"""The console in another language, chosen while it runs, against a real node's process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app import format
from app.connection import Address, FixedAddress, Phase
from app.desktop import Desktop
from app.pages.overview import OverviewPage
from app.pages.settings.appearance import AppearanceSection
from app.pages.settings.frame import SettingsPage
from app.session import Session
from app.settings import Settings
from app.theme.theme import Theme
from app.window import Window
from app.words import Language, Speaker, of_system, translate
from engine.api.client import ApiError
from tests.gui.conftest import Run
from tests.integration.api_node import document
from tests.node_process import NodeProcess, start_node


@pytest.fixture
def speaker(qapp: QApplication) -> Iterator[Speaker]:
    made = Speaker(qapp, Language.ENGLISH)
    yield made
    made.end()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))


def appearance(window: Window) -> AppearanceSection:
    built = window.page_of(SettingsPage).built["appearance"].section
    assert isinstance(built, AppearanceSection)
    return built


@pytest.fixture
def process(tmp_path: Path, run: Run[Any]) -> Iterator[NodeProcess]:
    """A node with a paused job, in a process of its own."""
    started = run(start_node(tmp_path / "home"))
    assert run(started.found())

    async def with_job() -> None:
        async with started.client() as client:
            await client.apply(document())
            await client.pause("orders")

    run(with_job())
    yield started
    started.terminate()
    run(started.ended())


@pytest.fixture
def desktop(
    process: NodeProcess,
    theme: Theme,
    settings: Settings,
    speaker: Speaker,
    run: Run[Any],
    qtbot: QtBot,
) -> Iterator[tuple[Desktop, Session]]:
    made = Desktop(theme, settings, speaker)
    run(made.open())
    session = Session(FixedAddress(Address(process.url, process.token)))
    made.attach(session)
    session.open()
    qtbot.waitUntil(lambda: made.window.page_of(OverviewPage).model.rowCount() > 0, timeout=20_000)
    yield made, session
    run(session.close())
    made.window.close()
    made.clear()


def happening(window: Window) -> str:
    status = window.page_of(OverviewPage).model
    return " ".join(
        str(status.index(0, column).data() or "") for column in range(status.columnCount())
    )


def test_another_language_takes_effect_at_once_and_the_session_stays(
    desktop: tuple[Desktop, Session], qtbot: QtBot, settings: Settings, run: Run[Any]
) -> None:
    made, session = desktop
    old, node = made.window, session.node
    connections: list[object] = []
    session.connection_changed.connect(connections.append)
    old.navigator.settings("appearance")
    assert "Paused" in happening(old)

    with qtbot.waitSignal(made.rebuilt):
        appearance(old)._languages.button(2).click()

    new = made.window
    assert new is not old
    assert (settings.language, new.page) == (Language.CHINESE, "settings")
    assert appearance(new)._languages.checkedId() == 2
    assert {"概览", "记录", "设置"} <= set(new._names.values())
    assert "字号" in {label.text() for label in appearance(new).findChildren(QLabel)}
    qtbot.waitUntil(lambda: "已暂停" in happening(new), timeout=10_000)
    assert session.node is node
    assert {getattr(each, "phase", None) for each in connections} <= {Phase.CONNECTED}

    with pytest.raises(ApiError, match="没有名为“nothing”的任务"):
        run(session.ask(lambda client: client.job("nothing")))

    with qtbot.waitSignal(made.rebuilt):
        appearance(new)._languages.button(1).click()
    assert made.window._names["overview"] == "Overview"
    qtbot.waitUntil(lambda: "Paused" in happening(made.window), timeout=10_000)


def test_a_lost_node_is_told_in_the_chosen_language(
    desktop: tuple[Desktop, Session], process: NodeProcess, qtbot: QtBot
) -> None:
    made, session = desktop
    made.choose_language(Language.CHINESE)
    process.kill()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.LOST, timeout=20_000)
    assert "节点" in session.connection.sentence
    assert "请" in session.connection.hint


def test_plurals_numbers_spans_and_qts_own_words_are_chinese(speaker: Speaker) -> None:
    speaker.choose(Language.CHINESE)

    assert speaker.wire == "zh-CN"
    assert translate("Records", "%Ln new record(s)", "", 12_000) == "12,000 条新记录"
    assert format.span(130) == "2 分钟 10 秒"
    assert format.number(1_234_567) == "1,234,567"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    assert QLocale().language() is QLocale.Language.Chinese

    speaker.choose(Language.ENGLISH)
    assert translate("Records", "%Ln new record(s)", "", 1) == "1 new record"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_what_was_chosen_is_remembered_and_junk_is_the_systems(settings: Settings) -> None:
    assert settings.language is Language.SYSTEM
    settings.language = Language.CHINESE
    assert Settings(settings._store).language is Language.CHINESE
    settings._store.setValue("language", "klingon")
    assert settings.language is Language.SYSTEM


@pytest.mark.parametrize(
    ("system", "language"),
    [
        (["zh-Hans-CN", "en-US"], Language.CHINESE),
        (["en-GB"], Language.ENGLISH),
        (["de-DE", "zh-CN"], Language.CHINESE),
        (["de-DE"], Language.ENGLISH),
    ],
)
def test_the_systems_language_counts_where_none_was_chosen(
    system: list[str], language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _: system)
    assert of_system() is language
