"""Joins the about section with what is known of this program, its node and its machine."""

from __future__ import annotations

import json
import platform
import sys

from PySide6.QtCore import QStandardPaths, qVersion
from PySide6.QtGui import QGuiApplication

from app.flows.flow import Flow
from app.pages.settings.about import AboutSection
from app.shell import Shell
from app.versions import own_version
from app.widgets.facts import Fact
from app.widgets.palette import Choice
from app.words import translate


class AboutFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: AboutSection, shell: Shell) -> None:
        super().__init__(section)
        self._section = section
        self._shell = shell
        self._session = shell.session
        section.copy_wanted.connect(self._copy)
        shell.session.node_known.connect(self._show)

    def show(self) -> None:
        self._show()

    def choices(self) -> list[Choice]:
        """The diagnostics."""
        words, kind = translate("About", "Copy diagnostics"), translate("Palette", "Action")
        return [Choice(words, kind, "copy", self._copy)]

    def _show(self) -> None:
        node = self._session.node
        place = QStandardPaths.StandardLocation
        facts = [Fact(translate("About", "Console"), own_version())]
        if node is not None:
            facts += [
                Fact(translate("About", "Node"), f"{node.version} · {node.name}"),
                Fact(translate("About", "Database"), node.database, code=True),
                Fact(translate("About", "Ledger"), node.ledger_id, code=True),
            ]
        facts += [
            Fact(translate("About", "Python, Qt"), f"{platform.python_version()}, {qVersion()}"),
            Fact(translate("About", "System"), platform.platform()),
            Fact(
                translate("About", "Settings"),
                self._shell.settings.place,
                code=True,
            ),
            Fact(
                translate("About", "Data"),
                QStandardPaths.writableLocation(place.AppLocalDataLocation),
                code=True,
            ),
        ]
        self._section.show_facts(facts)

    def diagnostics(self) -> str:
        """What helps to find a fault: versions, system, counts. No name, address, body or token."""
        node, status = self._session.node, self._session.status
        jobs = () if status is None else status.jobs
        consumers = [one for job in jobs for one in job.consumers]
        told = {
            "console": own_version(),
            "node": None if node is None else node.version,
            "database": None if node is None else node.database.partition(":")[0],
            "producing": None if node is None else node.producing,
            "state": None if node is None else node.state,
            "python": platform.python_version(),
            "qt": qVersion(),
            "system": platform.platform(),
            "executable": "frozen" if getattr(sys, "frozen", False) else "python",
            "connection": self._session.connection.phase.name.lower(),
            "trouble": self._session.connection.trouble.name.lower(),
            "jobs": len(jobs),
            "consumers": len(consumers),
            "synced": sum(one.synced for one in consumers),
            "unsynced": sum(one.unsynced for one in consumers),
            "failed": sum(one.failed for one in consumers),
        }
        return json.dumps(told, indent=2)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.diagnostics())
        self._section.toast.say(
            translate("About", "Copied: versions, places' kinds and counts, nothing secret.")
        )
