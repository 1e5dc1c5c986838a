"""The sections of the settings that ask a node, against a real one."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.connection import Address
from app.desktop import Desktop
from app.doors import client_of
from app.flows.flow import Flow
from app.flows.settings.database import DatabaseFlow
from app.flows.settings.frame import SettingsFlow
from app.flows.settings.secrets import SecretsFlow
from app.flows.settings.tokens import TokensFlow
from app.pages.settings.about import AboutSection
from app.pages.settings.database import DatabaseSection
from app.pages.settings.frame import SettingsPage
from app.pages.settings.retention import RetentionSection
from app.pages.settings.secrets import SecretsSection
from app.pages.settings.section import Section
from app.pages.settings.tokens import TokensSection
from app.session import Session
from app.window import Window
from engine.api.wire import BrokenShape, CheckShape
from tests.gui.conftest import START_MS, Run

S = TypeVar("S", bound=Section)
F = TypeVar("F", bound=Flow)


def section_of(window: Window, kind: type[S]) -> S:
    built = window.page_of(SettingsPage).built.values()
    return next(each.section for each in built if isinstance(each.section, kind))


def flow_of(window: Window, kind: type[F]) -> F:
    flows = window.flow_of(SettingsFlow).sections.values()
    return next(flow for flow in flows if isinstance(flow, kind))


def session_of(desktop: Desktop) -> Session:
    assert desktop._session is not None
    return desktop._session


def document(**more: Any) -> dict[str, Any]:
    auth = {"kind": "bearer", "token": {"secret": "shop-token"}}
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "mode": "full",
            "request": {"url": "http://127.0.0.1:9/orders", "auth": auth},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"url": "http://127.0.0.1:9/erp"}}],
        **more,
    }


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


# ---------------------------------------------------------------- secrets
def test_a_secret_is_set_replaced_and_deleted_with_the_number_of_its_jobs(
    desktop: Desktop, qtbot: QtBot, run: Run[Any]
) -> None:
    window = desktop.window
    window.navigator.settings("secrets")
    section, flow = section_of(window, SecretsSection), flow_of(window, SecretsFlow)
    qtbot.waitUntil(lambda: section.list.empty.title.text() == "No secret yet", timeout=START_MS)

    click(qtbot, section.add)
    dialog = flow.dialog
    assert dialog is not None
    click(qtbot, dialog.yes)
    qtbot.waitUntil(lambda: dialog.words == "Both a name and a value are needed.")
    name, value = dialog.findChildren(QLineEdit)
    name.setText("no blanks")
    value.setText("s3cret")
    click(qtbot, dialog.yes)
    qtbot.waitUntil(lambda: "is not a name" in dialog.words)
    name.setText("shop-token")
    click(qtbot, dialog.yes)
    qtbot.waitUntil(lambda: [one.name for one in section.list.model.rows] == ["shop-token"])

    run(session_of(desktop).ask(lambda node: node.apply(document())))
    window.refresh()
    qtbot.waitUntil(lambda: section.list.model.index(0, 1).data() == "orders")
    click(qtbot, section.delete)
    question = flow.question
    assert question is not None
    assert question.words.startswith("Delete “shop-token”, used by 1 job?")
    click(qtbot, question.yes)
    qtbot.waitUntil(lambda: not section.list.model.rows)
    assert section.toast.words == "“shop-token” is deleted."


# ---------------------------------------------------------------- tokens
def test_a_token_is_shown_once_works_and_is_revoked(
    desktop: Desktop, qtbot: QtBot, run: Run[Any]
) -> None:
    window = desktop.window
    window.navigator.settings("tokens")
    section, flow = section_of(window, TokensSection), flow_of(window, TokensFlow)
    qtbot.waitUntil(lambda: section.list.empty.title.text() == "No token yet", timeout=START_MS)
    click(qtbot, section.add)
    dialog = flow.dialog
    assert dialog is not None
    dialog.name.setText("grafana")
    click(qtbot, dialog.yes)
    qtbot.waitUntil(dialog.copy.isVisible)
    click(qtbot, dialog.copy)
    token = QGuiApplication.clipboard().text()
    assert token.startswith("jf_")
    click(qtbot, dialog.no)

    client = client_of(Address(session_of(desktop).connection.url, token))
    assert run(client.node()).scope == "read"
    run(client.close())
    qtbot.waitUntil(section.revoke.isEnabled)
    assert section.list.model.index(0, 2).data() == "in use"
    click(qtbot, section.revoke)
    assert flow.question is not None
    click(qtbot, flow.question.yes)
    qtbot.waitUntil(lambda: section.list.model.index(0, 2).data() == "revoked")
    assert not section.revoke.isEnabled()


# ---------------------------------------------------------------- database
def test_the_database_is_described_and_checked(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.navigator.settings("database")
    section = section_of(window, DatabaseSection)
    qtbot.waitUntil(lambda: "Free on its disk" in section.facts.words(), timeout=START_MS)
    click(qtbot, section.check)
    assert section.progress.isVisible()
    assert not section.check.isEnabled()
    window.show_page("overview")
    qtbot.waitUntil(lambda: "all right" in section._result.text(), timeout=START_MS)
    window.navigator.settings("database")
    assert section.result.endswith("s.")
    assert section.check.isEnabled()
    flow = flow_of(window, DatabaseFlow)
    qtbot.waitUntil(lambda: not flow._tick.isActive())


def test_what_the_check_found_broken_is_listed(desktop: Desktop) -> None:
    section = section_of(desktop.window, DatabaseSection)
    broken = BrokenShape(rule="12", place="orders/erp", sentence="3 counted, 4 found.")
    section.show_result(CheckShape(ok=False, checked=10, broken=(broken,)), 1.0)
    assert "1 broken fact:" in section._result.text()
    assert "orders/erp: 3 counted, 4 found." in section._result.text()


# ---------------------------------------------------------------- retention, about
def test_each_job_tells_how_long_it_keeps_things(
    desktop: Desktop, qtbot: QtBot, run: Run[Any]
) -> None:
    session = session_of(desktop)
    run(session.ask(lambda node: node.set_secret("shop-token", "x")))
    keeps = {"bodies": "14d", "attempts": "60d"}
    run(session.ask(lambda node: node.apply(document(retention=keeps))))
    desktop.window.navigator.settings("retention")
    section = section_of(desktop.window, RetentionSection)
    model = section.list.model
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=START_MS)
    assert [model.index(0, column).data() for column in range(3)] == ["orders", "14d", "60d"]


def test_diagnostics_hold_nothing_secret(
    desktop: Desktop, qtbot: QtBot, run: Run[Any], tmp_path: Any
) -> None:
    window = desktop.window
    window.navigator.settings("about")
    section = section_of(window, AboutSection)
    node = session_of(desktop).node
    assert node is not None
    assert any(node.ledger_id in words for words in section.facts.words())
    click(qtbot, section.copy)
    told = QGuiApplication.clipboard().text()
    assert json.loads(told)["database"] == "sqlite"
    address = run(session_of(desktop)._route.finder.address())
    for secret in (address.token, address.url, str(tmp_path), node.name, node.ledger_id):
        assert secret not in told


@pytest.mark.parametrize("kind", [SecretsSection, TokensSection, RetentionSection])
def test_a_section_whose_node_is_gone_says_so(
    desktop: Desktop, qtbot: QtBot, run: Run[Any], kind: type[Any]
) -> None:
    session = session_of(desktop)
    run(session.close())
    key = {SecretsSection: "secrets", TokensSection: "tokens", RetentionSection: "retention"}[kind]
    desktop.window.navigator.settings(key)
    section = section_of(desktop.window, kind)
    qtbot.waitUntil(
        lambda: section.list.empty.title.text() == "There is no connection to the node now."
    )
