"""Alert channels: a form from what the node declares, a test with its result, deleting."""

from __future__ import annotations

import json

import httpx
import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.flows.settings.channels import ChannelsFlow
from app.flows.settings.frame import SettingsFlow
from app.pages.settings.channels import ChannelsSection
from app.pages.settings.frame import SettingsPage
from engine.api.wire import (
    ChannelKindsShape,
    Done,
    ErrorShape,
    ProblemShape,
    SecretShape,
    SecretsShape,
)
from tests.gui import sample
from tests.gui.conftest import Console


def tell(console: Console, *names: str) -> None:
    """The node has these channels."""
    shapes = tuple(
        SecretShape(name=name, updated_at=sample.NOW - 60_000, use="channel") for name in names
    )
    console.node.answers["GET", "/channels"] = SecretsShape(secrets=shapes)


@pytest.fixture
def section(console: Console, qtbot: QtBot) -> ChannelsSection:
    """The section with one channel."""
    tell(console, "ops-dingtalk")
    console.node.answers["GET", "/channel-kinds"] = ChannelKindsShape(kinds=sample.channel_kinds())
    console.window.navigator.settings("channels")
    found = console.window.page_of(SettingsPage).built["channels"].section
    assert isinstance(found, ChannelsSection)
    qtbot.waitUntil(lambda: found.line("ops-dingtalk") is not None)
    return found


def sent(console: Console, method: str, path: str) -> list[httpx.Request]:
    return [
        each
        for each in console.node.requests
        if each.method == method and each.url.path.endswith(path)
    ]


def test_each_kind_has_the_fields_it_declares(section: ChannelsSection) -> None:
    section.new.click()
    form = section.form
    assert list(form.rows) == ["token", "secret", "language"]
    assert form.rows["token"].line.echoMode() is QLineEdit.EchoMode.Password
    assert form.rows["language"].value == "中文"
    form.choose_kind("mail")
    assert list(form.rows) == ["host", "to"]
    assert form.rows["host"].line.placeholderText() == "smtp.example.com"
    form.cancel.click()
    assert not form.isVisible()


def test_what_is_missing_is_said_at_the_field(section: ChannelsSection) -> None:
    section.new.click()
    section.form.name.set_value("duty")
    section.form.save.click()
    assert section.form.rows["token"].problem.isVisible()
    assert not section.form.rows["secret"].problem.isVisible()  # it may be empty
    section.form.rows["token"].line.setText("t")
    assert not section.form.rows["token"].problem.isVisible()


def test_a_channel_is_saved_and_tried_in_one_step(
    console: Console, section: ChannelsSection, qtbot: QtBot
) -> None:
    console.node.answers["PUT", "/channels/duty"] = Done()
    console.node.answers["POST", "/channels/duty/test"] = Done()
    section.new.click()
    form = section.form
    form.name.set_value("duty")
    form.rows["token"].set_value(" s3cret ")
    tell(console, "duty", "ops-dingtalk")
    form.test.click()
    qtbot.waitUntil(lambda: section.line("duty") is not None)
    line = section.line("duty")
    assert line is not None
    qtbot.waitUntil(lambda: line.result.text().startswith("The test message was sent."))
    (put,) = sent(console, "PUT", "/channels/duty")
    body = json.loads(put.content)
    assert (body["kind"], body["fields"]) == ("dingtalk", {"token": "s3cret", "language": "中文"})
    assert len(sent(console, "POST", "/channels/duty/test")) == 1
    assert not form.isVisible()
    assert form.rows["token"].value == ""  # nothing secret stays in the form


def test_a_refusal_stands_at_its_field(
    console: Console, section: ChannelsSection, qtbot: QtBot
) -> None:
    problem = ProblemShape(path="fields.token", sentence="A token has no spaces.")
    console.node.answers["PUT", "/channels/duty"] = ErrorShape(
        code="invalid", sentence="The channel cannot be saved.", problems=(problem,)
    )
    section.new.click()
    section.form.name.set_value("duty")
    section.form.rows["token"].set_value("a b")
    section.form.save.click()
    row = section.form.rows["token"]
    qtbot.waitUntil(row.problem.isVisible)
    assert row.problem.text() == "A token has no spaces."
    assert section.form.save.isEnabled()


def test_a_test_that_fails_says_why(
    console: Console, section: ChannelsSection, qtbot: QtBot
) -> None:
    console.node.answers["POST", "/channels/ops-dingtalk/test"] = ErrorShape(
        code="channel_failed",
        sentence="The robot refused the message.",
        hint="Look at its keywords.",
    )
    line = section.line("ops-dingtalk")
    assert line is not None
    line.test.click()
    qtbot.waitUntil(lambda: "refused" in line.result.text())
    assert line.result.text() == "The robot refused the message. Look at its keywords."
    assert line.test.isEnabled()


def test_a_channel_is_deleted_after_a_question(
    console: Console, section: ChannelsSection, qtbot: QtBot
) -> None:
    console.node.answers["DELETE", "/channels/ops-dingtalk"] = Done()
    line = section.line("ops-dingtalk")
    assert line is not None
    line.delete.click()
    flow = console.window.flow_of(SettingsFlow).sections["channels"]
    assert isinstance(flow, ChannelsFlow)
    assert flow.question is not None
    assert "Delete channel ops-dingtalk?" in flow.question.words
    tell(console)
    flow.question.yes.click()
    qtbot.waitUntil(lambda: section.line("ops-dingtalk") is None)
    assert len(sent(console, "DELETE", "/channels/ops-dingtalk")) == 1
    qtbot.waitUntil(section.toast.isVisible)
    section.toast.dismiss()


def test_another_address_is_written_for_a_channel_that_is_there(section: ChannelsSection) -> None:
    line = section.line("ops-dingtalk")
    assert line is not None
    line.change.click()
    assert section.form.name.value == "ops-dingtalk"
    assert section.form.name.line.isReadOnly()
    section.form.close_form()
    section.new.click()
    assert not section.form.name.line.isReadOnly()
    section.form.close_form()
