"""Finds how one page leads to the next: from the request's parameters and from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.names import (
    ANSWER_PAGE,
    HAS_MORE,
    NEXT_LINK,
    NEXT_TOKEN,
    PAGES,
    TOTAL,
    plain,
)
from engine.operations.propose.paths import scalars, written
from engine.operations.propose.proposal import Change, Choice, Proposal, Sure
from engine.operations.propose.record_lists import RecordList
from engine.operations.propose.sample import Sample
from engine.operations.propose.slots import Role, Slot, changes_for, number_of, slots_of
from engine.producers.http_pull.following import link_of

PLACE = ("producer", "paging")
USUAL_SIZE = 100

_LINK = re.compile(r"https?://|/\S|\?\S")
_TOKEN_NAMES = {
    "nextcursor": "cursor",
    "nextpagetoken": "pageToken",
    "nexttoken": "nextToken",
    "nextpage": "page",
    "scrollid": "scroll_id",
    "endcursor": "after",
    "nextmarker": "marker",
    "continuationtoken": "continuationToken",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer tells about its pages. following: a next token or address, with its path."""

    total: int | None = None
    has_more: bool | None = None
    pages: int | None = None
    page_field: str = ""
    token: tuple[tuple[Step, ...], Any] | None = None
    link: tuple[tuple[Step, ...], Any] | None = None
    link_header: bool = False

    def sentence(self, count: int) -> str:
        """What it tells, for an operator; "" if nothing."""
        if self.total is not None and self.total > count:
            return f" The answer tells of {self.total:,} in total and holds {count:,}."
        if self.has_more:
            return " The answer says that more pages follow."
        if self.pages is not None and self.pages > 1:
            return f" The answer tells of {self.pages:,} pages."
        return ""


def told_by(sample: Sample, records: tuple[Step, ...] = ()) -> Told:
    """What the answer tells about its pages, outside its list of records."""
    total = has_more = pages = None
    page_field = ""
    token = link = None
    for steps, value in _outside(sample.value):
        name = plain(str(steps[-1]))
        number = number_of(value)
        if name in TOTAL and number is not None and total is None:
            total = number
        elif name in HAS_MORE and isinstance(value, bool):
            has_more = value
        elif name in PAGES and number is not None:
            pages = number
        elif name in ANSWER_PAGE and number is not None:
            page_field = written("body", steps)
        if link is None and _is_link(steps, name, value):
            link = (steps, value)
        elif token is None and name in NEXT_TOKEN and _is_token(value) and number is None:
            token = (steps, value)
    header = link_of(sample.headers, "next") is not None
    return Told(total, has_more, pages, page_field, token, link, header)


def propose_paging(
    request: dict[str, Any],
    sample: Sample | None = None,
    records: RecordList | None = None,
    decided: Any = None,
) -> tuple[Proposal, dict[str, Any]] | None:
    """How pages follow, and the request as it would be; None when one request seems everything.

    decided: the document's paging as it is, whose numbers stay.
    """
    before = decided if isinstance(decided, dict) else {}
    slots = slots_of(request)
    told = Told() if sample is None else told_by(sample)
    count = records.count if records else 0
    if Role.PAGE in slots:
        return _numbered(request, slots, Role.PAGE, told, count, before)
    if Role.OFFSET in slots:
        return _numbered(request, slots, Role.OFFSET, told, count, before)
    if told.link_header or told.link is not None:
        return _by_link(request, told, count)
    if told.token is not None:
        return _by_token(request, slots.get(Role.TOKEN), told, count)
    if told.has_more and Role.TOKEN in slots and records is not None:
        return _by_last(request, slots[Role.TOKEN], records)
    if _more_than_one(told, count) and sample is not None:
        return _guessed(request, slots, told, count)
    return None


def _numbered(
    request: dict[str, Any],
    slots: dict[Role, Slot],
    role: Role,
    told: Told,
    count: int,
    before: dict[str, Any],
) -> tuple[Proposal, dict[str, Any]]:
    slot = slots[role]
    size_slot = slots.get(Role.SIZE)
    size = (number_of(size_slot.value) if size_slot else None) or count or USUAL_SIZE
    first = number_of(slot.value)
    start = first if role is Role.PAGE and first in (0, 1) else 1 if role is Role.PAGE else 0
    name = "page" if role is Role.PAGE else "offset"
    after, changes = changes_for(request, slot, f"${{{name}}}")
    if slot.value is None:
        after, changes = request, ()
        if before.get("kind") == name:
            start = number_of(before.get("start", start)) or 0
            size = number_of(before.get("size")) or size
    what = "numbers its pages" if role is Role.PAGE else "counts records to skip"
    reason = f"The request {what} with {slot.name}, from {start}"
    reason += f", and asks for {size:,} records with {size_slot.name}." if size_slot else "."
    reason += told.sentence(count)
    value: dict[str, Any] = {"kind": name, "start": start, "size": size}
    others: tuple[Choice, ...] = ()
    if told.token is not None:
        others = (_token_choice(told.token[0], None),)
    proposal = Proposal(
        part="paging",
        shown=f"{slot.name} = {start}, {start + 1 if role is Role.PAGE else size} …",
        changes=(*changes, Change(PLACE, value)),
        reason=reason,
        sure=Sure.SURE if size_slot else Sure.LIKELY,
        choices=(*others, _none()),
    )
    return proposal, after


