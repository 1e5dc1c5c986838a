"""Routes about being told: the alerts as they stand, and the channels they go over.

What a channel holds of keys is never answered.
"""

from __future__ import annotations

from engine.api import wire
from engine.api.port import EnginePort
from engine.api.routes import ADMIN, OPERATE, READ, By, Engine, router
from engine.core.alerting import Change, Facts, News, lines_of
from engine.core.errors import OperatorError
from engine.operations.channel_kinds import KINDS, ChannelKind
from engine.operations.channel_settings import ChannelSetting, channel, put_address, put_channel
from engine.operations.secrets import Use
from engine.operations.uses import jobs_by_name
from engine.store.alerts import AlertRow

routes = router("alerts")


@routes.get("/alerts", dependencies=[READ])
async def alerts(engine: Engine) -> wire.AlertsShape:
    """The alerts that are open, then those resolved within a week, newest first."""
    return wire.AlertsShape(
        alerts=tuple(_alert(job, row) for job, row in await engine.store.alerts())
    )


@routes.get("/channel-kinds", dependencies=[READ])
async def channel_kinds() -> wire.ChannelKindsShape:
    """The kinds of channels with their fields, in the order in which they are offered."""
    return wire.ChannelKindsShape(kinds=tuple(_kind(one) for one in KINDS))


@routes.get("/channels", dependencies=[READ])
async def channels(engine: Engine) -> wire.ChannelsShape:
    """The alert channels, with those of their fields that are no secrets."""
    used = await jobs_by_name(engine.store, Use.CHANNEL)
    rows = await engine.vault.names(Use.CHANNEL)
    return wire.ChannelsShape(
        secrets=tuple(
            [
                await _channel(engine, row.name, row.updated_at, used.get(row.name, ()))
                for row in rows
            ]
        )
    )


@routes.put("/channels/{name}", dependencies=[ADMIN])
async def set_channel(engine: Engine, name: str, body: wire.ChannelPut, by: By) -> wire.Done:
    """Create or replace a channel: by an address, or by a kind and its fields.

    Of a channel that stays of its kind, a secret field that is left out keeps its value.
    """
    if bool(body.value) == bool(body.kind):
        raise OperatorError("Either an address or a kind must be given, not both.", path="kind")
    if body.kind:
        await put_channel(engine.vault, name, body.kind, body.fields, by)
    else:
        await put_address(engine.vault, name, body.value, by)
    return wire.Done()


@routes.delete("/channels/{name}", dependencies=[ADMIN])
async def delete_channel(engine: Engine, name: str, by: By) -> wire.Done:
    """Delete an alert channel."""
    await engine.vault.delete(name, by, Use.CHANNEL)
    return wire.Done()


@routes.post("/channels/{name}/test", dependencies=[OPERATE])
async def test_channel(engine: Engine, name: str, by: By) -> wire.Done:
    """Send a test message over an alert channel."""
    await engine.store.audit(by.text, "test channel", name, "")
    await engine.test_channel(name)
    return wire.Done()


async def _channel(
    engine: EnginePort, name: str, updated_at: int, used_by: tuple[str, ...]
) -> wire.ChannelShape:
    try:
        setting = await channel(engine.vault, name)
    except OperatorError:  # sealed with another key, or of a kind of a newer version
        setting = ChannelSetting("", "")
    return wire.ChannelShape(
        name=name,
        updated_at=updated_at,
        used_by=used_by,
        use="channel",
        kind=setting.kind,
        language=setting.language,
        fields=setting.shown(),
    )


def _kind(one: ChannelKind) -> wire.ChannelKindShape:
    return wire.ChannelKindShape(
        kind=one.kind,
        label=one.label,
        help=one.help,
        fields=tuple(
            wire.ChannelFieldShape(
                name=each.name,
                label=each.label,
                secret=each.secret,
                required=each.required,
                help=each.help,
                example=each.example,
                default=each.default,
                choices=each.choices,
            )
            for each in one.fields
        ),
    )


def _alert(job: str, row: AlertRow) -> wire.AlertShape:
    facts = Facts.of_names(row.key.consumer, row.facts)
    _, *numbers = lines_of(job, [Change(News.OPENED, row.key, facts)])
    return wire.AlertShape(
        job=job,
        consumer=row.key.consumer,
        when=row.key.when,
        to=row.key.to,
        state="open" if row.standing.open else "resolved",
        sentence=" ".join(numbers),
        opened_at=row.standing.opened_at,
        last_told_at=row.standing.told_at,
        resolved_at=row.resolved_at,
        values=dict(row.facts),
    )
