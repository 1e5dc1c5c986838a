"""Writes an export to a file: beside it first, and in its place only when all of it is there.

The file's own small writes are done where they are called; nothing here waits for a network.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from app.models.export_rows import CsvForm, heading, lines

LINE_CAP = 64 * 1024 * 1024


class ExportFile:
    """form: None writes the lines as they come. count: records so far. Raises OSError."""

    def __init__(self, path: Path, form: CsvForm | None) -> None:
        self.path = path
        self.count = 0
        self._form = form
        self._rest = b""
        self._part = path.with_name(f"{path.name}.part")
        self._file: IO[bytes] | None = self._part.open("wb")
        if form is not None:
            self._file.write(heading(form))

    def take(self, piece: bytes) -> None:
        """The next bytes of the node's JSON Lines, cut anywhere."""
        assert self._file is not None
        self.count += piece.count(b"\n")
        if self._form is None:
            self._file.write(piece)
            return
        whole, newline, rest = (self._rest + piece).rpartition(b"\n")
        self._rest = rest
        if newline:
            for line in whole.split(b"\n"):
                if line:
                    self._file.write(lines(line, self._form))

    def finish(self) -> None:
        """All of it was taken: put it in its place."""
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        self._part.replace(self.path)

    def drop(self) -> None:
        """Leave nothing behind; may be called in any state."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._part.unlink(missing_ok=True)
