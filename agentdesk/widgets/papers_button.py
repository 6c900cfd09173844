"""The button that opens attached files: one at once, of several the one that is chosen from its menu."""

from functools import partial

from PySide6.QtWidgets import QMenu

from agentdesk.colours import Colours
from agentdesk.desk import keys
from agentdesk.desk.views import Button, Choice
from agentdesk.widgets import Press
from agentdesk.widgets.pieces import KeyButton
from agentdesk.words import Words


class PapersButton(KeyButton):
    """Hidden while there is no file."""

    def __init__(self, words: Words, colours: Colours, press: Press) -> None:
        super().__init__("", colours)
        self._words, self._press = words, press
        self._papers: tuple[Choice, ...] | None = None
        self.menu_of_files = QMenu(self)
        self.clicked.connect(self.open)
        self.show_papers(())

    def show_papers(self, papers: tuple[Choice, ...]) -> None:
        """Offer these."""
        if papers == self._papers:
            return
        self._papers = papers
        self.menu_of_files.clear()
        for one in papers:
            self.menu_of_files.addAction(one.text.replace("&", "&&"), partial(self._press, one.action))
        tr = self._words.tr
        name = papers[0].text if papers else ""
        text = tr("Open {name}", name=name) if len(papers) == 1 else tr("Open a file ({count})", count=len(papers))
        self.show_button(Button(label=text.replace("&", "&&"), key=keys.OPEN_FILE, enabled=True, shown=bool(papers)))

    def open(self) -> None:
        """Open the file, or ask which."""
        if not self._papers or not self.isVisible():
            return
        if len(self._papers) == 1:
            self._press(self._papers[0].action)
        else:
            self.menu_of_files.popup(self.mapToGlobal(self.rect().bottomLeft()))
