"""A customer's card to fill or to change."""

import msgspec
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QWidget

from agentdesk.desk import actions, keys
from agentdesk.widgets import Press
from agentdesk.widgets.pieces import label
from agentdesk.words import QT_TR_NOOP, Words
from server.wire.desk import Customer
from server.wire.desk_cards import MAX_EMAIL_CHARACTERS, MAX_NUMBER_CHARACTERS, MAX_NUMBERS

FIELDS = (
    ("name", QT_TR_NOOP("Name")),
    ("numbers", QT_TR_NOOP("Telephone")),
    ("number", QT_TR_NOOP("Customer no.")),
    ("email", QT_TR_NOOP("E-mail")),
    ("language", QT_TR_NOOP("Language")),
    ("segment", QT_TR_NOOP("Segment")),
)
BETWEEN_NUMBERS = ", "
LONGEST = {
    "email": MAX_EMAIL_CHARACTERS,
    "numbers": MAX_NUMBERS * (MAX_NUMBER_CHARACTERS + len(BETWEEN_NUMBERS)),
}
LONGEST_OTHER = 200


class CardForm(QWidget):
    """Keeps what is typed while the same card of the same call is shown, whatever the server sends.

    What the agent leaves as it is, is handed in as it came, though a field shows less of it or without its line ends.
    """

    def __init__(self, words: Words, press: Press) -> None:
        super().__init__()
        self._press = press
        self._card = Customer()
        self._belongs_to: tuple[str, str] | None = None
        self._at_first = {name: "" for name, _ in FIELDS}
        self.fields: dict[str, QLineEdit] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(5)
        for name, source in FIELDS:
            field = QLineEdit()
            field.setMaxLength(LONGEST.get(name, LONGEST_OTHER))
            field.setAccessibleName(words.tr(source))
            field.returnPressed.connect(self.save)
            self.fields[name] = field
            form.addRow(label(words.tr(source)), field)
        self.fields["numbers"].setPlaceholderText(words.tr("several: separated by commas"))
        self.button = QPushButton(f"{words.tr('Save the card')}  [{keys.SAVE_CARD}]")
        self.button.setAccessibleName(words.tr("Save the card"))
        self.button.clicked.connect(self.save)
        form.addRow("", self.button)

    def show_card(self, call: str, card: Customer) -> None:
        """Start with this card, unless it is the one that is being filled."""
        if self._belongs_to == (call, card.id):
            return
        self._belongs_to, self._card = (call, card.id), card
        for name, field in self.fields.items():
            value = getattr(card, name)
            field.setText(BETWEEN_NUMBERS.join(value) if isinstance(value, list) else value)
            self._at_first[name] = field.text()

    def forget(self) -> None:
        """The next card is another one."""
        self._belongs_to = None

    def save(self) -> None:
        """Hand the card in."""
        typed = {name: field.text() for name, field in self.fields.items() if field.text() != self._at_first[name]}
        values: dict[str, object] = {name: text.strip() for name, text in typed.items()}
        if "numbers" in typed:
            values["numbers"] = [part.strip() for part in typed["numbers"].split(",") if part.strip()]
        self._press(actions.SaveCustomer(msgspec.structs.replace(self._card, **values)))
