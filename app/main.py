"""Starts the console: ``jellyfish``, or ``python -m app.main [--node URL … --token T]``.

The window is painted first; connecting and what it needs come after.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtCore import QCoreApplication, QSettings

from app.interrupt import Application, Interrupt
from app.settings import Settings
from app.theme.theme import Theme
from app.words import Speaker

APPLICATION = "data-jellyfish"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the console until its window is closed; the process's exit code."""
    options = _options(sys.argv[1:] if argv is None else argv)
    QCoreApplication.setApplicationName(APPLICATION)
    app = Application(["jellyfish"])
    app.setApplicationDisplayName("Data JellyFish")
    app.setQuitOnLastWindowClosed(False)
    settings = Settings(
        QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, APPLICATION, "console")
    )
    speaker = Speaker(app, settings.language)
    theme = Theme(app, settings.mode)

    import qasync

    with qasync.QEventLoop(app) as loop:
        loop.run_until_complete(run(theme, settings, speaker, options))
    return 0


async def run(
    theme: Theme, settings: Settings, speaker: Speaker, options: argparse.Namespace
) -> None:
    """The console's whole life: window, session, end. options: of ``_options``."""
    from app import after_paint
    from app.desktop import Desktop

    desktop = Desktop(theme, settings, speaker)
    interrupt = Interrupt()
    interrupt.wanted.connect(desktop.close)
    app = QCoreApplication.instance()
    if isinstance(app, Application):
        app.quit_wanted.connect(desktop.close)
    await desktop.open()
    await after_paint.load()

    from app.connection import OthersInMind
    from app.environments import Environments
    from app.finders import ChosenNode, OthersOfChosen, named_nodes
    from app.local_node import LocalNode
    from app.sample_systems import SampleSystems
    from app.session import Session
    from app.token_store import token_store

    local = LocalNode()
    environments = Environments(settings)
    if options.node:
        named, known = named_nodes(options.node, options.fingerprint, options.token or "")
        session = Session(named, others=OthersInMind(known))
    else:
        chosen = ChosenNode(environments, token_store(), local)
        session = Session(chosen, others=OthersOfChosen(environments))
    desktop.attach(session)
    session.open()
    await desktop.ended()
    await session.close()
    await SampleSystems.of(session).stop()
    await local.stop()
    interrupt.end()
    desktop.clear()


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jellyfish", description="The console.")
    parser.add_argument(
        "--node",
        metavar="URL",
        action="append",
        help="a running node's address; several nodes of one database, with commas or given "
        "again, stand in for each other; left out: the local node, started if need be",
    )
    parser.add_argument(
        "--token",
        metavar="T",
        default=os.environ.get("JELLYFISH_TOKEN"),
        help="the token for that node",
    )
    parser.add_argument(
        "--fingerprint",
        metavar="SHA256",
        action="append",
        help="of the node's certificate; of several in the order of the nodes",
    )
    options = parser.parse_args(argv)
    options.node = options.node or _listed(os.environ.get("JELLYFISH_NODE"))
    options.fingerprint = options.fingerprint or _listed(os.environ.get("JELLYFISH_FINGERPRINT"))
    return options


def _listed(text: str | None) -> list[str]:
    return [text] if text else []


if __name__ == "__main__":
    sys.exit(main())
