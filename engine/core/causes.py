"""What failed deliveries have in common: an error without what differs between records.

    The order "A-17" is unknown, see https://erp.example/help/99   ->
    The order "…" is unknown, see {url}

Pure. A cause is the outcome, the status and this sentence; ``cause_id`` is the same for the same
cause of a consumer on every node, without asking anybody. Not for counting: the store does that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from engine.core.attempt import Outcome

LOOKED_AT = 1000
"""Characters of an error that are looked at."""
LONGEST = 300
"""Characters of a sentence."""
BODY_LOOKED_AT = 64 * 1024
DEEPEST = 3

ELSEWHERE = "Many different errors; look at the records one by one."
"""The sentence for what comes after a consumer has too many causes to tell apart."""
UNGROUPED = "Given up before failures were grouped by cause."

_MESSAGE_NAMES = (
    "message",
    "msg",
    "errmsg",
    "error_description",
    "error_message",
    "errormessage",
    "detail",
    "error",
    "reason",
    "title",
    "description",
)
"""Where an answer's body tells what is wrong, the most telling name first; lower case."""

_VARYING = re.compile(
    r"""
      (?P<url>\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s"'<>{}()\[\]，。；、]+)
    | (?P<address>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+
        | (?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\w)
        | \[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?
        | (?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,8}[0-9A-Fa-f]{0,4}(?![\w:]))
    | (?P<time>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?)
    | (?P<value>"[^"\n]*(?:"|$)|“[^”\n]*(?:”|$)|‘[^’\n]*(?:’|$)|「[^」\n]*(?:」|$)
        |『[^』\n]*(?:』|$)|«[^»\n]*(?:»|$)|`[^`\n]*(?:`|$)|(?<!\w)'[^'\n]*'(?!\w))
    | (?P<token>[\w-]*\d[\w-]*)
    """,
    re.VERBOSE,
)
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"-?\d+")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,500}>")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why deliveries of one consumer failed. ``status`` is None where there was no answer."""

    outcome: Outcome
    status: int | None
    sentence: str


def cause_of(outcome: Outcome, status: int | None, error: str, body: bytes = b"") -> Cause:
    """The cause of one failed try. ``error``: its sentence; ``body``: of the answer, as kept."""
    told = normalised(error, keep=status)
    said = normalised(_said(body))
    return Cause(outcome, status, f"{told} {said}".strip()[:LONGEST])


def cause_id(consumer_id: int, cause: Cause) -> int:
    """A positive 63-bit number, the same for the same cause of the same consumer."""
    text = f"{consumer_id}\0{cause.outcome.word}\0{cause.status}\0{cause.sentence}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1 or 1


def normalised(text: str, *, keep: int | None = None) -> str:
    """The text on one line, with placeholders for numbers, ids, URLs, values and addresses.

    keep: a number that may stand as it is where it comes first, such as the answer's status.
    """
    kept = None if keep is None else str(keep)

    def replaced(found: re.Match[str]) -> str:
        nonlocal kept
        match found.lastgroup:
            case "url":
                return "{url}"
            case "address":
                return "{address}"
            case "time":
                return "{time}"
            case "value":
                return f"{found[0][0]}…{_END[found[0][0]]}"
            case _:
                if found[0] == kept:
                    kept = None
                    return found[0]
                return "#" if _NUMBER.fullmatch(found[0]) else "{id}"

    line = _SPACES.sub(" ", text[:LOOKED_AT]).strip()
    return _VARYING.sub(replaced, line)[:LONGEST]


_END = {'"': '"', "“": "”", "‘": "’", "「": "」", "『": "』", "«": "»", "`": "`", "'": "'"}


def _said(body: bytes) -> str:
    """What an answer's body says is wrong, as far as it can be told from the rest of it."""
    raw = body[:BODY_LOOKED_AT].strip()
    if not raw:
        return ""
    if raw[:1] in b"{[":
        try:
            value = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            return ""
        return _message(value)
    text = raw.decode("utf-8", "replace")
    if raw[:1] == b"<":
        title = _TITLE.search(text)
        return title[1] if title else _TAG.sub(" ", text)
    return text.partition("\n")[0]


def _message(value: Any) -> str:
    """The first text under a telling name, level by level."""
    level = [value]
    for _ in range(DEEPEST):
        objects = [one for one in level[:50] if isinstance(one, dict)]
        for name in _MESSAGE_NAMES:
            for one in objects:
                for key, inner in one.items():
                    if key.lower() == name and isinstance(inner, str) and inner.strip():
                        return inner
        level = [
            inner
            for one in level[:50]
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return ""
