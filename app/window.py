"""The main window: sidebar, top bar, banner, pages, palette. Joins them with a session.

Not for what a page shows or a flow asks: the pages are in ``page_list``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app import format, shown
from app.connection import Connection, Phase
from app.environments import LOCAL, Environments, Tag
from app.help_text import BY_KEY, TOPICS, topic_of
from app.models.record_filter import RecordFilter
from app.navigator import Navigator, Target
from app.page_list import PAGES, PageEntry
from app.pages.connections import tag_look
from app.pages.page import Page
from app.settings import Settings
from app.shell import Shell
from app.theme.icons import icon
from app.theme.theme import Mode, Theme
from app.token_store import token_store
from app.troubles import Notice, Way, notice, way_words
from app.versions import own_version
from app.widgets.banner import Banner
from app.widgets.basics import framed, set_property
from app.widgets.help_pane import HelpPane
from app.widgets.palette import Choice, Palette
from app.widgets.progress import ProgressStrip
from app.widgets.sidebar import Entry, Sidebar
from app.widgets.topbar import TopBar
from app.words import translate
from engine.api.wire import NodeShape

if TYPE_CHECKING:
    from app.flows.flow import Flow
    from app.session import Session

SIZE_PX = (1280, 800)
SMALLEST_PX = (1120, 600)

P = TypeVar("P", bound=Page)
F = TypeVar("F", bound="Flow")


@dataclass(frozen=True, slots=True)
class WindowState:
    """What a window built anew needs to show the same: the page, and each page's own state."""

    page: str
    pages: Mapping[str, object]


