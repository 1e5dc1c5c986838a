"""Templates of the job document: a JSON value whose strings may hold ``${expression}``.

    template = Template.compile({"no": "${record.id}", "note": "from ${key}"}, Names.PUSH_REQUEST)
    template.render({"record": {"id": 17}, "key": "a"})   # {"no": 17, "note": "from a"}

A string that is exactly one ``${…}`` keeps its value's type; otherwise values are put into the
text. ``$${`` stands for the two characters ``${``; a ``$`` before an expression is written
``${"$"}``. Keys are never templates. How a value is put into a text:

  - texts as they are, whole numbers and decimals with their digits, ``true`` and ``false``;
  - times as RFC 3339 in UTC, durations as seconds (``90s``), bytes as base64;
  - null, lists and objects are an error that names the expression.

Not for deciding what is sent where: ``segments`` tells callers which names shape which part, so
that an URL's host can be kept out of the reach of record data.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from engine.core.bare_path import ExpressionFailed, kind_of
from engine.core.cel_mistakes import ExpressionRefused
from engine.core.cel_text import end_of_expression, line_and_column
from engine.core.errors import OperatorError
from engine.core.expression import Expression, Names
from engine.core.json_value import encode_json

MAX_DEPTH = 100
_PLAIN_DIGITS = 30  # a decimal's zeros are written out up to here, beyond with an exponent
_FROM_CEL = (datetime, timedelta, bytes, list, dict)

Piece: TypeAlias = str | Expression
Render: TypeAlias = Callable[[Mapping[str, Any]], Any]
Quote: TypeAlias = Callable[[str], str]


class Template:
    """A compiled template.

    names_used: the names its expressions use.
    is_constant: it holds no expression; ``render`` gives the same value each time.
    segments: of a string, its pieces in order: literal text, or the names an expression uses.
    render: ``render(data)`` gives the JSON value, not to be changed by the caller; raises
        ExpressionFailed.
    """

    __slots__ = ("_pieces", "is_constant", "names_used", "render", "segments")

    def __init__(self, value: Any, names: Names, place: str) -> None:
        used: set[str] = set()
        self._pieces: tuple[Piece, ...] | None = None
        self.segments: tuple[str | frozenset[str], ...] = ()
        if isinstance(value, str):
            self._pieces = _pieces(value, names, place)
            self.segments = tuple(
                piece if isinstance(piece, str) else piece.variables for piece in self._pieces
            )
            constant, render = _compiled_text(self._pieces, used)
        else:
            constant, render = _compiled(value, names, place, used, 0)
        self.names_used: frozenset[str] = frozenset(used)
        self.is_constant: bool = constant
        self.render: Render = render

    @classmethod
    def compile(cls, value: Any, names: Names, place: str = "") -> Template:
        """Check a template; place is its path in the document, such as ``request.body``.

        Raises OperatorError with the path of the string that is wrong.
        """
        return cls(value, names, place)

    def render_text(self, data: Mapping[str, Any], quote: Quote = str) -> str:
        """A string template as text; ``quote`` is applied to each value put in, not to the rest.

        Raises ExpressionFailed, and TypeError for a template that is no string.
        """
        if self._pieces is None:
            raise TypeError("only a string has a text")
        return "".join(
            [
                piece if type(piece) is str else quote(_text(piece, data))  # type: ignore[arg-type]  # mypy does not narrow by type()
                for piece in self._pieces
            ]
        )


def _compiled(
    value: Any, names: Names, place: str, used: set[str], depth: int
) -> tuple[bool, Render]:
    """Whether the value is constant, and the function that renders it."""
    if depth > MAX_DEPTH:
        raise OperatorError(f"The value is nested more than {MAX_DEPTH} levels deep.", path=place)
    match value:
        case str():
            return _compiled_text(_pieces(value, names, place), used)
        case dict():
            return _compiled_dict(value, names, place, used, depth)
        case list() | tuple():
            items = [
                _compiled(item, names, f"{place}[{number}]", used, depth + 1)
                for number, item in enumerate(value)
            ]
            if all(constant for constant, _ in items):
                return _constant([render({}) for _, render in items])
            renders = tuple(render for _, render in items)
            return False, lambda data: [render(data) for render in renders]
        case None | bool() | int():
            return _constant(value)
        case float() | Decimal() if math.isfinite(value):
            return _constant(value)
        case _:
            raise OperatorError(
                f"JSON has no form for {value!r:.60}.",
                hint="Write it in quotes if a text is meant.",
                path=place,
            )


def _constant(value: Any) -> tuple[bool, Render]:
    return True, lambda data: value


def _compiled_dict(
    value: dict[Any, Any], names: Names, place: str, used: set[str], depth: int
) -> tuple[bool, Render]:
    fields = []
    for name, item in value.items():
        if not isinstance(name, str):
            raise OperatorError(
                f"The key {name!r:.60} is not a text.", hint="Write it in quotes.", path=place
            )
        if "${" in name:
            raise OperatorError(
                f'The key "{name:.60}" holds ${{…}}, but only values may.', path=place
            )
        path = f"{place}.{name}" if place else name
        fields.append((name, *_compiled(item, names, path, used, depth + 1)))
    if all(constant for _, constant, _ in fields):
        return _constant({name: render({}) for name, _, render in fields})
    renders = tuple((name, render) for name, _, render in fields)
    return False, lambda data: {name: render(data) for name, render in renders}


def _compiled_text(pieces: tuple[Piece, ...], used: set[str]) -> tuple[bool, Render]:
    for piece in pieces:
        if isinstance(piece, Expression):
            used.update(piece.variables)
    match pieces:
        case ():
            return _constant("")
        case (str() as text,):
            return _constant(text)
        case (Expression() as alone,):
            return False, _whole(alone)
        case _:
            return False, lambda data: "".join(
                [piece if isinstance(piece, str) else _text(piece, data) for piece in pieces]
            )


def _whole(expression: Expression) -> Render:
    """An expression that is the whole string; its value with a form in JSON."""
    if expression.is_bare and expression.variable != "now":
        return expression.value
    return lambda data: _json_form(expression.value(data))


def _json_form(value: Any) -> Any:
    match value:
        case datetime():
            return _rfc3339(value)
        case timedelta():
            return _seconds(value)
        case bytes():
            return b64encode(value).decode("ascii")
        case list():
            return [_json_form(item) for item in value]
        case dict():
            return {name: _json_form(item) for name, item in value.items()}
        case _:
            return value


def _text(expression: Expression, data: Mapping[str, Any]) -> str:
    """The expression's value as it stands in a text; raises ExpressionFailed."""
    value = expression.value(data)
    match value:
        case str():
            return value
        case bool() | float():
            return encode_json(value).decode("ascii")
        case int():
            return str(value)
        case Decimal():
            return _digits(value)
        case datetime() | timedelta() | bytes():
            return str(_json_form(value))
        case _:
            raise ExpressionFailed(
                expression.text, f"it gives {kind_of(value)}, which cannot be put into a text"
            )


