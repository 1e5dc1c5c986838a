"""Long work as one row: an operation of the node, or an export of this console. Pure.

Words are made when they are asked for, in the console's language of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app import format, shown
from app.words import translate
from engine.api.wire import OperationShape, ProblemShape


class WorkState(Enum):
    """As operations have it."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = frozenset({WorkState.RUNNING, WorkState.PAUSED})


class WorkKind(Enum):
    """What is done."""

    RESEND = "resend"
    SKIP = "skip"
    REPULL = "repull"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Work:
    """key: names the row as long as the console runs. about: job and consumer, or a file's name.

    total: None where it is not known; exact: it is no lower bound. share: 0 to 1, None: not known.
    moved, refused: of what is done; warned: old versions among them. operation_id: None for local
    work.
    """

    key: str
    kind: WorkKind
    state: WorkState
    about: str = ""
    done: int = 0
    total: int | None = None
    exact: bool = True
    share: float | None = None
    rate_per_s: float | None = None
    left_s: float | None = None
    moved: int = 0
    refused: int = 0
    warned: int = 0
    sentence: str = ""
    by: str = ""
    operation_id: int | None = None
    refusals: tuple[ProblemShape, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def can_pause(self) -> bool:
        return self.operation_id is not None and self.state is WorkState.RUNNING

    @property
    def can_resume(self) -> bool:
        return self.operation_id is not None and self.state in (WorkState.PAUSED, WorkState.FAILED)


def of_operation(shape: OperationShape) -> Work:
    """The row of an operation."""
    about = " → ".join(part for part in (shape.job, shape.consumer) if part)
    share = shape.share
    if share is None and shape.total and shape.total_exact:
        share = min(1.0, shape.done / shape.total)
    return Work(
        key=f"operation {shape.id}",
        kind=WorkKind(shape.kind),
        state=WorkState(shape.state),
        about=about,
        done=shape.done,
        total=shape.total,
        exact=shape.total_exact,
        share=share,
        rate_per_s=shape.rate_per_s,
        left_s=shape.left_s,
        moved=shape.moved,
        refused=shape.refused,
        warned=shape.warned,
        sentence=shape.sentence,
        by=shape.by,
        operation_id=shape.id,
        refusals=shape.refusals,
        warnings=shape.warnings,
    )


def title(work: Work) -> str:
    """What it is, for instance ``Resend · invoices → tax-portal``."""
    match work.kind:
        case WorkKind.RESEND:
            words = translate("Work", "Resend")
        case WorkKind.SKIP:
            words = translate("Work", "Skip")
        case WorkKind.REPULL:
            words = translate("Work", "Pull again")
        case WorkKind.EXPORT:
            words = translate("Work", "Export")
    return f"{words} · {shown.line(work.about, 80)}" if work.about else words


def figures(work: Work) -> str:
    """How far it is, or how it ended."""
    if not work.open:
        return _result(work)
    parts = [_count(work)]
    if work.state is WorkState.PAUSED:
        parts.append(translate("Work", "paused"))
    else:
        if work.rate_per_s:
            parts.append(translate("Work", "{n}/s").format(n=format.rate(work.rate_per_s)))
        if work.left_s is not None:
            parts.append(translate("Work", "{time} left").format(time=format.span(work.left_s)))
    if work.refused:
        parts.append(translate("Work", "{n} refused").format(n=format.number(work.refused)))
    if work.sentence:
        parts.append(shown.line(work.sentence, 160))
    return " · ".join(parts)


def _count(work: Work) -> str:
    done = format.number(work.done)
    if work.total is None:
        return done
    if not work.exact:
        return translate("Work", "{n} of more than {all}").format(
            n=done, all=format.number(work.total)
        )
    total = format.number(max(work.total, work.done))
    return translate("Work", "{n} of {all}").format(n=done, all=total)


def _result(work: Work) -> str:
    parts = [_ending(work)]
    if work.refused:
        parts.append(translate("Work", "{n} refused").format(n=format.number(work.refused)))
    if work.warned:
        parts.append(translate("Work", "%Ln of an older version than the newest", "", work.warned))
    if work.sentence:
        parts.append(shown.line(work.sentence, 200))
    return " · ".join(parts)


def _ending(work: Work) -> str:
    match work.state, work.kind:
        case WorkState.CANCELLED, _:
            return translate("Work", "cancelled after {n}").format(n=format.number(work.done))
        case WorkState.FAILED, _:
            return translate("Work", "stopped after {n}").format(n=format.number(work.done))
        case _, WorkKind.RESEND:
            return translate("Work", "%Ln delivery(s) will be sent again", "", work.moved)
        case _, WorkKind.SKIP:
            return translate("Work", "%Ln delivery(s) skipped", "", work.moved)
        case _, WorkKind.REPULL:
            return translate("Work", "%Ln new version(s) stored", "", work.moved)
        case _:
            return translate("Work", "%Ln record(s) written", "", work.done)
