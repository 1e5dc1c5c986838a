"""A record's bytes in the detail pane: odd ones, invalid ones, many; versions; saving; copying."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app import shown
from app.flows.records import RecordsFlow
from app.models.hex_lines import HEX_CAP, hex_lines
from app.pages.payload_tab import PayloadTab
from app.pages.record_detail import Tab
from app.pages.records import RecordsPage
from app.widgets.code import LONGEST_LINE
from engine.api.wire import ErrorShape, RecordShape
from tests.gui import sample
from tests.gui.conftest import Console
from tests.gui.stall import STALL_MS, stalls

ODD = '{"html": "<img src=x onerror=alert(1)>", "esc": "a\x1b[2Jb\x00c", "rtl": "x\u202egnp.exe"}'


def with_payload(body: bytes) -> RecordShape:
    """An invoice that holds these bytes."""
    record = sample.invoice(2300)
    try:
        text, coded = body.decode(), None
    except UnicodeDecodeError:
        text, coded = None, base64.b64encode(body).decode()
    return record.model_copy(
        update={
            "payload": None,
            "payload_text": text,
            "payload_base64": coded,
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
    )


def opened(console: Console, qtbot: QtBot, body: bytes) -> RecordsPage:
    """The records page with one record of these bytes, its payload shown."""
    console.node.records = [with_payload(body)]
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.record_id == 2300)
    qtbot.waitUntil(lambda: page.detail.payload.body == body)
    return page


def raw(payload: PayloadTab) -> str:
    payload._as_raw.click()
    return payload._raw.toPlainText()


def test_markup_and_controls_are_visible_characters(console: Console, qtbot: QtBot) -> None:
    body = ODD.encode()
    payload = opened(console, qtbot, body).detail.payload
    text = raw(payload)
    assert "<img src=x onerror=alert(1)>" in text
    assert "a\\u001b[2Jb\\u0000c" in text
    assert "x\\u202egnp.exe" in text
    assert [sign for sign in text if not sign.isprintable() and sign != "\n"] == []


def test_invalid_utf8_is_shown_escaped_and_byte_by_byte(console: Console, qtbot: QtBot) -> None:
    body = b'{"name": "caf\xe9"}\xff\x00'
    payload = opened(console, qtbot, body).detail.payload
    assert not payload._as_tree.isEnabled()
    assert raw(payload) == '{"name": "caf\\xe9"}\\xff\\u0000'
    payload._as_hex.click()
    assert payload._hex.toPlainText() == (
        '00000000  7b 22 6e 61 6d 65 22 3a  {"name":\n'
        '00000008  20 22 63 61 66 e9 22 7d   "caf."}\n'
        "00000010  ff 00                    .."
    )


def test_many_bytes_are_cut_in_the_hexadecimal_view() -> None:
    assert hex_lines(bytes(HEX_CAP + 100)).count("\n") == HEX_CAP // 8 - 1


@pytest.fixture
def five_megabytes() -> bytes:
    rows = [{"id": n, "name": f"杭州 {n}", "note": "<b>x</b>\u202e"} for n in range(90_000)]
    body = json.dumps({"head": 1, "rows": rows}, ensure_ascii=False).encode()
    assert len(body) > 5_000_000
    return body


def test_five_megabytes_are_shown_as_tree_and_raw_without_a_stall(
    console: Console, qtbot: QtBot, five_megabytes: bytes
) -> None:
    console.node.records = [sample.invoice(2300)]
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.payload.body is not None)
    console.node.records = [
        with_payload(b"{}").model_copy(update={"id": 2301, "size": len(five_megabytes)})
    ]
    console.node.payloads[2301] = five_megabytes
    payload = page.detail.payload
    with stalls() as watched:
        page.record_wanted.emit(2301)
        qtbot.waitUntil(lambda: payload.body == five_megabytes)
        payload._as_raw.click()
        qtbot.wait(20)
        payload._as_hex.click()
        qtbot.wait(20)
        payload._as_tree.click()
        assert payload._model is not None
        payload._tree.expand(payload._model.index(1, 0))
        qtbot.wait(20)
    assert watched.busiest_ms < STALL_MS, str(watched)
    text = raw(payload)
    assert len(text) < shown.BLOCK_CAP * 1.2
    assert max(len(line) for line in text.splitlines()) <= LONGEST_LINE * 6
    assert "more characters" in text.splitlines()[-1]
    assert "<b>x</b>\\u202e" in text


def test_a_large_payload_comes_only_when_it_is_looked_at(
    console: Console, qtbot: QtBot, five_megabytes: bytes
) -> None:
    console.node.records = [with_payload(five_megabytes)]
    console.records.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.record_id == 2300)
    assert page.detail.payload.body is None
    page.detail.tabs.setCurrentIndex(Tab.PAYLOAD)
    qtbot.waitUntil(lambda: page.detail.payload.body == five_megabytes)


def test_a_payload_that_cannot_be_read_says_why(console: Console, qtbot: QtBot) -> None:
    console.node.records = [
        with_payload(b"{}").model_copy(update={"size": 999_999, "payload_text": None})
    ]
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.record_id == 2300)
    console.node.refuses = ErrorShape(code="gone", sentence="The bytes are gone.")
    page.detail.payload_wanted.emit(2300)
    qtbot.waitUntil(lambda: page.detail.payload._nothing.title.text() == "The bytes are gone.")
    console.node.refuses = None


def test_the_exact_bytes_are_saved_to_a_file(
    console: Console, qtbot: QtBot, tmp_path: Path
) -> None:
    body = bytes(range(256)) * 2000
    page = opened(console, qtbot, body)
    target = tmp_path / "saved"
    console.window.flow_of(RecordsFlow).record.save(2300, target)
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: "saved to" in page.toast.words)
    assert target.read_bytes() == body
    page.toast.dismiss()


def test_a_file_that_cannot_be_written_is_told(
    console: Console, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(console, qtbot, b"{}")
    console.window.flow_of(RecordsFlow).record.save(2300, tmp_path / "no" / "such" / "folder")
    qtbot.waitUntil(lambda: "could not be written" in page.toast.words)
    page.toast.dismiss()


def test_two_versions_are_compared_with_the_changed_paths_first(
    console: Console, qtbot: QtBot
) -> None:
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.record_id == 2300)
    versions = page.detail.versions
    page.detail.tabs.setCurrentIndex(Tab.VERSIONS)
    qtbot.waitUntil(lambda: versions.difference.toPlainText() != "")
    text = versions.difference.toPlainText()
    assert text.splitlines()[0] == "no"
    assert '- "INV-2026-11-02299"' in text
    assert '+ "INV-2026-11-02300"' in text
    assert text.index("The same in both") > text.index("+ ")
    assert versions.other.value == "version 1"


def test_an_attempts_own_request_and_answer_are_copied(console: Console, qtbot: QtBot) -> None:
    console.window.show_page("records")
    page = console.records
    qtbot.waitUntil(lambda: page.detail.record_id == 2300)
    page.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    card = page.detail.attempts.cards()[2]
    attempt = card._attempt
    assert attempt.request is not None
    page.detail.attempts.curl_wanted.emit(attempt)
    qtbot.waitUntil(lambda: page.toast.words.startswith("Copied as cURL"))
    command = QGuiApplication.clipboard().text()
    assert f"-H 'jellyfish-attempt: {attempt.cycle}.{attempt.number}'" in command
    assert "AUTHORIZATION" in page.toast.words
    page.detail.attempts.copy_wanted.emit("the answer")
    assert QGuiApplication.clipboard().text() == "the answer"
    page.toast.dismiss()


def test_the_monitor_catches_a_stall_made_on_purpose(console: Console, qtbot: QtBot) -> None:
    with stalls() as watched:
        qtbot.wait(20)
        until = time.thread_time() + 0.12
        while time.thread_time() < until:
            pass
        qtbot.wait(20)
    assert any(ms > 100 for ms in watched.found), str(watched)
    assert watched.busiest_ms > 100, str(watched)
    with stalls() as quiet:
        qtbot.wait(60)
    assert quiet.busiest_ms < STALL_MS, str(quiet)
