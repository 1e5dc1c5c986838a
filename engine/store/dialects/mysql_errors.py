"""What the errors of a MySQL or MariaDB server mean to an operator."""

from __future__ import annotations

from pymysql import err

from engine.core.errors import NotFound, OperatorError, Unavailable
from engine.store.dialects.mysql_access import code_of

_OUT_OF_RANGE = (1264, 1690)


def explained(error: BaseException, place: str) -> BaseException:
    """The operator's error for a fault of server or connection; any other error as it is."""
    if isinstance(error, OperatorError):
        return error
    if isinstance(error, OverflowError):
        return NotFound("There is nothing with so large a number.")
    if isinstance(error, UnicodeEncodeError):
        return OperatorError("A text holds a character that no database can keep.")
    if isinstance(error, OSError) and not isinstance(error, err.MySQLError):
        return _unavailable(place, error.strerror or str(error))
    if not isinstance(error, err.MySQLError):
        return error
    code = code_of(error)
    if code in _OUT_OF_RANGE:
        return NotFound("There is nothing with so large a number.")
    told = str(error.args[1]) if len(error.args) > 1 else str(error)
    for codes, sentence, hint in _FAULTS:
        if code in codes:
            return Unavailable(sentence.format(place=place, told=told), hint=hint)
    if isinstance(error, err.InterfaceError) or code in _SILENT:
        return _unavailable(place, told or "the connection was lost")
    return error


def _unavailable(place: str, told: str) -> Unavailable:
    return Unavailable(
        f"The database {place} does not answer: {told}",
        hint="Work goes on by itself when it does. If it does not, check that the server runs, and"
        " the host, port, user and password of --db.",
    )


_SILENT = (1045, 1049, 1053, 1130, 1205, 1213, 1317, 1927, 2002, 2003, 2005, 2006, 2013, 2055, 4031)
_FAULTS = (
    (
        (1021, 1114, 3675),
        "The disk of the database {place} is full; nothing more can be stored.",
        "Free some space on its server; work goes on by itself.",
    ),
    (
        (1290, 1792, 1836),
        "The database {place} cannot be written to: it is a copy, or was made read-only.",
        "Connect to the server that takes writes.",
    ),
    (
        (1044, 1142, 1227),
        "The database {place} does not let this user work on it: {told}",
        "Give the user the right to make and change tables there.",
    ),
    (
        (1040, 1203, 1226),
        "The database {place} has too many connections.",
        "Raise max_connections on its server, or run fewer nodes.",
    ),
    (
        (1153, 2020),
        "The database {place} does not take so much at once: {told}",
        "Raise max_allowed_packet on its server.",
    ),
)
