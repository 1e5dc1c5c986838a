"""The columns of operations that have ended: what, by whom, what came of it."""

from __future__ import annotations

from app import format, shown
from app.models.cell import Cell
from app.models.columns import ColumnOf
from app.models.paged import PagedModel
from app.models.work import figures, of_operation, title
from app.theme.states import Look
from app.words import translate
from engine.api.wire import OperationShape


def operations_model() -> PagedModel[OperationShape]:
    """An empty model in the console's language of now."""
    return PagedModel(
        (
            ColumnOf("", lambda row, now: Cell(lamp=operation_look(row)), px=34),
            ColumnOf(
                translate("Operations", "What"),
                lambda row, now: Cell(title(of_operation(row)), bold=True),
                px=260,
                tip=lambda row: title(of_operation(row)),
            ),
            ColumnOf(
                translate("Operations", "What came of it"),
                lambda row, now: Cell(figures(of_operation(row)), tone="muted"),
                tip=lambda row: figures(of_operation(row)),
            ),
            ColumnOf(
                translate("Operations", "By"),
                lambda row, now: Cell(shown.line(row.by)),
                px=120,
                gives_way=1,
                tip=lambda row: f"{row.by} {row.where}".strip(),
            ),
            ColumnOf(
                translate("Operations", "Begun"),
                lambda row, now: Cell(format.clock(row.created_at, now), tone="muted"),
                px=108,
                tip=lambda row: f"{format.instant(row.created_at)} · {format.utc(row.created_at)}",
            ),
            ColumnOf(
                translate("Operations", "Took"),
                lambda row, now: Cell(_took(row), right=True, tone="muted"),
                px=96,
                gives_way=2,
                right=True,
            ),
        ),
        key=lambda row: row.id,
    )


def operation_look(row: OperationShape) -> Look:
    """How it ended, or that it goes on."""
    match row.state:
        case "running":
            return Look(translate("Operations", "running"), "disc", "pending")
        case "paused":
            return Look(translate("Operations", "paused"), "ring", "skipped")
        case "done" if row.refused:
            return Look(translate("Operations", "done, some refused"), "triangle", "retrying")
        case "done":
            return Look(translate("Operations", "done"), "disc", "delivered")
        case "cancelled":
            return Look(translate("Operations", "cancelled"), "ring", "skipped")
        case _:
            return Look(translate("Operations", "failed"), "diamond", "dead")


def _took(row: OperationShape) -> str:
    until = row.ended_at if row.ended_at is not None else row.updated_at
    return format.span(max(0, until - row.created_at) / 1000)
