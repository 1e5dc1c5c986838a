"""Opens connections: to a node that was asked for, or to another node of its database.

Not for staying connected: that is the session's. A node is let in only when it accepts the token
and serves the same database; where its certificate is pinned, no token goes to another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.connection import Address, NoNode, OtherNode, Others, Trouble
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, Loss, NodeClient
from engine.api.wire import NodeShape

WITHIN_S = 3.0
"""For an answer where there are other nodes: one that is gone may answer nothing at all."""
AT_ONCE = 4
"""So many of the others are asked at a time."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that is open, and who answered on it."""

    client: NodeClient
    node: NodeShape
    address: Address


@dataclass(slots=True)
class Search:
    """What a search among the other nodes came to. refused: sentences, of those that answered."""

    found: Opened | None = None
    asked: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def hint(self) -> str:
        """Why none of them was taken; "" where there were none."""
        if self.refused:
            return self.refused[0]
        if not self.asked:
            return ""
        return translate(
            "Doors", "None of the %Ln other node(s) of its database answers.", "", self.asked
        )


def client_of(address: Address) -> NodeClient:
    """A client of the node at that address."""
    return NodeClient(address.url, address.token, fingerprint=address.fingerprint)


class Doors:
    """open_client: as ``client_of``."""

    def __init__(self, open_client: Callable[[Address], NodeClient] = client_of) -> None:
        self._open_client = open_client

    async def open(
        self,
        address: Address,
        language: str,
        *,
        within_s: float | None = None,
        ledger_id: str = "",
    ) -> Opened:
        """Connect and ask who is there. ledger_id: of the database it must serve, "" for any.

        Raises ApiError or ConnectionLost.
        """
        client = self._open_client(address)
        client.speak(language)
        try:
            async with asyncio.timeout(within_s):
                node = await client.node()
            if ledger_id and node.ledger_id != ledger_id:
                raise _another_database(address)
        except TimeoutError:
            await client.close()
            raise _silent(address) from None
        except BaseException:
            await client.close()
            raise
        return Opened(client, node, address)

    async def search(
        self, others: Others, token: str, language: str, *, leave_out: str = ""
    ) -> Search:
        """The first of the others that lets the token in. leave_out: a URL that was asked."""
        search = Search()
        nodes = [one for one in others.nodes if one.url != leave_out]
        for start in range(0, len(nodes), AT_ONCE):
            some = nodes[start : start + AT_ONCE]
            await self._ask(some, others.ledger_id, token, language, search)
            if search.found is not None:
                break
        return search

    async def _ask(
        self,
        nodes: Sequence[OtherNode],
        ledger_id: str,
        token: str,
        language: str,
        search: Search,
    ) -> None:
        """The first answer wins; a connection that came too late is closed."""
        asked = {
            asyncio.ensure_future(
                self.open(
                    Address(one.url, token, one.fingerprint),
                    language,
                    within_s=WITHIN_S,
                    ledger_id=ledger_id,
                )
            ): one
            for one in nodes
        }
        search.asked += len(asked)
        waiting = set(asked)
        try:
            while waiting and search.found is None:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    _take(each, asked[each], search)
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            for each in asked:
                await _close_unless(search.found, each)


def _take(ended: asyncio.Future[Opened], one: OtherNode, search: Search) -> None:
    try:
        opened = ended.result()
    except (ApiError, ConnectionLost) as error:
        if (sentence := _refusal(error, one)) is not None:
            search.refused.append(sentence)
    else:
        search.found = search.found or opened


async def _close_unless(found: Opened | None, ended: asyncio.Future[Opened]) -> None:
    if not ended.cancelled() and ended.exception() is None and ended.result() is not found:
        await ended.result().client.close()


def _refusal(error: ApiError | ConnectionLost, one: OtherNode) -> str | None:
    """Why a node that is there was not taken; None for one that is silent."""
    match error:
        case ApiError(status=401 | 403):
            words = translate("Doors", "{node} does not accept the token of this connection.")
        case ApiError():
            words = translate("Doors", "{node} answers, but it is in trouble itself.")
        case ConnectionLost(why=Loss.CERTIFICATE_CHANGED | Loss.CERTIFICATE_UNKNOWN):
            words = translate(
                "Doors",
                "{node} has another certificate than its database tells: no token was sent there.",
            )
        case ConnectionLost(why=Loss.OTHER_DATABASE):
            words = translate("Doors", "{node} serves another database now.")
        case ConnectionLost(why=Loss.FOREIGN):
            words = translate("Doors", "Another program answers in the place of {node}.")
        case _:
            return None
    return words.format(node=one.name or one.url)


def _silent(address: Address) -> ConnectionLost:
    return ConnectionLost(
        translate("Doors", "The node at {url} did not answer in time.").format(url=address.url),
        translate("Doors", "It is tried again by itself."),
        Loss.SILENT,
    )


def _another_database(address: Address) -> ConnectionLost:
    return ConnectionLost(
        translate("Doors", "The node at {url} serves another database.").format(url=address.url),
        translate("Doors", "Connect to it as to a place of its own."),
        Loss.OTHER_DATABASE,
    )


def trouble_of(error: ConnectionLost | ApiError | NoNode) -> Trouble:
    """What kind of loss it is."""
    match error:
        case ConnectionLost(why=Loss.CERTIFICATE_UNKNOWN | Loss.CERTIFICATE_CHANGED):
            return Trouble.CERTIFICATE
        case ConnectionLost(why=Loss.FOREIGN | Loss.OTHER_DATABASE):
            return Trouble.FOREIGN
        case ApiError(status=401 | 403):
            return Trouble.TOKEN
        case NoNode():
            return Trouble.LOCAL
        case _:
            return Trouble.UNREACHABLE
