"""Shapes of secrets, alert channels and API tokens; a value is never among them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.api.wire.base import ScopeWord, Shape


class SecretShape(Shape):
    """A secret or alert channel, without its value. used_by: jobs, by name."""

    name: str
    updated_at: int
    used_by: tuple[str, ...] = ()
    use: Literal["secret", "channel"] = "secret"


class SecretsShape(Shape):
    """GET /secrets and GET /channels: names only; a value is never shown."""

    secrets: tuple[SecretShape, ...]


class SecretValue(Shape):
    """The body of PUT /secrets/{name} and PUT /channels/{name}."""

    value: str = Field(min_length=1, max_length=65536)


class TokenShape(Shape):
    """An API token, without its text."""

    id: int
    name: str
    scope: ScopeWord
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None


class TokensShape(Shape):
    """GET /tokens, with those that were revoked or have expired."""

    tokens: tuple[TokenShape, ...]


class TokenRequest(Shape):
    """The body of POST /tokens."""

    name: str = Field(min_length=1, max_length=100)
    scope: ScopeWord = "read"
    expires_s: int | None = Field(default=None, ge=60, le=315_360_000)


class TokenMade(Shape):
    """POST /tokens. ``token`` is shown once and never again."""

    id: int
    name: str
    token: str
