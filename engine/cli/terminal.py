"""What goes to the screen and comes from it: text, tables, JSON, questions, progress.

Data from outside is made harmless first: control and bidi characters are shown escaped. JSON goes
out as UTF-8 whatever the terminal's encoding is.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

import msgspec

from engine.language.speech import told

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MAX_CELL = 60


@dataclass(slots=True)
class Terminal:
    """The three streams of the program."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    source: TextIO = field(default_factory=lambda: sys.stdin)

    def say(self, text: str = "") -> None:
        """A line of the answer; line breaks in it stay."""
        self._write(self.out, harmless(text, keep="\n\t"))

    def tell(self, text: str) -> None:
        """A line beside the answer: notes, warnings, errors; in the operator's language."""
        self._write(self.err, harmless(told(text), keep="\n\t"))

    def json(self, value: Any) -> None:
        """One line of JSON. ``msgspec.Raw`` in it stands as it is, digit by digit."""
        self._bytes(msgspec.json.encode(value) + b"\n")

    def text(self, text: str) -> None:
        """A file's content: as it is, in UTF-8, where it is piped on; harmless on a screen."""
        if self.out.isatty():
            self.say(text.removesuffix("\n"))
        else:
            self._bytes(text.encode())

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Aligned columns; numbers to the right, grouped in thousands."""
        cells = [[_cell(value) for value in row] for row in rows]
        right = [any(isinstance(row[at], (int, float)) for row in rows) for at in range(len(head))]
        widths = [
            max(display_width(line[at]) for line in [list(head), *cells]) for at in range(len(head))
        ]
        for line in [list(head), *cells]:
            padded = [
                _padded(text, width, to_right)
                for text, width, to_right in zip(line, widths, right, strict=True)
            ]
            self._write(self.out, "  ".join(padded).rstrip())

    def facts(self, pairs: Mapping[str, object]) -> None:
        """Names and values, one a line, aligned; without those that are None or empty."""
        given = {name: value for name, value in pairs.items() if value not in (None, "")}
        width = max((display_width(name) for name in given), default=0)
        for name, value in given.items():
            self._write(self.out, f"{_padded(name, width, False)}  {_cell(value, cap=0)}")

    def ask(self, question: str) -> bool:
        """Whether the operator said yes; the end of the input is a no."""
        self.err.write(f"{harmless(told(question))} [y/N] ")
        self.err.flush()
        answer = self.source.readline()
        if not answer.endswith("\n"):
            self.err.write("\n")
        return answer.strip().lower() in ("y", "yes", "是")

    def progress(self, text: str, *, last: bool = False) -> None:
        """How far it has got: one line that is written over on a screen, else one at the end."""
        if self.err.isatty():
            self.err.write(f"\r\x1b[K{harmless(text)}" + ("\n" if last else ""))
            self.err.flush()
        elif last:
            self.tell(text)

    def _bytes(self, content: bytes) -> None:
        buffer = getattr(self.out, "buffer", None)
        if buffer is None:
            self.out.write(content.decode())
        else:
            self.out.flush()
            buffer.write(content)

    def _write(self, stream: TextIO, text: str) -> None:
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def harmless(text: str, *, keep: str = "") -> str:
    """Control, bidi and lone surrogate characters as ``\\x1b``, but for those in ``keep``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character in keep or not (_is_control(character) or character in _BIDI)
        else character.encode("unicode_escape").decode()
        for character in text
    )


def display_width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _cell(value: object, *, cap: int = MAX_CELL) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.1f}"
        case _:
            text = harmless(str(value))
            return text if not cap or len(text) <= cap else text[: cap - 1] + "…"


def _padded(text: str, width: int, to_right: bool) -> str:
    gap = " " * (width - display_width(text))
    return gap + text if to_right else text + gap
