"""A job document while it is edited: get and set by path, undo and redo, what differs. Pure.

    draft = JobDraft.new()
    draft.set(("producer", "request", "url"), "https://shop.example/orders")
    draft.merge({"ledger": {"key": "record.id"}})
    draft.undo()

The one model behind forms, YAML view and panes: each of them shows ``document`` and changes it
through the methods here; ``watch`` tells them of every change. Unknown fields stay where they
are. Not for whether the document is right: the node says that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from app.models.job_changes import KIND_FIELDS, Change, changes, same
from app.models.job_path import Path, drop_in, get_in, put_in

UNDO_STEPS = 200

EMPTY: dict[str, Any] = {
    "job": "",
    "producer": {
        "kind": "http_pull",
        "mode": "full",
        "request": {"method": "GET", "url": ""},
    },
    "ledger": {"key": "record.id"},
    "consumers": [],
}
"""What a new job begins with."""


class JobDraft:
    """base: the document as the node runs it. revision: its number, 0 for a new job."""

    def __init__(
        self,
        document: Mapping[str, Any],
        *,
        base: Mapping[str, Any] | None = None,
        revision: int = 0,
    ) -> None:
        self._document: dict[str, Any] = deepcopy(dict(document))
        self._base: dict[str, Any] = deepcopy(dict(base or {}))
        self.revision = revision
        self._done: list[dict[str, Any]] = []
        self._undone: list[dict[str, Any]] = []
        self._typed_at: Path | None = None
        self._watchers: list[Callable[[], None]] = []

    @classmethod
    def new(cls) -> JobDraft:
        """A job that does not exist yet."""
        return cls(EMPTY)

    @classmethod
    def of(cls, document: Mapping[str, Any], revision: int) -> JobDraft:
        """A job as it runs."""
        return cls(document, base=document, revision=revision)

    # ------------------------------------------------------------ reading
    @property
    def document(self) -> dict[str, Any]:
        """The document as it is now, a copy."""
        return deepcopy(self._document)

    @property
    def base(self) -> dict[str, Any]:
        """The document as it runs, a copy."""
        return deepcopy(self._base)

    @property
    def name(self) -> str:
        """The job's name as it stands in the document, "" if there is none."""
        name = self._document.get("job")
        return name if isinstance(name, str) else ""

    @property
    def is_new(self) -> bool:
        """Whether the node does not know it yet."""
        return self.revision == 0

    def get(self, path: Path, default: Any = None) -> Any:
        """The value at a place, a copy; ``default`` where there is none."""
        return deepcopy(get_in(self._document, path, default))

    def has(self, path: Path) -> bool:
        """Whether there is a value at that place."""
        missing = object()
        return get_in(self._document, path, missing) is not missing

    @property
    def dirty(self) -> bool:
        """Whether it differs from what runs; of a new job, from an empty one."""
        return not same(self._document, EMPTY if self.is_new else self._base)

    def changes(self) -> tuple[Change, ...]:
        """What differs from what runs."""
        return changes(EMPTY if self.is_new else self._base, self._document)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this after every change."""
        self._watchers.append(watcher)

    def leave_watchers(self) -> None:
        """Nobody who was told of changes is told any more: another window takes the draft over."""
        self._watchers.clear()

    # ------------------------------------------------------------ changing
    def set(self, path: Path, value: Any) -> None:
        """Put a value at a place; parts on the way are made. Typing at one place is one step."""
        if same(get_in(self._document, path, _NOTHING), value):
            return
        self._step(path)
        put_in(self._document, path, deepcopy(value))
        self._tell()

    def remove(self, path: Path) -> None:
        """Take away what stands there; nothing where there is nothing."""
        if not path or not self.has(path):
            return
        self._step(None)
        drop_in(self._document, path)
        self._tell()

    def insert(self, path: Path, place: int, value: Any) -> None:
        """Put a part into the list at ``path``, which is made where there is none."""
        self._step(None)
        parts = get_in(self._document, path)
        if not isinstance(parts, list):
            parts = []
            put_in(self._document, path, parts)
        parts.insert(place, deepcopy(value))
        self._tell()

    def move(self, path: Path, place: int, to: int) -> None:
        """Move a part of the list at ``path``."""
        parts = get_in(self._document, path)
        if not isinstance(parts, list) or place == to:
            return
        self._step(None)
        parts.insert(to, parts.pop(place))
        self._tell()

    def merge(self, proposal: Mapping[str, Any]) -> None:
        """Take over a partial document as one step.

        Objects are merged field by field, unless their kind differs; None takes a field away;
        lists and values are replaced.
        """
        merged = _merged(self._document, proposal)
        if not same(merged, self._document):
            self._step(None)
            self._document = merged
            self._tell()

    def replace(self, document: Mapping[str, Any]) -> None:
        """Take this document instead, as one step."""
        if not same(self._document, dict(document)):
            self._step(None)
            self._document = deepcopy(dict(document))
            self._tell()

    def rebase(self, base: Mapping[str, Any], revision: int) -> None:
        """What runs is this now: after a save, or when somebody else saved meanwhile."""
        self._base = deepcopy(dict(base))
        self.revision = revision
        self.end_step()
        self._tell()

    # ------------------------------------------------------------ undo
    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self) -> None:
        """Take back the last step."""
        if self._done:
            self._undone.append(self._document)
            self._document = self._done.pop()
            self._typed_at = None
            self._tell()

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._undone:
            self._done.append(self._document)
            self._document = self._undone.pop()
            self._typed_at = None
            self._tell()

    def end_step(self) -> None:
        """What is typed next at the same place is a step of its own: the field was left."""
        self._typed_at = None

    def _step(self, path: Path | None) -> None:
        if path is None or path != self._typed_at:
            self._done.append(deepcopy(self._document))
            del self._done[:-UNDO_STEPS]
        self._undone.clear()
        self._typed_at = path

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()


_NOTHING = object()


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(new, Mapping):
        return deepcopy(new)
    whole = not isinstance(old, dict) or any(
        field in new and field in old and new[field] != old[field] for field in KIND_FIELDS
    )
    merged: dict[str, Any] = {} if whole else deepcopy(old)
    if not whole and {"every", "cron"} <= (set(old) | set(new)):
        merged = {}  # a schedule is of one kind or the other
    for name, value in new.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged
