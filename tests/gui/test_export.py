"""Export: JSON Lines without loss, CSV safe for spreadsheets, in the background, whole or not."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.flows.export import Wanted
from app.flows.records import RecordsFlow
from app.models.export_rows import CsvForm, heading, lines
from app.models.record_filter import RecordFilter
from app.models.work import figures
from app.pages.export_dialog import ExportDialog
from app.pages.records import RecordsPage
from engine.api.wire import DeliveryShape, ErrorShape, RecordShape
from tests.gui import sample
from tests.gui.conftest import Console


def line(payload: str = '{"total": 18400.00}', key: str = "A-1", error: str = "") -> bytes:
    """One exported record with two deliveries."""
    record = RecordShape(
        id=7,
        job="invoices",
        key=key,
        version=2,
        pulled_at="2026-11-23T06:30:00.000Z",
        payload_text=payload,
        deliveries=(
            DeliveryShape(consumer="erp", state="delivered", cycle=1, number=1, last_status=200),
            DeliveryShape(consumer="tax", state="dead", cycle=2, number=9, last_error=error),
        ),
    )
    return record.model_dump_json().encode()


def cells(row: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(row.decode(), newline="")))


# ---------------------------------------------------------------- CSV
def test_each_delivery_is_a_row_with_the_chosen_columns() -> None:
    form = CsvForm(("key", "version", "consumer", "state", "last_status"))
    assert heading(form) == b"\xef\xbb\xbfkey,version,consumer,state,last_status\r\n"
    assert cells(lines(line(), form)) == [
        ["A-1", "2", "erp", "delivered", "200"],
        ["A-1", "2", "tax", "dead", ""],
    ]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_cell_that_begins_like_a_formula_is_defused_when_asked(text: str, safe: str) -> None:
    row = line(key=text)
    assert cells(lines(row, CsvForm(("key",), safe=True)))[0] == [safe] if safe else True
    assert cells(lines(row, CsvForm(("key", "id"), safe=False)))[0][0] == text
    assert heading(CsvForm((text or "x",), safe=False)) == heading_of(text or "x")


def heading_of(name: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([name])
    return out.getvalue().encode()


def test_fields_of_the_payload_keep_their_digits() -> None:
    payload = (
        '{"total": 18400.00, "id": 9007199254740993, "buyer": {"name": "杭州, \\"A\\""},'
        ' "lines": [{"sku": "x"}, {"sku": "=y"}], "none": null, "yes": true}'
    )
    form = CsvForm(
        tuple(
            f"record.{path}"
            for path in (
                "total", "id", "buyer.name", "lines[1].sku", "none", "yes", "buyer", "no.such",
            )
        )
    )  # fmt: skip
    assert cells(lines(line(payload), form))[0] == [
        "18400.00",
        "9007199254740993",
        '杭州, "A"',
        "'=y",
        "",
        "true",
        '{"name": "杭州, \\"A\\""}',
        "",
    ]


def test_a_payload_that_is_no_json_leaves_its_fields_empty() -> None:
    assert cells(lines(line("no json"), CsvForm(("record.a", "payload"))))[0] == ["", "no json"]


def test_a_record_without_deliveries_is_a_row_too() -> None:
    alone = RecordShape(id=1, job="a", key="k", version=1, pulled_at="x")
    row = lines(alone.model_dump_json().encode(), CsvForm(("key", "state")))
    assert cells(row) == [["k", ""]]


# ---------------------------------------------------------------- into a file
@pytest.fixture
def page(console: Console, qtbot: QtBot) -> RecordsPage:
    console.window.show_page("records")
    qtbot.waitUntil(lambda: len(console.records.model.rows) == 200)
    return console.records


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    made = tmp_path / "out"
    made.mkdir()
    return made


def export(console: Console, wanted: Wanted, form: CsvForm | None, path: Path) -> None:
    console.window.flow_of(RecordsFlow).exporting.start(wanted, form, path)


def ended(console: Console) -> str:
    """The words of the only row, once it has ended; "" before."""
    rows = console.window.progress.rows
    return "" if not rows or rows[0].work.open else figures(rows[0].work)


def everything(page: RecordsPage) -> Wanted:
    return Wanted(query=page.filter.query(sample.NOW))


def test_all_that_match_are_written_line_by_line(
    console: Console, page: RecordsPage, qtbot: QtBot, folder: Path
) -> None:
    page.filter_bar.set_filter(RecordFilter("invoices", "tax-portal", ("dead",)))
    export(console, everything(page), None, folder / "out.jsonl")
    qtbot.waitUntil(lambda: ended(console) == "75 records written")
    written = (folder / "out.jsonl").read_text().splitlines()
    assert [json.loads(each)["id"] for each in written] == [
        each.id for each in console.node.records if each.id % 4 == 0
    ]
    assert list(folder.iterdir()) == [folder / "out.jsonl"]


def test_selected_records_are_written_with_every_attempt(
    console: Console, page: RecordsPage, qtbot: QtBot, folder: Path
) -> None:
    export(console, Wanted(ids=(2300, 2298)), None, folder / "out.jsonl")
    qtbot.waitUntil(lambda: ended(console) == "2 records written")
    first = json.loads((folder / "out.jsonl").read_text().splitlines()[0])
    assert len(first["deliveries"][0]["attempts"]) == 10


def test_a_table_is_written_whatever_pieces_the_lines_come_in(
    console: Console, page: RecordsPage, qtbot: QtBot, folder: Path
) -> None:
    export(console, everything(page), CsvForm(("key", "record.total")), folder / "out.csv")
    qtbot.waitUntil(lambda: ended(console) == "300 records written")
    rows = cells((folder / "out.csv").read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert rows[0] == ["key", "record.total"]
    assert rows[1] == ["INV-2026-11-02300", "20700.00"]
    assert len(rows) == 301


def test_a_cancelled_export_leaves_no_file(
    console: Console, page: RecordsPage, qtbot: QtBot, folder: Path
) -> None:
    console.node.held["line 100"] = asyncio.Event()
    (folder / "out.jsonl").write_text("as it was")
    export(console, everything(page), None, folder / "out.jsonl")
    qtbot.waitUntil(lambda: "line 100" in console.node.waiting)
    row = console.window.progress.rows[0]
    assert not row.pause.isVisible()
    row.cancel.click()
    qtbot.waitUntil(lambda: ended(console) == "cancelled after 100")
    assert (folder / "out.jsonl").read_text() == "as it was"
    assert list(folder.iterdir()) == [folder / "out.jsonl"]


def test_an_export_that_breaks_off_says_why_and_leaves_no_file(
    console: Console, page: RecordsPage, qtbot: QtBot, folder: Path
) -> None:
    gate = console.node.held["line 50"] = asyncio.Event()
    export(console, everything(page), None, folder / "out.jsonl")
    qtbot.waitUntil(lambda: "line 50" in console.node.waiting)
    console.node.refuses = ErrorShape(code="busy", sentence="The disk of the node is full.")
    gate.set()
    qtbot.waitUntil(lambda: "The disk of the node is full." in ended(console))
    console.node.refuses = None
    assert list(folder.iterdir()) == []


def test_a_file_that_cannot_be_made_is_told_in_the_row(
    console: Console, page: RecordsPage, qtbot: QtBot, folder: Path
) -> None:
    export(console, everything(page), None, folder / "none" / "out.jsonl")
    qtbot.waitUntil(lambda: "No such file or directory" in ended(console))


# ---------------------------------------------------------------- the question
def test_the_dialog_names_the_number_and_gives_the_columns(
    console: Console, page: RecordsPage, qtbot: QtBot
) -> None:
    console.window.flow_of(RecordsFlow).exporting.selected(page.model.rows[:3])
    [dialog] = console.window.findChildren(ExportDialog)
    assert dialog.words.startswith("Export 3 records?")
    assert dialog.formats.key == "jsonl"
    dialog.formats.choose("csv")
    for box in dialog.columns.values():
        box.setChecked(False)
    assert not dialog.yes.isEnabled()
    dialog.columns["key"].setChecked(True)
    dialog.fields.setText("total, record.buyer.name, total")
    assert dialog.form == CsvForm(("key", "record.total", "record.buyer.name"), safe=True)
    dialog.reject()
