"""Right column: keys, colleagues, my day; result, finish and the wrap-up's time."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from agentdesk.colours import Colours
from agentdesk.desk import actions, keys
from agentdesk.desk.views import Choice, ColleagueLine, Figure, ResultPane
from agentdesk.widgets import Press
from agentdesk.widgets.icons import icon
from agentdesk.widgets.pieces import KeyButton, Panel, label, restyle
from agentdesk.words import Words

ROW_PIXELS, LEAST_TABLE_PIXELS = 25, 80


def reading_table(name: str, first_narrow: bool) -> QTableWidget:
    """A table of two columns that is only read."""
    table = QTableWidget(0, 2)
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.horizontalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.verticalHeader().setMinimumSectionSize(ROW_PIXELS)
    table.setMinimumHeight(LEAST_TABLE_PIXELS)
    narrow, wide = (0, 1) if first_narrow else (1, 0)
    table.horizontalHeader().setSectionResizeMode(narrow, QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return table


def keys_table(words: Words) -> QTableWidget:
    """All keys and what they do."""
    table = reading_table(words.tr("Keys"), first_narrow=True)
    table.setRowCount(len(keys.TABLE))
    for row, (key, meaning) in enumerate(keys.TABLE):
        table.setItem(row, 0, QTableWidgetItem(key))
        table.setItem(row, 1, QTableWidgetItem(words.tr(meaning)))
    return table


class SideTabs(QTabWidget):
    """Help, colleagues, my day."""

    def __init__(self, words: Words, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self.setAccessibleName(words.tr("Help, colleagues, my day"))
        self.setUsesScrollButtons(False)  # a short name is better than a tab that nobody sees
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self._colleagues = reading_table(words.tr("Colleagues"), first_narrow=False)
        self._my_day = reading_table(words.tr("My day"), first_narrow=False)
        self.addTab(keys_table(words), words.tr("Help"))
        self.addTab(self._colleagues, words.tr("Colleagues"))
        self.addTab(self._my_day, words.tr("My day"))
        self._shown: tuple[list[ColleagueLine], list[Figure]] = ([], [])

    def show_tabs(self, colleagues: list[ColleagueLine], my_day: list[Figure]) -> None:
        """Show these."""
        before, self._shown = self._shown, (colleagues, my_day)
        if before[0] != colleagues:
            self._colleagues.setRowCount(len(colleagues))
            for row, one in enumerate(colleagues):
                state = QTableWidgetItem(one.chip.word)
                colour = getattr(self._colours, one.chip.colour)
                state.setIcon(icon(one.chip.shape, colour, colour))
                self._colleagues.setItem(row, 0, QTableWidgetItem(one.name))
                self._colleagues.setItem(row, 1, state)
        if before[1] != my_day:
            self._my_day.setRowCount(len(my_day))
            for row, figure in enumerate(my_day):
                value = QTableWidgetItem(figure.value)
                value.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._my_day.setItem(row, 0, QTableWidgetItem(figure.name))
                self._my_day.setItem(row, 1, value)


class ResultPanel(Panel):
    """Shows a `ResultPane`."""

    def __init__(self, words: Words, colours: Colours, press: Press) -> None:
        super().__init__(f"{words.tr('Result')}  [{keys.RESULTS}]")
        self._colours, self._press = colours, press
        self._shown: ResultPane | None = None
        self._visible: list[Choice] = []
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(words.tr("type to filter…") + f"  {keys.RESULTS}")
        self.filter.setAccessibleName(words.tr("Filter the results"))
        self.filter.textChanged.connect(lambda _text: self._fill())
        self.filter.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(words.tr("Results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setMinimumHeight(84)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.itemClicked.connect(lambda item: self._choose(self.list.row(item)))
        self.list.itemActivated.connect(lambda item: self._choose(self.list.row(item)))
        self.finish = KeyButton("check", colours, "ready")
        self.finish.clicked.connect(lambda: press(actions.Finish()))
        self.extend = KeyButton("", colours)
        self.extend.clicked.connect(lambda: press(actions.ExtendWrapUp()))
        self._left = label("", "large")
        self._share = QProgressBar()
        self._share.setTextVisible(False)
        self._share.setAccessibleName(words.tr("Time left of the wrap-up"))
        row = QHBoxLayout()
        row.addWidget(self._left, 1)
        row.addWidget(self.extend)
        for widget in (self.filter, self.list, self.finish):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        self.body.addWidget(self._share)

    def show_result(self, pane: ResultPane) -> None:
        """Show this."""
        if pane == self._shown:
            return
        before, self._shown = self._shown, pane
        for widget in (self.filter, self.list):
            widget.setEnabled(pane.enabled)
        if before is None or before.results != pane.results:
            self._fill()
        if before is not None and before.enabled and not pane.enabled:
            self.filter.clear()
        self.finish.show_button(pane.finish)
        self.extend.show_button(pane.extend)
        self.extend.setVisible(bool(pane.left))
        self._left.setText(pane.left)
        restyle(self._left, stateText="alarm" if pane.ending else "wrap-up" if pane.left else "")
        keep = self._share.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._share.setSizePolicy(keep)
        self._share.setVisible(pane.share is not None)
        self._share.setRange(0, 1000)
        self._share.setValue(int((pane.share or 0) * 1000))
        restyle(self._share, ending="true" if pane.ending else "false")

    def _fill(self) -> None:
        wanted = self.filter.text().strip().casefold()
        results = self._shown.results if self._shown else []
        self._visible = [one for one in results if wanted in one.text.casefold()]
        self.list.clear()
        for row, one in enumerate(self._visible):
            item = QListWidgetItem(one.text)
            shape = "check" if one.chosen else "circle-open"
            colour = self._colours.ready if one.chosen else self._colours.outline
            item.setIcon(icon(shape, colour, colour))
            self.list.addItem(item)
            if one.chosen:
                self.list.setCurrentRow(row)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._visible):
            choice = self._visible[row]
            self._press(actions.ChooseResult("") if choice.chosen else choice.action)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """In the filter: Enter chooses the first (or selected) result, Down and Up move, Esc empties."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.modifiers():
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._visible and not self._visible[row := max(0, self.list.currentRow())].chosen:
                self._choose(row)
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._visible:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, len(self._visible) - 1)))
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.filter.clear()
            return True
        return False


class SideColumn(QWidget):
    """The right column."""

    def __init__(self, words: Words, colours: Colours, press: Press) -> None:
        super().__init__()
        self.tabs = SideTabs(words, colours)
        self.result = ResultPanel(words, colours, press)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.result, 1)
