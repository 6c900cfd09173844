"""The search box: one place from which everything is found."""

from agentdesk.desk import actions
from agentdesk.desk.standing import Standing
from agentdesk.desk.strangers import card_of, one_line
from agentdesk.desk.views import Choice, Hit
from server.wire import desk as wire

SEARCH_AFTER_SECONDS = 0.25
LEAST_CHARACTERS = 2
MOST_PER_GROUP = 8


def _customer_text(customer: wire.Customer) -> str:
    shown = card_of(customer)
    numbers = ", ".join(shown.numbers[:2])
    return " · ".join(part for part in (shown.name or one_line(customer.id), shown.number, numbers) if part)


def hits(desk: Standing, presences: list[Choice], results: list[Choice]) -> list[Hit]:
    """What matches the text: customers (found by the server), actions, results."""
    text = desk.searching.strip().casefold()
    if len(text) < LEAST_CHARACTERS:
        return []
    tr = desk.words.tr
    found = [
        Hit(group=tr("Customer"), text=_customer_text(customer), action=actions.ChooseCustomer(customer))
        for customer in desk.found[:MOST_PER_GROUP]
    ]
    deeds = [*presences, *_deeds(desk)]
    found += [Hit(group=tr("Action"), text=one.text, action=one.action) for one in deeds if text in one.text.casefold()]
    if desk.call is not None:
        found += [
            Hit(group=tr("Result"), text=one.text, action=one.action) for one in results if text in one.text.casefold()
        ]
    return found


def _deeds(desk: Standing) -> list[Choice]:
    tr = desk.words.tr
    deeds: list[tuple[str, actions.Action]] = [
        (tr("Hold, and take back"), actions.ToggleHold()),
        (tr("Mute, and speak again"), actions.ToggleMute()),
        (tr("Show or hide the keypad"), actions.ToggleKeypad()),
        (tr("Hang up"), actions.HangUp()),
        (tr("30 seconds more wrap-up"), actions.ExtendWrapUp()),
        (tr("Finish the wrap-up"), actions.Finish()),
        (tr("Reconnect now"), actions.TryNow()),
        (tr("Log out and close"), actions.LogOut()),
    ]
    return [Choice(text=text, action=action) for text, action in deeds]
