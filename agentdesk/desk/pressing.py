"""What follows from the agent's actions."""

from agentdesk.desk import actions, papers
from agentdesk.desk.banners import refusal
from agentdesk.desk.bars import IN_CALL, in_talk, muted
from agentdesk.desk.effects import AskWho, Close, Effect, PhoneDo, Reconnect, Send
from agentdesk.desk.notebook import Notebook
from agentdesk.desk.requests import Requests
from agentdesk.desk.script import attaching, stepping
from agentdesk.desk.script.sheets import type_answer
from agentdesk.desk.search import LEAST_CHARACTERS, SEARCH_AFTER_SECONDS
from agentdesk.desk.standing import Standing
from server.wire import desk as wire, linecard
from server.wire.softphone import AGENT_LEG

DECLINED = 603
EXTENSION_SECONDS = 30


class Pressing:
    """Turns actions into effects. An action that is not possible just now does nothing."""

    def __init__(self, desk: Standing, notebook: Notebook, requests: Requests) -> None:
        self._desk = desk
        self._notebook = notebook
        self._requests = requests
        self._number = requests.number
        self.search_at: float | None = None
        """When the server is to be asked for what stands in the search box."""
        self.leaving: int | None = None
        """The request with which the agent logs out."""

    def press(self, action: actions.Action, now: float) -> list[Effect]:
        """What follows from `action`."""
        match action:
            case actions.EditNotes() | actions.ChooseResult() | actions.Finish() | actions.ExtendWrapUp():
                return self._write(action, now)
            case actions.Search() | actions.ChooseCustomer() | actions.SaveCustomer() | actions.NewCard():
                return self._customer(action, now)
            case actions.SawMessage():
                return self._saw_message()
            case (
                actions.StepScript()
                | actions.TakeWay()
                | actions.BeginScript()
                | actions.PassOn()
                | actions.OpenJumpList()
                | actions.CloseJumpList()
            ):
                return stepping.press(self._desk, action, self._number, self._requests.waiting(wire.StepScript))
            case actions.TypeAnswer():
                type_answer(self._desk, action, now)
                return []
            case actions.AttachFile() | actions.AttachDrawing() | actions.Detach():
                return attaching.press(self._desk, action, self._number, now)
            case actions.OpenFile():
                return papers.press(self._desk, action, self._number, now)
            case actions.CallCustomer() | actions.FinishMessage() | actions.CallBackMessage():
                return self._message(action)
            case actions.SetPresence() | actions.AfterCall() | actions.LogOut() | actions.TryNow():
                return self._work(action, now)
            case actions.DismissNotice():
                self._desk.notice = ""
                return []
            case _:
                return self._call(action)

    def _call(self, action: actions.Action) -> list[Effect]:
        desk = self._desk
        match action:
            case actions.Answer() if desk.phone_call is not None and desk.phone_call.state == "ringing":
                return [PhoneDo(linecard.Answer(call=desk.phone_call.call, leg=AGENT_LEG))]
            case actions.HangUp():
                return self._hang_up()
            case actions.ToggleHold() if desk.linked and desk.call is not None and desk.call.state in IN_CALL:
                return [Send(wire.Hold(id=self._number(), on=desk.call.state == "talking"))]
            case actions.ToggleMute() if in_talk(desk):
                return self._mute(not muted(desk))
            case actions.ToggleKeypad() if in_talk(desk) or desk.keypad_open:
                desk.keypad_open = not desk.keypad_open
            case actions.PressDigit() if in_talk(desk) and action.digit in "0123456789*#":
                return self._digit(action.digit)
        return []

    def _message(self, action: actions.CallCustomer | actions.FinishMessage | actions.CallBackMessage) -> list[Effect]:
        """What is to happen with a voice message."""
        if not self._desk.linked:
            return []
        match action:
            case actions.CallCustomer():
                return [Send(wire.CallCustomer(id=self._number()))]
            case actions.FinishMessage():
                return [Send(wire.FinishMessage(id=self._number()))]
            case actions.CallBackMessage():
                asked = wire.CallBackMessage(id=self._number(), mailbox=action.mailbox, message=action.message)
                return [Send(asked)]

    def _saw_message(self) -> list[Effect]:
        """The oldest message is the one that is shown."""
        messages = self._desk.state.messages if self._desk.state else []
        if not messages or not self._desk.linked:
            return []
        return [Send(wire.SawMessage(id=self._number(), message=messages[0].id))]

    def _hang_up(self) -> list[Effect]:
        desk = self._desk
        if desk.linked and desk.call is not None and desk.call.state in ("reserved", "ringing", *IN_CALL):
            return [Send(wire.HangUp(id=self._number()))]
        return self.release_phone()

    def release_phone(self) -> list[Effect]:
        """End the softphone's call without the server."""
        phone = self._desk.phone_call
        if phone is None:
            return []
        code = DECLINED if phone.state == "ringing" else 0
        return [PhoneDo(linecard.Release(call=phone.call, leg=AGENT_LEG, code=code))]

    def _mute(self, on: bool) -> list[Effect]:
        """The softphone first: a cough does not wait for the server."""
        desk, effects = self._desk, list[Effect]()
        if desk.phone_call is not None and desk.phone_call.state != "ringing":
            effects.append(PhoneDo(linecard.Mute(call=desk.phone_call.call, leg=AGENT_LEG, on=on)))
        if desk.linked and desk.call is not None and desk.call.state in IN_CALL and desk.call.muted != on:
            effects.append(Send(wire.Mute(id=self._number(), on=on)))
        return effects

    def _digit(self, digit: str) -> list[Effect]:
        desk = self._desk
        desk.digits_sent = (desk.digits_sent + digit)[-32:]
        if desk.linked and desk.call is not None:
            return [Send(wire.Keypad(id=self._number(), digits=digit))]
        if desk.phone_call is not None:
            return [PhoneDo(linecard.Digits(call=desk.phone_call.call, leg=AGENT_LEG, digits=digit))]
        return []

    def _write(self, action: actions.Action, now: float) -> list[Effect]:
        desk = self._desk
        if desk.call is None:
            return []
        wrap_up = desk.linked and desk.state is not None and desk.state.wrap_up is not None
        match action:
            case actions.EditNotes():
                self._notebook.write(desk.call.call, action.text, now)
            case actions.ChooseResult():
                self._notebook.choose(desk.call.call, action.result, now)
                return self._notebook.tick(now, desk.linked)
            case actions.ExtendWrapUp() if wrap_up:
                return [Send(wire.ExtendWrapUp(id=self._number(), seconds=EXTENSION_SECONDS))]
            case actions.Finish() if wrap_up:
                self._notebook.flush(now)
                return [*self._notebook.tick(now, desk.linked), Send(wire.FinishWrapUp(id=self._number()))]
        return []

    def _customer(self, action: actions.Action, now: float) -> list[Effect]:
        desk = self._desk
        match action:
            case actions.Search():
                desk.searching, desk.found = action.text, []
                enough = len(action.text.strip()) >= LEAST_CHARACTERS
                self.search_at = now + SEARCH_AFTER_SECONDS if enough else None
            case actions.ChooseCustomer():
                desk.searching, self.search_at = "", None
                if desk.call is None:
                    desk.shown_customer = action.customer
                elif desk.linked:
                    chosen = wire.ChooseCustomer(id=self._number(), call=desk.call.call, customer=action.customer.id)
                    return [Send(chosen)]
            case actions.SaveCustomer() if desk.linked:
                call = desk.call.call if desk.call else ""
                return [Send(wire.SaveCustomer(id=self._number(), customer=action.customer, call=call))]
            case actions.SaveCustomer():
                self._desk.notice = desk.words.tr("The card is not saved: there is no connection to the server.")
                self._desk.notice_until = now + 8
            case actions.NewCard() if desk.call is not None:
                desk.new_card = desk.call.call
        return []

    def search_due(self, now: float) -> list[Effect]:
        """The question to the server, when the agent has paused typing."""
        if self.search_at is None or now < self.search_at or not self._desk.linked:
            return []
        self.search_at = None
        return [Send(wire.FindCustomers(id=self._number(), text=self._desk.searching.strip()))]

    def _work(self, action: actions.Action, now: float) -> list[Effect]:
        desk = self._desk
        match action:
            case actions.SetPresence() if desk.linked:
                return [Send(wire.SetPresence(id=self._number(), presence=action.presence, reason=action.reason))]
            case actions.AfterCall() if desk.linked:
                return [Send(wire.AfterCall(id=self._number(), presence=action.presence, reason=action.reason))]
            case actions.TryNow() if not desk.linked:
                if desk.link == "refused" or desk.state is None:
                    return [AskWho(refusal(desk) if desk.link == "refused" else "")]
                return [Reconnect("asked for by the agent")]
            case actions.TryNow() if desk.state is not None and desk.state.me.fault == "desk-lost":
                return [Reconnect("the server cannot hear this desk")]
            case actions.LogOut() if desk.linked:
                self._notebook.flush(now)
                notes = self._notebook.tick(now, True)
                self.leaving = self._number()
                return [*notes, Send(wire.SetPresence(id=self.leaving, presence="logged-out"))]
            case actions.LogOut():
                return [Close()]
        return []
