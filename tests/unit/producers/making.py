"""Makes documents and producers for tests, and a small ledger that commits a run's pages.

``Hub`` does with pages what the puller and the store do, in memory: it keeps every record that is
not equal to its key's latest version, and the cursor and state of the last committed page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.core.job import Ledger
from engine.core.record import FailedPull, IncomingRecord
from engine.http.client import HttpClient
from engine.producers.http_pull.fields import HttpPull
from engine.producers.http_pull.producer import HttpPullProducer
from engine.producers.port import PageOut, PullStart
from tests.sample_source import SampleSource

NOW = 1_767_225_600_000
SECRETS = {"token": b"s3cret-token-value", "password": b"p4ssword-value"}

_PAGING: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "all": ({"kind": "none"}, {}),
    "page": ({"kind": "page"}, {"page": "${page}"}),
    "offset": ({"kind": "offset"}, {"offset": "${offset}"}),
    "token": ({"kind": "token", "next": "body.data.next"}, {"token": "${token}"}),
    "link-header": ({"kind": "link"}, {}),
    "link-body": ({"kind": "link", "next": "body.data.next"}, {}),
}


def secret(name: str) -> bytes:
    """A secret's value."""
    return SECRETS[name]


def document(source: SampleSource, way: str, *, size: int = 10, **changes: Any) -> dict[str, Any]:
    """A producer's document for one way of the sample source; nested changes are merged in."""
    paging, query = _PAGING[way]
    if way in ("page", "offset"):
        paging = {**paging, "size": size}
    made: dict[str, Any] = {
        "kind": "http_pull",
        "request": {
            "url": source.url(way),
            "query": {"since": "${cursor}", "size": str(size), **query},
        },
        "response": {
            "format": source.format,
            "records": "body.data.items" if source.format == "json" else None,
        },
        "paging": paging,
        "cursor": {"value": f"record.{source.by}", "type": "time"},
    }
    return merged(made, changes)


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The document with changes put in; a change to None removes the field."""
    made = dict(base)
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(made.get(name), dict):
            made[name] = merged(made[name], value)
        elif value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def producer(
    client: HttpClient, made: dict[str, Any], *, decode: bool = True, **ledger: Any
) -> HttpPullProducer:
    """The producer of a document, of a job named orders."""
    return HttpPullProducer(
        "orders",
        HttpPull.model_validate(made),
        Ledger.model_validate({"key": "record.id", **ledger}),
        http=client,
        secrets=secret,
        clock=lambda: NOW,
        decode=decode,
    )


@dataclass(slots=True)
class Hub:
    """A ledger in memory. versions: of each key, the payloads in the order they came."""

    cursor: str | None = None
    state: str = ""
    versions: dict[str, list[bytes]] = field(default_factory=dict)
    pages: list[PageOut] = field(default_factory=list)
    failure: FailedPull | None = None
    _latest: dict[str, bytes] = field(default_factory=dict)

    async def run(self, producer: HttpPullProducer, *, pages: int | None = None) -> Hub:
        """One run; ``pages``: it is cut off after so many, as by a crash."""
        self.pages, self.failure = [], None
        run = producer.pages(self.start())
        async for out in run:
            if isinstance(out, FailedPull):
                self.failure = out
                break
            self._commit(out)
            if len(self.pages) == pages:
                break
        await run.aclose()
        return self

    def start(self) -> PullStart:
        """Where the next run begins."""
        return PullStart("all", {"region": "east"}, self.cursor, self.state, NOW)

    def _commit(self, out: PageOut) -> None:
        assert out.page.cursor_before == self.cursor
        self.pages.append(out)
        self.cursor, self.state = out.page.cursor_after, out.state
        for record in out.page.records:
            self._keep(record)

    def _keep(self, record: IncomingRecord) -> None:
        if self._latest.get(record.key) != record.sha256:
            self._latest[record.key] = record.sha256
            self.versions.setdefault(record.key, []).append(record.payload)

    @property
    def keys(self) -> set[str]:
        """Every key in the ledger."""
        return set(self.versions)

    @property
    def notes(self) -> str:
        """The notes of the last run's pages."""
        return " ".join(out.page.note for out in self.pages if out.page.note)
