"""The activity page's audit list: every change with who, what, on what, when and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import format, shown
from app.models.audit import audit_model
from app.models.audit_words import deed_words, detail_words, target_words
from app.pages.filter_menus import last_words
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, framed
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.widgets.paged_table import PagedTable
from app.words import translate
from engine.api.wire import AuditShape

TYPING_MS = 250
LASTS_S = (3600, 86400, 604800)
FOOT_PX = 36
WHO_PX = 150


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """who, target: a part of the text, "" for any. what: the whole of it, "" for any."""

    who: str = ""
    what: str = ""
    target: str = ""
    last_s: int | None = None


class AuditPart(QWidget):
    """filter_changed: an AuditFilter."""

    filter_changed = Signal(object)
    reload_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._filter = AuditFilter()
        self._seen: set[str] = set()
        self.model = audit_model()
        self.model.setParent(self)
        self.list = PagedTable(theme, self.model, translate("Audit", "Audit list"))
        self.who = QLineEdit()
        self.target = QLineEdit()
        self.what = FieldButton(theme, self._what_menu)
        self.time = FieldButton(theme, self._time_menu)
        self.clear = Button(theme, kind="ghost", sign="close")
        self._detail = ElidedLabel(tone="muted")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._build()
        self._wire()
        self._show()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(20, 10, 20, 10)
        bar.setSpacing(8)
        for field, words in (
            (self.who, translate("Audit", "Who contains…")),
            (self.target, translate("Audit", "On what contains…")),
        ):
            field.setPlaceholderText(words)
            field.setAccessibleName(words)
        self.who.setFixedWidth(fonts.room(WHO_PX))
        bar.addWidget(self.time)
        bar.addWidget(self.who)
        bar.addWidget(self.what)
        bar.addWidget(self.target, 1)
        words = translate("Filter", "Clear the filter")
        self.clear.setToolTip(words)
        self.clear.setAccessibleName(words)
        bar.addWidget(self.clear)
        column.addLayout(bar)
        column.addWidget(framed("line"))
        column.addWidget(self.list, 1)
        column.addWidget(framed("line"))
        foot = QWidget()
        foot.setFixedHeight(fonts.room(FOOT_PX))
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 0, 16, 0)
        row.addWidget(self._detail)
        row.addStretch(1)
        column.addWidget(foot)

    def _wire(self) -> None:
        self.who.textChanged.connect(lambda: self._typing.start())
        self.target.textChanged.connect(lambda: self._typing.start())
        self._typing.timeout.connect(self._typed)
        self.clear.clicked.connect(self._clear)
        self.list.again.clicked.connect(self.reload_wanted)
        self.list.table.selectionModel().selectionChanged.connect(self._show_detail)
        self.model.modelReset.connect(self._show_detail)

    # ------------------------------------------------------------ showing
    def show_first(self, rows: Sequence[AuditShape], now: int, *, more: bool) -> None:
        """Begin anew with these."""
        self._seen |= {row.what for row in rows}
        self.model.start(rows, now, more=more)
        if rows:
            self.list.show_rows()
        elif self._filter == AuditFilter():
            self.list.say(
                translate("Audit", "Nothing was changed yet"),
                translate("Audit", "Whoever changes something stands here, with when and where."),
                "clock",
            )
        else:
            self.list.say(
                translate("Audit", "No change matches"),
                translate("Audit", "Nothing fits who, what, on what and time together."),
                "search",
            )

    def show_more(self, rows: Sequence[AuditShape], *, more: bool) -> None:
        """The next page."""
        self._seen |= {row.what for row in rows}
        self.model.append(rows, more=more)

    def show_problem(self, sentence: str, hint: str) -> None:
        """It could not be read."""
        self.model.start((), 0)
        self.list.say(sentence, hint, "warning", again=True)

    @property
    def filter(self) -> AuditFilter:
        return self._filter

    def set_filter(self, wanted: AuditFilter) -> None:
        """Set it; tells ``filter_changed`` when it is another."""
        if wanted != self._filter:
            self._filter = wanted
            self._show()
            self.filter_changed.emit(wanted)

    def first_focus(self) -> QWidget:
        return self.list.table if self.model.rows else self.who

    def _show(self) -> None:
        chosen = self._filter
        anything = translate("Filter", "any")
        what = deed_words(chosen.what) if chosen.what else anything
        self.what.show_value(translate("Audit", "What"), what)
        words = translate("Filter", "Any time")
        self.time.show_value("", last_words(chosen.last_s) if chosen.last_s else words)
        self.clear.setVisible(chosen != AuditFilter())

    def _show_detail(self) -> None:
        row = self.list.chosen
        if row is None:
            self._detail.setText("")
            return
        words = translate("Audit", "{when} · {who} from {where} · {what} {target}").format(
            when=format.instant(row.at),
            who=shown.line(row.by, 80),
            where=shown.line(row.where, 80) or format.DASH,
            what=deed_words(row.what),
            target=target_words(row.what, row.target),
        )
        detail = detail_words(row.what, row.detail)
        self._detail.setText(f"{words} · {detail}" if detail else words)

    # ------------------------------------------------------------ wishes
    def _typed(self) -> None:
        who, target = self.who.text().strip(), self.target.text().strip()
        before = self._filter
        self.set_filter(AuditFilter(who, before.what, target, before.last_s))

    def _clear(self) -> None:
        for field in (self.who, self.target):
            field.blockSignals(True)
            field.clear()
            field.blockSignals(False)
        self.set_filter(AuditFilter())

    def _what_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        chosen = self._filter
        self._entry(menu, translate("Audit", "Any change"), "", not chosen.what)
        menu.addSeparator()
        for what in sorted(self._seen | ({chosen.what} if chosen.what else set())):
            self._entry(menu, shown.label(deed_words(what)), what, what == chosen.what)
        return menu

    def _entry(self, menu: Menu, words: str, what: str, chosen: bool) -> None:
        now = self._filter
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(chosen)
        wanted = AuditFilter(now.who, what, now.target, now.last_s)
        action.triggered.connect(lambda: self.set_filter(wanted))

    def _time_menu(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        now = self._filter
        for last_s in (None, *LASTS_S):
            words = last_words(last_s) if last_s else translate("Filter", "Any time")
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(last_s == now.last_s)
            wanted = AuditFilter(now.who, now.what, now.target, last_s)
            action.triggered.connect(lambda _=False, to=wanted: self.set_filter(to))
        return menu
