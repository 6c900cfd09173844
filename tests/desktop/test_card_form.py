"""The customer's card on the desk: cut where it is shown, whole where it is kept; only what was typed is changed."""

import pytest
from desk_scene import WEBER, Scene, numbered, ringing, sent, state, talking
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agentdesk.desk import actions
from agentdesk.desk.effects import Alert
from agentdesk.desk.strangers import MOST_CHARACTERS
from agentdesk.widgets.customer_pane import CustomerColumn
from agentdesk.words import words_in
from server.desk.requests import check
from server.storage.cards import checked
from server.wire import desk as wire

LONG_NAME = "Companhia " * 19 + "de Águas"
LONG = replace(
    WEBER,
    name=LONG_NAME,
    email="a" * 64 + "@" + "b" * 185 + ".com",
    numbers=[f"+4930901820{place:02}" for place in range(20)],
)


class Column:
    """The left column of a desk in a situation, and the cards that it hands in."""

    def __init__(self, qtbot: QtBot, whole: wire.State) -> None:
        self.scene, self.pressed = Scene(whole), []
        self.widget = CustomerColumn(words_in("en"), self.pressed.append)
        qtbot.addWidget(self.widget)
        self.show()

    def show(self) -> None:
        self.widget.show()
        self.widget.show_customer(self.scene.view.customer)
        QApplication.processEvents()

    def saved(self, **typed: str) -> wire.Customer:
        """The card that reaches the server when the agent types this over what the fields hold."""
        for name, text in typed.items():
            self.widget.form.fields[name].setText(text)
        self.widget.save_card()
        (request,) = sent(self.scene.desk.press(self.pressed[-1], self.scene.now))
        assert isinstance(request, wire.SaveCustomer)
        return request.customer


def test_a_long_card_whose_language_is_changed_keeps_all_else(qtbot: QtBot) -> None:
    column = Column(qtbot, talking(customer=LONG))
    column.widget.start_editing()
    assert column.widget.form.fields["email"].text() == LONG.email
    assert column.widget.form.fields["numbers"].text() == ", ".join(LONG.numbers)
    kept = column.saved(language="pt")
    assert kept == replace(LONG, language="pt")
    check(wire.SaveCustomer(id=1, customer=kept))
    assert checked(kept, "49") == kept


def test_so_does_one_that_was_found_without_a_call(qtbot: QtBot) -> None:
    column = Column(qtbot, state())
    scene = column.scene
    scene.desk.press(actions.Search("compan"), scene.now)
    effects = scene.later(0.25)
    scene.desk.handle(wire.Found(numbered(effects, wire.FindCustomers), [LONG]), scene.now)
    assert len(scene.view.hits[0].text) < 2 * MOST_CHARACTERS
    scene.desk.press(scene.view.hits[0].action, scene.now)
    column.show()
    column.widget.start_editing()
    assert column.saved(segment="Silver") == replace(LONG, segment="Silver")


def test_what_no_field_can_hold_stays_as_it_is_unless_it_is_typed_anew(qtbot: QtBot) -> None:
    """A company's own service may answer anything; the server says what of it cannot be kept."""
    odd = replace(WEBER, name="x" * 1000, number=" 7 ", segment="a\nb", numbers=["1, 2", "3"])
    column = Column(qtbot, talking(customer=odd))
    column.widget.start_editing()
    assert column.saved(language="pt") == replace(odd, language="pt")
    assert column.saved(name="Ana ", numbers="+4930, 5,") == replace(
        odd, language="pt", name="Ana", numbers=["+4930", "5"]
    )


def test_a_new_card_begins_with_the_whole_name_of_who_calls(qtbot: QtBot) -> None:
    column = Column(qtbot, talking(customer=None, name="N" * 128))
    assert len(column.scene.view.call_bar.who) == MOST_CHARACTERS
    assert column.saved(language="pt") == wire.Customer(name="N" * 128, numbers=["+4930901820"], language="pt")


@pytest.mark.parametrize("text", ["x" * 1000, "Ana\n\u202eevil\u202c " * 30])
def test_wherever_a_card_is_shown_it_is_on_lines_of_some_length(text: str) -> None:
    card = replace(WEBER, name=text, number=text, email=text, segment=text, language=text, numbers=[text])
    scene = Scene(state())
    shown: list[str] = []
    for effect in scene.changed(ringing(customer=card, name=text)):
        shown += [effect.title] if isinstance(effect, Alert) else []
    assert len(shown) == 1
    shown += [scene.view.customer.title, *scene.view.customer.lines, scene.view.call_bar.who]
    scene.changed(ringing(customer=None, matches=[card, replace(card, id="c2")]))
    shown += [match.text for match in scene.view.customer.matches]
    scene.changed(ringing(customer=None, looked_up=False, name=text))
    shown += [scene.view.customer.title, scene.view.call_bar.who]
    scene.changed(state())
    saved = scene.desk.press(actions.SaveCustomer(card), scene.now)
    scene.desk.handle(wire.Saved(numbered(saved, wire.SaveCustomer), card), scene.now)
    shown += [scene.view.customer.title, *scene.view.customer.lines]
    assert [one for one in shown if len(one) > 4 * MOST_CHARACTERS or not one.isprintable()] == []
