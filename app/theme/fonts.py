"""The console's fonts: the system's own, on Linux Inter where it is; code in JetBrains Mono."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase

from app.theme import tokens

CJK_FAMILIES = ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei UI", "Source Han Sans SC")
CODE_FAMILIES = ("JetBrains Mono",)


def text_font(px: int = tokens.FONT_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of words and numbers; digits are of equal width, so that columns line up."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    first = ("Inter",) if sys.platform.startswith("linux") else ()
    return _font((*first, system, *CJK_FAMILIES), px, weight)


def code_font(px: int = tokens.CODE_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of keys, payloads and requests."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    font = _font((*CODE_FAMILIES, system, *CJK_FAMILIES), px, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFeature(QFont.Tag("calt"), 0)  # `==` stays two signs: data is shown as it is
    return font


def _font(families: tuple[str, ...], px: int, weight: QFont.Weight) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(px)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font
