"""The jobs page on a fake node: the list, what is done with a job, and the editor's behaviour."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.connection import Address, FixedAddress
from app.desktop import Desktop
from app.flows.jobs import JobsFlow
from app.models.job_draft import JobDraft
from app.models.job_schema import Input, read_schema
from app.models.jobs import Column
from app.pages.editor.context import EditorContext
from app.pages.editor.form import Form
from app.pages.editor.plan import alerts_plan, consumer_plan, shards_plan, source_plan, whole
from app.pages.jobs import JobsPage
from app.pages.pause_question import PauseQuestion
from app.session import Session
from app.settings import Settings
from app.theme import fonts
from app.theme.theme import Theme
from engine.api.wire import CursorPreviewShape, CursorShape, CursorsShape, Done, OperationShape
from engine.operations.document import job_schema, read_documents
from tests.gui import sample
from tests.gui.conftest import Console, Run
from tests.gui.fake_node import FakeNode
from tests.gui.job_answers import job_answers
from tests.gui.job_answers import whole as whole_job


class Jobs:
    """The jobs page of a console, and what the node was asked."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console = console
        self.qtbot = qtbot
        self.page = console.window.page_of(JobsPage)
        self.flow = console.window.flow_of(JobsFlow)
        self.editor = self.page.editor

    def open(self, name: str = "orders") -> None:
        self.flow.editing.open_job(name)
        self.qtbot.waitUntil(lambda: self.page.editing)
        self.settle()

    def settle(self) -> None:
        """Fields show the document once the event is through."""
        self.qtbot.waitUntil(lambda: not self.editor._later.isActive())

    @property
    def draft(self) -> JobDraft:
        return self.flow.editing.draft

    @property
    def consumers(self) -> list[str]:
        """The names of the draft's consumers."""
        return [str(each["name"]) for each in self.draft.get(("consumers",))]

    def field(self, path: str) -> Any:
        """The widget that has the keyboard for a place of the document."""
        self.qtbot.waitUntil(lambda: bool(self.fields(path)))
        return self.fields(path)[0]

    def fields(self, path: str) -> list[QWidget]:
        return [each for each in self.editor.findChildren(QWidget, path) if each.isVisible()]

    def asked(self, method: str, path: str) -> list[httpx.Request]:
        return [
            each
            for each in self.console.node.requests
            if (each.method, each.url.path.removeprefix("/api/v1")) == (method, path)
        ]


@pytest.fixture
def jobs(console: Console, qtbot: QtBot) -> Iterator[Jobs]:
    documents = [whole_job(each.job) for each in console.node.status.jobs]
    console.node.answers.update(job_answers(*documents))
    console.window.show_page("jobs")
    made = Jobs(console, qtbot)
    qtbot.waitUntil(lambda: made.page.list.model.rowCount() == 6)
    qtbot.waitUntil(lambda: bool(made.page.list.model.rows[0].schedule))
    yield made
    qtbot.waitUntil(lambda: not made.flow.editing._check_later.isActive())
    for toast in (made.page.toast, made.editor.toast):
        toast.dismiss()


# ------------------------------------------------------------ the list
def test_every_job_has_its_row_with_what_is_worth_knowing(jobs: Jobs) -> None:
    model = jobs.page.list.model
    rows = {row.job: row for row in model.rows}
    assert rows["orders"].schedule == "every 5s"
    assert (rows["payments"].problem, rows["stock"].paused) != ("", False)
    texts = [str(model.index(1, column).data()) for column in Column]
    assert texts[0] == "the source is in trouble"
    assert texts[Column.PULLED] == "311,865"


