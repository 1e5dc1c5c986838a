"""Turns what the CEL library says into sentences for integration staff.

Two sources: an expression that does not compile (with the place of the mistake), and one that
fails on some data. The library's own words are passed on where no better ones are known. Nothing
is evaluated here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from engine.core.bare_path import ExpressionFailed, shown, why_nowhere, written
from engine.core.cel_text import Chain, Token, line_and_column, tokens_of
from engine.core.errors import OperatorError

_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\((.*)\)'")
_AT_RUN = re.compile(r"No matching overloads found : (\S+?)(?:\((.*)\))?$")
_UNEXPECTED = re.compile(
    r"Syntax error: (?:mismatched|extraneous) input '(.*)' expecting", re.DOTALL
)
_NO_TOKEN = re.compile(r"token recognition error at: '(.*)'", re.DOTALL)
_NO_KEY = re.compile(r'Key not found in map : "?(.*?)"?$', re.DOTALL)
_LEADS_NOWHERE = ("non-message type", "Invalid container type", "Index error")
_STATUS = re.compile(r"^[A-Z_]+: ")
_TOO_DEEP = re.compile(r"recursion (?:depth|limit)")

_INSTEAD = {"and": "&&", "or": "||", "not": "!", "=": "==", "<>": "!=", "===": "=="}
_ELSEWHERE = {
    "len": "size",
    "length": "size",
    "lenght": "size",
    "count": "size",
    "lower": "lowerAscii",
    "upper": "upperAscii",
    "substr": "substring",
    "str": "string",
    "float": "double",
    "includes": "contains",
    "date": "timestamp",
}  # what functions are called in other languages
_FUNCTIONS = (
    "size has all exists exists_one map filter startsWith endsWith contains matches int uint "
    "double string bool bytes timestamp duration type dyn charAt indexOf lastIndexOf join "
    "lowerAscii upperAscii replace split substring trim reverse format orValue or hasValue value "
    "optMap optFlatMap getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear "
    "getHours getMinutes getSeconds getMilliseconds math.greatest math.least math.abs math.ceil "
    "math.floor math.round math.sign math.trunc optional.of optional.none optional.ofNonZeroValue"
)
_TYPES = {
    "int": "a whole number",
    "int64": "a whole number",
    "uint": "a large whole number",
    "uint64": "a large whole number",
    "double": "a decimal number",
    "string": "a text",
    "bool": "true or false",
    "bytes": "bytes",
    "null_type": "null",
    "dyn": "any value",
    "timestamp": "a time",
    "google.protobuf.Timestamp": "a time",
    "duration": "a duration",
    "google.protobuf.Duration": "a duration",
}
_NUMBERS = {"int", "int64", "uint", "uint64", "double"}


class ExpressionRefused(OperatorError):
    """An expression that does not compile. line and column count from 1, in characters."""

    code = "expression_refused"
    http_status = 422

    def __init__(
        self, sentence: str, *, hint: str = "", path: str = "", line: int = 1, column: int = 1
    ) -> None:
        super().__init__(sentence, hint=hint, path=path)
        self.line = line
        self.column = column


def refused(text: str, reason: str, offset: int = 0, hint: str = "") -> ExpressionRefused:
    """The error for a mistake at this offset of an expression's text."""
    line, column = line_and_column(text, offset)
    place = f"line {line}, column {column}" if "\n" in text else f"column {column}"
    return ExpressionRefused(
        f"{shown(text)}: {reason} ({place}).",
        hint=hint,
        line=line,
        column=column,
    )


def compile_mistake(text: str, said: str, names: Iterable[str]) -> ExpressionRefused:
    """What is wrong with an expression, from the library's report of its first mistake."""
    if _TOO_DEEP.search(said):
        hint = "Every + in a chain counts as one level; so does every bracket."
        return refused(text, "it is nested more than 32 levels deep", 0, hint)
    found = [(int(line), int(column), what) for line, column, what in _ERROR.findall(said)]
    placed = [mistake for mistake in found if mistake[0] > 0]
    if not placed:
        return refused(text, found[0][2] if found else said.removesuffix(" [INVALID_ARGUMENT]"))
    line, column, what = placed[0]
    offset = sum(len(part) for part in text.split("\n")[: line - 1]) + line - 1 + column - 1
    what = what.removesuffix(" [INVALID_ARGUMENT]")
    tokens = tokens_of(text)
    return _unknown(text, what, offset, tokens, names) or _misread(text, what, offset, tokens)


