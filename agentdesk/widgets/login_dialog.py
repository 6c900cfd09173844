"""Who are you? Server, user, password, language."""

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from agentdesk.colours import Colours
from agentdesk.widgets.icons import icon
from agentdesk.widgets.pieces import label, restyle
from agentdesk.words import LANGUAGES, Words, words_in


class LogInDialog(QDialog):
    """Asks; `values` after `exec` are what was typed. The texts follow the language that is chosen."""

    def __init__(
        self,
        server: str,
        user: str,
        language: str,
        colours: Colours,
        problem: str = "",
        window: QWidget | None = None,
    ) -> None:
        """`problem`: why it is asked again. `window`: in front of which it stands."""
        super().__init__(window)
        self.setMinimumWidth(420)
        self.setWindowIcon(icon("caruso", colours.talking, colours.talking))
        self.server, self.user, self.password = QLineEdit(server), QLineEdit(user), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.language = QComboBox()
        for name, title in LANGUAGES.items():
            self.language.addItem(title, name)
        self.language.setCurrentIndex(max(0, self.language.findData(language)))
        self.language.currentIndexChanged.connect(lambda _place: self._say(words_in(self.language.currentData())))
        self.button = QPushButton()
        self.button.setDefault(True)
        self.button.clicked.connect(self._accept_if_whole)
        restyle(self.button, state="talking")
        self._title, self._problem = label("", "title"), label(problem, wrap=True)
        restyle(self._problem, stateText="alarm")
        self._problem.setVisible(bool(problem))
        self._labels = [label() for _ in range(4)]
        form = QFormLayout()
        for text, field in zip(self._labels, (self.server, self.user, self.password, self.language), strict=True):
            form.addRow(text, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self._title, self._problem):
            column.addWidget(widget)
        column.addLayout(form)
        column.addWidget(self.button)
        self._say(words_in(language))
        (self.password if user and server else self.user if server else self.server).setFocus()

    def _say(self, words: Words) -> None:
        self.setWindowTitle(f"Caruso · {words.tr('Log in')}")
        self._title.setText(words.tr("Log in to the desk"))
        names = (words.tr("Server"), words.tr("User"), words.tr("Password"), words.tr("Language"))
        for text, field, name in zip(
            self._labels, (self.server, self.user, self.password, self.language), names, strict=True
        ):
            text.setText(name)
            field.setAccessibleName(name)
        self.button.setText(words.tr("Log in"))
        self.button.setAccessibleName(words.tr("Log in"))

    def _accept_if_whole(self) -> None:
        for field in (self.server, self.user, self.password):
            if not field.text().strip():
                field.setFocus()
                return
        self.accept()

    @property
    def values(self) -> tuple[str, str, str, str]:
        """Server, user, password, language."""
        server = self.server.text().strip()
        if "://" not in server:
            server = f"http://{server}"
        return server, self.user.text().strip(), self.password.text(), str(self.language.currentData())