def test_keys_do_what_the_menu_does(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.console.node.answers["POST", "/jobs/orders/run"] = Done()
    table = jobs.page.list.table
    table.select_row(0)
    qtbot.keyClick(table, Qt.Key.Key_P)
    question = jobs.flow.deeds.question
    assert isinstance(question, PauseQuestion)
    question.reject()
    words = [
        action.text() for action in jobs.page.list.menu(jobs.page.list.model.rows[0]).actions()
    ]
    assert {"Edit", "Pull now", "Duplicate", "Delete…"} <= set(words)


def test_a_paused_job_is_resumed_without_a_question(jobs: Jobs, qtbot: QtBot) -> None:
    table = jobs.page.list.table
    place = next(n for n, row in enumerate(jobs.page.list.model.rows) if row.paused)
    table.select_row(place)
    assert jobs.page.list.buttons["pause"].text() == "Resume"
    jobs.page.list.buttons["pause"].click()
    qtbot.waitUntil(lambda: ("resume", "stock", None) in jobs.console.node.changes)


def test_a_copy_begins_under_a_name_of_its_own(jobs: Jobs, qtbot: QtBot) -> None:
    qtbot.keyClick(jobs.page.list.table, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: jobs.page.editing)
    assert jobs.draft.is_new
    assert jobs.draft.name == "orders-2"
    assert jobs.draft.get(("ledger",)) == whole_job()["ledger"]


def test_a_job_is_copied_as_yaml_that_reads_back(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.flow.deeds.do("copy_yaml", jobs.page.list.model.rows[0])
    qtbot.waitUntil(jobs.page.toast.isVisible)
    assert read_documents(QGuiApplication.clipboard().text()) == [whole_job()]


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_a_job_is_exported_and_imported(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / f"orders.{kind}"
    jobs.flow.deeds._start(jobs.flow.deeds._export("orders", kind, str(place)))
    qtbot.waitUntil(place.exists)
    written = place.read_text(encoding="utf-8")
    assert read_documents(written) == [whole_job()]
    place.write_text(written.replace("orders", "brand-new", 1), encoding="utf-8")

    jobs.flow.deeds.import_file(str(place))

    qtbot.waitUntil(lambda: jobs.page.editing)
    assert (jobs.draft.name, jobs.draft.is_new) == ("brand-new", True)


def test_an_import_of_a_job_that_is_there_shows_what_it_changes(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    place = tmp_path / "orders.json"
    place.write_text(json.dumps({**whole_job(), "description": "imported"}), encoding="utf-8")
    jobs.flow.deeds.import_file(str(place))
    qtbot.waitUntil(lambda: jobs.page.editing)
    assert [change.path for change in jobs.draft.changes()] == [("description",)]


def test_a_file_that_is_no_job_is_refused_in_words(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    for content, words in ((b"a: [", "not YAML"), (b"\xff\xfe\x00", "cannot be read")):
        place = tmp_path / "job.yaml"
        place.write_bytes(content)
        jobs.flow.deeds.import_file(str(place))
        qtbot.waitUntil(lambda words=words: words in jobs.page.toast.words)  # type: ignore[misc]  # bound now


def test_moving_the_cursor_tells_first_what_it_means(jobs: Jobs, qtbot: QtBot) -> None:
    node = jobs.console.node
    node.answers["GET", "/jobs/orders/cursors"] = CursorsShape(
        cursors=(CursorShape(shard="east", value="2026-11-20T00:00:00Z", type="time"),)
    )
    node.answers["POST", "/jobs/orders/cursors/preview"] = CursorPreviewShape(
        shard="east",
        before="2026-11-20T00:00:00Z",
        after=None,
        direction="back",
        records=1200,
        sentence="1,200 records are asked for again.",
    )
    node.answers["PUT", "/jobs/orders/cursors"] = Done()
    jobs.flow.deeds.do("cursor", jobs.page.list.model.rows[0])
    qtbot.waitUntil(lambda: jobs.flow.deeds.question is not None)
    question: Any = jobs.flow.deeds.question
    qtbot.waitUntil(lambda: "1,200 records" in question.meaning.text())
    assert "2026-11-20" in question.now.text()
    question.yes.click()
    qtbot.waitUntil(lambda: len(jobs.asked("PUT", "/jobs/orders/cursors")) == 1)
    asked = json.loads(jobs.asked("PUT", "/jobs/orders/cursors")[0].content)
    assert asked == {"shard": "east", "value": None}


def test_a_range_is_pulled_again_as_an_operation(jobs: Jobs, qtbot: QtBot) -> None:
    node = jobs.console.node
    node.answers["GET", "/jobs/orders/cursors"] = CursorsShape(
        cursors=(CursorShape(shard="east", value="2026-11-20T00:00:00Z", type="time"),)
    )

    def start(request: httpx.Request) -> OperationShape:
        return OperationShape.model_validate(
            {
                "id": 5,
                "kind": "repull",
                "state": "running",
                "request": json.loads(request.content),
                "created_at": sample.NOW,
                "updated_at": sample.NOW,
                "by": "owner",
            }
        )

    node.answers["POST", "/operations"] = start
    jobs.flow.deeds._navigator.wanted.disconnect()  # where it leads is the activity page's matter
    jobs.flow.deeds.do("repull", jobs.page.list.model.rows[0])
    qtbot.waitUntil(lambda: jobs.flow.deeds.question is not None)
    question: Any = jobs.flow.deeds.question
    question.since_edit.setText("2026-11-01T00:00:00Z")
    question.yes.click()
    qtbot.waitUntil(lambda: len(jobs.asked("POST", "/operations")) == 1)
    asked = json.loads(jobs.asked("POST", "/operations")[0].content)
    assert (asked["kind"], asked["job"], asked["since"], asked["until"]) == (
        "repull",
        "orders",
        "2026-11-01T00:00:00Z",
        None,
    )


# ------------------------------------------------------------ the editor
def test_fields_show_the_document_and_change_it(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    url = jobs.field("producer.request.url")
    assert url.toPlainText() == "https://shop.example/api/orders"
    url.selectAll()
    qtbot.keyClicks(url, "https://new.example")
    assert jobs.draft.get(("producer", "request", "url")) == "https://new.example"
    jobs.editor.undo()
    jobs.settle()
    assert url.toPlainText() == "https://shop.example/api/orders"
    assert not jobs.draft.dirty


def test_ctrl_z_takes_back_the_last_step_from_within_a_field(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    edit = jobs.field("description")
    edit.setFocus()
    qtbot.keyClicks(edit, " more")
    assert edit.text().endswith(" more")
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    jobs.settle()
    assert not jobs.draft.dirty
    assert edit.text() == "Orders from the shop to the ERP"


def test_another_kind_brings_its_fields_and_the_first_comes_back_filled(
    jobs: Jobs, qtbot: QtBot
) -> None:
    jobs.open()
    path = ("producer", "paging")
    form = jobs.editor.forms["source"]
    field: Any = form.field_at((*path, "size"))
    union: Any = next(each for row in form.rows() for each in row.fields if each.path == path)
    assert field.edit.text() == "500"
    union.choice.chosen.emit("Token in the answer")
    jobs.settle()
    assert jobs.draft.get(path) == {"kind": "token"}
    token: Any = form.field_at((*path, "next"))
    qtbot.waitUntil(token.isVisible)
    union.choice.chosen.emit("Page number")
    assert jobs.draft.get(path) == {"kind": "page", "start": 1, "size": 500}


def test_mode_and_cursor_change_together(jobs: Jobs) -> None:
    jobs.open()
    context = jobs.editor.context
    context.put(("producer", "mode"), "full")
    assert not jobs.draft.has(("producer", "cursor"))
    context.put(("producer", "cursor", "value"), "record.changed")
    assert jobs.draft.get(("producer", "mode")) == "incremental"
    jobs.editor.undo()
    jobs.editor.undo()
    assert not jobs.draft.dirty


def test_a_table_takes_lines_and_gives_them_up(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    path = ("producer", "request", "headers")
    table: Any = jobs.editor.forms["source"].field_at(path)
    assert [line.name.text() for line in table.lines] == ["X-Tenant", ""]
    qtbot.keyClicks(table.lines[1].name, "X-More")
    qtbot.keyClicks(table.lines[1].value, "${vars.region}")
    assert jobs.draft.get(path) == {"X-Tenant": "acme", "X-More": "${vars.region}"}
    assert len(table.lines) == 3
    table.lines[0].remove.click()
    assert jobs.draft.get(path) == {"X-More": "${vars.region}"}


def test_consumers_are_added_copied_moved_and_taken_out(jobs: Jobs) -> None:
    jobs.open()
    jobs.editor.duplicate_consumer(0)
    assert jobs.editor.part == "consumer:1"
    assert jobs.consumers == ["erp", "erp-2"]
    jobs.editor.consumer_bar.up.click()
    assert jobs.consumers == ["erp-2", "erp"]
    assert jobs.editor.part == "consumer:0"
    jobs.editor.consumer_bar.remove.click()
    assert jobs.consumers == ["erp"]
    jobs.editor.undo()
    jobs.editor.undo()
    jobs.editor.undo()
    assert not jobs.draft.dirty


def test_a_list_of_problems_leads_to_the_field(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    jobs.editor.context.put(("alerts", 0, "when"), "failed +")
    qtbot.waitUntil(lambda: jobs.editor.foot.list.count() == 1)
    assert jobs.editor.foot.toggle.text() == "1 thing to fill in or correct"
    jobs.editor.foot.toggle.click()
    jobs.editor.foot.list.itemActivated.emit(jobs.editor.foot.list.item(0))
    assert jobs.editor.part == "alerts"
    qtbot.waitUntil(lambda: jobs.field("alerts[0].when").marked != "")


def test_completion_offers_the_fields_of_the_last_answer(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    jobs.editor.context.know(sample={"record": {"id": 1, "updated_at": "2026"}})
    key = jobs.field("ledger.key")
    key.setFocus()
    key.selectAll()
    qtbot.keyClicks(key, "record.")
    popup = key.popup
    qtbot.waitUntil(popup.isVisible)
    assert [popup.list.item(n).text().split()[0] for n in range(popup.list.count())] == [
        "id",
        "updated_at",
    ]
    qtbot.keyClick(key, Qt.Key.Key_Down)
    qtbot.keyClick(key, Qt.Key.Key_Return)
    assert jobs.draft.get(("ledger", "key")) == "record.updated_at"
    assert not popup.isVisible()


def test_leaving_with_changes_asks_and_may_throw_away(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    jobs.editor.context.put(("description",), "changed")
    jobs.editor.heading.back.click()
    dialog = jobs.flow.editing.saving.dialog
    assert dialog is not None
    assert dialog.words.startswith("1 change is not saved yet") or "not saved" in dialog.words
    dialog.no.click()
    assert jobs.page.editing
    jobs.editor.heading.back.click()
    dialog = jobs.flow.editing.saving.dialog
    assert dialog is not None
    dialog.other.click()
    qtbot.waitUntil(lambda: not jobs.page.editing)


def test_a_secrets_value_is_never_shown(jobs: Jobs) -> None:
    jobs.open()
    field: Any = jobs.editor.forms["source"].field_at(("producer", "request", "auth", "token"))
    assert field.button.words == "shop-token"
    names = [action.text() for action in field.button.menu_now().actions()]
    assert names[:2] == ["erp-password", "shop-token"]
    field.button.chosen.emit("erp-password")
    assert jobs.draft.get(("producer", "request", "auth", "token")) == {"secret": "erp-password"}


# ------------------------------------------------------------ forms from the schema alone
def test_a_field_a_kind_gains_is_drawn_without_a_change_here(theme: Theme, qtbot: QtBot) -> None:
    schema = copy.deepcopy(job_schema())
    schema["$defs"]["PullRequest"]["properties"]["compress"] = {
        "type": "boolean",
        "title": "Compress",
        "default": False,
    }
    root = read_schema(schema)
    context = EditorContext(theme)
    context.root = root
    form = Form(context, source_plan(), root)
    qtbot.addWidget(form)
    path = ("producer", "request", "compress")
    field = form.field_at(path)
    assert field is not None
    assert (field.path, field.title) == (path, "Compress")


def test_every_field_of_the_schema_has_a_place(theme: Theme) -> None:
    root = read_schema(job_schema())
    plans = [source_plan(), shards_plan(), alerts_plan(), consumer_plan(0)]
    placed = {
        path
        for plan in plans
        for section in whole(plan, root)
        for row in section.rows
        for path in row.paths
    }

    def unplaced(spec: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if path in placed or (spec.input is Input.CHOICE and len(spec.choices) == 1):
            return []
        inside = spec.item if spec.input is Input.PARTS else spec
        below = (*path, 0) if spec.input is Input.PARTS else path
        if inside.fields:
            return [bad for each in inside.fields for bad in unplaced(each, (*below, each.name))]
        return [path]

    assert unplaced(root, ()) == []


def test_a_window_built_anew_goes_on_with_the_draft(
    qtbot: QtBot,
    loop: asyncio.AbstractEventLoop,
    theme: Theme,
    settings: Settings,
    node: FakeNode,
    run: Run[Any],
) -> None:
    node.answers.update(job_answers(*(whole_job(each.job) for each in node.status.jobs)))
    desktop = Desktop(theme, settings)
    run(desktop.open())
    session = Session(FixedAddress(Address("http://127.0.0.1:1", "")), node.open)
    desktop.attach(session)
    session.open()
    try:
        qtbot.waitUntil(lambda: session.status is not None)
        desktop.window.navigator.job("orders", "alerts")
        old = desktop.window.page_of(JobsPage)
        qtbot.waitUntil(lambda: old.editing and not old.editor.context.draft.is_new)
        old.editor.context.put(("description",), "not saved yet")
        with qtbot.waitSignal(desktop.rebuilt):
            desktop.choose_scale(115)
        new = desktop.window.page_of(JobsPage)
        qtbot.waitUntil(lambda: new.editing and new.editor.part == "alerts")
        assert new.editor.context.draft.get(("description",)) == "not saved yet"
        new.editor.undo()
        qtbot.waitUntil(lambda: not new.editor.context.draft.dirty)
        flow = desktop.window.flow_of(JobsFlow)
        qtbot.waitUntil(lambda: not flow.editing._check_later.isActive())
    finally:
        desktop.window.page_of(JobsPage).editor.toast.dismiss()
        desktop.window.close()
        run(session.close())
        desktop.clear()
        fonts.choose_scale(100)
        theme.refresh()


def test_channels_are_chosen_by_name_and_added_in_the_settings(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.open()
    jobs.editor.show_part("alerts")
    form = jobs.editor.forms["alerts"]
    field: Any = form.field_at(("alerts", 0, "to"))
    words = [action.text() for action in field.button.menu_now().actions()]
    assert words[0] == "ops-dingtalk"
    field.toggle("ops-dingtalk")
    assert jobs.draft.get(("alerts", 0, "to")) == []
    field.toggle("ops-dingtalk")
    assert not jobs.draft.dirty
    with qtbot.waitSignal(jobs.console.window.navigator.wanted):
        field.button.menu_now().actions()[-1].trigger()
    assert jobs.console.window.page == "settings"
