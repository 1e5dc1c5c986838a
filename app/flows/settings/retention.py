"""Joins the retention section and the session."""

from __future__ import annotations

from functools import partial

from app.flows.flow import Flow
from app.pages.settings.retention import RetentionSection
from app.shell import Shell
from engine.api.client import ApiError, ConnectionLost


class RetentionFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: RetentionSection, shell: Shell) -> None:
        super().__init__(section)
        self._section = section
        self._session = shell.session
        section.job_wanted.connect(partial(shell.navigator.job, part="retention"))

    def show(self) -> None:
        self.reload()

    def reload(self) -> None:
        self._session.start(self._read())

    async def _read(self) -> None:
        try:
            jobs = await self._session.ask(lambda node: node.jobs())
        except (ApiError, ConnectionLost) as error:
            self._section.list.say(error.sentence, error.hint, "warning")
            return
        self._section.show_jobs(jobs)
