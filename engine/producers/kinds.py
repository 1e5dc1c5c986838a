"""The list of producer kinds. A new kind is a file of its own and a line in each list here."""

from __future__ import annotations

from collections.abc import Callable

from engine.core.errors import OperatorError
from engine.core.job import Ledger
from engine.http.client import HttpClient
from engine.producers import port
from engine.producers.http_pull.cursor_order import CursorOrder
from engine.producers.http_pull.fields import HttpPull
from engine.producers.http_pull.producer import HttpPullProducer

Producer = HttpPull
"""The document's ``producer`` field: with a second kind, a union discriminated by ``kind``."""


def build_producer(
    job_name: str,
    fields: Producer,
    ledger: Ledger,
    *,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
    decode: bool = True,
) -> port.Producer:
    """The producer of these fields, ready to pull.

    secrets: a named secret's value; asked now, so build anew when a secret changes.
    clock: UTC ms. decode: hand over each record's value with a page, for filters.
    Raises OperatorError if a secret is missing or unfit.
    """
    try:
        return HttpPullProducer(
            job_name, fields, ledger, http=http, secrets=secrets, clock=clock, decode=decode
        )
    except OperatorError as error:
        raise OperatorError(
            f'The producer of job "{job_name}" cannot pull: {error.sentence}',
            hint=error.hint,
            path=error.path,
        ) from None


def cursor_order(fields: Producer) -> port.CursorOrder | None:
    """How values of this producer's cursor compare; None for one without a cursor."""
    return None if fields.cursor is None else CursorOrder(fields.cursor)
