"""What was done is told in the console's language, whatever the engine writes down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from app.models.audit_words import _known, deed_words, detail_words, target_words
from app.words import load_language
from engine.store.operation_rows import Kind, OperationRow, Stage
from engine.store.operations import told

ROOT = Path(__file__).parents[2] / "engine"
_WHAT = re.compile(r'audit\(\s*(?:access, )?[\w.]+,\s*f?"([^"]+)"')
PARTS = {
    "{what} job": ("pause job", "resume job"),
    "{what} consumer": ("pause consumer", "resume consumer"),
    "{step} operation": ("pause operation", "resume operation", "cancel operation"),
    "set {use}": ("set secret", "set channel"),
    "delete {use}": ("delete secret", "delete channel"),
}
"""What the engine puts together, and what can come of it."""


def written_down() -> set[str]:
    """Every deed that the engine's source writes into the audit."""
    found: set[str] = set()
    for place in ROOT.rglob("*.py"):
        for what in _WHAT.findall(place.read_text(encoding="utf-8")):
            found.update(PARTS.get(what, (what,)))
    return found


@pytest.fixture
def chinese_words(qapp: QApplication) -> Iterator[None]:
    translator = load_language("zh_CN", qapp)
    yield
    qapp.removeTranslator(translator)


def test_every_deed_the_engine_writes_down_has_words() -> None:
    found = written_down()
    assert {"save job", "cancel operation", "delete secret", "run now"} <= found
    assert found <= set(_known())


@pytest.mark.parametrize("what", ["explode \u202e job", ""])
def test_an_unknown_deed_is_shown_as_it_is_and_safely(what: str) -> None:
    assert "\u202e" not in deed_words(what)
    assert deed_words(what).startswith(what[:7])


def test_a_saved_jobs_revision_is_told_and_a_reason_stays_as_it_is() -> None:
    assert detail_words("save job", "revision 12") == "version 12"
    assert detail_words("pause job", "revision 12") == "revision 12"
    assert detail_words("save job", "by \u202e hand").startswith("by ")
    assert "\u202e" not in detail_words("save job", "by \u202e hand")


DETAILS = [
    ("save job", "revision 12", "版本 12"),
    ("resend", "operation 3: 1 delivery", "操作 3：1 个投递"),
    (
        "resend",
        "operation 3: more than 10,000 deliveries as they were",
        "操作 3：超过 10,000 个投递，保持原样",
    ),
    (
        "resend",
        "operation 3, done: 13 sent again, 2 left as they were",
        "操作 3，已完成：13 个已重发，2 个未动",
    ),
    ("skip", "operation 4, cancelled: 1,200 skipped", "操作 4，已取消：1,200 个已跳过"),
    ("skip", "from delivery 7 to 19", "从投递 7 到 19"),
    (
        "repull",
        "operation 5: from the start to 2026-01-31 08:00",
        "操作 5：从 起点 到 2026-01-31 08:00",
    ),
    (
        "repull",
        "operation 5, failed: 10 records read, 3 new versions",
        "操作 5，失败：读取 10 条记录，3 个新版本",
    ),
    ("cancel operation", "5 sent again", "5 个已重发"),
    ("pause consumer", "until 2026-01-31 08:00:00 UTC", "到 2026-01-31 08:00:00 UTC 为止"),
    ("set cursor", "from 17 to the start", "从 17 到 起点"),
    ("create token", "operate", "读取、操作"),
    ("revoke token", "token 3", "令牌 3"),
    ("check", "0 broken", "0 处不符"),
    ("copy database", "from SQLite", "来自 SQLite"),
]
TARGETS = [
    ("resend", "delivery 7", "投递 7"),
    ("skip", "3 deliveries", "3 个投递"),
    ("resend", "record 5/erp", "记录 5/erp"),
    ("skip", "1,000 records", "1,000 条记录"),
    ("resend", "all jobs/erp", "全部任务/erp"),
    ("pause operation", "operation 4", "操作 4"),
]


@pytest.mark.parametrize(("what", "detail", "chinese"), DETAILS)
def test_a_detail_is_told_in_chinese(
    chinese_words: None, what: str, detail: str, chinese: str
) -> None:
    assert detail_words(what, detail) == chinese


@pytest.mark.parametrize(("what", "target", "chinese"), TARGETS)
def test_what_it_was_done_to_is_told_in_chinese(
    chinese_words: None, what: str, target: str, chinese: str
) -> None:
    assert target_words(what, target) == chinese


@pytest.mark.parametrize(("what", "detail"), [(what, detail) for what, detail, _ in DETAILS[1:-4]])
def test_in_english_a_detail_reads_as_the_engine_wrote_it(what: str, detail: str) -> None:
    assert detail_words(what, detail) == detail


def test_a_reason_stays_as_it_was_written(chinese_words: None) -> None:
    told = detail_words("resend", "operation 3: 5 deliveries, 5 sent again, delivery 7, ERP: down")
    assert told == "操作 3：5 个投递，5 个已重发，delivery 7, ERP: down"
    assert detail_words("pause job", "revision 12, until later") == "revision 12, until later"
    assert target_words("save job", "delivery 7") == "delivery 7"
    assert "\u202e" not in target_words("resend", "delivery \u202e7")


@pytest.mark.parametrize("kind", Kind)
def test_what_the_engine_tells_of_an_operation_is_known(chinese_words: None, kind: Kind) -> None:
    row = SimpleNamespace(kind=kind, moved=5, done=9, refused=2, reason="")
    detail = f"operation 9, {Stage.DONE.value}: {told(cast('OperationRow', row))}"
    assert re.findall("[a-z]{3,}", detail_words(kind.value, detail)) == []
