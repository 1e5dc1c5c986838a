"""A client of a database that several nodes serve: where one does not answer, the next is asked.

What only reads is asked again at the next node. What changes something is not, unless surely
nothing of it was sent: an answer that is lost does not tell that nothing was done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from engine.api import wire
from engine.api.client.connections import http_client
from engine.api.client.errors import ConnectionLost, Loss
from engine.api.client.places import Place
from engine.api.client.requests import Requests, shape_of
from engine.language.speech import ENGLISH

CONNECT_S = 4.0
"""A machine that is gone answers nothing at all: the others must not wait for it long."""


class SeveralNodes(Requests):
    """Mixed into a client, before its faces. places: in the order they are asked; at least one."""

    def __init__(
        self,
        places: Sequence[Place],
        token: str,
        *,
        timeout_s: float = 10.0,
        language: str = ENGLISH,
    ) -> None:
        self._places = tuple(places)
        self._at = 0
        self._token = token
        self._timeout = httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        self._language = language
        self._ledger_id = ""
        self._first_url = ""
        self._met = ""
        self._moving = asyncio.Lock()
        self._open()

    async def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        content: bytes | None = None,
        timeout_s: float | None = None,
        reads: bool = False,
    ) -> httpx.Response:
        repeatable = reads or method == "GET"
        tried: set[str] = set()
        while True:
            url, met = self.url, False
            try:
                await self._meet()
                met = True
                return await super()._send(
                    method, path, params, content=content, timeout_s=timeout_s, reads=reads
                )
            except ConnectionLost as error:
                tried.add(url)
                safe = repeatable or not met or error.why.surely_unsent
                if not (safe and error.why.means_silence):
                    raise
                if len(tried) == len(self._places):
                    raise self._none_answers(error) from None
                await self._go_on(url)

    async def _meet(self) -> None:
        """Look which database the node serves, once for each node; raises ConnectionLost."""
        if self._met == self.url:
            return
        url = self.url
        answer = await super()._send("GET", "/node")
        node = shape_of(wire.NodeShape, answer.text, url)
        if self._ledger_id and node.ledger_id != self._ledger_id:
            raise ConnectionLost(
                f"The node at {url} serves another database than the one at {self._first_url}.",
                "Name only nodes of one database.",
                Loss.OTHER_DATABASE,
            )
        self._ledger_id, self._first_url, self._met = node.ledger_id, url, url

    async def _go_on(self, from_url: str) -> None:
        """To the next place, unless somebody else went on from there already."""
        async with self._moving:
            if self.url != from_url:
                return
            old = self._http
            self._at = (self._at + 1) % len(self._places)
            self._open()
            await old.aclose()

    def _open(self) -> None:
        place = self._places[self._at]
        self.url = place.url
        self._http = http_client(
            place.url,
            self._token,
            timeout=self._timeout,
            fingerprint=place.fingerprint,
            language=self._language,
        )

    def _none_answers(self, last: ConnectionLost) -> ConnectionLost:
        if len(self._places) == 1:
            return last
        return ConnectionLost(
            f"None of these nodes answers: {', '.join(place.url for place in self._places)}.",
            "Start one with `jellyfish node`, or look at the addresses.",
            last.why,
        )
