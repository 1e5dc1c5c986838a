"""Shapes of alerts as they stand, and of the kinds of channels they go over."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.api.wire.access import SecretShape
from engine.api.wire.base import Shape, Told


class AlertShape(Shape):
    """One alert of one consumer that is open, or was until lately.

    when: its condition as the job document writes it. to: the channels. values: the numbers when
    it was judged last.
    """

    job: str
    consumer: str
    when: str
    to: tuple[str, ...] = ()
    state: Literal["open", "resolved"] = "open"
    sentence: Told = ""
    opened_at: int
    last_told_at: int | None = None
    resolved_at: int | None = None
    values: dict[str, float | int | bool | None] = Field(default_factory=dict)


class AlertsShape(Shape):
    """GET /alerts: the open ones first, newest first."""

    alerts: tuple[AlertShape, ...] = ()


class ChannelFieldShape(Shape):
    """One field of a kind of channel. secret: not to be shown while it is typed."""

    name: str
    label: Told
    secret: bool = False
    required: bool = True
    help: Told = ""
    example: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()


class ChannelKindShape(Shape):
    """A kind of channel with what must be filled in."""

    kind: str
    label: Told
    help: Told = ""
    fields: tuple[ChannelFieldShape, ...] = ()


class ChannelKindsShape(Shape):
    """GET /channel-kinds, in the order in which they are offered."""

    kinds: tuple[ChannelKindShape, ...] = ()


class ChannelShape(SecretShape):
    """An alert channel without its keys.

    kind: of ``GET /channel-kinds``, "address" for one that is an address alone, "" where this node
    cannot open it. language: of its messages, "" for the node's. fields: those that are no secrets.
    """

    kind: str = ""
    language: str = ""
    fields: dict[str, str] = Field(default_factory=dict)


class ChannelsShape(Shape):
    """GET /channels, by name."""

    secrets: tuple[ChannelShape, ...] = ()


class ChannelPut(Shape):
    """PUT /channels/{name}: either ``value``, an address, or ``kind`` with its ``fields``."""

    value: str = Field(default="", max_length=65536)
    kind: str = Field(default="", max_length=40)
    fields: dict[str, str] = Field(default_factory=dict, max_length=40)
