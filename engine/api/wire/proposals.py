"""Shapes of proposals for a job document, of test pulls and pushes, and of live previews."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from engine.api.wire.base import Id, OutcomeWord, ProblemShape, Shape, Told
from engine.api.wire.records import RequestShape, ResponseShape

SureWord = Literal["sure", "likely", "guess"]
NamesWord = Literal[
    "pull_request",
    "pull_answer",
    "pull_record",
    "push_filter",
    "push_request",
    "push_answer",
    "alert",
]
SeenWord = Literal["", "new", "changed", "same"]
MAX_TEXT = 4 * 1024 * 1024
"""Characters of a pasted text or a sample that a request may hold."""


class PlacedValue(Shape):
    """A value for one place of the document; null takes away what stands there."""

    place: tuple[str | int, ...]
    value: Any = None


class ChoiceShape(Shape):
    """Another way than the one proposed, and what speaks for it."""

    shown: str
    changes: tuple[PlacedValue, ...]
    reason: Told


class ProposalShape(Shape):
    """A change of the document, its reason and its alternatives.

    part: request, auth, job, format, ok, records, key, cursor, paging, changed_by, consumer,
    mapping or success. shown: the value in one line. held: the document is so already.
    """

    part: str
    shown: str
    changes: tuple[PlacedValue, ...]
    reason: Told
    sure: SureWord = "likely"
    held: bool = False
    choices: tuple[ChoiceShape, ...] = ()


class FoundSecretShape(Shape):
    """A secret that stands in a pasted command; its value is never answered.

    kept: the node has it under this name already. empty: only a placeholder stood there.
    """

    name: str
    place: Told
    kept: bool = False
    empty: bool = False


class ProposeRequest(Shape):
    """The body of POST /propose: a cURL command, or an answer of the source, as pasted text.

    document: as it is now; it need not be right. consumer: the number of the one the text is for,
    left out: the source. record: a record of the source as JSON text, for the mapping.
    """

    text: str = Field(max_length=MAX_TEXT)
    document: dict[str, Any] = Field(default_factory=dict)
    consumer: int | None = Field(default=None, ge=0, le=1000)
    record: str | None = Field(default=None, max_length=MAX_TEXT)


class ProposeShape(Shape):
    """POST /propose. document: with every proposal accepted; problems: what is wrong with it.

    value: of a pasted answer, what ``body`` is to expressions, as JSON text.
    """

    what: Literal["command", "answer"]
    proposals: tuple[ProposalShape, ...]
    secrets: tuple[FoundSecretShape, ...] = ()
    notes: tuple[Told, ...] = ()
    document: dict[str, Any] = Field(default_factory=dict)
    problems: tuple[ProblemShape, ...] = ()
    value: str = ""


class KeepSecretRequest(Shape):
    """The body of POST /propose/secret: keep the secret of this command under this name."""

    text: str = Field(max_length=MAX_TEXT)
    name: str = Field(min_length=1, max_length=100)
    consumer: int | None = Field(default=None, ge=0, le=1000)


class SeenAnswer(Shape):
    """An answer that came before. value: what ``body`` was, as JSON text."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    value: str = Field(max_length=MAX_TEXT)


class PullTestRequest(Shape):
    """The body of POST /jobs/test/pull: the document need be right in its request only.

    cursor, page, offset, token: what the request is filled in with; left out: as a first run would.
    again: look at this answer through the document once more; the source is not asked.
    """

    document: dict[str, Any]
    shard: str | None = None
    cursor: str | int | None = None
    page: int | None = Field(default=None, ge=0)
    offset: int | None = Field(default=None, ge=0)
    token: str | None = None
    again: SeenAnswer | None = None


class PartShape(Shape):
    """How one part of the document fits the answer: ok, records, key, cursor, paging, format.

    shown: what it gave, in a few words, such as ``500 found``.
    """

    part: str
    fits: bool
    shown: Told = ""
    sentence: Told = ""
    hint: Told = ""


class PulledRecordShape(Shape):
    """One of the page's first records. seen: what the ledger of the running job says of it.

    value: the record as JSON text. problem: why it has no key or cursor value, a sentence.
    """

    key: str | None = None
    cursor: str | None = None
    bytes: int = 0
    problem: Told = ""
    seen: SeenWord = ""
    version: int = 0
    value: str = ""


class PullTestShape(Shape):
    """POST /jobs/test/pull: one real page; nothing is kept.

    ok: the page was read as the document says; else sentence and hint tell what is wrong.
    value: what ``body`` is to expressions, as JSON text; shortened: its long lists are cut.
    following: what asks for the next page, as JSON text, "" at the end.
    as_proposed: the draft finds no records; these are found with the proposals accepted.
    """

    ok: bool
    sentence: Told = ""
    hint: Told = ""
    ms: int = 0
    request: RequestShape | None = None
    response: ResponseShape | None = None
    value: str = ""
    shortened: bool = False
    parts: tuple[PartShape, ...] = ()
    raw_count: int = 0
    records: tuple[PulledRecordShape, ...] = ()
    as_proposed: bool = False
    following: str = ""
    note: Told = ""
    proposals: tuple[ProposalShape, ...] = ()


class PushTestRequest(Shape):
    """The body of POST /jobs/test/push: what a consumer would send of one record.

    record_id: of the ledger; else sample: a record as JSON text. send: really send it, once.
    """

    document: dict[str, Any]
    consumer: int = Field(ge=0, le=1000)
    record_id: Id | None = None
    sample: str | None = Field(default=None, max_length=MAX_TEXT)
    key: str = ""
    send: bool = False


class PushTestShape(Shape):
    """POST /jobs/test/push. Nothing is kept; ``sent`` says whether a request left.

    ok: the request can be made, and if it was sent, the target took it by the rule as it is.
    wanted: whether the filter takes the record. value: the answer's body as JSON text, or "".
    """

    ok: bool
    sentence: Told = ""
    hint: Told = ""
    key: str = ""
    wanted: bool = True
    request: RequestShape | None = None
    sent: bool = False
    ms: int = 0
    outcome: OutcomeWord | None = None
    response: ResponseShape | None = None
    value: str = ""
    proposals: tuple[ProposalShape, ...] = ()


class EvaluateItem(Shape):
    """One expression. kind: what it must be; a template is any JSON value with ``${…}`` in it."""

    id: str = ""
    kind: Literal["expression", "condition", "template"] = "expression"
    text: Any


class EvaluateRequest(Shape):
    """The body of POST /expressions/evaluate. data: JSON text of an object with the names."""

    names: NamesWord
    items: tuple[EvaluateItem, ...] = Field(max_length=500)
    data: str = Field(max_length=MAX_TEXT)


class EvaluatedShape(Shape):
    """What an expression gives. kind: of its value, in words; value: as JSON text.

    line, column: the place of the mistake, from 1; 0 where there is none.
    """

    id: str = ""
    ok: bool
    kind: Told = ""
    value: str = ""
    sentence: Told = ""
    hint: Told = ""
    line: int = 0
    column: int = 0


class EvaluateShape(Shape):
    """POST /expressions/evaluate, in the order of the items."""

    results: tuple[EvaluatedShape, ...]
