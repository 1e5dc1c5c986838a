"""What a call of the API may end with instead of an answer.

ApiError         the node answered no: code, sentence, hint, problems
ConnectionLost   the node did not answer, or not in our language
"""

from __future__ import annotations

from enum import StrEnum

from engine.api import wire


class ApiError(Exception):
    """The node refused. ``problems`` holds one entry for each wrong field."""

    def __init__(self, status: int, error: wire.ErrorShape) -> None:
        super().__init__(error.sentence)
        self.status = status
        self.code = error.code
        self.sentence = error.sentence
        self.hint = error.hint
        self.path = error.path
        self.problems = error.problems
        self.request_id = error.request_id


class Loss(StrEnum):
    """Why there is no connection, for callers that can do something about one of them."""

    UNREACHABLE = "unreachable"
    UNKNOWN_NAME = "unknown name"
    SILENT = "silent"
    BROKEN = "broken"
    CERTIFICATE_UNKNOWN = "certificate unknown"
    CERTIFICATE_CHANGED = "certificate changed"
    FOREIGN = "another program"
    OTHER_DATABASE = "another database"

    @property
    def means_silence(self) -> bool:
        """Nothing answers: a node that answers wrongly is another matter."""
        return self in (Loss.UNREACHABLE, Loss.UNKNOWN_NAME, Loss.SILENT, Loss.BROKEN)

    @property
    def surely_unsent(self) -> bool:
        """No byte of a request went out."""
        return self in (Loss.UNREACHABLE, Loss.UNKNOWN_NAME)


class ConnectionLost(Exception):
    """No answer from the node; a sentence, what to do, and why."""

    def __init__(self, sentence: str, hint: str, why: Loss = Loss.BROKEN) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.why = why
