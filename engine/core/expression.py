"""Expressions of the job document: CEL, or a bare path that is looked up without it.

    expression = Expression.compile('record.status == "paid"', Names.PUSH_FILTER)
    expression.truth({"record": {"status": "paid"}, "key": "17"})   # True

An expression is checked when it is compiled and raises ExpressionRefused with the place of the
mistake. On data it gives a value or raises ExpressionFailed; a missing field is never an empty
text and never false. Names of headers are lower case in the data and compared without regard to
case when written out (``headers["Next-Page"]``); CEL's own rules hold for everything else.

A bare path gives the very value of the data, a Decimal with all its digits. What CEL calculates
it calculates in 64-bit integers and doubles; see ``cel_runtime`` for the limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from engine.core.bare_path import ExpressionFailed, Lookup, Step, kind_of, lookup
from engine.core.cel_mistakes import ExpressionRefused, refused
from engine.core.cel_runtime import Program
from engine.core.json_raw import Reads

__all__ = ["Expression", "ExpressionFailed", "ExpressionRefused", "Names"]


class Names(Enum):
    """The names an expression may use, by the place it stands in (design.md, section 8)."""

    PULL_REQUEST = ("cursor", "page", "offset", "token", "vars", "now")
    PULL_ANSWER = ("status", "headers", "body", "record")
    PULL_RECORD = ("record",)
    PUSH_FILTER = ("record", "key")
    PUSH_REQUEST = ("record", "records", "key", "vars")
    PUSH_ANSWER = ("status", "headers", "body")
    ALERT = ("failed", "unsynced", "lag_s", "source_silent_s", "breaker_open")


class Expression:
    """A compiled expression.

    text: as it was written.
    variables: the names it uses.
    reads: per name, which fields it reads (None: the whole value), for ``json_raw.decode_parts``.
    variable, steps: of a bare path, else ``""`` and ``()``.
    value: ``value(data)`` gives its value, exact where it is a bare path, or raises
        ExpressionFailed. Times are aware datetimes, durations timedeltas, bytes bytes.
    """

    __slots__ = ("_program", "reads", "steps", "text", "value", "variable", "variables")

    def __init__(self, program: Program) -> None:
        self._program: Program = program
        self.text: str = program.text
        self.reads: Mapping[str, Reads] = program.reads
        self.variables: frozenset[str] = frozenset(program.reads)
        self.variable: str = ""
        self.steps: tuple[Step, ...] = ()
        self.value: Lookup = program.run
        if len(program.chains) == 1 and program.chains[0].alone:
            self.variable = program.chains[0].variable
            self.steps = program.chains[0].steps
            if self.variable == "headers" and self.steps:
                self.steps = (str(self.steps[0]).lower(), *self.steps[1:])
            self.value = lookup(self.variable, self.steps)

    @classmethod
    def compile(cls, text: str, names: Names, *, condition: bool = False) -> Expression:
        """Check an expression; a condition must be able to give true or false.

        Raises ExpressionRefused, an OperatorError with line and column.
        """
        program = Program(text, names.value)
        if condition and program.gives not in ("BOOL", "DYN"):
            hint = "Compare it with something, such as == 200."
            raise refused(text, "it does not give true or false", hint=hint)
        return cls(program)

    @property
    def is_bare(self) -> bool:
        """Whether it is a path that is looked up without CEL."""
        return bool(self.variable)

    def truth(self, data: Mapping[str, Any]) -> bool:
        """True or false; raises ExpressionFailed if it fails or gives anything else."""
        if self.variable:
            value = self.value(data)
            if value is True or value is False:
                return bool(value)
            raise self._undecided(kind_of(value))
        decided = self._program.decide(data)
        if decided is None:
            raise self._undecided(kind_of(self.value(data)))
        return decided

    def _undecided(self, kind: str) -> ExpressionFailed:
        hint = "Compare it with something, such as == 1."
        return ExpressionFailed(
            self.text, f"it must give true or false, but gives {kind}", hint=hint
        )

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"
