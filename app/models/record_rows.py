"""A row of the records grid: the record and its deliveries, without bodies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from app import format, shown
from app.theme.states import STATES
from app.words import translate
from engine.api.wire import AttemptShape, DeliveryShape, RecordShape

LEADING_URL = re.compile(r"^https?://\S+ ")
"""In a grid it takes the room of what happened; the detail pane has the whole sentence."""
RESENDABLE = frozenset({"delivered", "dead", "skipped"})
WAITING = frozenset({"pending", "retrying"})
"""What a skip meets where no states are chosen."""
SKIPPABLE = WAITING | {"dead"}
"""What can be skipped where it is chosen: failures that are dealt with too."""
UNSETTLED = frozenset({"pending", "sending", "retrying"})


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery in the grid. Instants in UTC ms."""

    consumer: str
    state: str
    cycle: int
    number: int
    due_at: int | None
    last_outcome: str | None
    last_status: int | None
    last_error: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record in the grid; ``deliveries`` are those the filter asked for."""

    id: int
    job: str
    key: str
    version: int
    pulled_at: int
    deliveries: tuple[DeliveryRow, ...]

    @property
    def lead(self) -> DeliveryRow | None:
        """The delivery that most needs a person: it stands for the record in the grid."""
        return min(self.deliveries, key=lambda each: urgency(each.state), default=None)

    @property
    def consumers(self) -> tuple[str, ...]:
        return tuple(each.consumer for each in self.deliveries)

    @property
    def settled(self) -> bool:
        """Nothing will move any more by itself."""
        return all(each.state not in UNSETTLED for each in self.deliveries)


def record_row(shape: RecordShape) -> RecordRow:
    """The row of a record as the API tells it."""
    return RecordRow(
        id=shape.id,
        job=shape.job,
        key=shape.key,
        version=shape.version,
        pulled_at=format.from_rfc3339(shape.pulled_at) or 0,
        deliveries=tuple(_delivery(each) for each in shape.deliveries),
    )


def _delivery(shape: DeliveryShape) -> DeliveryRow:
    return DeliveryRow(
        consumer=shape.consumer,
        state=shape.state,
        cycle=shape.cycle,
        number=shape.number,
        due_at=shape.due_at,
        last_outcome=shape.last_outcome,
        last_status=shape.last_status,
        last_error=shape.last_error,
    )


def urgency(state: str) -> int:
    """Smaller is more urgent; for sorting."""
    return STATES.index(state) if state in STATES else len(STATES)


def status_word(status: int) -> str:
    """``401 Unauthorized``; the number alone where it has no name."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def answer_word(delivery: DeliveryRow) -> str:
    """What the target said last, short."""
    if delivery.last_outcome is None:
        return format.DASH
    if delivery.last_status is None:
        error = LEADING_URL.sub("", delivery.last_error)
        return shown.line(error, 160) if error else translate("Records", "no answer")
    if delivery.last_outcome != "accepted" and delivery.last_status < 400 and delivery.last_error:
        return f"{delivery.last_status} · {shown.line(delivery.last_error, 160)}"
    return status_word(delivery.last_status)


def attempt_answer_word(attempt: AttemptShape) -> str:
    """The same of one attempt: the status, or that there was no answer."""
    if attempt.status is not None:
        return str(attempt.status)
    if attempt.outcome == "not_sent":
        return translate("Records", "nothing was sent")
    return translate("Records", "no answer")