def _digits(value: Decimal) -> str:
    """The number without an exponent, ``0.00000001`` and not ``1E-8``, unless it is very long."""
    _, digits, exponent = value.as_tuple()
    short = isinstance(exponent, int) and abs(exponent) <= _PLAIN_DIGITS + len(digits)
    return f"{value:f}" if short else str(value)


def _rfc3339(value: datetime) -> str:
    """``2026-01-01T00:00:00Z``, with as many decimals of a second as it has."""
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def _seconds(value: timedelta) -> str:
    """``90s``, ``-1.5s``: the form CEL and JSON for Protocol Buffers share."""
    seconds = Decimal(value // timedelta(microseconds=1)) / 1_000_000
    return f"{seconds.normalize():f}s"


def _pieces(text: str, names: Names, place: str) -> tuple[Piece, ...]:
    """Cut a string into literal texts and compiled expressions."""
    pieces: list[Piece] = []
    literal: list[str] = []
    position = 0
    while (dollar := text.find("$", position)) >= 0:
        literal.append(text[position:dollar])
        if text.startswith("$${", dollar):
            literal.append("${")
            position = dollar + 3
        elif text.startswith("${", dollar):
            end = end_of_expression(text, dollar + 2)
            if end is None:
                line, column = line_and_column(text, dollar)
                raise ExpressionRefused(
                    f"The ${{ at line {line}, column {column} is never closed with }}.",
                    hint="Write $${ where the two characters ${ are meant.",
                    path=place,
                    line=line,
                    column=column,
                )
            if joined := "".join(literal):
                pieces.append(joined)
            literal = []
            pieces.append(_inner(text, dollar + 2, end, names, place))
            position = end + 1
        else:
            literal.append("$")
            position = dollar + 1
    literal.append(text[position:])
    if joined := "".join(literal):
        pieces.append(joined)
    return tuple(pieces)


def _inner(text: str, start: int, end: int, names: Names, place: str) -> Expression:
    try:
        return Expression.compile(text[start:end], names)
    except ExpressionRefused as error:
        line, column = line_and_column(text, start)
        raise ExpressionRefused(
            error.sentence,
            hint=error.hint,
            path=place,
            line=line + error.line - 1,
            column=column + error.column - 1 if error.line == 1 else error.column,
        ) from None
