"""What a page request is filled in with, and how one page leads to the next.

Pure: a *way* is told what stood on a page and names the next request, the end, or that it goes
round in circles. Not for the cursor (``run``) and not for making requests (``request``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, assert_never

from engine.producers.http_pull.cursor import CursorValue
from engine.producers.http_pull.fields import (
    LinkPaging,
    NoPaging,
    OffsetPaging,
    PagePaging,
    TokenPaging,
)
from engine.producers.http_pull.width import End, Width


@dataclass(frozen=True, slots=True)
class Ask:
    """One page request's own values; None is a name that has no value (yet).

    url: a whole link, instead of the document's address.
    onward: a number above the first, for which 404 says that there is no such page.
    optional: asked only to make sure that nothing is there; a refusal says so too.
    """

    cursor: CursorValue | None = None
    page: int | None = None
    offset: int | None = None
    token: Any = None
    url: str | None = None
    onward: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What a run needs to know of a page that was read.

    rows: a number for each record, equal for the same key at the same cursor.
    keys: a number for each record, equal for the same key.
    cursors: the records' cursor values, in order; empty in a full run.
    following: the next token, or the next page's absolute URL; None at the end.
    held_above: rank above which a cursor value is ahead of the source's own clock; None: unknown.
    """

    rows: Sequence[int]
    keys: Sequence[int] = ()
    cursors: Sequence[CursorValue] = ()
    following: Any = None
    held_above: int | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """The run cannot go on: a stable word and the sentence for the operator."""

    kind: str
    sentence: str


_ENDLESS = (
    ", so the pages would never end. Check paging.next, and that the request hands the value back "
    "as the source expects it"
)


class Way(Protocol):
    """How one page leads to the next."""

    def first(self, cursor: CursorValue | None) -> Ask:
        """The first request of a run, or of one that begins again."""

    def after(self, ask: Ask, page: SeenPage) -> Ask | Stuck | None:
        """The request after this one; None at the end."""


class OnePage:
    """One request is everything."""

    def first(self, cursor: CursorValue | None) -> Ask:
        """The only request."""
        return Ask(cursor)

    def after(self, ask: Ask, page: SeenPage) -> Ask | Stuck | None:
        """Nothing follows."""
        return None


class Followed:
    """Each answer tells how to ask for the next page: by a token, or by that page's address."""

    def __init__(self, paging: TokenPaging | LinkPaging) -> None:
        self._by_link = paging.kind == "link"
        self._known: set[str] = set()
        self._previous: Sequence[int] = ()

    def first(self, cursor: CursorValue | None) -> Ask:
        """Without a token, at the document's own address."""
        self._known.clear()
        self._previous = ()
        return Ask(cursor)

    def after(self, ask: Ask, page: SeenPage) -> Ask | Stuck | None:
        """Ends without a token or address; one that was there before would go on for ever."""
        if page.following is None:
            return None
        if page.rows and page.rows == self._previous:
            return Stuck("no_progress", f"{self._what} leads to the same records again{_ENDLESS}")
        shown = repr(page.following)
        if shown in self._known:
            return Stuck("no_progress", f"{self._what} {shown:.80} came a second time{_ENDLESS}")
        self._known.add(shown)
        self._previous = page.rows
        if self._by_link:
            return replace(ask, url=page.following)
        return replace(ask, token=page.following)

    @property
    def _what(self) -> str:
        return "the next page's address" if self._by_link else "the next page's token"


class ByNumber:
    """Page numbers or offsets, without looking at a cursor."""

    def __init__(self, paging: PagePaging | OffsetPaging, width: Width) -> None:
        self.paging = paging
        self.width = width
        self._previous: frozenset[int] = frozenset()
        self._changed = False

    def first(self, cursor: CursorValue | None) -> Ask:
        """The first page."""
        self._previous, self._changed = frozenset(), False
        match self.paging:
            case PagePaging(start=start):
                return Ask(cursor, page=start)
            case OffsetPaging(start=start):
                return Ask(cursor, offset=start)
            case _ as never:
                assert_never(never)

    def after(self, ask: Ask, page: SeenPage) -> Ask | Stuck | None:
        """Ends with a page that is not full, or with the last page given once more."""
        rows = frozenset(page.rows)
        end = self.width.judge(len(page.rows), len(rows - self._previous))
        repeated = bool(rows) and rows == self._previous
        if repeated and end is not End.LAST and not self._changed:
            return same_page(self.paging)
        self._changed = ask.onward and not repeated
        self._previous = rows
        if repeated or end is End.LAST:
            return None
        return self.onward(ask, len(page.rows), optional=end is End.TO_BE_SEEN)

    def onward(self, ask: Ask, raw_count: int, *, optional: bool) -> Ask:
        """The next number; an offset goes on by what the source really gave."""
        match self.paging:
            case PagePaging():
                number = (ask.page or 0) + 1
                return replace(ask, page=number, onward=True, optional=optional)
            case OffsetPaging():
                number = (ask.offset or 0) + raw_count
                return replace(ask, offset=number, onward=True, optional=optional)
            case _ as never:
                assert_never(never)

    def beyond(self, cursor: CursorValue | None, count: int) -> tuple[Ask, int]:
        """What asks for the place behind so many rows, and how many of them come along with it."""
        ask = replace(self.first(cursor), onward=True, optional=True)
        match self.paging:
            case PagePaging(start=start):
                pages, rest = divmod(count, self.width.rows)
                return replace(ask, page=start + pages), rest
            case OffsetPaging(start=start):
                return replace(ask, offset=start + count), 0
            case _ as never:
                assert_never(never)


def same_page(paging: PagePaging | OffsetPaging) -> Stuck:
    """The source answers two numbers with the same page."""
    what = "two page numbers" if paging.kind == "page" else "two offsets"
    return Stuck(
        "no_progress",
        f"the source gave the same records for {what}, so the pages would never end. Check that "
        f"the request hands ${{{paging.kind}}} over under the name the source expects",
    )


def way_for(
    paging: NoPaging | PagePaging | OffsetPaging | TokenPaging | LinkPaging, width: Width
) -> Way:
    """The way of a document's ``paging``."""
    match paging:
        case NoPaging():
            return OnePage()
        case PagePaging() | OffsetPaging():
            return ByNumber(paging, width)
        case TokenPaging() | LinkPaging():
            return Followed(paging)
        case _ as never:
            assert_never(never)
