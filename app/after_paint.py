"""What the console needs once its first picture is there: the session, its client, the flows.

It is imported in pieces, so that the window answers from the first picture on. What is missing in
the list is imported where it is used, as ever, in one go.
"""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QTimer

from app.late_import import import_in_pieces

MODULES = (
    "httpx",
    "httpcore",
    "anyio._backends._asyncio",
    "app.environments",
    "app.finders",
    "app.local_node",
    "app.sample_systems",
    "app.session",
    "app.token_store",
    "app.flows.progress",
    "app.flows.overview",
    "app.flows.jobs",
    "app.flows.records",
    "app.flows.failures",
    "app.flows.nodes",
    "app.flows.activity",
    "app.flows.settings.frame",
    "app.flows.notices",
)
PACKAGES = ("app", "engine", "httpx", "httpcore", "anyio", "idna", "rich", "click", "pygments")
"""Between whose modules the window goes on. Nothing of them is imported by the window's events as
long as it has no session; the last three come with httpx where they are installed."""


async def load() -> None:
    """Import all of it; returns when it is there. Raises what an import raises."""
    done = asyncio.get_running_loop().create_future()

    def work() -> None:
        try:
            for name in MODULES:
                import_in_pieces(name, PACKAGES)
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    QTimer.singleShot(0, work)
    await done
