"""The style sheet of the whole console, made from the tokens. Colours appear nowhere else.

Widgets choose their look with the dynamic properties ``tone`` (labels), ``kind`` (buttons and
frames) and ``state`` (notices); item views are painted by their delegates.
"""

from __future__ import annotations

from app.theme import tokens as t
from app.theme.fonts import tall
from app.theme.tokens import Tokens


def style_sheet(c: Tokens) -> str:
    """The Qt style sheet for one column of tokens."""
    return "\n".join((_base(c), _labels(c), _frames(c), _buttons(c), _fields(c), _views(c)))


def _base(c: Tokens) -> str:
    return f"""
QMainWindow, QWidget#surface {{ background: {c.background}; border: 0; }}
QScrollArea {{ background: transparent; border: 0; }}
QDialog {{ background: {c.panel}; border: 1px solid {c.line}; }}
QGraphicsView {{ background: transparent; border: 0; }}
QWidget#sidebar {{ background: {c.panel}; border-right: 1px solid {c.line}; }}
QWidget#section-list {{ background: {c.panel}; border-right: 1px solid {c.line}; }}
QWidget#topbar {{ background: {c.panel}; border-bottom: 1px solid {c.line}; }}
QWidget#panel {{ background: {c.panel}; }}
QWidget#clear {{ background: transparent; }}
QToolTip {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.line}; padding: 4px 8px; }}
QSplitter::handle {{ background: {c.line}; }}
QSplitter::handle:hover {{ background: {c.accent.on}; }}
QMenu {{ background: transparent; color: {c.text}; border: 0; padding: 5px; }}
QMenu::item {{ padding: {tall(7)}px 26px {tall(7)}px 26px; }}
QMenu::separator {{ height: 9px; }}
QMenu::indicator {{ width: 0; height: 0; }}
"""


def _labels(c: Tokens) -> str:
    tones = {
        "muted": c.muted,
        "faint": c.faint,
        "accent": c.accent.on,
        "delivered": c.delivered.on,
        "retrying": c.retrying.on,
        "dead": c.dead.on,
    }
    lines = [f'QLabel[tone="{name}"] {{ color: {ink}; }}' for name, ink in tones.items()]
    badge = (
        f'QLabel[kind="badge"] {{ background: {c.dead.ground}; color: {c.dead.on}; '
        f"border-radius: {t.RADIUS_PX - 1}px; padding: 1px 6px; }}"
    )
    return "\n".join(["QLabel { background: transparent; }", *lines, badge])


def _frames(c: Tokens) -> str:
    inks = {
        "delivered": c.delivered,
        "pending": c.pending,
        "retrying": c.retrying,
        "dead": c.dead,
        "unknown": c.unknown,
        "skipped": c.skipped,
        "accent": c.accent,
    }
    notes = [
        f'QFrame[kind="note"][state="{name}"] {{ background: {ink.ground}; '
        f"border-radius: {t.RADIUS_PX}px; }}\n"
        f'QFrame[kind="note"][state="{name}"] QLabel {{ color: {ink.on}; }}\n'
        f'QFrame[kind="strip"][state="{name}"] {{ background: {ink.on}; max-height: 4px; '
        f"min-height: 4px; border: 0; }}\n"
        f'QFrame[kind="banner"][state="{name}"] {{ background: {ink.ground}; '
        f"border-bottom: 1px solid {c.line}; }}\n"
        f'QFrame[kind="banner"][state="{name}"] QLabel {{ color: {ink.on}; }}'
        for name, ink in inks.items()
    ]
    return "\n".join(
        [
            f"""
QFrame[kind="card"] {{ background: {c.panel}; border: 1px solid {c.line};
    border-radius: {t.RADIUS_PX + 1}px; }}
QFrame[kind="card"]:focus {{ border-color: {c.accent.on}; }}
QFrame[kind="card"][wrong="true"] {{ border-color: {c.dead.on}; }}
QFrame[kind="popup"] {{ background: {c.panel}; border: 1px solid {c.line};
    border-radius: {t.RADIUS_PX + 2}px; }}
QFrame[kind="code"] {{ background: {c.panel}; border: 1px solid {c.line};
    border-radius: {t.RADIUS_PX - 1}px; }}
QFrame[kind="code-head"] {{ background: {c.faint_line}; border: 0; }}
QFrame[kind="field"] {{ background: {c.panel}; border: 1px solid {c.line};
    border-radius: {t.RADIUS_PX - 1}px; }}
QFrame[kind="field"][lit="true"] {{ border-color: {c.accent.on}; }}
QFrame[kind="field"][wrong="true"] {{ border-color: {c.dead.on}; }}
QFrame[kind="side"] {{ background: {c.panel}; border: 0; border-right: 1px solid {c.line}; }}
QFrame[kind="foot"] {{ background: {c.panel}; border: 0; border-top: 1px solid {c.line}; }}
QFrame[kind="strip"] {{ background: {c.panel}; border: 0; border-bottom: 1px solid {c.line}; }}
QFrame[kind="line"] {{ background: {c.line}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[kind="faint-line"] {{ background: {c.faint_line}; border: 0; max-height: 1px;
    min-height: 1px; }}
QFrame[kind="toast"] {{ background: {c.text}; border-radius: {t.RADIUS_PX}px; }}
QFrame[kind="toast"] QLabel {{ color: {c.panel}; }}
""",
            *notes,
        ]
    )


