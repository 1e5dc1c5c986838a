"""What takes long is imported in pieces: the window's events are handled between them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app import late_import
from app.late_import import import_in_pieces
from tests.gui.conftest import Run

MODULES = ("one", "two", "three")


@pytest.fixture(autouse=True)
def every_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every module is long enough for events to be handled after it."""
    monkeypatch.setattr(late_import, "PIECE_S", 0.0)


@pytest.fixture
def heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package whose modules write down how many events were handled when each was imported."""
    package = tmp_path / "heavypackage"
    package.mkdir()
    imports = "\n".join(f"from heavypackage import {name}" for name in MODULES)
    (package / "__init__.py").write_text(f"seen = []\nevents = 0\n{imports}\n", encoding="utf-8")
    for name in MODULES:
        text = "import heavypackage\nheavypackage.seen.append(heavypackage.events)\n"
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield package
    for name in set(sys.modules) - before:
        if name.startswith("heavypackage"):
            del sys.modules[name]


@pytest.fixture
def events(qtbot: QtBot) -> Iterator[QTimer]:
    """A timer of the window that is always due, and tells the package that it was handled."""
    timer = QTimer()

    def handled() -> None:
        package = sys.modules.get("heavypackage")
        if package is not None and hasattr(package, "events"):
            vars(package)["events"] += 1

    timer.timeout.connect(handled)
    timer.start(0)
    yield timer
    timer.stop()


def imported(qtbot: QtBot, *packages: str) -> list[int]:
    """How many events were handled before each module was imported."""
    import_in_pieces("heavypackage", packages)
    seen: list[int] = sys.modules["heavypackage"].seen
    return seen


def test_events_are_handled_between_two_modules(heavy: Path, events: QTimer, qtbot: QtBot) -> None:
    first, second, third = imported(qtbot, "heavypackage")
    assert 0 < first < second < third


def test_nothing_is_handled_between_modules_of_others(
    heavy: Path, events: QTimer, qtbot: QtBot
) -> None:
    assert imported(qtbot, "anotherpackage") == [0, 0, 0]


def test_short_pieces_go_on_without_events(
    heavy: Path, events: QTimer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_import, "PIECE_S", 3600.0)
    assert imported(qtbot, "heavypackage") == [0, 0, 0]


def test_what_is_asked_while_events_are_handled_begins_no_events_of_its_own(
    heavy: Path, qtbot: QtBot
) -> None:
    depths: list[int] = []
    inside = 0

    def asks() -> None:
        nonlocal inside
        inside += 1
        depths.append(inside)
        __import__("heavypackage.three")
        inside -= 1

    timer = QTimer()
    timer.timeout.connect(asks)
    timer.start(0)
    imported(qtbot, "heavypackage")
    timer.stop()
    assert set(depths) == {1}


def test_within_a_task_nothing_is_handled(
    heavy: Path, events: QTimer, run: Run[list[int]], qtbot: QtBot
) -> None:
    async def task() -> list[int]:
        return imported(qtbot, "heavypackage")

    assert run(task()) == [0, 0, 0]


@pytest.mark.parametrize("text", ["import heavypackage.none\n", "raise ValueError('broken')\n"])
def test_a_module_that_fails_leaves_python_as_it_was(heavy: Path, text: str) -> None:
    (heavy / "two.py").write_text(text, encoding="utf-8")
    before = list(sys.meta_path)
    with pytest.raises((ImportError, ValueError)):
        import_in_pieces("heavypackage", ["heavypackage"])
    assert sys.meta_path == before


def test_every_name_of_what_is_touched_is_asked_for(heavy: Path, events: QTimer) -> None:
    import_in_pieces("heavypackage", ["heavypackage"])
    handled: list[int] = []

    class Lazy(ModuleType):
        def __dir__(self) -> list[str]:
            return ["first", "second", "third"]

        def __getattr__(self, name: str) -> None:
            if not name.startswith("__"):
                handled.append(sys.modules["heavypackage"].events)
            raise AttributeError(name)

    import_in_pieces("heavypackage.one", ["heavypackage"], [Lazy("lazy")])
    first, second, third = handled
    assert first < second < third
