"""The words of the job document's fields in the console's language.

Titles, help and choices are told by the node's schema, in English; a translation has them in the
context ``Job``. What no translation knows, such as the field of a newer node, stays as it is.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def words_of(text: str) -> str:
    """A title, help or choice of the schema for people."""
    return QCoreApplication.translate("Job", text) if text else ""
