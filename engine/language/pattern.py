"""One sentence with holes, ``There is no job named "{name}".``, found again in a finished text.

Matching is by search for the fixed parts from left to right, without regular expressions: what
fills a hole may come from outside, and no text makes it slow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_QUOTES = ('"', "'", "`")
NUMBER = "n"
"""The name of a hole that only a number fills."""


@dataclass(frozen=True, slots=True)
class Hole:
    """One place that something fills.

    names: more than one where holes stand side by side: nothing tells where one ends, so the
    first takes all. quoted: it stands in quotes or in a command: what fills it stays as it is.
    """

    names: tuple[str, ...]
    quoted: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """The fixed parts and the holes between them: always one part more than holes."""

    fixed: tuple[str, ...]
    holes: tuple[Hole, ...]

    @property
    def weight(self) -> int:
        """How many letters are fixed: the more, the surer a match."""
        return sum(letter.isalpha() for part in self.fixed for letter in part)

    def match(self, text: str) -> tuple[str, ...] | None:
        """What fills the holes if this text is made from the sentence; the first letter's case
        does not matter.
        """
        first, last = self.fixed[0], self.fixed[-1]
        if not self.holes:
            return () if _begins(text, first) and len(text) == len(first) else None
        if not (_begins(text, first) and text.endswith(last)):
            return None
        end = len(text) - len(last)
        at = len(first)
        found: list[str] = []
        for part in self.fixed[1:-1]:
            place = text.find(part, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(part)
        if at > end:
            return None
        found.append(text[at:end])
        fits = all(
            hole.names[0] != NUMBER or _is_number(word)
            for hole, word in zip(self.holes, found, strict=True)
        )
        return tuple(found) if fits else None


def pattern(text: str) -> Pattern:
    """The pattern a template describes; ``{{`` and ``}}`` stand for the braces themselves."""
    fixed, groups = [""], list[list[str]]()
    at = 0
    for found in _PART.finditer(text):
        fixed[-1] += text[at : found.start()]
        at = found.end()
        if found[1] is None:
            fixed[-1] += found[0][0]
        elif groups and len(fixed) > 1 and not fixed[-1]:
            groups[-1].append(found[1])
        else:
            groups.append([found[1]])
            fixed.append("")
    fixed[-1] += text[at:]
    holes: list[Hole] = []
    for number, names in enumerate(groups):
        before, after = "".join(fixed[: number + 1]), fixed[number + 1]
        quoted = before.endswith(_QUOTES) and after.startswith(_QUOTES)
        holes.append(Hole(tuple(names), quoted or _in_command(before)))
    return Pattern(tuple(fixed), tuple(holes))


def names(text: str) -> list[str]:
    """The names of a template's holes, in their order."""
    return [found[1] for found in _PART.finditer(text) if found[1] is not None]


def filled(text: str, words: Mapping[str, str]) -> str:
    """The template with its holes filled."""
    return _PART.sub(lambda found: found[0][0] if found[1] is None else words[found[1]], text)


def _in_command(before: str) -> bool:
    return "jellyfish " in before.rpartition("; ")[2]


def _begins(text: str, first: str) -> bool:
    return text.startswith(first) or (
        bool(first and text)
        and text[0].casefold() == first[0].casefold()
        and text.startswith(first[1:], 1)
    )


def _is_number(word: str) -> bool:
    return bool(word) and word.replace(",", "").replace(".", "").isdecimal()
