"""The customer's card and history, as they pop before the answer."""

from agentdesk.desk import actions, papers
from agentdesk.desk.durations import clock, when
from agentdesk.desk.standing import Standing
from agentdesk.desk.strangers import card_of, one_line
from agentdesk.desk.views import Choice, CustomerPane, HistoryLine
from agentdesk.words import QT_TR_NOOP, Words
from server.wire import desk as wire
from server.wire.uploads import is_name

CHANNELS = {
    "call": QT_TR_NOOP("Call"),
    "voice": QT_TR_NOOP("Call"),
    "phone": QT_TR_NOOP("Call"),
    "e-mail": QT_TR_NOOP("E-mail"),
    "web": QT_TR_NOOP("Web form"),
    "ivr": QT_TR_NOOP("Voice menu"),
    "desk": QT_TR_NOOP("Script"),
    "voicemail": QT_TR_NOOP("Voicemail"),
    "message": QT_TR_NOOP("Message"),
}
OUTCOMES = {
    "answered": QT_TR_NOOP("answered"),
    "abandoned": QT_TR_NOOP("hung up waiting"),
    "short-abandoned": QT_TR_NOOP("hung up at once"),
    "call-back": QT_TR_NOOP("call back wished"),
    "voicemail": QT_TR_NOOP("left a message"),
    "overflowed": QT_TR_NOOP("passed on"),
    "closed": QT_TR_NOOP("called while closed"),
    "full": QT_TR_NOOP("queue was full"),
    "self-served": QT_TR_NOOP("served by the menu"),
    "blocked": QT_TR_NOOP("blocked"),
    "failed": QT_TR_NOOP("failed"),
}
LANGUAGE_NAMES = {
    "de": QT_TR_NOOP("German"),
    "en": QT_TR_NOOP("English"),
    "es": QT_TR_NOOP("Spanish"),
    "fr": QT_TR_NOOP("French"),
    "it": QT_TR_NOOP("Italian"),
    "pt": QT_TR_NOOP("Portuguese"),
}
AUTOMATIC_RESULT = "none-timeout"
"""What the server stores when the wrap-up ran out without a result."""


def result_name(result: str, results: list[wire.Named], words: Words) -> str:
    """What people call a result."""
    if result == AUTOMATIC_RESULT:
        return words.tr("none chosen")
    return next((one.name for one in results if one.id == result), result)


def describe(customer: wire.Customer, words: Words) -> list[str]:
    """The card in a few lines; what is not known is left out."""
    customer = card_of(customer)
    language = LANGUAGE_NAMES.get(customer.language.split("-")[0].split("_")[0].lower(), customer.language)
    facts = [
        words.tr("Customer {number}", number=customer.number) if customer.number else "",
        words.tr(language) if language else "",
        customer.segment,
    ]
    lines = [" · ".join(fact for fact in facts if fact), customer.email, "   ".join(customer.numbers)]
    return [line for line in lines if line]


def history_line(contact: wire.Contact, desk: Standing, now: float) -> HistoryLine:
    """One contact; `heading` says who, where and how long."""
    words = desk.words
    channel = words.tr(CHANNELS.get(contact.channel, contact.channel))
    moment = when(contact.at, desk.server_time(now), desk.zone, words)
    result = result_name(contact.result, desk.state.results if desk.state else [], words)
    outcome = words.tr(OUTCOMES.get(contact.outcome, contact.outcome)) if contact.outcome else ""
    length = clock(contact.seconds) if contact.seconds >= 1 else ""
    return HistoryLine(
        when=moment,
        what=", ".join(part for part in (channel, length) if part),
        result=result or outcome,
        heading=" · ".join(p for p in (moment, channel, contact.queue, length, contact.agent, result or outcome) if p),
        notes=contact.notes or words.tr("No notes were written."),
    )


def told_line(told: wire.Told, words: Words) -> HistoryLine:
    """What the customer told a dialog before this call, as the first line of the history."""
    channel = words.tr(CHANNELS.get(told.channel, told.channel))
    answers = {name: papers.file_word(text, words) if is_name(text) else text for name, text in told.answers.items()}
    before = words.tr("before the call")
    return HistoryLine(
        when=before,
        what=channel,
        result=told.script,
        heading=" · ".join((before, channel, told.script, *(() if told.ended else (words.tr("not at its end"),)))),
        notes="\n".join(f"{name}: {text}" for name, text in answers.items()),
        papers=papers.offered(told.answers),
    )


def _nobody(desk: Standing) -> CustomerPane:
    tr, card = desk.words.tr, desk.shown_customer
    return CustomerPane(
        kind="nobody" if card is None else "known",
        call="",
        title=one_line(card.name) or one_line(card.number) if card else tr("Nobody is calling"),
        lines=describe(card, desk.words) if card else [tr("The customer's card and history appear when it rings.")],
        card=card or wire.Customer(),
        matches=[],
        history_title=tr("History"),
        history=[],
    )


def _match(customer: wire.Customer, words: Words) -> Choice:
    shown = card_of(customer)
    facts = [shown.name or words.tr("No name"), shown.number, shown.segment or shown.email]
    return Choice(text=" · ".join(fact for fact in facts if fact), action=actions.ChooseCustomer(customer))


def customer_pane(desk: Standing, now: float) -> CustomerPane:
    """Who calls: found, several to choose from, or a new card to fill."""
    call, tr = desk.call, desk.words.tr
    if call is None:
        return _nobody(desk)
    history = [history_line(contact, desk, now) for contact in call.history]
    if call.told is not None:
        history.insert(0, told_line(call.told, desk.words))
    matches: list[Choice] = []
    if call.customer is not None:
        kind, title, lines = "known", one_line(call.customer.name) or tr("No name"), describe(call.customer, desk.words)
    elif call.matches and desk.new_card != call.call:
        matches = [_match(customer, desk.words) for customer in call.matches]
        kind, title = "choose", tr("{count} customers have this number", count=len(matches))
        lines = [tr("Ask for the name, then choose.")]
    elif call.looked_up:
        kind, title, lines = "new", tr("New customer"), [tr("Nobody is known by this number.")]
    else:
        kind, title, lines = "looking-up", one_line(call.name) or call.number_shown, [tr("Looking the customer up…")]
    return CustomerPane(
        kind=kind,  # type: ignore[arg-type]  # each branch assigns one of the literals
        call=call.call,
        title=title,
        lines=lines,
        card=call.customer or wire.Customer(name=call.name, numbers=[call.number] if call.number else []),
        matches=matches,
        history_title=tr("History ({count})", count=len(history)),
        history=history,
    )
