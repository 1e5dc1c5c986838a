"""The audit list's columns: who did what on what, when and from where."""

from __future__ import annotations

from app import format, shown
from app.models.audit_words import deed_words, detail_words, target_words
from app.models.cell import Cell
from app.models.columns import ColumnOf
from app.models.paged import PagedModel
from app.words import translate
from engine.api.wire import AuditShape


def audit_model() -> PagedModel[AuditShape]:
    """An empty model in the console's language of now."""
    return PagedModel(
        (
            ColumnOf(
                translate("Audit", "When"),
                lambda row, now: Cell(format.clock(row.at, now), tone="muted"),
                px=108,
                tip=lambda row: f"{format.instant(row.at)} · {format.utc(row.at)}",
            ),
            ColumnOf(translate("Audit", "Who"), lambda row, now: Cell(shown.line(row.by)), px=132),
            ColumnOf(
                translate("Audit", "What"),
                lambda row, now: Cell(deed_words(row.what), bold=True),
                px=148,
            ),
            ColumnOf(
                translate("Audit", "On what"),
                lambda row, now: Cell(target_words(row.what, row.target)),
                px=180,
            ),
            ColumnOf(
                translate("Audit", "Details"),
                lambda row, now: Cell(detail_words(row.what, row.detail), tone="muted"),
                tip=lambda row: detail_words(row.what, row.detail),
            ),
            ColumnOf(
                translate("Audit", "From"),
                lambda row, now: Cell(shown.line(row.where), tone="muted", code=True),
                px=140,
                gives_way=1,
            ),
        ),
        key=lambda row: row.id,
    )
