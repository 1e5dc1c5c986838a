"""Routes about what must stay secret: secrets and tokens. No value is ever answered.

The one exception is a new token's text, in the answer that made it.
"""

from __future__ import annotations

from typing import cast

from engine.api import wire
from engine.api.port import EnginePort
from engine.api.routes import ADMIN, READ, By, Engine, router
from engine.operations.secrets import Use
from engine.operations.tokens import Scope
from engine.operations.uses import jobs_by_name

routes = router("access")


@routes.get("/secrets", dependencies=[READ])
async def secrets(engine: Engine) -> wire.SecretsShape:
    """The names of the secrets."""
    return await _names(engine, Use.SECRET)


@routes.put("/secrets/{name}", dependencies=[ADMIN])
async def set_secret(engine: Engine, name: str, body: wire.SecretValue, by: By) -> wire.Done:
    """Create or replace a secret."""
    await engine.vault.put(name, body.value, by, Use.SECRET)
    await engine.job_changed("")
    return wire.Done()


@routes.delete("/secrets/{name}", dependencies=[ADMIN])
async def delete_secret(engine: Engine, name: str, by: By) -> wire.Done:
    """Delete a secret."""
    await engine.vault.delete(name, by, Use.SECRET)
    await engine.job_changed("")
    return wire.Done()


@routes.get("/tokens", dependencies=[ADMIN])
async def tokens(engine: Engine) -> wire.TokensShape:
    """All tokens, without their text."""
    return wire.TokensShape(
        tokens=tuple(
            wire.TokenShape(
                id=row.id,
                name=row.name,
                scope=cast(wire.ScopeWord, row.scope),
                created_at=row.created_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
            )
            for row in await engine.tokens.all()
        )
    )


@routes.post("/tokens", dependencies=[ADMIN])
async def make_token(engine: Engine, request: wire.TokenRequest, by: By) -> wire.TokenMade:
    """Make a token; its text is in this answer only."""
    made = await engine.tokens.make(
        request.name, Scope.from_word(request.scope), request.expires_s, by
    )
    return wire.TokenMade(id=made.id, name=made.name, token=made.text)


@routes.delete("/tokens/{token_id}", dependencies=[ADMIN])
async def revoke_token(engine: Engine, token_id: int, by: By) -> wire.Done:
    """Revoke a token at once."""
    await engine.tokens.revoke(token_id, by)
    return wire.Done()


async def _names(engine: EnginePort, use: Use) -> wire.SecretsShape:
    used_by = await jobs_by_name(engine.store, use)
    return wire.SecretsShape(
        secrets=tuple(
            wire.SecretShape(
                name=row.name,
                updated_at=row.updated_at,
                use=use.value,
                used_by=used_by.get(row.name, ()),
            )
            for row in await engine.vault.names(use)
        )
    )
