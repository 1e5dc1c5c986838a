"""Which language is spoken now, and the engine's sentences in it.

The language belongs to the request (a context variable), so that shapes can be told in it wherever
they become JSON. English is what the engine writes; it costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files

from engine.language.catalogue import Catalogue

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh-CN")
"""As an Accept-Language header writes them."""
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def told(sentence: str) -> str:
    """A sentence of the engine in the language that is spoken now."""
    language = _spoken.get()
    return sentence if language == ENGLISH else told_in(language, sentence)


def told_in(language: str, sentence: str) -> str:
    """A sentence of the engine in one of LANGUAGES; unknown ones stay as they are."""
    return sentence if language == ENGLISH else catalogue(language).tell(sentence)


def spoken() -> str:
    """The language that is spoken now, one of LANGUAGES."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak one of LANGUAGES for a while, in this task and those it starts."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Catalogue:
    """The engine's sentences in this language, from ``resources/translations``."""
    name = f"engine_{language.replace('-', '_')}.json"
    text = (files("resources") / "translations" / name).read_text(encoding="utf-8")
    return Catalogue(json.loads(text))


def accepted(header: str) -> str:
    """The language an Accept-Language header asks for first of all that are known; else English."""
    for asked in sorted(header.split(","), key=_quality, reverse=True):
        name = asked.partition(";")[0].strip().casefold()
        if name == "zh" or name.startswith("zh-"):
            return "zh-CN"
        if name == "en" or name.startswith("en-"):
            return ENGLISH
    return ENGLISH


def of_environment(environ: Mapping[str, str]) -> str:
    """The language of a terminal: LC_ALL, LC_MESSAGES, LANG, the first that is set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "zh-CN" if value.casefold().startswith("zh") else ENGLISH
    return ENGLISH


def _quality(asked: str) -> float:
    _, _, text = asked.partition(";q=")
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
