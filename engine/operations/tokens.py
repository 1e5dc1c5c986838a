"""API tokens: 256 random bits, kept as a hash, with a scope, an end, and revocable at once.

Not for secrets towards sources and targets: those are in ``operations.secrets``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from engine.core.errors import Conflict, NotFound, OperatorError
from engine.operations.caller import Caller
from engine.store.rows import TokenRow
from engine.store.store import Store

log = logging.getLogger(__name__)
TOKEN_BYTES = 32
PREFIX = "jf_"
OWN_NAME = "local"
"""Who the node's own token, kept in the data directory, stands for in the audit."""


class Scope(IntEnum):
    """What a token may do; each includes those before it."""

    READ = 1
    OPERATE = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """As API and CLI write it."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Scope:
        """The scope of that word; ValueError if there is none."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(word) from None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the token's name and scope, and its hash to look whether it still holds."""

    name: str
    scope: Scope
    token_hash: bytes


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; ``text`` is known to its maker only from here on."""

    id: int
    name: str
    text: str


class Tokens:
    """Makes, checks and revokes tokens.

    own: the text of the node's own token, with scope admin while this process lives; "" for none.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], int],
        *,
        own: str = "",
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._store = store
        self._clock = clock
        self._own = hash_of(own) if own else b""
        self._random_bytes = random_bytes

    async def make(self, name: str, scope: Scope, expires_s: int | None, by: Caller) -> NewToken:
        """A new token; Conflict when one of that name is in use."""
        if name == OWN_NAME or any(self._holds(row) for row in await self._named(name)):
            raise Conflict(
                f'There is a token named "{name}" already.',
                hint="Choose another name, or revoke that one first.",
            )
        text = new_token(self._random_bytes)
        expires_at = None if expires_s is None else self._clock() + expires_s * 1000
        token_id = await self._store.token_add(
            name, hash_of(text), scope.word, expires_at, by=by.text
        )
        return NewToken(token_id, name, text)

    async def principal(self, text: str) -> Principal | None:
        """Whose token this is; None when it is unknown, revoked or has expired."""
        return await self._principal(hash_of(text)) if text else None

    async def still_holds(self, principal: Principal) -> bool:
        """Whether the token a long answer began with may still see more of it."""
        return await self._principal(principal.token_hash) is not None

    async def require_one(self) -> None:
        """OperatorError where no token was ever made. Where all have ended the node starts all the
        same: a token that ran out must not keep a restarted node from its work.
        """
        made = await self._store.tokens()
        if not made:
            raise OperatorError(
                "The node does not listen to other machines while nobody has a token for it.",
                hint="Make one first: jellyfish token create NAME --scope admin",
            )
        if not any(self._holds(row) for row in made):
            log.warning("every token was revoked or has expired: nobody else can call this node")

    async def all(self) -> tuple[TokenRow, ...]:
        """Every token ever made, without text or hash."""
        return await self._store.tokens()

    async def revoke(self, token_id: int, by: Caller) -> None:
        """From now on it opens nothing; NotFound if there is none."""
        if not any(row.id == token_id for row in await self._store.tokens()):
            raise NotFound(
                f"There is no token {token_id}.", hint="`jellyfish token list` has them."
            )
        await self._store.token_revoke(token_id, by=by.text)

    async def _principal(self, digest: bytes) -> Principal | None:
        if self._own and hmac.compare_digest(digest, self._own):
            return Principal(OWN_NAME, Scope.ADMIN, digest)
        row = await self._store.token_by_hash(digest)
        if row is None or not self._holds(row):
            return None
        return Principal(row.name, Scope.from_word(row.scope), digest)

    def _holds(self, row: TokenRow) -> bool:
        if row.revoked_at is not None:
            return False
        return row.expires_at is None or self._clock() < row.expires_at

    async def _named(self, name: str) -> tuple[TokenRow, ...]:
        return tuple(row for row in await self._store.tokens() if row.name == name)


def new_token(random_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """256 random bits as text."""
    return PREFIX + base64.urlsafe_b64encode(random_bytes(TOKEN_BYTES)).decode().rstrip("=")


def hash_of(text: str) -> bytes:
    """What is kept and compared of a token. Of 256 random bits a plain hash cannot be searched,
    and the time of looking a hash up tells nothing about the token.
    """
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()
