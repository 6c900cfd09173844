"""What desks ask: checked, carried out, answered."""

import re
from collections.abc import Callable

import structlog

from server.call.events import AgentAsked, RequestRefused
from server.call.ports import Customers, Switchboard, Voicemail
from server.call.states import Presence
from server.desk.customer_cards import CustomerCards
from server.desk.scripts import CallScripts
from server.wire import desk
from server.wire.desk_cards import MAX_EMAIL_CHARACTERS, MAX_NUMBERS

MOST_WRAP_UP_SECONDS = 600
MOST_TEXT_CHARACTERS = 200

_DIGITS = re.compile(r"[0-9A-D*#]{1,32}")

log = structlog.get_logger()


class Requests:
    """Carries out one request at a time; each gets exactly one reply.

    `services(interface)` lists registered services, all of them for an empty interface.
    """

    def __init__(
        self,
        switchboard: Switchboard,
        customers: Customers,
        cards: CustomerCards,
        scripts: CallScripts,
        services: Callable[[str], list[desk.ServiceView]],
        voicemail: Voicemail | None = None,
    ) -> None:
        self._switchboard = switchboard
        self._customers = customers
        self._cards = cards
        self._scripts = scripts
        self._services = services
        self._voicemail = voicemail

    async def answer(self, agent: str, request: desk.AnyRequest) -> desk.FromCore:
        """Carry out what `agent` asks; a refusal or a fault is an answer too."""
        try:
            check(request)
            return await self._carry_out(agent, request)
        except RequestRefused as refused:
            return desk.Refused(request.id, refused.problem, refused.detail)
        except Exception as error:  # noqa: BLE001 - the edge: other services' faults must not end the desk's connection
            log.error("desk_request_failed", agent=agent, request=type(request).__name__, error=repr(error))
            return desk.Refused(request.id, "internal-error", "The server could not do this now; please try again.")

    async def _carry_out(self, agent: str, request: desk.AnyRequest) -> desk.FromCore:
        match request:
            case desk.Beat():
                return desk.Done(request.id)
            case desk.FindCustomers():
                return desk.Found(request.id, await self._customers.find(request.text))
            case desk.LookUp():
                return desk.Services(request.id, self._services(request.interface))
            case desk.CallBackMessage():
                self._may_open(agent, request.mailbox)
            case desk.ChooseCustomer():
                await self._choose(agent, request)
                return desk.Done(request.id)
            case desk.SaveCustomer():
                return desk.Saved(request.id, await self._save(agent, request))
            case desk.StepScript() | desk.BeginScript() | desk.PassOn() | desk.ScriptPlaces():
                return await self._scripts.answer(agent, request)
        await self._switchboard.tell(AgentAsked(agent, agent, request))
        return desk.Done(request.id)

    def _may_open(self, agent: str, mailbox: str) -> None:
        boxes = self._voicemail.owned_by(agent) if self._voicemail is not None else []
        if all(box.id != mailbox for box in boxes):
            raise RequestRefused("no-mailbox", "There is no such mailbox of yours.")

    async def _choose(self, agent: str, request: desk.ChooseCustomer) -> None:
        chosen = await self._customers.get(request.customer)
        if chosen is None:
            raise RequestRefused("customer-unknown", "There is no customer of that id.")
        await self._link(agent, request, chosen)

    async def _save(self, agent: str, request: desk.SaveCustomer) -> desk.Customer:
        if request.call:
            call = self._switchboard.call(request.call)
            if call is None or agent not in (call.agent, *call.ringing):
                raise RequestRefused("not-your-call", "That call is not yours, or it is over.")
        if request.customer.id and await self._customers.get(request.customer.id) is None:
            raise RequestRefused("customer-unknown", "There is no customer of that id.")
        kept = await self._customers.save(request.customer)
        if request.call:
            choice = desk.ChooseCustomer(id=request.id, call=request.call, customer=kept.id)
            await self._link(agent, choice, kept)
        self._cards.refresh_customer(kept.id)
        return kept

    async def _link(self, agent: str, choice: desk.ChooseCustomer, chosen: desk.Customer) -> None:
        """The customer of the call is known now."""
        await self._switchboard.tell(AgentAsked(agent, agent, choice, chosen.numbers))
        call = self._switchboard.call(choice.call)
        if call is not None:
            self._cards.refresh(call)


def check(request: desk.AnyRequest) -> None:
    """Refuse what no rule needs to see: `RequestRefused` for values outside their written range."""
    match request:
        case desk.SetPresence() | desk.AfterCall():
            known = {str(presence) for presence in Presence}
            _demand(request.presence is None or request.presence in known, "presence-unknown", "Unknown presence.")
            _short(request.reason)
        case desk.Keypad():
            valid = _DIGITS.fullmatch(request.digits) is not None
            _demand(valid, "digits-invalid", "Digits are 1 to 32 of 0-9, A-D, * and #.")
        case desk.SaveNotes():
            most = desk.MAX_NOTES_CHARACTERS
            _demand(len(request.text) <= most, "notes-too-long", f"Notes have at most {most} characters.")
            _short(request.call)
        case desk.ExtendWrapUp():
            valid = 1 <= request.seconds <= MOST_WRAP_UP_SECONDS
            _demand(valid, "seconds-invalid", f"Wrap-up is extended by 1 to {MOST_WRAP_UP_SECONDS} seconds.")
        case desk.ChooseResult():
            _short(request.call, request.result)
        case desk.ChooseCustomer():
            _short(request.call, request.customer)
        case desk.SawMessage():
            _short(request.message)
        case desk.CallBackMessage():
            _short(request.mailbox, request.message)
        case desk.FindCustomers():
            _short(request.text)
        case desk.LookUp():
            _short(request.interface)
        case desk.StepScript() | desk.BeginScript() | desk.PassOn() | desk.ScriptPlaces():
            _short(request.call)
        case desk.SaveCustomer():
            _check_card(request.customer)
            _short(request.call)


def _check_card(card: desk.Customer) -> None:
    _short(card.id, card.number, card.name, card.language, card.segment, *card.numbers)
    address = f"Mail addresses have at most {MAX_EMAIL_CHARACTERS} characters."
    _demand(len(card.email) <= MAX_EMAIL_CHARACTERS, "text-too-long", address)
    _demand(len(card.numbers) <= MAX_NUMBERS, "card-too-long", f"A card has at most {MAX_NUMBERS} numbers.")
    _demand(bool(card.name.strip() or card.numbers), "card-empty", "A card needs a name or a telephone number.")


def _short(*texts: str) -> None:
    fits = all(len(text) <= MOST_TEXT_CHARACTERS for text in texts)
    _demand(fits, "text-too-long", f"Texts here have at most {MOST_TEXT_CHARACTERS} characters.")


def _demand(holds: bool, problem: str, sentence: str) -> None:
    if not holds:
        raise RequestRefused(problem, sentence)
