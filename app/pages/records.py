"""The records page: filter bar, grid, detail beside it, a line at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import format
from app.models.record_filter import RecordFilter
from app.models.record_rows import RESENDABLE, RecordRow
from app.models.records import RecordsModel
from app.pages.filter_bar import FilterBar
from app.pages.page import Page
from app.pages.record_detail import RecordDetail, Tab
from app.pages.records_grid import RecordsGrid
from app.pages.records_menu import RecordsMenu, Wishes
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.empty import EmptyState
from app.widgets.toast import Toast
from app.words import translate
from engine.api.wire import RecordShape

DETAIL_PX = 460
NARROW_DETAIL_PX = 416
NARROW_PX = 700


class RecordsPage(Page):
    """Signals tell what the operator wants; ``flows.records`` does it.

    filter_changed: a RecordFilter. record_wanted: an id, or None. resend_wanted, resend_how_wanted,
    skip_wanted: rows, consumer. export_wanted: rows.
    """

    filter_changed = Signal(object)
    follow_changed = Signal(bool)
    more_wanted = Signal()
    reload_wanted = Signal()
    newer_wanted = Signal()
    top_reached = Signal()
    record_wanted = Signal(object)
    versions_wanted = Signal(object)
    resend_wanted = Signal(object, object)
    resend_how_wanted = Signal(object, object)
    resend_all_wanted = Signal()
    skip_wanted = Signal(object, object)
    skip_all_wanted = Signal()
    export_wanted = Signal(object)
    export_all_wanted = Signal()
    curl_wanted = Signal(object, str, object)
    why_wanted = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__("panel")
        self._theme = theme
        self._sized = False
        self._total: int | None = None
        self._totals = ""
        self.filter_bar = FilterBar(theme)
        self.model = RecordsModel(self)
        self.table = RecordsGrid(theme, self.model)
        self.detail = RecordDetail(theme)
        self.toast = Toast(theme, self)
        self._selected = ElidedLabel(tone="muted")
        self._counts = PlainLabel(tone="muted")
        self.newer = Button(theme, kind="link", sign="arrow-up", px=14)
        self._empty = EmptyState(theme, "search")
        self._clear = Button(theme)
        self._again = Button(theme, sign="refresh")
        self.export = Button(theme, sign="save")
        self.export.setParent(self)  # until the top bar takes it
        self.export.hide()
        self._middle = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._build()
        self._wire()
        self.wording()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter_bar)
        column.addWidget(self.splitter, 1)
        left = QWidget()
        left.setObjectName("panel")
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self._empty)
        inner.addWidget(self._middle, 1)
        inner.addWidget(framed("line"))
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(self._selected)
        foot.addStretch(1)
        foot.addWidget(self.newer)
        foot.addStretch(1)
        foot.addWidget(self._counts)
        holder = QWidget()
        holder.setFixedHeight(36)
        holder.setLayout(foot)
        inner.addWidget(holder)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.detail)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        left.setMinimumWidth(360)
        self.detail.setMinimumWidth(fonts.room(340))
        self._empty.buttons.addWidget(self._clear)
        self._empty.buttons.addWidget(self._again)
        self.newer.hide()

    def _wire(self) -> None:
        self.filter_bar.changed.connect(self._filter_changed)
        self.filter_bar.follow_changed.connect(self.follow_changed)
        self.model.more_wanted.connect(self.more_wanted)
        self.splitter.splitterMoved.connect(self._splitter_moved)
        self.newer.clicked.connect(self.newer_wanted)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._clear.clicked.connect(lambda: self.filter_bar.set_filter(RecordFilter()))
        self._again.clicked.connect(self.reload_wanted)
        self.export.clicked.connect(self.export_all_wanted)
        selection = self.table.selectionModel()
        selection.currentRowChanged.connect(self._current_changed)
        selection.selectionChanged.connect(self._selection_changed)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.detail.resend_wanted.connect(self._resend_shown)
        self.detail.versions_wanted.connect(self.versions_wanted)
        self.detail.record_wanted.connect(self.record_wanted)
        self.detail.curl_wanted.connect(self.curl_wanted)
        self.detail.copy_wanted.connect(self._copy)
        for keys, run in (
            ("R", self._resend_key),
            ("Ctrl+C", self.copy_keys),
            ("Ctrl+Shift+C", self._copy_curl),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(run)

    def wording(self) -> None:
        self.table.setAccessibleName(translate("Records", "Records"))
        self._clear.setText(translate("Records", "Clear the filter"))
        self.export.setText(translate("Records", "Export…"))
        self._again.setText(translate("Records", "Try again"))
        self._show_foot()

    def first_focus(self) -> QWidget:
        return self.table if self.table.isVisibleTo(self) else self

    def search_field(self) -> QLineEdit:
        return self.filter_bar.key

    def state(self) -> RecordFilter:
        return self.filter

    def restore(self, state: object) -> None:
        if isinstance(state, RecordFilter):
            self.filter_bar.set_filter(state)

    def tools(self) -> QWidget:
        """Export stands in the top bar: it is about all that match."""
        return self.export

    # ------------------------------------------------------------ showing
    @property
    def filter(self) -> RecordFilter:
        return self.filter_bar.filter

    def show_reading(self) -> None:
        """The first page is on its way."""
        self.newer.hide()
        if not self.model.rows:
            self._say(translate("Records", "Reading…"), "", "records")

    def show_first(self, rows: Sequence[RecordRow], *, more: bool, keep: bool = False) -> None:
        """Begin anew with these; the first is selected, unless the selected one is among them.

        more: others follow, or are still looked for. keep: what the detail pane shows stays, in
        the list or not.
        """
        wanted = self.detail.record_id
        self.model.start(rows, more=more)
        self._fit_columns()
        if not rows:
            self.detail.clear()
            if more:
                self._say(translate("Records", "Searching…"), "", "search")
            else:
                self._say_nothing()
        else:
            self._middle.setCurrentWidget(self.table)
            place = self.model.place_of(wanted) if wanted is not None else None
            if place is not None or not keep:
                self.table.select_row(place or 0)
            self.table.scrollToTop()
        self._show_foot()

    def show_more(self, rows: Sequence[RecordRow], *, more: bool) -> None:
        """The next page."""
        first = not self.model.rows
        self.model.append(rows, more=more)
        if first and rows:
            self._middle.setCurrentWidget(self.table)
            self.table.select_row(0)
        self._show_foot()

    def show_searched(self) -> None:
        """A search came to its end, or was stopped."""
        if not self.model.rows:
            self._say_nothing()

    def show_full(self, count: int) -> None:
        """The grid takes no more rows."""
        words = translate(
            "Records", "%Ln row(s) are shown. Narrow the filter to see older ones.", "", count
        )
        self.toast.say(words, "retrying", "triangle")

    @property
    def at_top(self) -> bool:
        """Nobody reads further down."""
        return self.table.verticalScrollBar().value() == 0

    def show_newer(self, rows: Sequence[RecordRow]) -> None:
        """New rows at the top; who reads further down keeps the place."""
        bar = self.table.verticalScrollBar()
        before = bar.value()
        count = self.model.prepend(rows)
        if before > 0:
            bar.setValue(before + count * fonts.tall(tokens.ROW_PX))
        self._middle.setCurrentWidget(self.table)
        if self.table.currentIndex().row() < 0:
            self.table.select_row(0)
        self._show_foot()

    def show_waiting_newer(self, count: int, *, at_least: bool) -> None:
        """So many new records match and are not in the grid yet."""
        if count <= 0:
            self.newer.hide()
            return
        words = (
            translate("Records", "{n}+ new records").format(n=format.number(count))
            if at_least
            else translate("Records", "%Ln new record(s)", "", count)
        )
        self.newer.setText(words)
        self.newer.show()

    def show_fresh(self, rows: Sequence[RecordRow], gone: set[int]) -> None:
        """Newer states of rows that are here, and rows that match no more."""
        self.model.update(rows)
        self.model.remove(gone)
        if not self.model.rows:
            self._say_nothing()
        self._show_foot()

    def show_problem(self, sentence: str, hint: str, *, is_wish: bool = False) -> None:
        """It could not be read: instead of the grid, or over it when there are rows.

        is_wish: what was asked for is wrong; asking again does not help.
        """
        if is_wish:
            self.model.start((), more=False)
            self.detail.clear()
            self._say(translate("Records", "This cannot be searched for"), sentence, "warning")
        elif self.model.rows:
            self.toast.say(f"{sentence} {hint}".strip(), "dead", "diamond")
        else:
            self._say(sentence, hint, "warning", again=True)

    def show_total(self, total: int | None, totals: str) -> None:
        """total: how many match, None where it is not known; totals: the counts by state."""
        self._total, self._totals = total, totals
        self._show_foot()

    def show_record(self, record: RecordShape) -> None:
        """The whole record, for the detail pane."""
        self.detail.show_record(record, self.filter.consumer)

    @property
    def total(self) -> int | None:
        """How many match, as far as it is known."""
        return len(self.model.rows) if self.model.complete else self._total

    def foot(self) -> tuple[str, str]:
        """The words of the line at the foot."""
        return self._selected.text(), self._counts.text()

    def _show_foot(self) -> None:
        chosen = len(self.table.selectionModel().selectedRows())
        loaded = len(self.model.rows)
        total = self.total
        if total is None:
            words = translate("Records", "{n} of {loaded}+ selected").format(
                n=format.number(chosen), loaded=format.number(loaded)
            )
        else:
            words = translate("Records", "{n} of {all} selected").format(
                n=format.number(chosen), all=format.number(max(total, loaded))
            )
        self._selected.setText(words if loaded else "")
        self._counts.setText(self._totals)

    def _say(self, title: str, sentence: str, sign: str, *, again: bool = False) -> None:
        self._empty.say(title, sentence, sign)
        self._clear.hide()
        self._again.setVisible(again)
        self._middle.setCurrentWidget(self._empty)

    def _say_nothing(self) -> None:
        if self.filter.empty:
            self._say(
                translate("Records", "No record yet"),
                translate("Records", "As soon as a job pulls one, it stands here."),
                "records",
            )
            return
        self._say(
            translate("Records", "No record matches"),
            translate("Records", "Nothing fits everything that is set above."),
            "search",
        )
        self._clear.show()

    # ------------------------------------------------------------ selection
    def chosen_rows(self) -> list[RecordRow]:
        """The selected rows, from the top."""
        return [self.model.rows[place] for place in self.table.selected_rows()]

    def _scrolled(self, value: int) -> None:
        if value == 0:
            self.top_reached.emit()

    def _filter_changed(self, chosen: RecordFilter) -> None:
        self.filter_changed.emit(chosen)

    def _current_changed(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid():
            self.record_wanted.emit(self.model.rows[current.row()].id)

    def _selection_changed(self, chosen: QItemSelection, left: QItemSelection) -> None:
        self._show_foot()

    def _open_menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if not index.isValid():
            return
        if not self.table.selectionModel().isRowSelected(index.row(), QModelIndex()):
            self.table.select_row(index.row())
        self.open_menu(self.table.viewport().mapToGlobal(place))

    def open_menu(self, place: QPoint) -> RecordsMenu:
        """What can be done with the selected rows, at that place of the screen."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
        return menu

    def menu(self) -> RecordsMenu:
        """What can be done with the selected rows."""
        wishes = Wishes(
            resend=lambda consumer: self._resend(consumer),
            resend_how=lambda consumer: self.resend_how_wanted.emit(self.chosen_rows(), consumer),
            resend_all=self.resend_all_wanted.emit,
            skip=lambda consumer: self.skip_wanted.emit(self.chosen_rows(), consumer),
            skip_all=self.skip_all_wanted.emit,
            compare=self._compare,
            export=lambda: self.export_wanted.emit(self.chosen_rows()),
            export_all=self.export_all_wanted.emit,
            why=lambda row, consumer: self.why_wanted.emit(row.id, consumer),
            curl=lambda row, consumer: self.curl_wanted.emit(row.id, consumer, None),
            copy_keys=self.copy_keys,
        )
        return RecordsMenu(
            self._theme, self, self.chosen_rows(), self.filter.consumer, self._resendable(), wishes
        )

    def _compare(self, row: RecordRow) -> None:
        self.detail.tabs.setCurrentIndex(Tab.VERSIONS)
        self.record_wanted.emit(row.id)

    def _resendable(self) -> int | None:
        """How many "all that match" are, where that is known without counting."""
        states = self.filter.states
        return self.total if states and RESENDABLE.issuperset(states) else None

    def _resend(self, consumer: str | None) -> None:
        self.resend_wanted.emit(self.chosen_rows(), consumer)

    def _resend_shown(self, record_id: int, consumer: str) -> None:
        rows = [row for row in self.model.rows if row.id == record_id]
        if rows:
            self.resend_wanted.emit(rows, consumer)

    def _resend_key(self) -> None:
        menu = self.menu()
        menu.resend_by_key(self.table.viewport().mapToGlobal(QPoint(24, 24)))

    def _copy_curl(self) -> None:
        row = self._current_row()
        if row is not None and row.lead is not None:
            self.curl_wanted.emit(row.id, self.filter.consumer or row.lead.consumer, None)

    def copy_keys(self) -> None:
        """The selected rows' keys to the clipboard, a line each."""
        rows = self.chosen_rows()
        QGuiApplication.clipboard().setText("\n".join(row.key for row in rows))
        if rows:
            self.toast.say(translate("Records", "%Ln key(s) copied", "", len(rows)))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.toast.say(translate("Records", "Copied."))

    def _current_row(self) -> RecordRow | None:
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    # ------------------------------------------------------------ room
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._sized:
            wide = self.width() >= fonts.room(DETAIL_PX + NARROW_PX)
            wanted = fonts.room(DETAIL_PX if wide else NARROW_DETAIL_PX)
            self.splitter.setSizes([self.width() - wanted, wanted])
        self._fit_columns()

    def _splitter_moved(self) -> None:
        self._sized = True
        self._fit_columns()

    def _fit_columns(self) -> None:
        self.table.fit(self.splitter.sizes()[0], self.filter)
