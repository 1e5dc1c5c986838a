"""The errors an operator may see, and how they are told.

    OperatorError            something an operator can put right: a sentence and a hint
     ├─ DocumentError        a job document is wrong: one problem a field, each with its path
     ├─ WrongFields          a form is wrong: one problem a field, each with its path
     ├─ NotFound             a thing that was named does not exist
     ├─ Conflict             the request does not fit the present state
     ├─ Forbidden            the token may not do this
     └─ Unavailable          a database, node or disk is not there now; it may come back
         └─ Outdated          a newer version changed the database; this program cannot use it

Anything else that is raised is a bug. Not for failed pulls and sends: those are values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class OperatorError(Exception):
    """A sentence for the operator, what to do about it, and where the mistake is.

    sentence: one full sentence, shown as it is.
    hint: what to do next, a sentence, or "".
    path: the place of the mistake, such as ``consumers[0].retry.attempts``, or "".
    """

    code = "operator_error"
    http_status = 400

    def __init__(self, sentence: str, *, hint: str = "", path: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.path = path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document: where, what, and what to do.

    line, column: the place in an expression's or template's text, from 1; 0 where there is none.
    """

    path: str
    sentence: str
    hint: str = ""
    line: int = 0
    column: int = 0


class DocumentError(OperatorError):
    """A job document that was refused, with every problem found in it."""

    code = "document_invalid"
    http_status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        where = f"{first.path}: " if first.path else ""
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{where}{first.sentence}{more}", hint=first.hint, path=first.path)
        self.problems = tuple(problems)


class WrongFields(OperatorError):
    """A form that was refused, with every field that is wrong."""

    code = "fields_invalid"
    http_status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.sentence, hint=first.hint, path=first.path)
        self.problems = tuple(problems)


class NotFound(OperatorError):
    """A thing that was named does not exist."""

    code = "not_found"
    http_status = 404


class Conflict(OperatorError):
    """The request does not fit the present state of things."""

    code = "conflict"
    http_status = 409


class Forbidden(OperatorError):
    """The caller may not do this."""

    code = "forbidden"
    http_status = 403


class Unavailable(OperatorError):
    """Something the engine needs is not there now."""

    code = "unavailable"
    http_status = 503


class Outdated(Unavailable):
    """A newer version changed the database so that this program cannot work on it any more."""
