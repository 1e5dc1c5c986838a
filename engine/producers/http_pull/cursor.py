"""Cursor values: read from records, compared by type, kept as the source wrote them (rule 2).

A value keeps its text for the ledger and has a rank for comparing. Not for deciding when a cursor
moves: that is ``run``'s.
"""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any, Literal, NamedTuple, assert_never

from engine.core.bare_path import kind_of
from engine.producers.http_pull.fields import Cursor
from engine.producers.http_pull.time_text import (
    PS_PER_MS,
    Family,
    moved_back,
    time_rank,
    unit_ps,
)

MAX_TEXT = 512
"""Characters of a cursor value; longer ones do not fit the ledger."""

CursorType = Literal["time", "number", "text"]

_EXACT = Context(prec=1000)
_NUMBER = re.compile(r"-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


class NotACursor(ValueError):
    """A value that cannot be a cursor; the message says why, as the end of a sentence."""


class CursorValue(NamedTuple):
    """One value.

    text: as the source wrote it; quoted: whether that was a JSON text and not a number.
    family: values of another family cannot be compared; None where there is only one.
    rank: compares within a family: ps since 1970, a Decimal, or the text itself.
    """

    text: str
    quoted: bool
    family: Family | None
    rank: Any


class CursorRule:
    """How the values of one job's cursor are read, and moved back by its lag."""

    def __init__(self, cursor: Cursor) -> None:
        self.type: CursorType = cursor.type
        self._lag_ps = cursor.lag_ms * PS_PER_MS
        self._lag = Decimal(str(cursor.lag)) if isinstance(cursor.lag, int | float) else Decimal(0)
        self._start = cursor.start

    def read(self, value: Any) -> CursorValue:
        """The value of a record's cursor expression; raises NotACursor."""
        kind = type(value)
        if kind is str:
            return self._of(value, True)
        if kind is int or kind is Decimal or kind is float:
            if self.type == "text":
                raise NotACursor(f"is {kind_of(value)}, but the cursor's type is text")
            return self._of(_digits(value), False)
        raise NotACursor("is missing" if value is None else f"is {kind_of(value)}")

    def stored(self, text: str, quoted: bool | None) -> CursorValue:
        """A value from the ledger. quoted None: not known, so a number if the type allows it."""
        if quoted is None:
            quoted = self.type == "text" or _NUMBER.fullmatch(text) is None
        return self._of(text, quoted)

    def first(self) -> CursorValue | None:
        """The document's start; None if there is none."""
        if self._start is None:
            return None
        if isinstance(self._start, str):
            return self._of(self._start, self.type != "number")
        return self.read(self._start)

    def behind(self, value: CursorValue) -> CursorValue:
        """The value less the lag."""
        match self.type:
            case "time":
                return self._of(moved_back(value.text, self._lag_ps), value.quoted)
            case "number":
                return self._of(_less(value.rank, self._lag), value.quoted)
            case "text":
                return value
            case _ as never:
                assert_never(never)

    def just_below(self, value: CursorValue) -> CursorValue:
        """The value less one step of its last digit; a text has no value below it."""
        match self.type:
            case "time":
                return self._of(moved_back(value.text, unit_ps(value.text)), value.quoted)
            case "number":
                return self._of(_less(value.rank, _step(value.rank)), value.quoted)
            case "text":
                return value
            case _ as never:
                assert_never(never)

    def _of(self, text: str, quoted: bool) -> CursorValue:
        match self.type:
            case "time":
                known = time_rank(text)
                if known is None:
                    raise NotACursor(f'is "{text:.60}", which is not a time')
                return CursorValue(text, quoted, *known)
            case "number":
                if _NUMBER.fullmatch(text) is None:
                    raise NotACursor(f'is "{text:.60}", which is not a number')
                return CursorValue(text, quoted, None, Decimal(text))
            case "text":
                _check_text(text)
                return CursorValue(text, quoted, None, text)
            case _ as never:
                assert_never(never)


def for_request(value: CursorValue | None) -> str | int | Decimal | None:
    """The value of ``${cursor}``: a number where the source wrote a number."""
    if value is None:
        return None
    if value.quoted:
        return value.text
    number = Decimal(value.text)
    return int(number) if number.as_tuple().exponent == 0 else number


def comparable(a: CursorValue, b: CursorValue) -> bool:
    """Whether the ranks of the two can be compared."""
    return a.family is b.family


def _check_text(text: str) -> None:
    if not text:
        raise NotACursor("is empty")
    if len(text) > MAX_TEXT:
        raise NotACursor(f"is longer than {MAX_TEXT} characters")
    if "\0" in text or not _is_unicode(text):
        raise NotACursor("holds a character that cannot be kept")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _digits(value: int | float | Decimal) -> str:
    if type(value) is int:
        return str(value)
    return str(value if type(value) is Decimal else Decimal(repr(value)))


def _step(value: Decimal) -> Decimal:
    return Decimal((0, (1,), min(int(value.as_tuple().exponent), 0)))


def _less(value: Decimal, by: Decimal) -> str:
    """The difference with the digits the value has after its point, rounded down."""
    earlier = _EXACT.subtract(value, by)
    return f"{earlier.quantize(_step(value), ROUND_FLOOR, _EXACT):f}"
