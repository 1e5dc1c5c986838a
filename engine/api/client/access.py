"""Secrets, alerts and their channels, and API tokens."""

from __future__ import annotations

from engine.api import wire
from engine.api.client.requests import Requests, path_of

CHANNEL_TEST_S = 45.0
"""A channel's own server may take its time: longer than the node waits for it."""


class AccessFace(Requests):
    """See the module and NodeClient."""

    async def secrets(self) -> tuple[wire.SecretShape, ...]:
        """The names of the secrets."""
        return (await self._get(wire.SecretsShape, "/secrets")).secrets

    async def set_secret(self, name: str, value: str) -> None:
        """Create or replace a secret."""
        body = wire.SecretValue(value=value)
        await self._body(wire.Done, "PUT", path_of("secrets", name), body)

    async def delete_secret(self, name: str) -> None:
        """Delete a secret."""
        await self._send("DELETE", path_of("secrets", name))

    async def channels(self) -> tuple[wire.ChannelShape, ...]:
        """The alert channels, with those of their fields that are no secrets."""
        return (await self._get(wire.ChannelsShape, "/channels")).secrets

    async def set_channel(self, name: str, value: str) -> None:
        """Create or replace an alert channel; ``value`` is its address with its key."""
        await self.put_channel(name, wire.ChannelPut(value=value))

    async def channel_kinds(self) -> tuple[wire.ChannelKindShape, ...]:
        """The kinds of channels, with their fields."""
        return (await self._get(wire.ChannelKindsShape, "/channel-kinds")).kinds

    async def put_channel(self, name: str, channel: wire.ChannelPut) -> None:
        """Create or replace an alert channel by its kind's fields, or by its address."""
        await self._body(wire.Done, "PUT", path_of("channels", name), channel)

    async def alerts(self) -> tuple[wire.AlertShape, ...]:
        """The alerts that are open, and those that were lately."""
        return (await self._get(wire.AlertsShape, "/alerts")).alerts

    async def delete_channel(self, name: str) -> None:
        """Delete an alert channel."""
        await self._send("DELETE", path_of("channels", name))

    async def test_channel(self, name: str) -> None:
        """Send a test message over an alert channel."""
        await self._send("POST", path_of("channels", name, "test"), timeout_s=CHANNEL_TEST_S)

    async def tokens(self) -> tuple[wire.TokenShape, ...]:
        """All tokens, without their text."""
        return (await self._get(wire.TokensShape, "/tokens")).tokens

    async def make_token(self, request: wire.TokenRequest) -> wire.TokenMade:
        """Make a token; its text is in this answer only."""
        return await self._post(wire.TokenMade, "/tokens", request)

    async def revoke_token(self, token_id: int) -> None:
        """Revoke a token at once."""
        await self._send("DELETE", f"/tokens/{token_id}")
