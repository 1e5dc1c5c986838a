"""The alerts' columns, and the place in the console where an alert is looked into."""

from __future__ import annotations

import re
from enum import Enum, auto

from app import format, shown
from app.models.cell import Cell
from app.models.columns import ColumnOf
from app.models.paged import PagedModel
from app.theme.states import Look
from app.words import translate
from engine.api.wire import AlertShape


class Place(Enum):
    """Where an alert leads to."""

    FAILURES = auto()
    UNSYNCED = auto()
    SOURCE = auto()


def alert_key(alert: AlertShape) -> tuple[str, str, str, int]:
    """What makes an alert the same one."""
    return (alert.job, alert.consumer, alert.when, alert.opened_at)


def place_of(alert: AlertShape) -> Place:
    """By the names its condition uses, the most telling one first."""
    names = set(re.findall(r"[a-z_]+", alert.when))
    failed = alert.values.get("failed")
    if "failed" in names and (failed or not names & {"lag_s", "unsynced", "source_silent_s"}):
        return Place.FAILURES
    if names & {"lag_s", "unsynced", "breaker_open"}:
        return Place.UNSYNCED
    return Place.SOURCE


def look_of(alert: AlertShape) -> Look:
    """Its light."""
    if alert.state == "open":
        return Look(translate("Alerts", "open"), "diamond", "dead")
    return Look(translate("Alerts", "resolved"), "disc", "delivered")


def alert_words(alert: AlertShape) -> str:
    """What it says, in one line."""
    return alert.sentence or alert.when


def where_words(alert: AlertShape) -> str:
    """Of which job and consumer."""
    job = shown.line(alert.job, 80)
    if not alert.consumer:
        return job
    return translate("Alerts", "{job} → {consumer}").format(
        job=job, consumer=shown.line(alert.consumer, 80)
    )


def alerts_model() -> PagedModel[AlertShape]:
    """An empty model in the console's language of now."""
    return PagedModel(
        (
            ColumnOf("", lambda row, now: Cell(lamp=look_of(row)), px=34),
            ColumnOf(
                translate("Alerts", "Where"),
                lambda row, now: Cell(where_words(row), bold=True),
                px=200,
            ),
            ColumnOf(
                translate("Alerts", "What"),
                lambda row, now: Cell(shown.line(alert_words(row))),
                tip=alert_words,
            ),
            ColumnOf(
                translate("Alerts", "Opened"),
                lambda row, now: Cell(format.clock(row.opened_at, now), tone="muted"),
                px=108,
                tip=lambda row: format.instant(row.opened_at),
            ),
            ColumnOf(
                translate("Alerts", "Told last"),
                lambda row, now: _instant(row.last_told_at, now),
                px=108,
                gives_way=3,
            ),
            ColumnOf(
                translate("Alerts", "Resolved"),
                lambda row, now: _instant(row.resolved_at, now),
                px=108,
                gives_way=1,
            ),
            ColumnOf(
                translate("Alerts", "Told to"),
                lambda row, now: Cell(shown.line(", ".join(row.to)) or format.DASH, tone="muted"),
                px=140,
                gives_way=2,
                tip=lambda row: ", ".join(row.to),
            ),
        ),
        key=alert_key,
    )


def _instant(at: int | None, now: int) -> Cell:
    return Cell(format.DASH if at is None else format.clock(at, now), tone="muted")
