"""What a producer remembers between pages and runs: its ``state``, stored with the cursor.

Losing it costs requests, never records. Not for anything an operator sets.
"""

from __future__ import annotations

import msgspec

from engine.producers.http_pull.cursor import CursorValue


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cursor as it is kept; text None is the document's start."""

    text: str | None = None
    quoted: bool | None = None


class Notes(msgspec.Struct, frozen=True, omit_defaults=True):
    """The notes that go with one stored cursor.

    at: that cursor; notes that go with another one are of no use.
    began: the cursor before a run that did not come to its end; None between complete runs. If it
        turns out that the source is not sorted after all, it is read from here again.
    read: records read since ``began``.
    unsorted: pages did not come sorted by the cursor.
    cap: the most rows the source gives a page where that is below the size asked for; 0 unknown.
    whole: a page of so many rows, below the size asked for, was seen to be the last one.
    """

    at: Mark = Mark()
    began: Mark | None = None
    read: int = 0
    unsorted: bool = False
    cap: int = 0
    whole: int = 0


_decode = msgspec.json.Decoder(Notes).decode
_encode = msgspec.json.Encoder().encode


def read_notes(state: str, cursor: str | None) -> Notes:
    """The notes in a stored state; what belongs to another cursor or program is left out."""
    try:
        notes = _decode(state) if state else Notes()
    except (msgspec.DecodeError, UnicodeError):
        notes = Notes()
    if notes.at.text != cursor:
        return msgspec.structs.replace(notes, at=Mark(cursor), began=None, read=0)
    return notes


def written(notes: Notes) -> str:
    """The notes as a state."""
    return _encode(notes).decode()


def mark(value: CursorValue | None) -> Mark:
    """A cursor value to be kept."""
    return Mark() if value is None else Mark(value.text, value.quoted)