def _unknown(
    text: str, what: str, offset: int, tokens: list[Token], names: Iterable[str]
) -> ExpressionRefused | None:
    match = _UNKNOWN.match(what)
    if match is None:
        return None
    name = match[1].lstrip(".").split(".")[0]
    called = {token.start for token, after in pairwise(tokens) if after.text == "("}
    places = [token.start for token in tokens if token.text == name and token.start <= offset]
    place = max(places, default=offset)
    if place in called:
        near = difflib.get_close_matches(match[1], _FUNCTIONS.split(), 1)
        meant = _ELSEWHERE.get(match[1].lower()) or (near[0] if near else "")
        hint = f"Did you mean {meant}()?" if meant else ""
        return refused(text, f"there is no function {match[1]}", place, hint)
    known = sorted(names)
    near = difflib.get_close_matches(name, known, 1)
    hint = f'Did you mean "{near[0]}"?' if near else f"The names known here: {', '.join(known)}."
    return refused(text, f"there is no name {name} here", place, hint)


def _misread(text: str, what: str, offset: int, tokens: list[Token]) -> ExpressionRefused:
    if overload := _OVERLOAD.search(what):
        return refused(text, *_unfit(overload[1], overload[2], offset))
    if no_token := _NO_TOKEN.search(what):
        if no_token[1][:1] in ('"', "'"):
            return refused(text, "a text is not closed, or has a \\ before a wrong letter", offset)
        stray = no_token[1].strip()
        return refused(text, f"{stray} does not belong here", offset, _instead(stray))
    if "'<EOF>'" in what:
        return refused(text, "it ends too early, something is missing", len(text.rstrip()))
    if "no viable alternative" in what:
        hint = 'A field named like a word of the language is written record["in"].'
        return refused(text, "a field name is missing or cannot be used like this", offset, hint)
    if unexpected := _UNEXPECTED.search(what):
        before = [token for token in tokens if token.start < offset]
        hint = _instead(unexpected[1]) or _instead(before[-1].text if before else "")
        if before and before[-1].text == "<" and unexpected[1] == ">":
            hint = _instead("<>")
        return refused(text, f"{unexpected[1]} is not expected", offset, hint)
    return refused(text, _lowered(what), offset)


def _instead(word: str) -> str:
    better = _INSTEAD.get(word.lower())
    return f"Write {better} instead of {word}." if better else ""


def _unfit(function: str, types: str, offset: int) -> tuple[str, int, str]:
    """Reason, offset and hint for operands that do not go together."""
    reason, hint = unfit(function, types)
    return reason, offset, hint


def unfit(function: str, types: str) -> tuple[str, str]:
    """Reason and hint for an operator or function used with these CEL types."""
    kinds = [kind.strip() for kind in types.split(",")] if types else []
    words = [_TYPES.get(kind, "a list" if kind.startswith("list") else kind) for kind in kinds]
    operator = function.strip("_@") or function
    if function == "<jump_condition>":
        return "the part before ? is not true or false", "Compare it with something, such as == 1."
    if not words:
        return f"{operator} does not fit the values it is used with", ""
    reason = f"{operator} cannot be used with {' and '.join(words)}"
    if len(set(kinds)) > 1 and set(kinds) <= _NUMBERS:
        return reason, "Write double(…) around the values, or int(…), so that both are of one kind."
    return reason, ""


def run_mistake(
    text: str, said: str, chains: Iterable[Chain], data: Mapping[str, Any]
) -> ExpressionFailed:
    """Why an expression gave no value for this data, from the library's report."""
    missing = _NO_KEY.search(said)
    reasons = [
        (chain, reason)
        for chain in chains
        if (reason := why_nowhere(chain.variable, chain.steps, data)) is not None
    ]
    if missing is not None or any(words in said for words in _LEADS_NOWHERE):
        wanted = f"there is no field {missing[1]}" if missing else ""
        for chain, reason in reasons:
            if reason.startswith(wanted):
                path = written(chain.variable, chain.steps)
                return ExpressionFailed(text, reason if path == text else f"{path}: {reason}")
    if missing is not None:
        return ExpressionFailed(text, f"there is no field {missing[1]}")
    if said.startswith("UNKNOWN: No value with name"):
        unknown = [reason for _, reason in reasons if reason.endswith("is not known here")]
        return ExpressionFailed(text, unknown[0] if unknown else "a name in it is not known here")
    if overload := _AT_RUN.search(said):
        reason, hint = unfit(overload[1], overload[2] or "")
        return ExpressionFailed(text, reason, hint=hint)
    if "non-message type" in said or "Invalid container type" in said:
        return ExpressionFailed(text, "a field is asked of a value that has no fields")
    if "Iteration budget" in said:
        hint = "Filter smaller lists, or let the source filter."
        return ExpressionFailed(text, "it goes through more than 10,000 items", hint=hint)
    if "construction from null" in said:
        return ExpressionFailed(text, "a text it reads holds half of a surrogate pair")
    return ExpressionFailed(text, _lowered(_STATUS.sub("", said)))


def _lowered(words: str) -> str:
    words = words.removeprefix("Syntax error: ").strip()
    return words[:1].lower() + words[1:].rstrip(".")
