"""Joins the overview and the session: numbers in, wishes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import urlsplit

from app.connection import Phase
from app.flows.bulk import Bulk
from app.flows.flow import Flow
from app.models.record_filter import RecordFilter
from app.navigator import Navigator
from app.pages.overview import OverviewPage
from app.pages.pause_question import PauseQuestion
from app.sample_systems import NoSamples, Samples, SampleSystems
from app.session import Session
from app.settings import Settings
from app.theme.theme import Theme
from app.widgets.palette import Choice
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.wire import RecordQuery, SeriesShape


class OverviewFlow(Flow):
    """One for the page's life."""

    def __init__(
        self,
        theme: Theme,
        page: OverviewPage,
        session: Session,
        navigator: Navigator,
        settings: Settings,
    ) -> None:
        super().__init__(page)
        self._theme = theme
        self.bulk = Bulk(theme, page, session)
        self.question: PauseQuestion | None = None
        self._page = page
        self._session = session
        self._navigator = navigator
        self._settings = settings
        self._refused = ""  # why there are no graphs, as it was told
        session.status_arrived.connect(page.show_status)
        session.series_arrived.connect(self._series_arrived)
        session.series_refused.connect(self._series_refused)
        session.connection_changed.connect(self._connection_changed)
        page.windows.chosen.connect(self.choose_window)
        page.records_wanted.connect(self._show_records)
        page.moment_wanted.connect(self._show_moment)
        page.failures_wanted.connect(navigator.failures)
        page.job_wanted.connect(navigator.job)
        page.resend_wanted.connect(self._resend)
        page.scope_wanted.connect(session.choose_scope)
        page.pause_wanted.connect(self._pause)
        page.resume_wanted.connect(self._resume)
        page.run_wanted.connect(self._run_now)
        page.welcome.samples_wanted.connect(self._start_samples)
        page.welcome.job_wanted.connect(navigator.new_job)
        page.welcome.node_wanted.connect(navigator.new_connection)
        session.node_known.connect(self._offer_samples)
        self.choose_window(settings.window_s)
        session.choose_scope("", "")  # the session may remember what another window looked at

    def show(self) -> None:
        """The graphs are looked at."""
        self._session.watch_series(True)

    def hide(self) -> None:
        """Nobody looks at the graphs."""
        self._session.watch_series(False)

    def choose_window(self, window_s: int) -> None:
        """The graphs' window, in seconds; remembered."""
        self._settings.window_s = window_s
        self._page.windows.show_window(window_s)
        self._page.graphs.choose_window(window_s)
        self._session.choose_window(window_s)

    def _series_arrived(self, series: SeriesShape) -> None:
        self._refused = ""
        self._page.show_series(series)

    def _series_refused(self, error: ApiError) -> None:
        """Told once: it is asked for again by itself, and all else goes on."""
        if error.sentence != self._refused:
            self._refused = error.sentence
            words = translate("Overview", "The graphs stand still: {why}").format(
                why=error.sentence
            )
            self._page.toast.say(f"{words} {error.hint}".strip(), "dead", "diamond")

    def choices(self) -> list[Choice]:
        """The jobs, and the consumers of those that have several."""
        job_word, consumer_word = translate("Palette", "Job"), translate("Palette", "Consumer")
        choices = []
        for job in () if self._session.status is None else self._session.status.jobs:
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
        return choices

    def _connection_changed(self) -> None:
        connection = self._session.connection
        if connection.phase is Phase.LOST:
            self._page.say_waiting(connection.sentence, connection.hint)

    # ------------------------------------------------------------ elsewhere
    def _show_records(self, job: str, consumer: str, states: tuple[str, ...]) -> None:
        self._navigator.records(RecordFilter(job, consumer, states))

    def _show_moment(self, job: str, consumer: str, since: int, until: int) -> None:
        self._navigator.records(RecordFilter(job, consumer, since=since, until=until))

    # ------------------------------------------------------------ doing
    def _resend(self, job: str, consumer: str) -> None:
        query = RecordQuery(job=job, consumer=consumer or None, states=("dead",))
        self.bulk.resend(query, translate("Overview", "All that failed, whatever the cause."))

    def _pause(self, job: str, consumer: str) -> None:
        question = PauseQuestion(self._theme, self._page.window(), self._session.now())
        question.agreed.connect(lambda: self._pause_agreed(question, job, consumer))
        self.question = question
        question.finished.connect(self._forget_question)
        question.ask_pause(job, consumer)
        question.open()

    def _pause_agreed(self, question: PauseQuestion, job: str, consumer: str) -> None:
        until, reason = question.until, question.reason
        question.accept()
        self._do(
            lambda node: node.pause(job, consumer or None, until, reason),
            translate("Overview", "Paused. What is under way is finished first."),
        )

    def _forget_question(self) -> None:
        self.question = None

    def _resume(self, job: str, consumer: str) -> None:
        self._do(
            lambda node: node.resume(job, consumer or None),
            translate("Overview", "It runs again."),
        )

    def _run_now(self, job: str) -> None:
        self._do(lambda node: node.run(job), translate("Overview", "The pull starts now."))

    # ------------------------------------------------------------ the sample systems
    def _offer_samples(self) -> None:
        host = urlsplit(self._session.connection.url).hostname
        self._page.welcome.offer_samples(host in ("127.0.0.1", "localhost", "::1"))

    def _start_samples(self) -> None:
        self._page.welcome.show_starting(True)
        self._session.start(self._samples())

    async def _samples(self) -> None:
        try:
            await self._join_samples(await SampleSystems.of(self._session).start())
        except NoSamples:
            words = translate("Overview", "The sample systems did not start. Try `jellyfish demo`.")
            self._page.toast.say(words, "dead", "diamond")
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
        finally:
            self._page.welcome.show_starting(False)

    async def _join_samples(self, samples: Samples) -> None:
        for name, value in samples.secrets.items():
            await self._session.ask(partial(NodeClient.set_secret, name=name, value=value))
        for document in samples.documents:
            await self._session.ask(partial(NodeClient.apply, document=document))
        words = translate("Overview", "The sample systems run until this console is closed.")
        self._page.toast.say(words)

    def _do(self, what: Callable[[NodeClient], Awaitable[None]], done: str) -> None:
        self._session.start(self._told(what, done))

    async def _told(self, what: Callable[[NodeClient], Awaitable[None]], done: str) -> None:
        try:
            await self._session.ask(what)
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        self._page.toast.say(done)
