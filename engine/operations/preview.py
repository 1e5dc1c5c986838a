"""Evaluates expressions and templates against sample data, for a live preview. Pure."""

from __future__ import annotations

import base64
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never

from engine.core.bare_path import kind_of
from engine.core.cel_mistakes import ExpressionRefused
from engine.core.errors import OperatorError
from engine.core.expression import Expression, ExpressionFailed, Names
from engine.core.json_value import BadJson, decode_json, encode_json
from engine.core.template import Template

Kind = Literal["expression", "condition", "template"]

LONGEST = 64 * 1024
"""Characters of a value's JSON that are handed back."""

_NO_FIELD = re.compile(
    r"(?:(\w+)[^:]*: )?there is no (?:field|header) (.+?)(?: in (\w+(?:[.\[].*)?))?$"
)
_VARIABLE = re.compile(r"^\s*(\w+).*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Previewed:
    """What an expression gave. kind: of the value, in words. value: JSON text, cut to LONGEST.

    line, column: the place of the mistake, from 1; 0 where there is none.
    """

    ok: bool
    kind: str = ""
    value: str = ""
    sentence: str = ""
    hint: str = ""
    line: int = 0
    column: int = 0


def sample_data(text: str) -> dict[str, Any]:
    """The names and their values from a JSON text; OperatorError where it is no object."""
    try:
        data = decode_json(text.encode("utf-8", "surrogatepass"))
    except BadJson as error:
        raise OperatorError(f"The sample cannot be read: {error.sentence}", path="data") from None
    if not isinstance(data, dict):
        raise OperatorError("The sample is not an object with names.", path="data")
    return data


def preview(text: Any, kind: Kind, names: Names, data: Mapping[str, Any]) -> Previewed:
    """What this expression or template gives with this data, or the mistake in it."""
    try:
        match kind:
            case "template":
                value = Template.compile(text, names).render(data)
            case "expression" | "condition":
                compiled = Expression.compile(str(text), names, condition=kind == "condition")
                value = compiled.truth(data) if kind == "condition" else compiled.value(data)
            case _ as never:
                assert_never(never)
    except ExpressionRefused as error:
        return Previewed(
            False,
            sentence=error.sentence,
            hint=error.hint,
            line=error.line,
            column=error.column,
        )
    except ExpressionFailed as error:
        hint = error.hint or did_you_mean(error, names, data)
        return Previewed(False, sentence=error.sentence, hint=hint)
    except OperatorError as error:
        return Previewed(False, sentence=error.sentence, hint=error.hint)
    return Previewed(True, kind=kind_of(value), value=json_text(value)[:LONGEST])


def did_you_mean(error: ExpressionFailed, names: Names, data: Mapping[str, Any]) -> str:
    """A hint with the field that was meant, if one is named much like it; else ""."""
    match = _NO_FIELD.search(error.reason.rstrip("."))
    if match is None:
        return ""
    holder: Any = None
    try:
        place = match[3] or match[1] or _VARIABLE.sub(r"\1", error.expression)
        holder = Expression.compile(place, names).value(data)
    except OperatorError:
        return ""
    if not isinstance(holder, Mapping):
        return ""
    known = [name for name in holder if isinstance(name, str)]
    near = difflib.get_close_matches(match[2], known, 1) or _alike(match[2], known)
    return f'Did you mean "{near[0]}"?' if near else ""


def json_text(value: Any) -> str:
    """A value as JSON text; times, durations and bytes as the texts a template makes of them."""
    try:
        return encode_json(_plain(value)).decode("utf-8", "replace")
    except OperatorError:
        return ""


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case timedelta():
            return f"{value.total_seconds():g}s"
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value


def _alike(name: str, known: list[str]) -> list[str]:
    bare = re.sub(r"[\W_]", "", name).lower()
    return [one for one in known if re.sub(r"[\W_]", "", one).lower() == bare]