def _by_link(request: dict[str, Any], told: Told, count: int) -> tuple[Proposal, dict[str, Any]]:
    if told.link is not None:
        text = written("body", told.link[0])
        value: dict[str, Any] = {"kind": "link", "next": text}
        shown, reason = text, f"{text} is the address of the next page."
        if told.link[1] is None:
            reason = f"{text} is named like the address of the next page; here it is null, the end."
    else:
        value, shown = {"kind": "link"}, "Link"
        reason = "The answer's Link header names the next page."
    proposal = Proposal(
        part="paging",
        shown=shown,
        changes=(Change(PLACE, value),),
        reason=reason + told.sentence(count),
        sure=Sure.SURE if told.link_header or (told.link and told.link[1]) else Sure.LIKELY,
        choices=(_none(),),
    )
    return proposal, request


def _by_token(
    request: dict[str, Any], slot: Slot | None, told: Told, count: int
) -> tuple[Proposal, dict[str, Any]]:
    assert told.token is not None
    steps, _ = told.token
    text = written("body", steps)
    if slot is None:
        bare = plain(str(steps[-1]))
        name = _TOKEN_NAMES.get(bare, str(steps[-1]))
        after = {**request, "query": {**(request.get("query") or {}), name: "${token}"}}
        changes: tuple[Change, ...] = (Change(("producer", "request", "query", name), "${token}"),)
        reason = (
            f"{text} asks for the next page. How the request hands it over is not known: the "
            f"parameter {name} is a guess, look it up in the documentation."
        )
    elif slot.value is None and slot.around == ("", ""):
        after, changes, reason = request, (), f"{text} asks for the next page."
    else:
        after, changes = changes_for(request, slot, "${token}")
        reason = f"{text} asks for the next page; the request hands it over as {slot.name}."
    proposal = Proposal(
        part="paging",
        shown=text,
        changes=(*changes, Change(PLACE, {"kind": "token", "next": text})),
        reason=reason + told.sentence(count),
        sure=Sure.GUESS if slot is None else Sure.SURE,
        choices=(_none(),),
    )
    return proposal, after


def _by_last(
    request: dict[str, Any], slot: Slot, records: RecordList
) -> tuple[Proposal, dict[str, Any]] | None:
    """The last record's id asks for the next page, as with Stripe."""
    if not records.rows or "id" not in records.rows[-1]:
        return None
    rows = records.text
    more = rows.rpartition(".")[0] or "body"
    text = f"{more}.has_more ? dyn({rows}[size({rows}) - 1].id) : dyn(null)"
    after, changes = changes_for(request, slot, "${token}")
    proposal = Proposal(
        part="paging",
        shown=text,
        changes=(*changes, Change(PLACE, {"kind": "token", "next": text})),
        reason=f"The answer says whether more pages follow, and {slot.name} takes the last id.",
        sure=Sure.LIKELY,
        choices=(_none(),),
    )
    return proposal, after


def _guessed(
    request: dict[str, Any], slots: dict[Role, Slot], told: Told, count: int
) -> tuple[Proposal, dict[str, Any]]:
    name = told.page_field.rpartition(".")[2] if told.page_field else "page"
    size_slot = slots.get(Role.SIZE)
    size = (number_of(size_slot.value) if size_slot else None) or count or USUAL_SIZE
    query = {**(request.get("query") or {}), name: "${page}"}
    proposal = Proposal(
        part="paging",
        shown=f"{name} = 1, 2 …",
        changes=(
            Change(("producer", "request", "query", name), "${page}"),
            Change(PLACE, {"kind": "page", "start": 1, "size": size}),
        ),
        reason=f"{told.sentence(count).strip()} How the request asks for them is not known: the "
        f"parameter {name} is a guess, look it up in the documentation.",
        sure=Sure.GUESS,
        choices=(_none(),),
    )
    return proposal, {**request, "query": query}


def _token_choice(steps: tuple[Step, ...], name: str | None) -> Choice:
    text = written("body", steps)
    parameter = name or _TOKEN_NAMES.get(plain(str(steps[-1])), str(steps[-1]))
    changes = (
        Change(("producer", "request", "query", parameter), "${token}"),
        Change(PLACE, {"kind": "token", "next": text}),
    )
    return Choice(text, changes, f"{text} asks for the next page.")


def _none() -> Choice:
    return Choice("none", (Change(PLACE, None),), "One request gives everything.")


def _more_than_one(told: Told, count: int) -> bool:
    if told.has_more or (told.pages or 0) > 1:
        return True
    return told.total is not None and bool(count) and told.total > count


def _outside(value: Any) -> Iterator[tuple[tuple[Step, ...], Any]]:
    if isinstance(value, dict):
        yield from scalars(value, 4)


def _is_link(steps: tuple[Step, ...], name: str, value: Any) -> bool:
    named = name in NEXT_LINK or (name == "href" and len(steps) > 1)
    if name == "href" and "next" not in plain(str(steps[-2] if len(steps) > 1 else "")):
        return False
    if name in ("next", "nextpage"):
        relative = isinstance(value, str) and _LINK.match(value) is not None
        return relative or (value is None and len(steps) == 1 and name == "next")
    return named and (value is None or (isinstance(value, str) and _LINK.match(value) is not None))


def _is_token(value: Any) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 4096)
