"""Finds which sentence of the engine a text is, and says it in another language.

A text the catalogue does not know stays as it is. Pure; reading catalogues is ``speech``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from engine.language.pattern import NUMBER, Hole, Pattern, filled, pattern

LONGEST = 4000
"""Characters; a longer text is no sentence of the engine's."""
_DEEPEST = 8
_MOST_LOOKS = 600
"""A bound on the work for one text, whatever it holds."""
_PREFIX = 4
_SURE = 3
"""Fixed letters from which on a match needs no other proof."""
_END = re.compile(r"[.?!] [A-Z]")
_NEXT_SENTENCE = re.compile(r"(?<=[.?!]) |\n")
_ASIDE = re.compile(r"\([^()]*\)")
_COLON = re.compile(r": ")
_SEVERAL = re.compile(r"[.?!:] ")
"""Never inside what begins a sentence: it would be the end of another one."""
_WORDS = frozenset(("parent", "use", "what", "where", "word", "word2"))
"""Holes that one of the engine's own single words may fill; elsewhere it is somebody's name."""
_RAW = frozenset(("excerpt", "shown", "template", "url"))
"""Holes that repeat what came from outside: never translated."""


class _Work:
    """Counts what was done for one text, so that no text costs without end."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MOST_LOOKS

    def spend(self) -> bool:
        self.left -= 1
        return self.left > 0


class Catalogue:
    """The sentences of one language, each under its English template."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._by_start: dict[str, list[tuple[Pattern, str]]] = {}
        self._open: list[tuple[Pattern, str, str]] = []
        self._tails: list[tuple[str, Pattern, str]] = []
        for english, other in sentences.items():
            if other:
                self._add(english.strip(), other.strip())
        for bucket in self._by_start.values():
            bucket.sort(key=_surest)
        self._open.sort(key=_surest)
        self.tell = lru_cache(maxsize=4096)(self._tell)

    def _add(self, english: str, other: str) -> None:
        made = pattern(english)
        start = made.fixed[0]
        if not start[:1].isalnum() and start[:1] not in ("", '"', "{", "$", "`"):
            self._tails.append((start, made, other))
        if len(start) >= _PREFIX or not made.holes:
            self._by_start.setdefault(_start(start), []).append((made, other))
        else:
            self._open.append((made, other, max(made.fixed, key=len)))

    def _tell(self, text: str) -> str:
        """The text in this language, as far as it is known."""
        if not text or len(text) > LONGEST:
            return text
        return self._known(text, 0, _Work()) or text

    # ------------------------------------------------------------ one text
    def _known(self, text: str, depth: int, work: _Work) -> str | None:
        """The text in this language, or None where it is none of the engine's."""
        text = text.strip()
        if not text or depth > _DEEPEST or not work.spend():
            return None
        return (
            self._one(text, depth, work)
            or self._in_sentences(text, depth, work)
            or self._with_tail(text, depth, work)
            or self._one(text, depth, work, several=True)
            or self._after_colon(text, depth, work)
        )

    def _one(self, text: str, depth: int, work: _Work, *, several: bool = False) -> str | None:
        """One sentence, with its full stop or without. several: others may fill its holes."""
        other_way = text[:-1] if text.endswith(".") else f"{text}."
        for candidates in (self._starting, self._holding):
            found = self._whole(text, candidates(text), depth, work, several)
            if found is not None:
                return found
            found = self._whole(other_way, candidates(other_way), depth, work, several)
            if found is not None:
                return found.removesuffix("。") + ("。" if text.endswith(".") else "")
        return self._with_aside(text, depth, work)

    def _with_aside(self, text: str, depth: int, work: _Work) -> str | None:
        """``{origin} refused the connection (Connection refused (os error 111)).``"""
        stop = "." if text.endswith(".") else ""
        at = _last_aside(text.removesuffix(stop))
        if at is None or depth > _DEEPEST or not work.spend():
            return None
        found = self._one(text[:at] + stop, depth + 1, work)
        if found is None:
            return None
        inside = text[at + 2 :].removesuffix(stop)[:-1]
        told = self._known(inside, depth + 1, work) or inside
        return f"{found.removesuffix('。')}（{told}）{'。' if stop else ''}"

    def _whole(
        self,
        text: str,
        candidates: Iterable[tuple[Pattern, str]],
        depth: int,
        work: _Work,
        several: bool,
    ) -> str | None:
        for made, other in candidates:
            words = made.match(text)
            if words is None or (not made.fixed[0] and _SEVERAL.search(words[0])):
                continue
            if not several and any(map(_swallows, made.holes, words)):
                continue
            if not made.fixed[-1] and words[-1].endswith(".") and not _is_raw(made.holes[-1]):
                continue
            found = self._filled(made, other, words, depth, work)
            if found is not None:
                return found
        return None

    def _starting(self, text: str) -> Iterable[tuple[Pattern, str]]:
        return self._by_start.get(_start(text), ())

    def _holding(self, text: str) -> Iterator[tuple[Pattern, str]]:
        return ((made, other) for made, other, fixed in self._open if fixed in text)

    def _filled(
        self, made: Pattern, other: str, words: tuple[str, ...], depth: int, work: _Work
    ) -> str | None:
        sure = made.weight >= _SURE or any(hole.names[0] == NUMBER for hole in made.holes)
        by_name: dict[str, str] = {}
        for hole, word in zip(made.holes, words, strict=True):
            by_name.update(dict.fromkeys(hole.names, ""))
            for name, part in zip(hole.names, self._parts(hole, word), strict=False):
                raw = hole.quoted or name in _RAW or (part.isalpha() and name not in _WORDS)
                known = None if raw else self._known(part, depth + 1, work)
                sure = sure or known is not None
                by_name[name] = part if known is None else known
        return filled(other, by_name) if sure else None

    def _parts(self, hole: Hole, word: str) -> tuple[str, ...]:
        """What stands in holes side by side: what a tail begins goes into the second."""
        if len(hole.names) > 1:
            for start, made, _ in self._tails:
                at = word.find(start)
                if at > 0 and made.match(word[at:]) is not None:
                    return word[:at].rstrip(), word[at:]
        return (word,)

    # ------------------------------------------------------------ texts put together
    def _in_sentences(self, text: str, depth: int, work: _Work) -> str | None:
        for found in _NEXT_SENTENCE.finditer(text):
            begin = text[: found.start()]
            if begin.count("(") != begin.count(")"):
                continue
            first = self._one(begin, depth + 1, work)
            if first is not None:
                rest = text[found.end() :]
                between = "\n" if found[0] == "\n" else ""
                return first + between + (self._known(rest, depth + 1, work) or rest)
        return None

    def _with_tail(self, text: str, depth: int, work: _Work) -> str | None:
        if text.endswith("."):
            found = self._with_tail(text[:-1], depth, work)
            if found is not None:
                return f"{found}。"
        for start, made, other in self._tails:
            at = text.find(start, 1)
            words = made.match(text[at:]) if at > 0 else None
            if words is None:
                continue
            head = self._known(text[:at], depth + 1, work)
            tail = self._filled(made, other, words, depth, work)
            if head is not None and tail is not None:
                return head.removesuffix("。") + tail
        return None

    def _after_colon(self, text: str, depth: int, work: _Work) -> str | None:
        """``Source fails: why``, else ``consumers[0].filter: what is wrong with it``."""
        places = [found.start() for found in _COLON.finditer(text)]
        for at in places:
            head = self._one(text[:at], depth + 1, work)
            if head is not None:
                rest = text[at + 2 :]
                return f"{head}：{self._known(rest, depth + 1, work) or rest}"
        for at in reversed(places):
            told = self._known(text[at + 2 :], depth + 1, work)
            if told is not None:
                return f"{text[:at]}：{told}"
        return None


def _last_aside(text: str) -> int | None:
    """Where the aside begins with which the text ends, at the space before it."""
    if not text.endswith(")"):
        return None
    open_ones = 0
    for at in range(len(text) - 1, 0, -1):
        open_ones += (text[at] == ")") - (text[at] == "(")
        if not open_ones:
            return at - 1 if at > 1 and text[at - 1] == " " else None
    return None


def _swallows(hole: Hole, word: str) -> bool:
    """Whether the end of a sentence stands in what would fill the hole."""
    return not _is_raw(hole) and bool(_END.search(_ASIDE.sub("", word)))


def _is_raw(hole: Hole) -> bool:
    return hole.quoted or hole.names[0] in _RAW


def _surest(entry: tuple[Pattern, str] | tuple[Pattern, str, str]) -> tuple[int, int]:
    return -entry[0].weight, len(entry[0].holes)


def _start(text: str) -> str:
    return text[:_PREFIX].casefold()
