"""Alert channels as they are kept: a sealed address, or a kind with its fields and a language.

A plain address is what the command line sets; a form sets a kind. Secret fields never leave.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.core.errors import OperatorError, WrongFields
from engine.operations.caller import Caller
from engine.operations.channel_kinds import KINDS, checked
from engine.operations.secrets import Use, Vault

PLAIN = "address"
"""The kind of a channel that is an address alone."""


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """A channel. language: of its messages, "" for the node's. fields: of its kind."""

    kind: str
    address: str
    language: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, str]:
        """The fields that are no secrets."""
        secret = _secrets(self.kind)
        return {name: value for name, value in self.fields.items() if name not in secret}


async def put_channel(
    vault: Vault, name: str, kind: str, fields: Mapping[str, str], by: Caller
) -> None:
    """Keep a channel of a kind. A secret field that is left out, not empty, keeps what it had.

    OperatorError with the path of a wrong field.
    """
    before = await _before(vault, name, kind)
    kept = {one: before[one] for one in _secrets(kind) if one in before}
    _, values = checked(kind, {**kept, **fields})
    await vault.put(name, json.dumps({"kind": kind, "fields": values}), by, Use.CHANNEL)


def _secrets(kind: str) -> frozenset[str]:
    """The names of a kind's secret fields."""
    return frozenset(
        one.name for each in KINDS if each.kind == kind for one in each.fields if one.secret
    )


async def _before(vault: Vault, name: str, kind: str) -> Mapping[str, str]:
    try:
        setting = await channel(vault, name)
    except OperatorError:
        return {}
    return setting.fields if setting.kind == kind else {}


async def put_address(vault: Vault, name: str, address: str, by: Caller) -> None:
    """Keep a channel that is an address alone; OperatorError if it is none."""
    try:
        _, values = checked("apprise", {"address": address})
    except WrongFields as wrong:
        raise WrongFields([replace(one, path="value") for one in wrong.problems]) from None
    await vault.put(name, values["address"], by, Use.CHANNEL)


async def channel(vault: Vault, name: str) -> ChannelSetting:
    """The channel of that name; NotFound if there is none."""
    return setting_of(await vault.get(name, Use.CHANNEL))


def setting_of(kept: str) -> ChannelSetting:
    """A channel from what was sealed."""
    if not kept.startswith("{"):
        return ChannelSetting(PLAIN, kept.strip())
    content = json.loads(kept)
    kind, values = checked(content["kind"], content["fields"])
    return ChannelSetting(kind.kind, kind.address(values), values.get("language", ""), values)
