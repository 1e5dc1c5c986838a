"""Where one can go in the console. Pages and flows name the place; the window brings it up.

Also carries the wishes that concern the whole window: theme and the like.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.models.record_filter import RecordFilter
from app.theme.theme import Mode
from app.words import Language


@dataclass(frozen=True, slots=True)
class OneRecord:
    """A record on the records page."""

    record_id: int


@dataclass(frozen=True, slots=True)
class OneJob:
    """A job on the jobs page; part: of its editor, as the editor names them, "" for the first."""

    job: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A new job's editor on the jobs page."""


@dataclass(frozen=True, slots=True)
class FailuresOf:
    """The failures of a job and consumer; "" for any."""

    job: str = ""
    consumer: str = ""


@dataclass(frozen=True, slots=True)
class OneOperation:
    """An operation on the activity page; None for the newest."""

    operation_id: int | None = None


@dataclass(frozen=True, slots=True)
class AlertList:
    """The alerts on the activity page."""


@dataclass(frozen=True, slots=True)
class AuditList:
    """Who changed what, on the activity page."""


@dataclass(frozen=True, slots=True)
class NodeList:
    """The nodes page; new_connection: with the form of a connection open."""

    new_connection: bool = False


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """A section of the settings; "" for the one shown last."""

    part: str = ""


Target = (
    RecordFilter | OneRecord | OneJob | NewJob | FailuresOf | OneOperation | NodeList | SettingsPart
)


class Navigator(QObject):
    """wanted: the page's key and the Target. theme_wanted: a Mode. scale_wanted: percent.

    language_wanted: a Language.
    environment_wanted: a saved connection's name, "" for this computer.
    """

    wanted = Signal(str, object)
    theme_wanted = Signal(object)
    scale_wanted = Signal(int)
    language_wanted = Signal(object)
    environment_wanted = Signal(str)

    def records(self, chosen: RecordFilter) -> None:
        """The records that match."""
        self.wanted.emit("records", chosen)

    def record(self, record_id: int) -> None:
        """One record with its detail."""
        self.wanted.emit("records", OneRecord(record_id))

    def job(self, name: str, part: str = "") -> None:
        """A job's editor."""
        self.wanted.emit("jobs", OneJob(name, part))

    def new_job(self) -> None:
        """An empty editor."""
        self.wanted.emit("jobs", NewJob())

    def failures(self, job: str = "", consumer: str = "") -> None:
        """Failures by cause."""
        self.wanted.emit("failures", FailuresOf(job, consumer))

    def activity(self, operation_id: int | None = None) -> None:
        """Operations and the audit list."""
        self.wanted.emit("activity", OneOperation(operation_id))

    def alerts(self) -> None:
        """What is open, and was lately."""
        self.wanted.emit("activity", AlertList())

    def audit(self) -> None:
        """Who changed what."""
        self.wanted.emit("activity", AuditList())

    def nodes(self) -> None:
        """The nodes of this database, and other environments."""
        self.wanted.emit("nodes", NodeList())

    def new_connection(self) -> None:
        """The form of a connection to another node."""
        self.wanted.emit("nodes", NodeList(new_connection=True))

    def settings(self, part: str = "") -> None:
        """A section of the settings, by its key."""
        self.wanted.emit("settings", SettingsPart(part))

    def choose_theme(self, mode: Mode) -> None:
        """Light, dark or as the system; remembered."""
        self.theme_wanted.emit(mode)

    def choose_scale(self, percent: int) -> None:
        """The size of all letters; remembered."""
        self.scale_wanted.emit(percent)

    def choose_language(self, language: Language) -> None:
        """What every word is in; remembered."""
        self.language_wanted.emit(language)

    def choose_environment(self, name: str) -> None:
        """Leave this node for that saved connection's, "" for this computer's; remembered."""
        self.environment_wanted.emit(name)
