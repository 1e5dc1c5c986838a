"""The token table: every colour and size of the console, light and dark. Nothing else has one.

The two columns are the table of the design. Values below ``derived`` are not in that table; they
are mixed from it. Not for painting: ``sheet`` and the widgets do that.
"""

from __future__ import annotations

from dataclasses import dataclass

FONT_PX = 13
SMALL_PX = 12
TINY_PX = 11
CODE_PX = 12
TITLE_PX = 15
FIGURE_PX = 24
ROW_PX = 33
FIELD_PX = 30
RADIUS_PX = 7
STEP_PX = 4
GAP_PX = 16
SIDEBAR_PX = 196
TOPBAR_PX = 50


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour to write with and the ground it stands on; both ``#rrggbb``."""

    on: str
    ground: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """One column of the table."""

    dark: bool
    background: str
    panel: str
    line: str
    faint_line: str
    text: str
    muted: str
    faint: str
    accent: Ink
    delivered: Ink
    pending: Ink
    retrying: Ink
    dead: Ink
    unknown: Ink
    skipped: Ink
    # derived
    on_accent: str
    hover: str
    shadow: str


LIGHT = Tokens(
    dark=False,
    background="#f6f8fa",
    panel="#ffffff",
    line="#dde3ea",
    faint_line="#eef1f5",
    text="#1c2733",
    muted="#66758a",
    faint="#94a1b3",
    accent=Ink("#0f7c8c", "#e3f3f5"),
    delivered=Ink("#1f9d68", "#e4f5ec"),
    pending=Ink("#3677d6", "#e7f0fc"),
    retrying=Ink("#b97a06", "#fcf1da"),
    dead=Ink("#cf3f44", "#fce8e8"),
    unknown=Ink("#7c5bd0", "#f0ebfb"),
    skipped=Ink("#7b8798", "#eef1f5"),
    on_accent="#ffffff",
    hover="#f3f6f9",
    shadow="#1c2733",
)

DARK = Tokens(
    dark=True,
    background="#11171d",
    panel="#182028",
    line="#2a343f",
    faint_line="#212a33",
    text="#e3e9ef",
    muted="#93a1b1",
    faint="#6b7988",
    accent=Ink("#38b2c3", "#12333a"),
    delivered=Ink("#3fc48b", "#14352a"),
    pending=Ink("#6ea3f0", "#172a45"),
    retrying=Ink("#e2aa3c", "#3a2d10"),
    dead=Ink("#f0696d", "#411e21"),
    unknown=Ink("#a98cf0", "#2b2144"),
    skipped=Ink("#96a2b1", "#252e38"),
    on_accent="#0d1a1e",
    hover="#1d2630",
    shadow="#000000",
)
