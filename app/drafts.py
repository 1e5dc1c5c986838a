"""Drafts of job documents that are not saved yet, kept on this machine against a crash.

Secrets never stand in them: a document names secrets only, and what looks like one that was
written out all the same is left out. Not for undo, nor for sharing: saving at a node is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECRET_NAME = re.compile(
    r"authori[sz]ation|password|passwd|secret|token|cookie|credential|api[-_]?key|signature", re.I
)
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it was left. revision: of the job it was begun from, 0 for a new one."""

    job: str
    revision: int
    document: dict[str, Any]


class DraftStore:
    """One file a draft, by node and job; a new job's is the one without a name.

    Nothing is raised when the disk is full or the folder is gone: a draft that cannot be kept is
    worth less than the console going on.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "drafts"

    def keep(self, node: str, draft: KeptDraft) -> bool:
        """Write it whole or not at all; False if that cannot be done."""
        place = self._place(node, draft.job)
        text = json.dumps(
            {
                "job": draft.job,
                "revision": draft.revision,
                "document": without_secrets(draft.document),
            },
            ensure_ascii=False,
        )
        beside = place.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, place)
        except OSError:
            return False
        return True

    def kept(self, node: str, job: str) -> KeptDraft | None:
        """The draft of a job, None where there is none that can be read."""
        try:
            place = self._place(node, job)
            if place.stat().st_size > _MOST_BYTES:
                return None
            found = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        match found:
            case {"job": str(name), "revision": int(revision), "document": dict(document)}:
                return KeptDraft(name, revision, document)
            case _:
                return None

    def forget(self, node: str, job: str) -> None:
        """It was saved or thrown away."""
        try:
            self._place(node, job).unlink(missing_ok=True)
        except OSError:
            return

    def _place(self, node: str, job: str) -> Path:
        name = hashlib.sha256(f"{node}\n{job}".encode()).hexdigest()[:24]
        return self._folder / f"{name}.json"


def without_secrets(value: Any, name: str = "") -> Any:
    """The document without texts that stand where secrets would be written out.

    The names of stored secrets, and texts with ``${…}``, stay.
    """
    match value:
        case {"secret": str()} if len(value) == 1:
            return value
        case Mapping():
            return {key: without_secrets(each, str(key)) for key, each in value.items()}
        case list():
            return [without_secrets(each, name) for each in value]
        case str() if _SECRET_NAME.search(name) and "${" not in value and name not in _PLAIN:
            return ""
        case _:
            return value


_PLAIN = frozenset({"token_url", "key", "next", "timestamp_header"})
"""Fields of the document whose names sound like a secret and are none."""
