"""What every shape is made of: the base class, the words of states, problems, errors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from engine.language.speech import told

API_PREFIX = "/api/v1"

StateWord = Literal["pending", "sending", "retrying", "delivered", "dead", "skipped"]
OutcomeWord = Literal["accepted", "retry", "rejected", "not_sent", "unknown"]
HealthWord = Literal["good", "warn", "bad", "off"]
ScopeWord = Literal["read", "operate", "admin"]
Told = Annotated[str, PlainSerializer(told, return_type=str, when_used="json")]
"""A sentence of the engine's: English here, in the asker's language once it is JSON."""


Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""The id of a row; a larger number is refused before a database has to."""
Instant = Annotated[int, Field(ge=-62_135_596_800_000, le=253_402_300_799_999)]
"""UTC ms; from the year 1 to 9999, as every language can show it."""


class Shape(BaseModel):
    """Base of all shapes; readers ignore fields they do not know, so that versions may differ."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ProblemShape(Shape):
    """One thing wrong in a document or request: where, what, and what to do.

    line, column: the place in an expression's or template's text, from 1; 0 where there is none.
    """

    path: str = ""
    sentence: Told
    hint: Told = ""
    line: int = 0
    column: int = 0


class ErrorShape(Shape):
    """Every answer that is not a success."""

    code: str
    sentence: Told
    hint: Told = ""
    path: str = ""
    request_id: str = ""
    problems: tuple[ProblemShape, ...] = ()


class Done(Shape):
    """An answer without content."""

    ok: bool = True
