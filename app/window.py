"""The main window: sidebar, top bar, banner, pages, palette. Joins them with a session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app import format, shown
from app.connection import Connection, Phase
from app.models.record_filter import RecordFilter
from app.pages.overview import OverviewPage
from app.pages.records import RecordsPage
from app.settings import Settings
from app.theme.icons import icon
from app.theme.theme import Mode, Theme
from app.widgets.banner import Banner
from app.widgets.palette import Choice, Palette
from app.widgets.sidebar import Entry, Sidebar
from app.widgets.topbar import TopBar
from app.widgets.windows import WindowButtons
from app.words import translate
from engine.api.wire import NodeShape, StatusShape

if TYPE_CHECKING:
    from app.session import Session

OVERVIEW, RECORDS = "overview", "records"
PAGES = (Entry(OVERVIEW, "overview"), Entry(RECORDS, "records"))
SIZE_PX = (1280, 800)
SMALLEST_PX = (1120, 600)


class Window(QMainWindow):
    """painted: for the first time. closing: it was closed; the program ends when it likes."""

    painted = Signal()
    closing = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme = theme
        self._settings = settings
        self._session: Session | None = None
        self._painted = False
        self._status = StatusShape()
        self._node: NodeShape | None = None
        self.sidebar = Sidebar(theme, PAGES)
        self.top = TopBar(theme)
        self.banner = Banner(theme)
        self.windows = WindowButtons(theme)
        self.overview = OverviewPage(theme)
        self.records = RecordsPage(theme)
        self.pages = QStackedWidget()
        self.pages.setObjectName("surface")
        whole = self._build()
        self.palette_box = Palette(theme, whole, self._choices, self._key_choice)
        self._wire()
        self._wording()
        self._show_sign()
        self.show_page(OVERVIEW)
        self._show_connection(Connection(Phase.CONNECTING))

    # ------------------------------------------------------------ building
    def _build(self) -> QWidget:
        whole = QWidget()
        whole.setObjectName("surface")
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)
        self.top.add_tools(self.windows)
        self.pages.addWidget(self.overview)
        self.pages.addWidget(self.records)
        self.setMinimumSize(*SMALLEST_PX)
        self.resize(*SIZE_PX)
        if not (geometry := self._settings.geometry).isEmpty():
            self.restoreGeometry(geometry)
        self.windows.show_window(self._settings.window_s)
        return whole

    def _wire(self) -> None:
        self.sidebar.page_chosen.connect(self.show_page)
        self.sidebar.theme_chosen.connect(self.choose_theme)
        self.top.search_wanted.connect(self.palette_box.open)
        self.windows.chosen.connect(self.choose_window)
        self.overview.records_wanted.connect(self._show_records)
        self.overview.moment_wanted.connect(self._show_moment)
        self._theme.changed.connect(self._show_sign)
        shortcuts = [("Ctrl+K", self.palette_box.open), ("F5", self.refresh)]
        shortcuts += [("Ctrl+F", self._find_key)]
        shortcuts += [
            (f"Ctrl+{number}", partial(self.show_page, entry.key))
            for number, entry in enumerate(PAGES, 1)
        ]
        for keys, run in shortcuts:
            QShortcut(QKeySequence(keys), self).activated.connect(run)

    def _wording(self) -> None:
        self._names = {
            OVERVIEW: translate("Window", "Overview"),
            RECORDS: translate("Window", "Records"),
        }
        self.setWindowTitle("Data JellyFish")
        self.sidebar.set_names(self._names)

    def _show_sign(self) -> None:
        self.setWindowIcon(icon("jellyfish", self._theme.tokens.accent.on, 64))

    # ------------------------------------------------------------ the session
    def attach(self, session: Session) -> None:
        """Show this session's node from now on. Called once."""
        from app.flows.overview import OverviewFlow
        from app.flows.records import RecordsFlow

        self._session = session
        self.overview_flow = OverviewFlow(self.overview, session)
        self.records_flow = RecordsFlow(self._theme, self.records, session)
        session.connection_changed.connect(self._show_connection)
        session.node_known.connect(self._show_node)
        session.status_arrived.connect(self._take_status)
        self.top.reconnect_wanted.connect(session.connect_now)
        self.banner.again_wanted.connect(session.connect_now)
        self.choose_window(self._settings.window_s)
        self.show_page(self.page)

    def _take_status(self, status: StatusShape) -> None:
        self._status = status

    def _show_connection(self, connection: Connection) -> None:
        match connection.phase:
            case Phase.CONNECTED:
                self.banner.hide()
            case Phase.CONNECTING:
                if not self.banner.isVisible():
                    words = translate("Window", "Connecting…")
                    self.top.pill.show_connection(words, "retrying", "ring")
            case Phase.LOST:
                words = translate("Window", "Not connected")
                self.top.pill.show_connection(words, "dead", "diamond")
                self.banner.say(connection.sentence, connection.hint)
                self.overview.say_waiting(connection.sentence, connection.hint)

    def _show_node(self, node: NodeShape) -> None:
        self._node = node
        kind = node.database.split(":", 1)[0]
        words = translate("Window", "{node} · {database}").format(
            node=shown.line(node.name, 40), database=shown.line(kind, 20)
        )
        self.top.pill.show_connection(words, "delivered", "disc")
        url = "" if self._session is None else self._session.connection.url
        self.top.card.show_facts(
            [
                (translate("Window", "Node"), shown.line(node.name)),
                (translate("Window", "Address"), shown.line(url)),
                (translate("Window", "Version"), shown.line(node.version, 40)),
                (translate("Window", "Database"), shown.line(node.database)),
                (translate("Window", "Running since"), format.instant(node.started_at)),
            ]
        )
        self.sidebar.show_version(f"v{shown.line(node.version, 20)}")

    # ------------------------------------------------------------ wishes
    @property
    def page(self) -> str:
        """The key of the page that is shown."""
        return PAGES[self.pages.currentIndex()].key

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        place = next(i for i, entry in enumerate(PAGES) if entry.key == key)
        self.pages.setCurrentIndex(place)
        self.sidebar.show_page(key)
        self.top.show_title(self._names[key])
        self.windows.setVisible(key == OVERVIEW)
        table = self.overview.table if key == OVERVIEW else self.records.table
        (table if table.isVisible() else self.pages).setFocus()
        if self._session is None:
            return
        for name, flow in ((OVERVIEW, self.overview_flow), (RECORDS, self.records_flow)):
            if name == key:
                flow.show()
            else:
                flow.hide()

    def choose_window(self, window_s: int) -> None:
        """The graphs' window, in seconds; remembered."""
        self._settings.window_s = window_s
        self.windows.show_window(window_s)
        if self._session is not None:
            self.overview_flow.choose_window(window_s)

    def choose_theme(self, mode: Mode) -> None:
        """Light, dark or as the system; remembered."""
        self._settings.mode = mode
        self._theme.choose(mode)

    def refresh(self) -> None:
        """F5: read again what is shown; try to connect where it is lost."""
        if self._session is None:
            return
        if self._session.connection.phase is not Phase.CONNECTED:
            self._session.connect_now()
        elif self.page == RECORDS:
            self.records_flow.reload()

    def _show_records(self, job: str, consumer: str, states: tuple[str, ...]) -> None:
        self.records.filter_bar.set_filter(RecordFilter(job, consumer, states))
        self.show_page(RECORDS)

    def _show_moment(self, since: int, until: int) -> None:
        self.records.filter_bar.set_filter(RecordFilter(since=since, until=until))
        self.show_page(RECORDS)

    def _find_key(self) -> None:
        self.show_page(RECORDS)
        self.records.filter_bar.key.setFocus()
        self.records.filter_bar.key.selectAll()

    # ------------------------------------------------------------ the palette
    def _choices(self) -> list[Choice]:
        page, job_word = translate("Window", "Page"), translate("Window", "Job")
        consumer_word, action = translate("Window", "Consumer"), translate("Window", "Action")
        choices = [
            Choice(self._names[entry.key], page, entry.sign, partial(self.show_page, entry.key))
            for entry in PAGES
        ]
        for job in self._status.jobs:
            run = partial(self._show_records, job.job, "", ())
            choices.append(Choice(job.job, job_word, "briefcase", run))
            if len(job.consumers) > 1:
                choices += [
                    Choice(
                        f"{job.job} → {each.consumer}",
                        consumer_word,
                        "briefcase",
                        partial(self._show_records, job.job, each.consumer, ()),
                    )
                    for each in job.consumers
                ]
        failed = partial(self._show_records, "", "", ("dead",))
        choices += [
            Choice(translate("Window", "Show failed records"), action, "warning", failed),
            Choice(
                translate("Window", "Theme: as the system"),
                action,
                "system",
                partial(self.choose_theme, Mode.SYSTEM),
            ),
            Choice(
                translate("Window", "Theme: light"),
                action,
                "sun",
                partial(self.choose_theme, Mode.LIGHT),
            ),
            Choice(
                translate("Window", "Theme: dark"),
                action,
                "moon",
                partial(self.choose_theme, Mode.DARK),
            ),
        ]
        return choices

    def _key_choice(self, typed: str) -> Choice:
        words = translate("Window", "Records whose key starts with “{key}”").format(key=typed)
        return Choice(words, translate("Window", "Key"), "key", partial(self._look_up, typed))

    def _look_up(self, key: str) -> None:
        self.records.filter_bar.set_filter(RecordFilter(key=key))
        self.show_page(RECORDS)

    # ------------------------------------------------------------ beginning and end
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.geometry = QByteArray(self.saveGeometry())
        super().closeEvent(event)
        self.closing.emit()
