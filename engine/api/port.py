"""What the control API needs of the node it runs in: the port, declared by who needs it.

``engine.node`` implements it; a node without producers and consumers does too, with
``producing`` False in its ``node()``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from engine.api.wire import (
    JobTestShape,
    NodeShape,
    PullTestRequest,
    PullTestShape,
    PushTestRequest,
    PushTestShape,
    SeriesShape,
    StatusShape,
)
from engine.operations.explain import Holding
from engine.operations.secrets import Vault
from engine.operations.tokens import Tokens
from engine.store.rows import JobRow
from engine.store.store import Store


class EnginePort(Protocol):
    """The running node as the API sees it. Jobs are named; instants are UTC ms."""

    @property
    def store(self) -> Store:
        """The ledger; the API reads it directly and changes it through ``operations``."""

    @property
    def vault(self) -> Vault:
        """Secrets and channels."""

    @property
    def tokens(self) -> Tokens:
        """Who may call."""

    def now(self) -> int:
        """The node's clock."""

    def node(self) -> NodeShape:
        """Who this is; ``database`` without credentials."""

    async def node_changed(self, name: str) -> None:
        """That node was drained or may work again: obey at once where it is this one."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Call that whenever something was changed, through whichever node."""

    async def status(self) -> StatusShape:
        """Every job and consumer now; for streams called twice a second however many look on."""

    async def series(
        self, window_s: float, job: str | None, consumer: str | None = None
    ) -> SeriesShape:
        """The last ``window_s`` seconds of all, a job, or a consumer; NotFound if unknown."""

    def holding(self, job: str, consumer: str, stored: JobRow | None = None) -> Holding:
        """What holds this consumer back now, as far as this node knows."""

    async def holding_at(self, node: str, stored: JobRow, consumer: str, known: Holding) -> Holding:
        """The same as that node told it, where it is another one than this."""

    async def run_now(self, job: str) -> None:
        """Make the job's pulls due now. Conflict if nothing pulls here or the job is paused."""

    async def test_job(self, document: dict[str, Any]) -> JobTestShape:
        """One real page, nothing stored, nothing sent; a failed pull is ``ok`` False, not raised.

        DocumentError for a wrong document.
        """

    async def test_pull(self, asked: PullTestRequest) -> PullTestShape:
        """One real page through a draft; nothing stored. DocumentError for a wrong request."""

    async def test_push(self, asked: PushTestRequest) -> PushTestShape:
        """The request of one record, sent if asked to; nothing stored. DocumentError, NotFound."""

    async def test_channel(self, name: str) -> None:
        """Send a test message over an alert channel; OperatorError says why it did not arrive."""

    async def job_changed(self, job: str) -> None:
        """A job was saved, paused, resumed or deleted: take it up now. "" when a secret changed."""

    async def operation_changed(self, operation_id: int) -> None:
        """An operation was begun or steered: do not wait for the next look."""

    async def deliveries_changed(self) -> None:
        """Deliveries became due by an operator's hand: do not wait for the next tick."""
