"""Long work is followed on every page: count, rate, time left, pause, cancel, result."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.flows.operations import Operations
from app.models.work import Work, WorkKind, WorkState, figures, title
from app.widgets.progress import ProgressRow
from app.widgets.report import Report
from engine.api.wire import ErrorShape, OperationRequest, OperationShape, ProblemShape
from tests.gui import sample
from tests.gui.conftest import Console, Run


def operation(operation_id: int = 1, **changes: Any) -> OperationShape:
    made = OperationShape(
        id=operation_id,
        kind="resend",
        state="running",
        request=OperationRequest(kind="resend"),
        job="invoices",
        consumer="tax-portal",
        total=284_000,
        done=12_400,
        moved=12_400,
        rate_per_s=405.2,
        left_s=671.0,
        created_at=sample.NOW,
        updated_at=sample.NOW,
        by="console",
    )
    return made.model_copy(update=changes)


def only_row(console: Console, qtbot: QtBot) -> ProgressRow:
    strip = console.window.progress
    Operations.of(console.session)._wake.set()
    qtbot.waitUntil(lambda: len(strip.rows) == 1)
    return strip.rows[0]


def test_nothing_is_shown_while_nothing_is_done(console: Console) -> None:
    assert not console.window.progress.isVisible()


def test_an_operation_of_whoever_is_shown_on_every_page(console: Console, qtbot: QtBot) -> None:
    console.node.operations.append(operation())
    row = only_row(console, qtbot)
    assert console.window.progress.isVisible()
    assert row.accessibleName() == (
        "Resend · invoices → tax-portal: 12,400 of 284,000 · 405/s · 11 min 11 s left"
    )
    console.window.show_page("records")
    assert console.window.progress.isVisible()
    assert row.bar.value() == round(1000 * 12_400 / 284_000)


def test_it_can_be_paused_and_goes_on_and_is_cancelled(console: Console, qtbot: QtBot) -> None:
    console.node.operations.append(operation())
    row = only_row(console, qtbot)
    row.pause.click()
    qtbot.waitUntil(lambda: "paused" in row.figures.text())
    assert not row.pause.isVisible()
    row.resume.click()
    qtbot.waitUntil(row.pause.isVisible)
    row.cancel.click()
    qtbot.waitUntil(lambda: row.figures.text() == "cancelled after 12,400")
    assert console.node.steps == [("pause", 1), ("resume", 1), ("cancel", 1)]
    row.put_away.click()
    qtbot.waitUntil(lambda: not console.window.progress.isVisible())


def test_its_result_says_what_was_refused_and_why(console: Console, qtbot: QtBot) -> None:
    console.node.operations.append(operation())
    row = only_row(console, qtbot)
    console.node.change(
        1,
        state="done",
        done=284_000,
        moved=283_998,
        refused=2,
        warned=1,
        refusals=(ProblemShape(path="77", sentence="Its bytes are gone. <b>"),),
        warnings=("Record 9 is version 1 of 2.",),
    )
    qtbot.waitUntil(lambda: not row.work.open)
    assert row.figures.text() == (
        "283,998 deliveries will be sent again · 2 refused · 1 of an older version than the newest"
    )
    row.report.click()
    [report] = console.window.findChildren(Report)
    assert report.lines.toPlainText().splitlines() == [
        "Record 77: Its bytes are gone. <b>",
        "Record 9 is version 1 of 2.",
        "… and 1 more that were refused",
    ]
    report.close_button.click()


def test_a_step_that_is_refused_is_told(console: Console, qtbot: QtBot) -> None:
    console.node.operations.append(operation())
    row = only_row(console, qtbot)
    told: list[str] = []
    Operations.of(console.session).refused.connect(lambda sentence, hint: told.append(sentence))
    console.node.refuses = ErrorShape(code="conflict", sentence="It has ended already.")
    row.pause.click()
    qtbot.waitUntil(lambda: told == ["It has ended already."])
    console.node.refuses = None


def test_more_than_a_few_are_counted(console: Console, qtbot: QtBot) -> None:
    console.node.operations += [operation(n) for n in range(1, 6)]
    strip = console.window.progress
    Operations.of(console.session)._wake.set()
    qtbot.waitUntil(lambda: len(strip.rows) == 3)
    assert strip.more.text() == "2 more"
    assert strip.more.isVisible()


def test_what_was_begun_here_is_followed_at_once(
    console: Console, qtbot: QtBot, run: Run[OperationShape]
) -> None:
    request = OperationRequest(kind="skip", record_ids=(2300, 2299), consumer="tax-portal")
    run(Operations.of(console.session).begin(request))
    assert console.window.progress.isVisible()
    assert console.window.progress.rows[0].work.kind is WorkKind.SKIP


def test_work_goes_on_when_the_window_is_built_anew(console: Console, run: Run[None]) -> None:
    operations = Operations.of(console.session)
    following = operations._following
    run(console.session.end_work())
    assert following is not None
    assert not following.done()
    assert Operations.of(console.session) is operations


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (Work("a", WorkKind.SKIP, WorkState.DONE, moved=1), "1 delivery skipped"),
        (Work("a", WorkKind.REPULL, WorkState.DONE, moved=3), "3 new versions stored"),
        (Work("a", WorkKind.EXPORT, WorkState.RUNNING, done=7), "7"),
        (
            Work("a", WorkKind.RESEND, WorkState.RUNNING, done=7, total=1000, exact=False),
            "7 of more than 1,000",
        ),
        (
            Work("a", WorkKind.RESEND, WorkState.FAILED, done=7, sentence="The disk is full."),
            "stopped after 7 · The disk is full.",
        ),
    ],
)
def test_each_state_has_its_words(work: Work, words: str) -> None:
    assert figures(work) == words


def test_a_title_shows_other_peoples_text_as_text() -> None:
    work = Work("a", WorkKind.EXPORT, WorkState.RUNNING, about="<b>\u202ex")
    assert title(work) == "Export · <b>\\u202ex"
