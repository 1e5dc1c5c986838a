"""The field types of the job document: durations, rates, names, expressions, templates.

Each type checks its text when a document is read and keeps it as the author wrote it; functions
here turn the text into numbers. What the fields are for is told in ``job`` and by the kinds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from engine.core.errors import OperatorError
from engine.core.expression import Expression, ExpressionRefused, Names
from engine.core.template import Template

REFUSED = "refused"
"""The type of a validation error whose sentence and hint are an operator error's."""

_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)/(s|m|h)")
_NAME = re.compile(r"[\w-]{1,100}")


class Part(BaseModel):
    """A part of a job document: unknown fields are refused, and it never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


@lru_cache(maxsize=1024)
def duration_ms(text: str) -> int:
    """``"5s"`` → 5000. Units ms, s, m, h, d; raises ValueError with a sentence otherwise."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a duration; write a number and a unit, such as 5s or 1h')
    number = float(match[1]) * _UNIT_MS[match[2]]
    if number > 3650 * 86_400_000:
        raise ValueError(f'"{text}" is longer than ten years')
    return round(number)


def duration_s(text: str) -> float:
    """``"500ms"`` → 0.5."""
    return duration_ms(text) / 1000


@lru_cache(maxsize=1024)
def rate_per_s(text: str) -> float:
    """``"100/s"`` → 100.0, ``"30/m"`` → 0.5; raises ValueError with a sentence otherwise."""
    match = _RATE.fullmatch(text)
    if match is None or float(match[1]) <= 0:
        raise ValueError(f'"{text}" is not a rate; write it as 100/s, 30/m or 500/h')
    return float(match[1]) / (_UNIT_MS[match[2]] / 1000)


def _duration(text: str) -> str:
    duration_ms(text)
    return text


def _positive_duration(text: str) -> str:
    if duration_ms(text) <= 0:
        raise ValueError("the duration must be longer than zero")
    return text


def _rate(text: str) -> str:
    rate_per_s(text)
    return text


def _name(text: str) -> str:
    if _NAME.fullmatch(text) is None:
        raise ValueError(
            f'"{text}" is not a name; use 1 to 100 letters of any script, digits, - and _'
        )
    return text


def refusal(error: OperatorError) -> PydanticCustomError:
    """The error of a field's validator that says what the operator's error says.

    The error's path goes on behind the field's own; of an expression its place is kept.
    """
    line, column = 0, 0
    if isinstance(error, ExpressionRefused):
        line, column = error.line, error.column
    return PydanticCustomError(
        REFUSED,
        "{sentence}",
        {
            "sentence": error.sentence,
            "hint": error.hint,
            "path": error.path,
            "line": line,
            "column": column,
        },
    )


def _expression(names: Names, condition: bool) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            Expression.compile(text, names, condition=condition)
        except OperatorError as error:
            raise refusal(error) from None
        return text

    return check


def _template(names: Names) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        try:
            Template.compile(value, names, "")
        except OperatorError as error:
            raise refusal(error) from None
        return value

    return check


def _form(kind: str, names: Names | None = None) -> dict[str, Any]:
    """What a form needs beside the type: the widget's kind and the names it may complete."""
    extra: dict[str, Any] = {"x-input": kind}
    if names is not None:
        extra["x-names"] = sorted(names.value)
    return extra


def hints(*, more: bool = False, choices: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a form may show of a field beside title and help.

    more: seldom needed, so that it may stand further down. choices: value -> words for people.
    """
    extra: dict[str, Any] = {}
    if more:
        extra["x-more"] = True
    if choices is not None:
        extra["x-choices"] = dict(choices)
    return extra


Duration = Annotated[
    str, AfterValidator(_duration), Field(examples=["5s"], json_schema_extra=_form("duration"))
]
PositiveDuration = Annotated[
    str,
    AfterValidator(_positive_duration),
    Field(examples=["5s"], json_schema_extra=_form("duration")),
]
Rate = Annotated[
    str, AfterValidator(_rate), Field(examples=["100/s"], json_schema_extra=_form("rate"))
]
Name = Annotated[
    str, AfterValidator(_name), Field(examples=["orders"], json_schema_extra=_form("name"))
]


def expression(names: Names) -> Any:
    """The type of a field that holds a CEL expression over these names."""
    return Annotated[
        str,
        AfterValidator(_expression(names, condition=False)),
        Field(json_schema_extra=_form("expression", names)),
    ]


def condition(names: Names) -> Any:
    """The type of a field that holds a CEL expression which gives true or false."""
    return Annotated[
        str,
        AfterValidator(_expression(names, condition=True)),
        Field(json_schema_extra=_form("expression", names)),
    ]


def template(names: Names, of: Any = Any) -> Any:
    """The type of a field whose strings may hold ``${…}`` over these names."""
    return Annotated[
        of, AfterValidator(_template(names)), Field(json_schema_extra=_form("template", names))
    ]
