"""Proposals, test pulls and pushes, live previews: what the editor asks while one writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api import wire
from engine.api.client.requests import Requests

TEST_S = 120.0
"""A source or target may take its own time: longer than any request's usual timeout."""


class ProposalsFace(Requests):
    """See the module and NodeClient."""

    async def propose(
        self,
        text: str,
        document: Mapping[str, Any] | None = None,
        *,
        consumer: int | None = None,
        record: str | None = None,
    ) -> wire.ProposeShape:
        """Proposals from a cURL command or a sample answer.

        document: as it is now. consumer: its number, where the text is of a target.
        record: a record as JSON text, for the mapping.
        """
        body = wire.ProposeRequest(
            text=text, document=dict(document or {}), consumer=consumer, record=record
        )
        return await self._post(wire.ProposeShape, "/propose", body, reads=True)

    async def keep_secret(self, text: str, name: str, *, consumer: int | None = None) -> None:
        """Store the secret that stands in this command under this name."""
        body = wire.KeepSecretRequest(text=text, name=name, consumer=consumer)
        await self._post(wire.Done, "/propose/secret", body)

    async def test_pull(
        self,
        document: Mapping[str, Any],
        *,
        shard: str | None = None,
        cursor: str | int | None = None,
        page: int | None = None,
        offset: int | None = None,
        token: str | None = None,
        again: wire.SeenAnswer | None = None,
    ) -> wire.PullTestShape:
        """Ask the source for one real page; nothing is kept. again: look at this answer instead."""
        body = wire.PullTestRequest(
            document=dict(document),
            shard=shard,
            cursor=cursor,
            page=page,
            offset=offset,
            token=token,
            again=again,
        )
        return await self._body(
            wire.PullTestShape, "POST", "/jobs/test/pull", body, timeout_s=TEST_S
        )

    async def test_push(
        self,
        document: Mapping[str, Any],
        consumer: int,
        *,
        record_id: int | None = None,
        sample: str | None = None,
        key: str = "",
        send: bool = False,
    ) -> wire.PushTestShape:
        """What a consumer would send of one record; with ``send`` it is really sent, once."""
        body = wire.PushTestRequest(
            document=dict(document),
            consumer=consumer,
            record_id=record_id,
            sample=sample,
            key=key,
            send=send,
        )
        return await self._body(
            wire.PushTestShape, "POST", "/jobs/test/push", body, timeout_s=TEST_S
        )

    async def evaluate(
        self, names: wire.NamesWord, items: Sequence[wire.EvaluateItem], data: str
    ) -> tuple[wire.EvaluatedShape, ...]:
        """What expressions give with this data, a JSON text of an object with the names."""
        body = wire.EvaluateRequest(names=names, items=tuple(items), data=data)
        path = "/expressions/evaluate"
        return (await self._post(wire.EvaluateShape, path, body, reads=True)).results