def _buttons(c: Tokens) -> str:
    return f"""
QPushButton, QToolButton {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.line};
    border-radius: {t.RADIUS_PX - 1}px; padding: 0 12px; min-height: {tall(t.FIELD_PX - 2)}px; }}
QPushButton:hover, QToolButton:hover {{ background: {c.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {c.faint_line}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {c.accent.on}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.faint}; background: {c.panel}; }}
QPushButton:checked, QToolButton:checked {{ background: {c.accent.ground}; color: {c.accent.on};
    border-color: {c.accent.ground}; }}
QPushButton:checked:focus, QToolButton:checked:focus {{ border-color: {c.accent.on}; }}
QPushButton[kind="primary"] {{ background: {c.accent.on}; color: {c.on_accent};
    border-color: {c.accent.on}; font-weight: 500; }}
QPushButton[kind="primary"]:hover {{ background: {_mix(c.accent.on, c.text, 0.15)}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {_mix(c.accent.on, c.text, 0.55)}; }}
QPushButton[kind="primary"]:disabled {{ background: {c.faint_line}; color: {c.faint};
    border-color: {c.faint_line}; }}
QPushButton[kind="danger"] {{ background: {c.dead.on}; color: {c.on_accent};
    border-color: {c.dead.on}; }}
QPushButton[kind="ghost"], QToolButton[kind="ghost"] {{ background: transparent;
    border-color: transparent; color: {c.muted}; padding: 0 6px; }}
QPushButton[kind="ghost"]:hover, QToolButton[kind="ghost"]:hover {{ background: {c.faint_line};
    color: {c.text}; }}
QPushButton[kind="ghost"]:focus, QToolButton[kind="ghost"]:focus {{
    border-color: {c.accent.on}; }}
QPushButton[kind="ghost"][small="true"] {{ min-height: 0; padding: 0; }}
QPushButton[kind="ghost"]:checked {{ background: {c.accent.ground}; color: {c.accent.on}; }}
QPushButton[kind="choice"] {{ text-align: left; }}
QPushButton[wrong="true"] {{ border-color: {c.dead.on}; }}
QPushButton[kind="nav"] {{ background: transparent; border-color: transparent; color: {c.muted};
    text-align: left; padding: 0 10px; min-height: {tall(31)}px; }}
QPushButton[kind="nav"]:hover {{ background: {c.hover}; color: {c.text}; }}
QPushButton[kind="nav"]:checked {{ background: {c.accent.ground}; color: {c.accent.on}; }}
QPushButton[kind="nav"]:focus {{ border-color: {c.accent.on}; }}
QPushButton[kind="link"] {{ background: transparent; border: 0; color: {c.accent.on};
    padding: 0 2px; min-height: {tall(20)}px; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ text-decoration: underline; }}
"""


def _fields(c: Tokens) -> str:
    return f"""
QLineEdit {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.line};
    border-radius: {t.RADIUS_PX - 1}px; padding: 0 8px; min-height: {tall(t.FIELD_PX - 2)}px;
    selection-background-color: {c.accent.on}; selection-color: {c.on_accent}; }}
QLineEdit:focus {{ border-color: {c.accent.on}; }}
QLineEdit[wrong="true"] {{ border-color: {c.dead.on}; }}
QLineEdit[kind="bare"] {{ border: 0; background: transparent; padding: 0; }}
QPlainTextEdit {{ background: {c.panel}; color: {c.text}; border: 0;
    selection-background-color: {c.accent.on}; selection-color: {c.on_accent}; }}
QPlainTextEdit:focus {{ border: 0; }}
QCheckBox {{ spacing: 8px; }}
QRadioButton {{ spacing: 8px; min-height: {tall(22)}px; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {c.faint};
    border-radius: 8px; background: {c.panel}; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {c.accent.on};
    background: {c.on_accent}; }}
QRadioButton::indicator:focus {{ border-color: {c.accent.on}; }}
"""


def _views(c: Tokens) -> str:
    return f"""
QTableView, QTreeView, QListView {{ background: {c.panel}; color: {c.text}; border: 0;
    outline: 0; alternate-background-color: {c.panel};
    selection-background-color: {c.accent.ground}; selection-color: {c.text}; }}
QTreeView::item {{ min-height: {tall(22)}px; border: 0; }}
QTreeView::item:hover {{ background: {c.hover}; }}
QTreeView::item:selected {{ background: {c.accent.ground}; color: {c.text}; }}
QTreeView::branch {{ background: {c.panel}; }}
QHeaderView {{ background: {c.panel}; border: 0; }}
QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: 0;
    border-bottom: 1px solid {c.line}; padding: 0 12px; font-weight: 500; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {c.muted}; border: 0;
    border-bottom: 2px solid transparent; padding: 0 2px; margin: 0 16px 0 0;
    height: {tall(36)}px; }}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:selected {{ color: {c.accent.on}; border-bottom-color: {c.accent.on};
    font-weight: 600; }}
QTabBar::tab:focus {{ color: {c.accent.on}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px 1px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 1px 2px; }}
QScrollBar::handle {{ background: {_mix(c.line, c.faint, 0.35)}; border-radius: 4px;
    min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {c.faint_line}; border: 0; border-radius: 3px; max-height: 6px;
    min-height: 6px; }}
QProgressBar::chunk {{ background: {c.accent.on}; border-radius: 3px; }}
"""


def _mix(one: str, other: str, share: float) -> str:
    """``one`` with a share (0-1) of ``other`` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
