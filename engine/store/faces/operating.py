"""The store's methods for what operators do and leave behind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from engine.store import by_hand, picks, sieve, vault
from engine.store.audit_filter import EVERYTHING, AuditFilter
from engine.store.by_hand import Moved
from engine.store.faces.base import Face
from engine.store.operation_rows import ResendMode
from engine.store.rows import AuditRow, RecordFilter, SecretRow, TokenRow

COUNT_S = 1.5
"""Seconds a count may take that no index and no counter answers."""
COUNT_SLICE = 50_000
"""Deliveries counted in one read."""
BREATH_S = 0.003
"""Between two slices of a search: the interpreter's lock is needed elsewhere too."""


class OperatorFace(Face):
    """Moves by hand, secrets, tokens, audit, retention."""

    async def delivery_ids(
        self,
        wanted: RecordFilter,
        *,
        limit: int,
        after_id: int = 0,
        last_record: int | None = None,
    ) -> list[int]:
        """The next ids of deliveries that match, rising; fewer than ``limit`` is the end."""
        found: list[int] = []
        while True:
            picked = await self._gateway.read(
                partial(
                    picks.delivery_ids,
                    wanted=wanted,
                    limit=limit - len(found),
                    after_id=after_id,
                    last_record=last_record,
                )
            )
            found += picked.ids
            if len(found) >= limit or picked.looked_to is None:
                return found
            after_id = picked.looked_to
            if wanted.search is not None:
                await asyncio.sleep(BREATH_S)

    async def count(
        self, wanted: RecordFilter, *, cap: int, within_s: float | None = None
    ) -> tuple[int, bool]:
        """How many deliveries match, and whether that is all; counted up to ``cap``, and with
        ``within_s`` for so long at most. Slice by slice, so that others are read for meanwhile.
        """
        exact = await self._gateway.read(partial(picks.exact_count, wanted=wanted))
        if exact is not None:
            return exact, True
        if within_s is None and sieve.is_needed(wanted):
            within_s = COUNT_S
        loop = asyncio.get_running_loop()
        end = None if within_s is None else loop.time() + within_s
        count, after_id = 0, 0
        while True:
            limit = min(COUNT_SLICE, cap + 1 - count)
            picked = await self._gateway.read(
                partial(picks.delivery_ids, wanted=wanted, limit=limit, after_id=after_id)
            )
            count += len(picked.ids)
            full = len(picked.ids) == limit
            if picked.looked_to is None and not full:
                return count, True
            if count > cap or (end is not None and loop.time() >= end):
                return min(count, cap), False
            after_id = picked.ids[-1] if full else picked.looked_to or after_id
            await asyncio.sleep(BREATH_S)

    async def resend(
        self,
        delivery_ids: Sequence[int],
        *,
        by: str,
        due_at: int,
        mode: ResendMode = ResendMode.MAPPED,
        reason: str = "",
    ) -> Moved:
        """Send again, not before ``due_at``: for each id whether it was moved, and why not."""
        return await self._gateway.write(
            partial(
                by_hand.resend,
                delivery_ids=delivery_ids,
                by=by,
                due_at=due_at,
                mode=mode,
                reason=reason,
            )
        )

    async def skip(self, delivery_ids: Sequence[int], *, by: str, reason: str = "") -> Moved:
        """Give up what waits: for each id whether it was moved, and why not."""
        return await self._gateway.write(
            partial(by_hand.skip, delivery_ids=delivery_ids, by=by, reason=reason)
        )

    async def secret_put(
        self, name: str, nonce: bytes, sealed: bytes, *, by: str, use: str = "secret"
    ) -> None:
        """Create or replace a sealed value; ``use``: secret, or channel for alert channels."""
        await self._gateway.write(
            partial(vault.secret_put, name=name, nonce=nonce, sealed=sealed, by=by, use=use)
        )

    async def secret_get(self, name: str, *, use: str = "secret") -> tuple[bytes, bytes] | None:
        """Nonce and sealed value; None if it was never set."""
        return await self._gateway.read(partial(vault.secret_get, name=name, use=use))

    async def secret_names(self, *, use: str = "secret") -> tuple[SecretRow, ...]:
        """What is set, by name."""
        return await self._gateway.read(partial(vault.secret_names, use=use))

    async def secret_delete(self, name: str, *, by: str, use: str = "secret") -> None:
        """Forget a sealed value."""
        await self._gateway.write(partial(vault.secret_delete, name=name, by=by, use=use))

    async def token_add(
        self, name: str, hashed: bytes, scope: str, expires_at: int | None, *, by: str
    ) -> int:
        """Keep a new token's hash; its id."""
        return await self._gateway.write(
            partial(
                vault.token_add,
                name=name,
                hashed=hashed,
                scope=scope,
                expires_at=expires_at,
                by=by,
            )
        )

    async def token_by_hash(self, hashed: bytes) -> TokenRow | None:
        """The token with that hash, also a revoked or expired one."""
        return await self._gateway.read(partial(vault.token_by_hash, hashed=hashed))

    async def tokens(self) -> tuple[TokenRow, ...]:
        """Every token ever made, oldest first."""
        return await self._gateway.read(vault.tokens)

    async def token_revoke(self, token_id: int, *, by: str) -> None:
        """From now on the token opens nothing."""
        await self._gateway.write(partial(vault.token_revoke, token_id=token_id, by=by))

    async def audit(self, by: str, what: str, target: str, detail: str, where: str = "") -> None:
        """Write down who did what to which thing, and from where."""
        await self._gateway.write(
            partial(vault.audit, by=by, what=what, target=target, detail=detail, place=where)
        )

    async def audit_list(
        self, *, limit: int, after: int | None = None, wanted: AuditFilter = EVERYTHING
    ) -> tuple[tuple[AuditRow, ...], int | None]:
        """What operators did, newest first, and what to pass as ``after`` for the next page."""
        return await self._gateway.read(
            partial(vault.audit_list, limit=limit, after=after, wanted=wanted)
        )

    async def retain(
        self, job_id: int, *, bodies_before: int, attempts_before: int, limit: int
    ) -> int:
        """Remove one block of what is older than these instants; how many rows, 0 at the end."""
        self._tidier.ask()
        return await self._rounds.block(job_id, bodies_before, attempts_before, limit)

    async def give_back_space(self, pages: int) -> int:
        """Give free pages of the file back to the disk, at most so many; how many are left."""
        return await self._gateway.write(
            partial(self._gateway.dialect.give_back_space, pages=pages)
        )
