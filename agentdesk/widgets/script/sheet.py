"""Fields that are handed in together: one of a question, or all of a page. What is typed stays while the sheet does."""

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from agentdesk.desk import actions
from agentdesk.desk.happenings import Typed
from agentdesk.desk.script.judging import form_problem, problem
from agentdesk.desk.script.writing import understood
from agentdesk.desk.views import Attached, Field, ScriptPane
from agentdesk.widgets import Press
from agentdesk.widgets.pieces import label, restyle
from agentdesk.widgets.script.field import FieldWidget
from agentdesk.widgets.script.fields import field_widget
from agentdesk.widgets.script.papers import Attaching
from agentdesk.widgets.script.say import Paragraphs
from agentdesk.words import Words
from scriptengine.interpreter import Answered

LABEL_SHARE, FIELD_SHARE = 2, 3
"""Of the width, where questions stand beside their fields."""


class FieldRow(QWidget):
    """A field with its question (unless it is said above), and below it whether the answer will do."""

    def __init__(
        self, field: Field, words: Words, pane: ScriptPane, attaching: Attaching, entered: Callable[[], None]
    ) -> None:
        super().__init__()
        self.field, self._words, self._attaching = field, words, attaching
        self._is_set_up = False
        self._is_on_page = len(pane.fields) > 1
        is_alone, layout = pane.kind != "page", pane.layout
        self.widget: FieldWidget = field_widget(
            field, words, pane.language, is_alone, attaching, self._changed, entered
        )
        self.status = label("", "quiet", wrap=True)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if layout == "list" and not is_alone:
            row = QHBoxLayout(self)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            row.addWidget(self._asked(), LABEL_SHARE, Qt.AlignmentFlag.AlignTop)
            row.addLayout(column, FIELD_SHARE)
        else:
            self.setLayout(column)
            if not is_alone:
                column.addWidget(self._asked())
        column.addWidget(self.widget)
        column.addWidget(self.status)
        self._judge()
        self.blame(field.problem)
        self._is_set_up = True

    def _asked(self) -> QWidget:
        """The question and its hints."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        question, hints = Paragraphs("question"), Paragraphs("hint")
        question.show_paragraphs((self.field.item.text,))
        hints.show_paragraphs(self.field.item.hints)
        column.addWidget(question)
        column.addWidget(hints)
        return whole

    @property
    def problem(self) -> str:
        """What is wrong with the answer as it stands; empty: nothing that is known here."""
        if self.widget.is_on_the_way:
            return ""
        return problem(self.field.item, self.widget.answer, self._words.language)

    @property
    def hindrance(self) -> str:
        """What is wrong whatever else is answered: with this it need not be handed in."""
        if not self._is_on_page or self.widget.is_on_the_way:
            return self.problem
        return form_problem(self.field.item, self.widget.answer, self._words.language)

    def go_on(self, before: FieldWidget | None, typed: Typed | None) -> None:
        """Go on with what stood in the field `before`; without one with what is kept as typed (None: nothing is)."""
        self._is_set_up = False
        if before is not None:
            self.widget.keep(before)
        elif typed is not None:
            self.widget.restore(typed)
        self._judge()
        self.blame(self.field.problem)
        self._is_set_up = True

    def _changed(self) -> None:
        """The agent types: it is kept, unless it is secret."""
        self._judge()
        if self._is_set_up and not self.field.item.is_sensitive:
            typed = actions.TypeAnswer(self._attaching.sheet, self.field.item.question, self.widget.typed)
            self._attaching.press(typed)

    def _judge(self) -> None:
        """Tell at once, quietly: the agent is still typing."""
        answer = self.widget.answer
        wrong = self.problem if answer is not None else ""
        meant = "" if wrong or answer is None else understood(self.field.item.type, str(answer), self._words.language)
        self._tell(f"= {meant}" if meant else wrong, "ready" if meant else "")

    def show_attached(self, attached: Attached | None) -> None:
        """The file that answers it."""
        self._is_set_up = False
        self.widget.show_attached(attached)
        self._is_set_up = True

    def blame(self, sentence: str) -> None:
        """Tell loudly: it was handed in like this."""
        if sentence:
            self._tell(sentence, "alarm")

    def _tell(self, text: str, state: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self.widget.main.setAccessibleDescription(text or self.widget.main.accessibleDescription())
        restyle(self.status, stateText=state)


class Sheet(QWidget):
    """All fields of a pane."""

    def __init__(self, words: Words, press: Press) -> None:
        super().__init__()
        self._words, self._press = words, press
        self._pane: ScriptPane | None = None
        self.rows: list[FieldRow] = []
        self._late: frozenset[str] = frozenset()
        """Questions whose files are on their way; when the server has them all, the answers are handed in."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(8)
        self._grid.setHorizontalSpacing(14)

    def show_fields(self, pane: ScriptPane) -> None:
        """Show the fields of this pane; what was typed on the same sheet goes on."""
        before, self._pane = self._pane, pane
        self.setVisible(bool(pane.fields))
        if before is None or before.sheet != pane.sheet:
            self._late = frozenset()
        self._show_rows(pane, before)
        for row in self.rows:
            row.show_attached(pane.attached.get(row.field.item.question))
        late = [pane.attached[question].state for question in self._late if question in pane.attached]
        if "failed" in late:
            self._late = frozenset()
        elif self._late and "sending" not in late:
            self._late = frozenset()
            QTimer.singleShot(0, self.hand_in)

    def _show_rows(self, pane: ScriptPane, before: ScriptPane | None) -> None:
        if before is not None and (before.sheet, before.fields) == (pane.sheet, pane.fields):
            if before.revision != pane.revision:
                self._blame(pane)
            return
        old = (
            {row.field.item.question: row.widget for row in self.rows} if before and before.sheet == pane.sheet else {}
        )
        self._empty()
        attaching = Attaching(pane.sheet, self._press, pane.file_limit)
        across = 2 if pane.layout == "grid" and len(pane.fields) > 1 else 1
        for place, field in enumerate(pane.fields):
            row = FieldRow(field, self._words, pane, attaching, self.hand_in)
            row.go_on(old.get(field.item.question), pane.typed.get(field.item.question))
            self.rows.append(row)
            self._grid.addWidget(row, place // across, place % across, Qt.AlignmentFlag.AlignTop)

    def _blame(self, pane: ScriptPane) -> None:
        """The same answers were refused once more."""
        for row, field in zip(self.rows, pane.fields, strict=True):
            row.blame(field.problem)

    def _empty(self) -> None:
        self.rows = []
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def hand_in(self) -> None:
        """Send all answers, unless it is known here that one of them will not do. Files go first."""
        if self._pane is None or not self.rows:
            return
        wrong = [(row, sentence) for row in self.rows if (sentence := row.hindrance)]
        for row, sentence in wrong:
            row.blame(sentence)
        if wrong:
            wrong[0][0].widget.main.setFocus()
            return
        late = [row for row in self.rows if row.widget.is_on_the_way]
        if late:
            for row in late:
                row.widget.send()
            self._late = frozenset(row.field.item.question for row in late)
            return
        values = {row.field.item.question: row.widget.answer for row in self.rows}
        self._press(actions.StepScript(self._pane.revision, Answered(values)))

    def to_be_put_right(self, before: Collection[str]) -> FieldRow:
        """Where the agent goes on after a page came back: at what is wrong, at what is new on it, or at its beginning.

        `before`: the questions that were on it."""
        wrong = (row for row in self.rows if row.field.problem)
        new = (row for row in self.rows if row.field.item.question not in before)
        return next(wrong, None) or next(new, self.rows[0])

    def press_digit(self, digit: int) -> bool:
        """Alt and a digit, for a field that stands alone: whether it has taken it."""
        return len(self.rows) == 1 and self.rows[0].widget.press_digit(digit)