class Window(QMainWindow):
    """painted: for the first time. closing: it was closed; the program ends when it likes."""

    painted = Signal()
    closing = Signal()

    def __init__(
        self, theme: Theme, settings: Settings, entries: tuple[PageEntry, ...] = PAGES
    ) -> None:
        super().__init__()
        self._theme = theme
        self._settings = settings
        self._entries = {entry.key: entry for entry in entries}
        self._session: Session | None = None
        self._flows: dict[str, Flow] = {}
        self._painted = False
        self.may_close: Callable[[QWidget], bool] = lambda _: True
        self._told: Notice | None = None
        self._names = {entry.key: entry.title() for entry in entries}
        self.navigator = Navigator(self)
        self.sidebar = Sidebar(
            theme,
            [Entry(each.key, each.sign, self._names[each.key], each.group) for each in entries],
        )
        self.top = TopBar(theme)
        self.banner = Banner(theme)
        self.strip = framed("strip")
        self.progress = ProgressStrip(theme)
        self._foot = QWidget()
        self._built = {entry.key: entry.build(theme) for entry in entries}
        self.pages = QStackedWidget()
        self.pages.setObjectName("surface")
        whole = self._build()
        self.palette_box = Palette(theme, whole, self._choices, self._key_choice)
        self.help = HelpPane(theme, whole)
        self._wire()
        self.setWindowTitle("Data JellyFish")
        self._show_sign()
        self.show_page(entries[0].key)
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
        column.addWidget(self.strip)
        column.addWidget(self.top)
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.progress)
        column.addWidget(self._foot)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)
        for built in self._built.values():
            self.pages.addWidget(built.page)
        self.setMinimumSize(*SMALLEST_PX)
        self.resize(*SIZE_PX)
        if not (geometry := self._settings.geometry).isEmpty():
            self.restoreGeometry(geometry)
        return whole

    def _wire(self) -> None:
        self.sidebar.page_chosen.connect(self.show_page)
        self.sidebar.theme_chosen.connect(self.choose_theme)
        self.sidebar.help_wanted.connect(self._show_help)
        self.top.search_wanted.connect(self.palette_box.open)
        self.navigator.wanted.connect(self._go)
        self.navigator.theme_wanted.connect(self.choose_theme)
        self._theme.changed.connect(self._show_sign)
        for built in self._built.values():
            built.page.bar_changed.connect(self._show_bar)
        shortcuts = [("Ctrl+K", self.palette_box.open), ("F5", self.refresh)]
        shortcuts += [("Ctrl+F", self._find), ("F1", self._show_help), ("?", self._show_keys)]
        shortcuts += [
            (f"Ctrl+{number}", partial(self.show_page, key))
            for number, key in enumerate(self._entries, 1)
        ]
        for keys, run in shortcuts:
            QShortcut(QKeySequence(keys), self).activated.connect(run)

    def _show_sign(self) -> None:
        self.setWindowIcon(icon("jellyfish", self._theme.tokens.accent.on, 64))

    # ------------------------------------------------------------ the session
    def attach(self, session: Session) -> None:
        """Show this session's node from now on. Called once."""
        from app.flows.progress import ProgressFlow

        self._session = session
        shell = Shell(self._theme, session, self.navigator, self._settings, token_store())
        for key, built in self._built.items():
            flow = built.join(shell)
            flow.badge_changed.connect(partial(self.sidebar.show_badge, key))
            self._flows[key] = flow
        self.progress_flow = ProgressFlow(self._theme, self.progress, session, self.navigator)
        session.connection_changed.connect(self._show_connection)
        session.node_known.connect(self._show_node)
        self.top.reconnect_wanted.connect(session.connect_now)
        self.banner.again_wanted.connect(session.connect_now)
        self.banner.way_wanted.connect(self._go_out)
        self.banner.put_away_wanted.connect(session.forget_move)
        session.moved_changed.connect(self._show_notice)
        session.status_arrived.connect(self._show_notice)
        self.top.card.place_wanted.connect(self.navigator.choose_environment)
        self.top.card.places_wanted.connect(self.navigator.nodes)
        self._show_environment()
        session.replay()
        self.show_page(self.page)

    def detach(self) -> None:
        """Another window takes its place: nothing more is asked for this one's pages."""
        for flow in self._flows.values():
            flow.hide()

    def _show_connection(self, connection: Connection) -> None:
        match connection.phase:
            case Phase.CONNECTED:
                self._show_notice()
            case Phase.CONNECTING:
                if not self.banner.isVisible():
                    words = translate("Window", "Connecting…")
                    self.top.pill.show_connection(words, "retrying", "ring")
            case Phase.LOST:
                words = translate("Window", "Not connected")
                self.top.pill.show_connection(words, "dead", "diamond")
                self._show_notice()

    def _show_notice(self) -> None:
        """The banner, or none. While it is tried again, what was told stays."""
        session = self._session
        if session is None or session.connection.phase is Phase.CONNECTING:
            return
        told = notice(session.connection, session.node, session.status, own_version(), session.move)
        if told == self._told:
            return
        self._told = told
        if told is None:
            self.banner.hide()
        else:
            self.banner.say(
                told.sentence,
                told.hint,
                state=told.state,
                way=way_words(told.way),
                again=told.again,
                put_away=told.read,
            )

    def _go_out(self) -> None:
        match Way.NONE if self._told is None else self._told.way:
            case Way.CONNECTIONS | Way.NODES:
                self.navigator.nodes()
            case Way.LOG:
                from app.local_node import log_file

                QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file())))
            case Way.NONE:
                return

    def _show_node(self, node: NodeShape) -> None:
        kind = node.database.split(":", 1)[0]
        chosen = Environments(self._settings).chosen
        names = [node.name if chosen is None else chosen.name]
        if chosen is not None and self._session is not None and self._session.elsewhere:
            names.append(node.name)
        words = " · ".join(shown.line(each, 40) for each in [*names, kind])
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

    def _show_environment(self) -> None:
        """Where this is: a strip in the place's colour, and what else there is to go to."""
        environments = Environments(self._settings)
        chosen = environments.chosen
        self.strip.setVisible(chosen is not None and chosen.tag is not Tag.NONE)
        if chosen is not None:
            set_property(self.strip, "state", tag_look(chosen.tag).ink)
            self.setWindowTitle(f"{shown.line(chosen.name, 60)} · Data JellyFish")
        here = LOCAL if chosen is None else chosen.name
        places = [(LOCAL, translate("Connections", "This computer"))]
        places += [(one.name, shown.line(one.name, 60)) for one in environments.all()]
        self.top.card.offer_places([place for place in places if place[0] != here])

    # ------------------------------------------------------------ pages
    @property
    def page(self) -> str:
        """The key of the page that is shown."""
        return list(self._entries)[self.pages.currentIndex()]

    def page_of(self, kind: type[P]) -> P:
        """The page of that class."""
        return next(each.page for each in self._built.values() if isinstance(each.page, kind))

    def flow_of(self, kind: type[F]) -> F:
        """The flow of that class, once a session is attached."""
        return next(flow for flow in self._flows.values() if isinstance(flow, kind))

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        page = self._built[key].page
        self.pages.setCurrentWidget(page)
        self.sidebar.show_page(key)
        self._show_bar()
        page.first_focus().setFocus()
        for name, flow in self._flows.items():
            if name != key:
                flow.hide()
        if key in self._flows:
            self._flows[key].show()

    def _go(self, key: str, target: Target) -> None:
        if key in self._flows:
            self._flows[key].go(target)
            self.show_page(key)

    def _show_bar(self) -> None:
        page = self._built[self.page].page
        self.top.show_page(self._names[self.page], page.heading(), page.tools())
        self._foot.setVisible(not page.shows_work())

    def state(self) -> WindowState:
        """What is shown, for a window built anew."""
        return WindowState(self.page, {key: each.page.state() for key, each in self._built.items()})

    def restore(self, state: WindowState) -> None:
        """Show what another window showed. Call it before or after ``attach``."""
        for key, one in state.pages.items():
            self._built[key].page.restore(one)
        self.show_page(state.page)

    # ------------------------------------------------------------ wishes
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
        else:
            self._flows[self.page].reload()

    def _show_help(self) -> None:
        self.help.toggle(topic_of(self.page))

    def _show_keys(self) -> None:
        self.help.toggle(BY_KEY["keys"])

    def _find(self) -> None:
        if self._built[self.page].page.search_field() is None and "records" in self._built:
            self.show_page("records")
        if (field := self._built[self.page].page.search_field()) is not None:
            field.setFocus()
            field.selectAll()

    # ------------------------------------------------------------ the palette
    def _choices(self) -> list[Choice]:
        page, action = translate("Palette", "Page"), translate("Palette", "Action")
        choices = [
            Choice(self._names[entry.key], page, entry.sign, partial(self.show_page, entry.key))
            for entry in self._entries.values()
        ]
        for flow in self._flows.values():
            choices += flow.choices()
        help_word = translate("Palette", "Help")
        choices += [
            Choice(topic.title(), help_word, "help", partial(self.help.open, topic))
            for topic in TOPICS
        ]
        themes = [
            (translate("Window", "Theme: as the system"), "system", Mode.SYSTEM),
            (translate("Window", "Theme: light"), "sun", Mode.LIGHT),
            (translate("Window", "Theme: dark"), "moon", Mode.DARK),
        ]
        choices += [
            Choice(words, action, sign, partial(self.choose_theme, mode))
            for words, sign, mode in themes
        ]
        return choices

    def _key_choice(self, typed: str) -> Choice:
        words = translate("Window", "Records whose key starts with “{key}”").format(key=typed)
        run = partial(self.navigator.records, RecordFilter(key=typed))
        return Choice(words, translate("Palette", "Key"), "key", run)

    # ------------------------------------------------------------ beginning and end
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close(self):
            event.ignore()
            return
        self._settings.geometry = QByteArray(self.saveGeometry())
        super().closeEvent(event)
        self.closing.emit()
