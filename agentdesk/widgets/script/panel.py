"""The script pane: the way so far, what to say, what to answer, and the ways out."""

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agentdesk.colours import Colours
from agentdesk.desk import actions, keys
from agentdesk.desk.actions import Action
from agentdesk.desk.views import Button, ScriptPane
from agentdesk.widgets import Press
from agentdesk.widgets.icons import picture
from agentdesk.widgets.papers_button import PapersButton
from agentdesk.widgets.pieces import ElidedLabel, KeyButton, Panel, label, restyle
from agentdesk.widgets.script.answers import AnswerButtons, SearchList, quiet_label
from agentdesk.widgets.script.say import Hints, Paragraphs
from agentdesk.widgets.script.sheet import Sheet
from agentdesk.words import Words
from scriptengine.interpreter import Back, Left

LEAST_PIXELS = 190


class ScriptPanel(Panel):
    """Shows a `ScriptPane`. It moves the keyboard to the next field only for an agent who works in it just now."""

    def __init__(self, words: Words, colours: Colours, press: Press) -> None:
        super().__init__(words.tr("Script"))
        self._words, self._colours, self._press_outside = words, colours, press
        self._shown = ScriptPane()
        self._stepped = False
        self._hints_open = True
        self.body.addWidget(self._head())
        self.body.addWidget(self._content(), 1)
        self.body.addWidget(self._foot())
        self.setMinimumHeight(LEAST_PIXELS)

    # made once

    def _head(self) -> QWidget:
        """Where we are, and the ways back."""
        tr = self._words.tr
        self.back = KeyButton("", self._colours)
        self.back.clicked.connect(self.go_back)
        self.stops = QToolButton()
        self.stops.setAccessibleName(tr("Earlier questions"))
        self.stops.setToolTip(tr("Earlier questions"))
        self.stops.setArrowType(Qt.ArrowType.DownArrow)
        self.stops.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.stops.setMenu(QMenu(self.stops))
        self.stops.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.trail = ElidedLabel("quiet", at_start=True)
        self.languages = QComboBox()
        self.languages.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.languages.setAccessibleName(tr("Language of the script"))
        self.languages.setToolTip(tr("Language of the script"))
        self.languages.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.languages.activated.connect(self._speak)
        self._way = QWidget()
        way = QHBoxLayout(self._way)
        way.setContentsMargins(0, 0, 0, 0)
        way.setSpacing(4)
        for widget in (self.back, self.stops):
            restyle(widget, script="foot")
            way.addWidget(widget)
        way.addSpacing(6)
        way.addWidget(self.trail, 1)
        restyle(self.languages, script="foot")
        way.addWidget(self.languages)
        return self._way

    def _content(self) -> QWidget:
        """What scrolls when it is long."""
        tr = self._words.tr
        self.earlier, self.say = Paragraphs("say"), Paragraphs("say")
        self.hints = Hints(tr("For you"))
        self._say_caption, self._answer_caption = quiet_label(tr("SAY")), quiet_label("")
        self.papers = PapersButton(self._words, self._colours, self.press)
        self.confirm_value = label("", "confirm", wrap=True)
        self.notice = label("", wrap=True)
        self._tone, self.text, self.cure = label(), label("", "large", wrap=True), label("", "quiet", wrap=True)
        message = QHBoxLayout()
        message.setSpacing(8)
        message.addWidget(self._tone, 0, Qt.AlignmentFlag.AlignTop)
        message.addWidget(self.text, 1)
        self.buttons = AnswerButtons(self.press)
        self.search = SearchList(self._words, self.press)
        self.sheet = Sheet(self._words, self.press)
        content = QWidget()
        content.setObjectName("scriptContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 4, 6, 2)
        column.setSpacing(10)
        above: list[QWidget] = [self._say_caption, self.earlier, self.say, self.confirm_value, self.hints]
        above += [self.papers, self.notice]
        below: list[QWidget] = [self.cure, self._answer_caption, self.sheet, self.search, self.buttons]
        for widget in above:
            column.addWidget(widget)
        column.setAlignment(self.papers, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(message)
        for widget in below:
            column.addWidget(widget)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setObjectName("script")
        self.area.setAccessibleName(tr("What to say, and the answers"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.area.setWidget(content)
        # rows have their places only some turns after they are shown; what is where the keyboard is must not lie below
        self.area.verticalScrollBar().rangeChanged.connect(lambda: QTimer.singleShot(0, self.area, self._keep_in_sight))
        return self.area

    def _keep_in_sight(self) -> None:
        """The field that has the keyboard stays to be seen, with what is said of it."""
        holder = QApplication.focusWidget()
        for row in self.sheet.rows:
            if holder is not None and row.isAncestorOf(holder):
                self.area.ensureWidgetVisible(row)

    def _foot(self) -> QWidget:
        self.forward = KeyButton("", self._colours, "talking")
        self.forward.clicked.connect(self.go_on)
        self.jump, self.leave = KeyButton("", self._colours), KeyButton("", self._colours)
        self.jump.clicked.connect(self.open_jump_list)
        self.leave.clicked.connect(self.leave_script)
        self.fold = KeyButton("", self._colours)
        self.fold.clicked.connect(self.fold_hints)
        self._foot_row = QWidget()
        row = QHBoxLayout(self._foot_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.forward)
        row.addStretch(1)
        for widget in (self.jump, self.leave, self.fold):
            restyle(widget, script="foot")
            row.addWidget(widget)
        return self._foot_row

    # shown anew

    def show_script(self, pane: ScriptPane) -> None:
        """Show this."""
        self.setVisible(pane.kind != "none")
        before, self._shown = self._shown, pane
        if replace(pane, typed=before.typed) == before:
            return  # what is typed stands in the fields already
        works_here = self._has_keyboard()
        is_new = before.sheet != pane.sheet
        comes_back = not is_new and works_here and before.fields != pane.fields
        if (is_new and works_here) or comes_back:
            self.area.setFocus()  # before what has it is taken away, which would hand it to the notes
        self.set_heading(pane.title)
        self.set_aside(pane.aside)
        self.trail.show_text(pane.trail)
        self._show_say(pane)
        self._show_answers(pane)
        self._show_ways(pane)
        if is_new:
            self.area.verticalScrollBar().setValue(0)
            if works_here and (self._stepped or self.sheet.rows):
                self._go_to_field()
            self._stepped = False
        elif comes_back and self.sheet.rows:
            row = self.sheet.to_be_put_right([field.item.question for field in before.fields])
            row.widget.main.setFocus()

    def _show_say(self, pane: ScriptPane) -> None:
        self._say_caption.setVisible(bool(pane.earlier or pane.say))
        self.earlier.show_paragraphs(pane.earlier)
        self.say.show_paragraphs(pane.say)
        self.confirm_value.setText(pane.confirm)
        self.confirm_value.setVisible(bool(pane.confirm))
        self.hints.show_hints(pane.hints, self._hints_open)
        self.papers.show_papers(pane.papers)
        told = [part for part in (pane.problem, *pane.notices) if part]
        self.notice.setText("\n".join(told))
        self.notice.setVisible(bool(told))
        restyle(self.notice, stateText="alarm" if pane.problem else "wrap-up")
        shapes = {"good": ("check", self._colours.ready), "warning": ("triangle", self._colours.wrap_up)}
        shape = shapes.get(pane.tone)
        if shape is not None:
            self._tone.setPixmap(picture(*shape, 18))
            self._tone.setAccessibleName(pane.text)
        self._tone.setVisible(shape is not None and bool(pane.text))
        for widget, text in ((self.text, pane.text), (self.cure, pane.cure)):
            widget.setText(text)
            widget.setVisible(bool(text))

    def _show_answers(self, pane: ScriptPane) -> None:
        tr = self._words.tr
        has_keys = any(one.key for one in pane.answers) or any(row.item.type == "multi" for row in pane.fields)
        is_keyed = has_keys and pane.kind != "page"
        self._answer_caption.setText(tr("ANSWER  [Alt + digit]") if is_keyed else tr("ANSWER"))
        self._answer_caption.setVisible(bool(pane.answers or pane.fields))
        listed = tuple(one for one in pane.answers if not one.is_way) if pane.searchable else ()
        self.search.setVisible(pane.searchable)
        self.search.show_answers(listed)
        self.buttons.show_answers(tuple(one for one in pane.answers if one not in listed))
        self.sheet.show_fields(pane)

    def _show_ways(self, pane: ScriptPane) -> None:
        self._way.setVisible(bool(pane.trail) or pane.back is not None)
        _show(self.back, pane.back)
        for button, shown in ((self.forward, pane.forward), (self.jump, pane.jump), (self.leave, pane.leave)):
            _show(button, shown)
        self.stops.setVisible(bool(pane.stops))
        menu = self.stops.menu()
        if menu is not None:
            menu.clear()
            for stop in pane.stops:
                menu.addAction(stop.text.replace("&", "&&"), partial(self.press, stop.action))
        fold = Button(label=self._words.tr("Hints"), key=keys.HINTS, enabled=True, on=not self._hints_open)
        _show(self.fold, fold if pane.hints else None)
        self.languages.setVisible(bool(pane.languages))
        self.languages.blockSignals(True)
        self.languages.clear()
        for place, one in enumerate(pane.languages):
            self.languages.addItem(one.text)
            if one.chosen:
                self.languages.setCurrentIndex(place)
        self.languages.blockSignals(False)
        self._foot_row.setVisible(any((pane.forward, pane.jump, pane.leave, pane.hints)))

    # what the agent does

    def press(self, action: Action) -> None:
        """The agent did something here."""
        if not isinstance(action, actions.TypeAnswer | actions.OpenFile):
            self._stepped = True
        self._press_outside(action)

    def press_digit(self, digit: int) -> None:
        """Alt and a digit."""
        if self.sheet.press_digit(digit) and not any(one.key == f"Alt+{digit}" for one in self._shown.answers):
            return
        for one in self._shown.answers:
            if one.key == f"Alt+{digit}":
                self.press(one.action)
                return

    def go_on(self) -> None:
        """Alt+Right: hand in what is typed, or just go on."""
        if self._shown.forward is None:
            return
        if self._shown.forward_action is not None:
            self.press(self._shown.forward_action)
        else:
            self._stepped = True
            self.sheet.hand_in()

    def go_back(self) -> None:
        """Alt+Left: to the question before."""
        if self._shown.back is not None and self._shown.back.enabled:
            self.press(actions.StepScript(self._shown.revision, Back()))

    def leave_script(self) -> None:
        """The agent goes on without it."""
        if self._shown.leave is not None:
            self.press(actions.StepScript(self._shown.revision, Left()))

    def open_jump_list(self) -> None:
        """Where to?"""
        if self._shown.jump is not None:
            self.press(actions.OpenJumpList())

    def fold_hints(self) -> None:
        """Show or hide the hints."""
        self._hints_open = not self._hints_open
        self._show_say(self._shown)
        self._show_ways(self._shown)

    def go_to_script(self) -> None:
        """Ctrl+G: the keyboard belongs to the script."""
        if self.isVisible():
            self._go_to_field(Qt.FocusReason.ShortcutFocusReason)

    def _speak(self, place: int) -> None:
        if place < len(self._shown.languages):
            self.press(self._shown.languages[place].action)

    def _go_to_field(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        target: QWidget = self.area
        if self._shown.searchable:
            target = self.search.filter
        elif self.sheet.rows:
            target = self.sheet.rows[0].widget.main
        target.setFocus(reason)

    def _has_keyboard(self) -> bool:
        """Whether the agent works here: the keyboard is in the pane, or nowhere and the agent has just stepped on."""
        holder = QApplication.focusWidget()
        if holder is None or holder is self.window() or holder.objectName() == "nowhere":
            return self._stepped
        return self.isAncestorOf(holder)


def _show(button: KeyButton, shown: Button | None) -> None:
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    if shown is None:
        button.hide()
    else:
        button.show_button(shown)
        button.show()
