"""The menus of the filter bar: each entry is a whole filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app import format, shown
from app.models.record_filter import RecordFilter
from app.theme.states import STATES, state_look
from app.theme.theme import Theme
from app.widgets.menu import Menu
from app.words import translate

LASTS_S = (300, 3600, 86400, 604800)


class FilterMenus(QObject):
    """wanted: the filter that was chosen. saved_wanted, forget_wanted: a saved one's name."""

    wanted = Signal(object)
    range_wanted = Signal()
    save_wanted = Signal()
    saved_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self._chosen = RecordFilter()
        self._jobs: Mapping[str, tuple[str, ...]] = {}

    def take(self, chosen: RecordFilter, jobs: Mapping[str, tuple[str, ...]]) -> None:
        """What is set now, and the jobs and consumers there are."""
        self._chosen, self._jobs = chosen, jobs

    def _menu(self) -> Menu:
        return Menu(self._theme, self._over, marks=True)

    def _entry(self, menu: Menu, words: str, chosen: bool, wanted: RecordFilter) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self.wanted.emit(wanted))

    def job(self) -> Menu:
        menu = self._menu()
        chosen = self._chosen.job
        self._entry(
            menu,
            translate("Filter", "Any job"),
            not chosen,
            replace(self._chosen, job="", consumer=""),
        )
        menu.addSeparator()
        for job in self._jobs:
            self._entry(
                menu,
                shown.label(job),
                job == chosen,
                replace(self._chosen, job=job, consumer=""),
            )
        return menu

    def consumer(self) -> Menu:
        menu = self._menu()
        chosen = self._chosen.consumer
        self._entry(
            menu,
            translate("Filter", "Any consumer"),
            not chosen,
            replace(self._chosen, consumer=""),
        )
        menu.addSeparator()
        job = self._chosen.job
        lists = [self._jobs.get(job, ())] if job else list(self._jobs.values())
        for consumer in dict.fromkeys(name for names in lists for name in names):
            self._entry(
                menu,
                shown.label(consumer),
                consumer == chosen,
                replace(self._chosen, consumer=consumer),
            )
        return menu

    def state(self) -> Menu:
        menu = self._menu()
        chosen = self._chosen.states
        self._entry(
            menu,
            translate("Filter", "Any state"),
            not chosen,
            replace(self._chosen, states=()),
        )
        for words, states in (
            (translate("Filter", "Unsynced"), ("sending", "pending", "retrying")),
            (translate("Filter", "Failed"), ("dead",)),
        ):
            self._entry(
                menu,
                words,
                set(chosen) == set(states),
                replace(self._chosen, states=_ordered(states)),
            )
        menu.addSeparator()
        for state in STATES:
            self._entry(
                menu,
                state_look(state).word,
                state in chosen,
                replace(self._chosen, states=_toggled(chosen, state)),
            )
        return menu

    def time(self) -> Menu:
        menu = self._menu()
        chosen = self._chosen
        self._entry(
            menu,
            translate("Filter", "Any time"),
            chosen.last_s is None and chosen.since is None,
            replace(chosen, last_s=None, since=None, until=None),
        )
        for last_s in LASTS_S:
            self._entry(
                menu,
                last_words(last_s),
                chosen.last_s == last_s,
                replace(chosen, last_s=last_s, since=None, until=None),
            )
        menu.addSeparator()
        between = menu.addAction(translate("Filter", "Between…"))
        between.setCheckable(True)
        between.setChecked(chosen.since is not None or chosen.until is not None)
        between.triggered.connect(self.range_wanted)
        return menu

    def saved(self, names: Sequence[str]) -> Menu:
        """Filters by the names they were saved under."""
        menu = self._menu()
        save = menu.addAction(translate("Filter", "Save this filter…"))
        save.setEnabled(not self._chosen.empty)
        save.triggered.connect(self.save_wanted)
        if names:
            menu.addSeparator()
        for name in names:
            action = menu.addAction(shown.label(name))
            action.triggered.connect(lambda _=False, which=name: self.saved_wanted.emit(which))
        if names:
            menu.addSeparator()
            forget = menu.submenu(translate("Filter", "Forget"))
            for name in names:
                action = forget.addAction(shown.label(name))
                action.triggered.connect(lambda _=False, which=name: self.forget_wanted.emit(which))
        return menu


def states_words(states: tuple[str, ...]) -> str:
    """Several states in a word or two."""
    if not states:
        return translate("Filter", "any")
    if set(states) == {"sending", "pending", "retrying"}:
        return translate("Filter", "unsynced")
    return translate("Filter", "%Ln state(s)", "", len(states))


def last_words(last_s: int) -> str:
    """The name of a time span that ends now."""
    match last_s:
        case 300:
            return translate("Filter", "Last 5 min")
        case 3600:
            return translate("Filter", "Last hour")
        case 86400:
            return translate("Filter", "Last 24 h")
        case 604800:
            return translate("Filter", "Last 7 d")
        case _:
            return translate("Filter", "Last {time}").format(time=format.span(last_s))


def _ordered(states: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(state for state in STATES if state in states)


def _toggled(states: tuple[str, ...], state: str) -> tuple[str, ...]:
    if state in states:
        return tuple(each for each in states if each != state)
    return _ordered((*states, state))
