"""The console's fonts: the system's own, on Linux Inter where it is; code in JetBrains Mono."""

from __future__ import annotations

import sys
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from app.theme import tokens

CJK_FAMILIES = ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei UI", "Source Han Sans SC")
CODE_FAMILIES = ("JetBrains Mono",)
_scale = 1.0
"""Of all letters; Qt asks for fonts everywhere, so it is one for the program as its style is."""


def choose_scale(percent: int) -> None:
    """The size of letters from now on; what is built already keeps its own."""
    global _scale
    _scale = percent / 100


def scale() -> float:
    """How many times larger than designed letters are now; for widths that hold words."""
    return _scale


def room(px: int) -> int:
    """A width or height that holds words, designed at 100 %, for letters as large as now."""
    return round(px * _scale)


def tall(px: int) -> int:
    """The height of a line of a table, of a field or of an icon, designed at 100 %.

    Half of what letters grow: a window of the same height still shows most of its rows.
    """
    return round(px * (1 + (_scale - 1) / 2))


def text_font(px: int = tokens.FONT_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of words and numbers; digits are of equal width, so that columns line up."""
    return QFont(_text_font(px, weight, _scale))


def code_font(px: int = tokens.CODE_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of keys, payloads and requests."""
    return QFont(_code_font(px, weight, _scale))


@lru_cache(maxsize=128)
def _text_font(px: int, weight: QFont.Weight, _: float) -> QFont:
    """Kept, since cells are painted by the hundred; another scale is another font."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    first = ("Inter",) if sys.platform.startswith("linux") else ()
    return _font((*first, system, *CJK_FAMILIES), px, weight)


@lru_cache(maxsize=128)
def _code_font(px: int, weight: QFont.Weight, _: float) -> QFont:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    font = _font((*CODE_FAMILIES, system, *CJK_FAMILIES), px, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFeature(QFont.Tag("calt"), 0)  # `==` stays two signs: data is shown as it is
    return font


def _font(families: tuple[str, ...], px: int, weight: QFont.Weight) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(round(px * _scale))
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font
