"""Makes text of records and targets safe to show: control and bidi characters become visible.

Pure. What it returns is plain text, never markup: widgets that show it are set to PlainText.
"""

from __future__ import annotations

import html
import re

LINE_CAP = 300
BLOCK_CAP = 256 * 1024
FINGERPRINT_GROUP = 4

HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\ud800-\udfff"
)
"""A regular expression's set: what a screen or terminal would obey, hide or turn around."""
_IN_LINE = re.compile(f"[{HIDDEN}\t\n\r]")
_IN_BLOCK = re.compile(f"[{HIDDEN}]|\r(?!\n)")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def line(text: str, cap: int = LINE_CAP) -> str:
    """For one line: nothing breaks it, turns it around or hides in it; cut with ``…``."""
    cut = text[: cap + 1]
    escaped = _IN_LINE.sub(_escaped, cut)
    return escaped if len(escaped) <= cap else escaped[: cap - 1] + "…"


def block(text: str, cap: int = BLOCK_CAP) -> str:
    """For several lines: newlines and tabs stay. Cut at ``cap``; see ``hidden``."""
    return _IN_BLOCK.sub(_escaped, text[:cap]).replace("\r\n", "\n")


def hidden(text: str, cap: int = BLOCK_CAP) -> int:
    """How many characters ``block`` leaves out at the end."""
    return max(0, len(text) - cap)


def tip(text: str) -> str:
    """For a tooltip, which Qt would read as HTML: markup in the text is shown as text."""
    return f"<span>{html.escape(line(text, 1000))}</span>"


def label(text: str, cap: int = 60) -> str:
    """For a menu entry, button or tab, where Qt would take ``&`` for a shortcut."""
    return line(text, cap).replace("&", "&&")


def _escaped(match: re.Match[str]) -> str:
    sign = match.group()
    return _SHORT.get(sign) or (f"\\u{ord(sign):04x}")


def grouped(fingerprint: str) -> str:
    """A fingerprint in groups that two people can read to each other."""
    upper = fingerprint.upper()
    starts = range(0, len(upper), FINGERPRINT_GROUP)
    return " ".join(upper[start : start + FINGERPRINT_GROUP] for start in starts)
