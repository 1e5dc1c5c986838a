"""A question before something that cannot be taken back. The number is in the question.

Opened with ``open()``, never ``exec()``: that would stop the loop the session runs on.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.words import translate

WIDTH_PX = 440


class Question(QDialog):
    """Title, sentence, two buttons; then progress while it is done.

    agreed: the first button was pressed. The dialog stays open until ``finish`` or ``reject``.
    What else is to be chosen is added with ``add_field`` and shown with the question only.
    """

    agreed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(fonts.room(WIDTH_PX))
        self._title = PlainLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self._title.setWordWrap(True)
        self._sentence = PlainLabel(tone="muted")
        self._sentence.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._fields = QWidget()
        self._fields.setObjectName("clear")
        self._fields_column = QVBoxLayout(self._fields)
        self._fields_column.setContentsMargins(0, 6, 0, 0)
        self._fields_column.setSpacing(10)
        self._fields.hide()
        self.yes = Button(theme, kind="primary")
        self.no = Button(theme)
        self.yes.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._sentence)
        layout.addWidget(self._fields)
        layout.addWidget(self._progress)
        layout.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self._row = row
        layout.addLayout(row)
        self.yes.clicked.connect(self.agreed)
        self.no.clicked.connect(self.reject)
        self.no.setText(translate("Question", "Cancel"))
        self.yes.hide()

    def add_field(self, field: QWidget) -> None:
        """Something to choose or write before agreeing."""
        self._fields_column.addWidget(field)

    def fit(self) -> None:
        """As high as its words need; call it when a field came or went."""
        layout = self.layout()
        assert layout is not None
        self._fields_column.activate()  # the outer layout keeps what it knew of the fields
        self._fields.updateGeometry()
        layout.activate()
        by_width = layout.totalHeightForWidth(self.minimumWidth())  # -1 where no words wrap
        self.setFixedHeight(by_width if by_width > 0 else layout.totalSizeHint().height())

    @property
    def words(self) -> str:
        return f"{self._title.text()} {self._sentence.text()}".strip()

    @property
    def ready(self) -> bool:
        """The question is asked; it waits for its answer."""
        return self.yes.isVisible()

    def add_button(self, button: Button) -> None:
        """A third answer, between the two."""
        self._row.insertWidget(self._row.count() - 1, button)
        self.adjustSize()

    def wait(self, title: str) -> None:
        """While it is being found out what to ask."""
        self.setWindowTitle(title)
        self._title.setText(title)
        self._sentence.hide()
        self._progress.setRange(0, 0)
        self._progress.show()
        self.fit()

    def ask(self, title: str, sentence: str, yes: str) -> None:
        """Show the question."""
        self.setWindowTitle(title)
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._progress.hide()
        self._fields.setVisible(self._fields_column.count() > 0)
        self.yes.setText(yes)
        self.yes.show()
        self.yes.setFocus()
        self.fit()

    def tell(self, title: str, sentence: str) -> None:
        """Nothing to ask: say why; the one button closes."""
        self.ask(title, sentence, "")
        self.yes.hide()
        self._fields.hide()
        self.no.setText(translate("Question", "Close"))
        self.fit()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """While it is being done; the second button stops it."""
        self._title.setText(title)
        self._sentence.hide()
        self._fields.hide()
        self.yes.hide()
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(min(done, total))
        self._progress.show()
        self.no.setText(translate("Question", "Stop"))
        self.fit()
