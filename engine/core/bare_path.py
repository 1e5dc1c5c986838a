"""Bare paths such as ``record.lines[0].sku``: looked up in Python, without CEL.

Most expressions of a job are nothing but a path, and a path costs a tenth of a microsecond here
against three in CEL. What a path gives and how it fails is the same in both; a test compares them.
Not for anything with an operator or a function in it: ``expression`` decides which is which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from engine.core.errors import OperatorError

Step: TypeAlias = str | int
"""A field's name, or an item's number from 0."""

Lookup: TypeAlias = Callable[[Mapping[str, Any]], Any]

_SHOWN = 100  # characters of an expression that are repeated in a sentence
_MISTAKES = (KeyError, IndexError, TypeError)


class ExpressionFailed(OperatorError):
    """An expression that compiles gave no value for this data; the sentence names the reason.

    expression: its text. reason: the sentence without the expression in front.
    """

    code = "expression_failed"
    http_status = 422

    def __init__(self, expression: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{shown(expression)}: {reason}.", hint=hint)
        self.expression = expression
        self.reason = reason


def shown(expression: str) -> str:
    """The text of an expression on one line, cut to a length that fits a sentence."""
    line = " ".join(expression.split()).encode("utf-8", "backslashreplace").decode() or "(empty)"
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def kind_of(value: Any) -> str:
    """What a value is, in an operator's words: ``a text``, ``a whole number``, …"""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float() | Decimal():
            return "a decimal number"
        case str():
            return "a text"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
        case datetime():
            return "a time"
        case timedelta():
            return "a duration"
        case _:
            return f"a value of type {type(value).__name__}"


def written(variable: str, steps: tuple[Step, ...]) -> str:
    """The path as text: ``record.lines[0]["a-b"]``."""
    parts = [variable]
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isidentifier() and step.isascii():
            parts.append(f".{step}")
        else:
            parts.append(f'["{step}"]')
    return "".join(parts)


def lookup(variable: str, steps: tuple[Step, ...]) -> Lookup:
    """A function that finds the path's value in the data, or raises ExpressionFailed."""
    if any(isinstance(step, int) for step in steps):
        return _numbered(variable, steps)
    match steps:
        case ():
            return _whole(variable)
        case (first,):
            return _one(variable, first)
        case (first, second):
            return _two(variable, first, second)
        case _:
            return _many(variable, steps)


def _whole(variable: str) -> Lookup:
    def find(data: Mapping[str, Any]) -> Any:
        try:
            return data[variable]
        except KeyError:
            raise explain(variable, (), data) from None

    return find


def _one(variable: str, name: Step) -> Lookup:
    def find(data: Mapping[str, Any]) -> Any:
        try:
            return data[variable][name]
        except _MISTAKES:
            raise explain(variable, (name,), data) from None

    return find


def _two(variable: str, first: Step, second: Step) -> Lookup:
    def find(data: Mapping[str, Any]) -> Any:
        try:
            return data[variable][first][second]
        except _MISTAKES:
            raise explain(variable, (first, second), data) from None

    return find


def _many(variable: str, steps: tuple[Step, ...]) -> Lookup:
    def find(data: Mapping[str, Any]) -> Any:
        try:
            value = data[variable]
            for step in steps:
                value = value[step]
        except _MISTAKES:
            raise explain(variable, steps, data) from None
        return value

    return find


def _numbered(variable: str, steps: tuple[Step, ...]) -> Lookup:
    """With item numbers: a text has characters in Python, but no items here."""

    def find(data: Mapping[str, Any]) -> Any:
        try:
            value = data[variable]
            for step in steps:
                if type(step) is int and not isinstance(value, list):
                    raise TypeError
                value = value[step]
        except _MISTAKES:
            raise explain(variable, steps, data) from None
        return value

    return find


def explain(
    variable: str, steps: tuple[Step, ...], data: Mapping[str, Any], text: str = ""
) -> ExpressionFailed:
    """The failure of a path that leads nowhere; ``text`` is the expression it stands in, if any."""
    text = text or written(variable, steps)
    reason = why_nowhere(variable, steps, data)
    return ExpressionFailed(text, reason or "it has no value")


def why_nowhere(variable: str, steps: tuple[Step, ...], data: Mapping[str, Any]) -> str | None:
    """Why the path has no value in this data, without naming the path; None if it has one."""
    if variable not in data:
        return f"{variable} is not known here"
    value = data[variable]
    for number, step in enumerate(steps):
        so_far = written(variable, steps[:number])
        if isinstance(value, list) and isinstance(step, int):
            if step >= len(value):
                many = f"{len(value)} item" + ("" if len(value) == 1 else "s")
                return f"there is no item {step} in {so_far}, which has {many} (the first is 0)"
        elif isinstance(value, Mapping):
            if step not in value:
                if number:
                    return f"there is no field {step} in {so_far}"
                if variable == "headers":
                    return f"there is no header {step}"
                return f"there is no field {step}"
        elif isinstance(step, int):
            return f"there is no item {step}, because {so_far} is {kind_of(value)}"
        else:
            return f"there is no field {step}, because {so_far} is {kind_of(value)}"
        value = value[step]
    return None
