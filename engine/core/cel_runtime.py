"""Runs expressions with CEL: environments, compiling, handing data over, taking results back.

The only module that knows the CEL library. Only what an expression reads is handed to it, which
is most of its speed and keeps a strange value in one field from failing an expression over
another. Decimals go in as doubles; a result that is one of them comes back with its own digits.

Limits: 4,096 characters; the library's own 32 levels of nesting and 10,000 steps through lists an
evaluation; 200 levels of nesting in the data; whole numbers of 64 bits; no NUL characters. What
does not fit fails the evaluation and is never cut. A decimal of more than 15 digits is compared and
calculated with as the nearest double, as everywhere in CEL. The library has no limit
on memory: repeated ``replace`` on a long text can make a very long one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_math, ext_optional, ext_strings

from engine.core.bare_path import ExpressionFailed
from engine.core.cel_mistakes import compile_mistake, refused, run_mistake
from engine.core.cel_text import Chain, chains_of
from engine.core.json_raw import Reads, merged

MAX_LENGTH = 4096
MAX_DEPTH = 200

_INT_MIN, _UINT_MAX = -(2**63), 2**64 - 1
_AS_IT_IS = frozenset({bool, float, type(None), datetime, timedelta})
_TYPES = {
    "status": cel.Type.INT,
    "page": cel.Type.INT,
    "offset": cel.Type.INT,
    "now": cel.Type.TIMESTAMP,
    "key": cel.Type.STRING,
    "headers": cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
    "vars": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    "failed": cel.Type.INT,
    "unsynced": cel.Type.INT,
    "breaker_open": cel.Type.BOOL,
}
"""Types that are certain, so that ``status == "200"`` is refused instead of never being true."""


@cache
def _environment(names: tuple[str, ...]) -> cel.Env:
    return cel.NewEnv(
        variables={name: _TYPES.get(name, cel.Type.DYN) for name in names},
        extensions=[ext_strings.ExtStrings(), ext_math.ExtMath(), ext_optional.ExtOptional()],
    )


class _Unfit(Exception):
    """A value that CEL cannot take; the message says why."""


class Program:
    """A compiled expression. Raises ExpressionRefused if it does not compile."""

    __slots__ = ("_compiled", "_dynamic_names", "chains", "gives", "reads", "text")

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        if len(text) > MAX_LENGTH:
            raise refused(text, f"it is longer than {MAX_LENGTH:,} characters", MAX_LENGTH)
        if "\x00" in text:
            raise refused(text, "it holds a NUL character", text.index("\x00"))
        if not text.strip():
            raise refused(text, "it is empty")
        try:
            self._compiled = _environment(names).compile(text)
            self.gives: str = self._compiled.return_type().name()
        except TypeError:
            raise refused(text, "it holds half of a surrogate pair") from None
        except RuntimeError as error:
            raise compile_mistake(text, str(error), names) from None
        if self.gives.startswith("optional_type"):
            hint = 'End it with .orValue(…), such as record.?name.orValue("").'
            raise refused(text, "it gives a value that may be absent", hint=hint)
        self.text = text
        self.chains: tuple[Chain, ...] = tuple(chains_of(text, names))
        self.reads: dict[str, Reads] = _reads(self.chains)

    def run(self, data: Mapping[str, Any]) -> Any:
        """The value for this data; raises ExpressionFailed."""
        exact: dict[float, Decimal | None] = {}
        result = self._result(data, exact)
        try:
            kind = result.type().name()
            if kind == "ERROR":
                raise self._failure(result, data)
            value = result.plain_value()
        except (TypeError, SystemError):
            raise ExpressionFailed(
                self.text, "it gives a value that may be absent", hint="End it with .orValue(…)."
            ) from None
        if kind == "STRING" or kind == "INT" or kind == "BOOL":
            return value
        try:
            return _taken_back(value, exact, _KeyOrder(self.text, data))
        except _Unfit as unfit:
            raise ExpressionFailed(self.text, str(unfit)) from None

    def decide(self, data: Mapping[str, Any]) -> bool | None:
        """True or false, or None if it gives neither; raises ExpressionFailed."""
        result = self._result(data, {})
        try:
            value = result.value()
        except TypeError:
            return None
        if value is True or value is False:
            return bool(value)
        if result.type().name() == "ERROR":
            raise self._failure(result, data)
        return None

    def _result(self, data: Mapping[str, Any], exact: dict[float, Decimal | None]) -> cel.Value:
        handed = {}
        try:
            for name, below in self.reads.items():
                if name in data:
                    value = data[name]
                    if name == "headers" and below is not None:
                        handed[name] = _headers(value, below)
                    else:
                        handed[name] = _handed(value, below, exact, MAX_DEPTH)
            return self._compiled.eval(data=handed)
        except _Unfit as unfit:
            raise ExpressionFailed(self.text, str(unfit)) from None
        except (RuntimeError, TypeError, ValueError, SystemError) as error:
            raise run_mistake(self.text, str(error), self.chains, data) from None

    def _failure(self, result: cel.Value, data: Mapping[str, Any]) -> ExpressionFailed:
        return run_mistake(self.text, str(result.value()), self.chains, data)


def _reads(chains: Iterable[Chain]) -> dict[str, Reads]:
    reads: dict[str, Reads] = {}
    for chain in chains:
        below: Reads = None
        fields = []
        for step in chain.steps:
            if isinstance(step, int):
                break
            fields.append(step)
        for field in reversed(fields):
            below = {field: below}
        reads = merged(reads, {chain.variable: below})
    return reads


def _headers(headers: Mapping[str, str], below: Mapping[str, Reads]) -> dict[str, str]:
    """Headers have lower-case names in the data; an expression may spell them as it likes."""
    return {name: _without_nul(headers[name.lower()]) for name in below if name.lower() in headers}


def _handed(value: Any, below: Reads, exact: dict[float, Decimal | None], room: int) -> Any:
    """What CEL is given of a value: only what is read, with Decimals as doubles."""
    kind = type(value)
    if kind is str:
        return _without_nul(value)
    if kind in _AS_IT_IS:
        return value
    if kind is int:
        if _INT_MIN <= value <= _UINT_MAX:
            return value
        raise _Unfit("a whole number it reads has more than 64 bits")
    if kind is Decimal:
        return _as_double(value, exact)
    if not room:
        raise _Unfit(f"a value it reads is nested more than {MAX_DEPTH} levels deep")
    if kind is dict or isinstance(value, Mapping):
        if below is None:
            return {
                _without_nul(name): _handed(item, None, exact, room - 1)
                for name, item in value.items()
            }
        return {
            name: _handed(value[name], deeper, exact, room - 1)
            for name, deeper in below.items()
            if name in value
        }
    if kind is list or kind is tuple:
        return [_handed(item, None, exact, room - 1) for item in value]
    raise _Unfit(f"it cannot read a value of type {kind.__name__}")


def _without_nul(text: str) -> str:
    """The text itself; the library would silently cut it at a NUL character."""
    if "\x00" in text:
        raise _Unfit("a text it reads holds a NUL character, which expressions cannot handle")
    return text


def _as_double(value: Decimal, exact: dict[float, Decimal | None]) -> float:
    double = float(value)
    if math.isinf(double):
        raise _Unfit("a decimal number it reads is too large to calculate with")
    known = exact.setdefault(double, value)
    if known is not None and known != value:
        exact[double] = None
    return double


class _KeyOrder:
    """Puts the keys of a result in an order: CEL's maps have one that changes with every process,
    and a request must have the same bytes in every attempt.

    A map written out in the expression keeps the order of its text, any other the order in which
    the data first has these keys.
    """

    __slots__ = ("_data", "_ranks", "_text")

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        self._text = text
        self._data = data
        self._ranks: dict[str, int] = {}

    def __call__(self, keys: Iterable[str]) -> list[str]:
        places = {
            key: max(self._text.find(f'"{key}"'), self._text.find(f"'{key}'")) for key in keys
        }
        if all(place >= 0 for place in places.values()):
            return sorted(places, key=lambda key: (places[key], key))
        if not self._ranks:
            self._rank(dict(self._data), MAX_DEPTH)
        return sorted(places, key=lambda key: (self._ranks.get(key, len(self._ranks)), key))

    def _rank(self, value: Any, room: int) -> None:
        if isinstance(value, Mapping) and room:
            for key in value:
                self._ranks.setdefault(key, len(self._ranks))
            for item in value.values():
                self._rank(item, room - 1)
        elif isinstance(value, list) and room:
            for item in value:
                self._rank(item, room - 1)


def _taken_back(value: Any, exact: Mapping[float, Decimal | None], order: _KeyOrder) -> Any:
    """A result as Python has it, decimal numbers with the digits they were handed over with."""
    match value:
        case None | bool() | int() | str() | datetime() | timedelta():
            return value
        case float():
            if not math.isfinite(value):
                raise _Unfit(f"it gives {value}, which is not a number that can be sent")
            own = exact.get(value, value)
            if own is None:
                raise _Unfit("two decimal numbers it reads differ too little to be told apart")
            return own
        case list():
            return [_taken_back(item, exact, order) for item in value]
        case dict():
            if not all(isinstance(name, str) for name in value):
                raise _Unfit("it gives a map with a key that is not a text")
            return {name: _taken_back(value[name], exact, order) for name in order(value)}
        case bytearray() | bytes():
            return bytes(value)
        case _:
            raise _Unfit("it gives a type, not a value")
