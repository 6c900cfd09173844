"""Left column: the customer's card, or the choice of several, or a new card; and the history."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agentdesk.desk import actions, keys
from agentdesk.desk.views import CustomerPane, HistoryLine
from agentdesk.widgets import Press
from agentdesk.widgets.card_form import CardForm
from agentdesk.widgets.pieces import Panel, RowButton, label, show_tip
from agentdesk.words import Words

MOST_MATCHES = 9
LEAST_COLUMN_PIXELS, LEAST_TABLE_PIXELS = 60, 272


class CustomerColumn(QWidget):
    """Shows a `CustomerPane`. Emits `contact_shown` with the history line that is selected, or None."""

    contact_shown = Signal(object)

    def __init__(self, words: Words, press: Press) -> None:
        super().__init__()
        self._words, self._press = words, press
        self._shown: CustomerPane | None = None
        self._editing = False
        self.card = Panel(words.tr("Customer"))
        self._title = label("", "title", wrap=True, selectable=True)
        self._lines = label("", wrap=True, selectable=True)
        self.form = CardForm(words, press)
        self.edit = QPushButton(f"{words.tr('Change the card')}  [{keys.EDIT_CARD}]")
        self.edit.setAccessibleName(words.tr("Change the card"))
        self.edit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.edit.clicked.connect(self.start_editing)
        self._matches = QVBoxLayout()
        self.match_buttons: list[QPushButton] = []
        for widget in (self._title, self._lines):
            self.card.body.addWidget(widget)
        self.card.body.addLayout(self._matches)
        self.card.body.addWidget(self.form)
        self.card.body.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        self.past = Panel(words.tr("History"))
        self.history = self._table()
        self.past.body.addWidget(self.history)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.card)
        column.addWidget(self.past, 1)

    def _table(self) -> QTableWidget:
        tr = self._words.tr
        table = QTableWidget(0, 3)
        table.setAccessibleName(tr("History"))
        table.setHorizontalHeaderLabels([tr("When"), tr("What"), tr("Result")])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.verticalHeader().setMinimumSectionSize(28)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(LEAST_COLUMN_PIXELS)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setMinimumSize(LEAST_TABLE_PIXELS, 90)
        table.itemSelectionChanged.connect(self._selected)
        return table

    def show_customer(self, pane: CustomerPane) -> None:
        """Show this."""
        if pane == self._shown:
            return
        before, self._shown = self._shown, pane
        if before is None or (before.call, before.kind, before.card.id) != (pane.call, pane.kind, pane.card.id):
            self._editing = False
            self.form.forget()
        self._title.setText(pane.title)
        self._lines.setText("\n".join(pane.lines))
        self._lines.setVisible(bool(pane.lines))
        if before is None or before.matches != pane.matches:
            self._show_matches(pane)
        self._show_form(pane)
        if before is None or before.history != pane.history:
            self._show_history(pane.history)
        self.past.set_heading(pane.history_title)

    def _show_form(self, pane: CustomerPane) -> None:
        filling = pane.kind == "new" or (pane.kind == "known" and self._editing)
        if filling:
            self.form.show_card(pane.call, pane.card)
        self.form.setVisible(filling)
        self.edit.setVisible(pane.kind == "known" and not self._editing)

    def start_editing(self) -> None:
        """The agent wants to change the card."""
        if self._shown is not None and self._shown.kind == "known":
            self._editing = True
            self._show_form(self._shown)
            self.form.fields["name"].setFocus()

    def save_card(self) -> None:
        """Ctrl+S: hand in what is being filled."""
        if self.form.isVisible():
            self.form.save()

    def saved(self) -> None:
        """The card is kept: show it, not the form."""
        self._editing = False
        self.form.forget()
        if self._shown is not None:
            self._show_form(self._shown)

    def _show_matches(self, pane: CustomerPane) -> None:
        while (item := self._matches.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.match_buttons = []
        for place, match in enumerate(pane.matches[:MOST_MATCHES], 1):
            self._add_match(f"[Ctrl+{place}]   {match.text}", match.text, match.action)
        if pane.matches:
            none = self._words.tr("None of them: a new card")
            self._add_match(f"[{keys.NEW_CARD}]   {none}", none, actions.NewCard())

    def _add_match(self, text: str, name: str, action: actions.Action) -> None:
        button = RowButton(text)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self._press(action))
        self._matches.addWidget(button)
        self.match_buttons.append(button)

    def choose_match(self, place: int) -> None:
        """Ctrl+1 to 9."""
        if self._shown is not None and 1 <= place <= len(self._shown.matches):
            self._press(self._shown.matches[place - 1].action)

    def _show_history(self, history: list[HistoryLine]) -> None:
        self.history.setRowCount(len(history))
        for row, line in enumerate(history):
            for column, text in enumerate((line.when, line.what, line.result)):
                item = QTableWidgetItem(text)
                show_tip(item, line.notes)
                self.history.setItem(row, column, item)
        self.history.clearSelection()
        if history:
            self.history.selectRow(0)
        self._selected()

    def _selected(self) -> None:
        rows = self.history.selectionModel().selectedRows()
        history = self._shown.history if self._shown else []
        place = rows[0].row() if rows else -1
        self.contact_shown.emit(history[place] if 0 <= place < len(history) else None)
