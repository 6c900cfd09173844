"""The desk: messages and actions in, effects and a view out."""

from datetime import UTC, tzinfo
from math import inf

import msgspec

from agentdesk.desk import actions, papers, strangers
from agentdesk.desk.banners import banners, refusal
from agentdesk.desk.bars import call_bar, in_talk, top_bar
from agentdesk.desk.columns import colleagues, my_day, notes_pane, result_pane
from agentdesk.desk.customer_view import customer_pane
from agentdesk.desk.effects import Alert, AskWho, Close, Effect, Reconnect, Send, StartPhone
from agentdesk.desk.happenings import (
    DraftFound,
    FileFetched,
    FileKept,
    FileMoved,
    FileNotFetched,
    FileRefused,
    Happening,
    Linked,
    LoggedIn,
    LogInFailed,
    PhoneProcess,
    TakenOver,
    TypedFound,
    Unlinked,
)
from agentdesk.desk.notebook import Notebook
from agentdesk.desk.phone_news import fold_phone, register_phone
from agentdesk.desk.pressing import Pressing
from agentdesk.desk.problems import sentence
from agentdesk.desk.requests import Requests
from agentdesk.desk.script import attaching
from agentdesk.desk.script.sheets import sheet_of
from agentdesk.desk.script.showing import jump_list, script_pane
from agentdesk.desk.search import hits
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import View
from agentdesk.words import Words
from server.wire import desk as wire

BEAT_SECONDS = 5.0
NOTICE_SECONDS = 8.0
CREDENTIAL_PATIENCE_SECONDS = 60.0
"""At most so often a refused phone makes the desk log in again for a new credential."""


class Desk:
    """All rules of the desk. `now` is always monotonic seconds; the server's clock comes with its messages."""

    def __init__(self, words: Words, zone: tzinfo = UTC) -> None:
        """`zone`: in which the history's dates are shown."""
        self._desk = Standing(words, zone)
        self._requests = Requests()
        self._notebook = Notebook(self._requests.number)
        self._pressing = Pressing(self._desk, self._notebook, self._requests)
        self._beat_at = 0.0
        self._alerted = ""
        self._messages_shown: set[str] = set()
        self._fresh_credential_at: float | None = None

    @property
    def busy(self) -> bool:
        """Whether closing the window now would leave a call or unconfirmed notes behind."""
        return self._desk.call is not None or self._desk.phone_call is not None or self._notebook.unconfirmed > 0

    def handle(self, message: Happening, now: float) -> list[Effect]:
        """Something happened: what is to be done."""
        match message:
            case wire.Welcome() | wire.Changed():
                effects = self._state_news(message, now)
            case wire.Done() | wire.Refused() | wire.Found() | wire.Saved() | wire.Services() | wire.Places():
                effects = self._answer(message, now)
            case LoggedIn() | LogInFailed() | Linked() | Unlinked() | TakenOver():
                effects = self._link_news(message, now)
            case TypedFound():
                self._desk.unsent.found(message)
                effects = []
            case FileMoved() | FileKept() | FileRefused():
                attaching.news(self._desk, message, now)
                effects = []
            case FileFetched():
                papers.opened(self._desk, message.number)
                effects = []
            case FileNotFetched():
                papers.failed(self._desk, message, now)
                effects = []
            case DraftFound():
                self._notebook.found(message.call, message.text, message.result)
                effects = self._notebook.tick(now, self._desk.linked)
            case _:
                effects = self._phone_news(message, now)
        self._settle()
        return self._leave(effects, now)

    def press(self, action: actions.Action, now: float) -> list[Effect]:
        """The agent did something: what is to be done."""
        return self._leave(self._pressing.press(action, now), now)

    def tick(self, now: float) -> list[Effect]:
        """Time went by; to be called a few times a second."""
        desk, effects = self._desk, self._notebook.tick(now, self._desk.linked)
        effects += [*desk.unsent.due(now), *self._pressing.search_due(now)]
        if desk.linked and self._requests.overdue(now):
            return self._leave([*effects, self._reconnect("the server is silent", now)], now)
        if desk.linked and now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            effects.append(Send(wire.Beat(id=self._requests.number(), phone=desk.phone_registered)))
        return self._leave(effects, now)

    def closing(self, now: float) -> list[Effect]:
        """The window goes away: what was written and is stored nowhere yet is due now."""
        self._notebook.flush(now)
        return self._leave([*self._notebook.tick(now, self._desk.linked), *self._desk.unsent.due(inf)], now)

    def view(self, now: float) -> View:
        """All that the window shows."""
        desk = self._desk
        top, result = top_bar(desk, now), result_pane(desk, self._notebook, now)
        name = desk.state.me.name if desk.state else ""
        return View(
            title=" · ".join(part for part in (top.chip.word, name, "Caruso") if part),
            banners=banners(desk, self._notebook, now),
            top=top,
            call_bar=call_bar(desk, now),
            customer=customer_pane(desk, now),
            notes=notes_pane(desk, self._notebook, now),
            result=result,
            colleagues=colleagues(desk),
            my_day=my_day(desk),
            script=script_pane(desk),
            jump=jump_list(desk),
            hits=hits(desk, top.presences, result.results),
            searching=desk.searching,
        )

    @property
    def standing(self) -> Standing:
        """What the desk knows; for reading only."""
        return self._desk

    def _leave(self, effects: list[Effect], now: float) -> list[Effect]:
        for effect in effects:
            if isinstance(effect, Send):
                self._requests.sent(effect.request, now)
        return effects

    def _reconnect(self, why: str, now: float, fresh_session: bool = False) -> Reconnect:
        self._lose_link(now)
        return Reconnect(why, fresh_session)

    def _lose_link(self, now: float) -> None:
        desk = self._desk
        if desk.lost_at is None:
            desk.lost_at = now
        desk.link, desk.round_trip, desk.retry_at = "unlinked", None, None
        self._requests.forget()
        self._notebook.unlinked()
        self._pressing.leaving = None

    def _state_news(self, message: wire.Welcome | wire.Changed, now: float) -> list[Effect]:
        desk = self._desk
        if isinstance(message, wire.Welcome):
            desk.state, desk.link, desk.lost_at, desk.retry_at = message.state, "linked", None, None
            self._beat_at = now
        elif desk.state is None or not desk.linked or message.revision != desk.revision + 1:
            return [self._reconnect("a change was missed", now)] if desk.linked else []
        else:
            news = {name: getattr(message, name) for name in wire.State.__struct_fields__ if hasattr(message, name)}
            known = {name: value for name, value in news.items() if value is not msgspec.UNSET}
            self._notice_who_was_faster(desk.state.me, message.me, now)
            desk.state = msgspec.structs.replace(desk.state, **known)
        if getattr(message, "call", None) is not msgspec.UNSET:
            desk.state = msgspec.structs.replace(desk.state, call=strangers.call_of(desk.state.call))
        desk.revision, desk.ahead = message.revision, message.now - now
        self._notebook.show(desk.call, fresh=isinstance(message, wire.Welcome))
        self._notebook.flush_others(now)
        typed = self._unsent(now)
        return typed + self._notebook.tick(now, desk.linked) + self._pop() + self._new_messages()

    def _unsent(self, now: float) -> list[Effect]:
        """What was typed in scripts and is over."""
        desk = self._desk
        call = desk.call.call if desk.call is not None else ""
        sheet = sheet_of(desk.script) if desk.script is not None else ""
        return desk.unsent.shown(call, sheet, now)

    def _new_messages(self) -> list[Effect]:
        """Point at each message once, without a sound."""
        messages, tr = self._desk.state.messages if self._desk.state else [], self._desk.words.tr
        new = [one for one in messages if one.id not in self._messages_shown]
        self._messages_shown = {one.id for one in messages}
        return [Alert(tr("Message from {name}", name=new[0].by), new[0].text, quiet=True)] if new else []

    def _notice_who_was_faster(self, before: wire.Me, after: wire.Me | msgspec.UnsetType, now: float) -> None:
        """A call that rang at several desks is gone from this one: say why, so that nobody takes it for a fault."""
        if after is not msgspec.UNSET and after.taken_by and not before.taken_by:
            self._notice(self._desk.words.tr("{name} has taken the call.", name=after.taken_by), now)

    def _pop(self) -> list[Effect]:
        """Call the agent once for each offer."""
        call, tr = self._desk.call, self._desk.words.tr
        if call is None or call.state not in ("reserved", "ringing"):
            self._alerted = "" if call is None else self._alerted
            return []
        if self._alerted == call.call:
            return []
        self._alerted, self._desk.shown_customer = call.call, None
        who = strangers.name_of(call) or call.number_shown or strangers.one_line(call.number)
        title = tr("Call-back to {who}", who=who) if call.call_back else tr("Call from {who}", who=who)
        return [Alert(title, tr("queue {name}", name=call.queue_name or call.queue))]

    def _answer(
        self,
        message: wire.Done | wire.Refused | wire.Found | wire.Saved | wire.Services | wire.Places,
        now: float,
    ) -> list[Effect]:
        asked, desk = self._requests.answered(message.id), self._desk
        if asked is None:
            return []
        request, left = asked
        match message:
            case wire.Done():
                if isinstance(request, wire.Beat):
                    desk.round_trip = now - left
                if message.id == self._pressing.leaving:
                    return [Close()]
                return self._notebook.done(message.id, now)
            case wire.Refused():
                return self._refused(request, message, now)
            case wire.Found() if isinstance(request, wire.FindCustomers) and request.text == desk.searching.strip():
                desk.found = message.customers
            case wire.Places():
                desk.places = message.places
            case wire.Saved():
                self._notice(desk.words.tr("The customer's card is saved."), now)
                desk.shown_customer = message.customer if desk.call is None else None
        return []

    def _refused(self, request: wire.AnyRequest, message: wire.Refused, now: float) -> list[Effect]:
        if message.id == self._pressing.leaving:
            self._pressing.leaving = None
        notes = self._notebook.refused(message.id) and isinstance(request, wire.SaveNotes)
        tr = self._desk.words.tr
        if not notes:
            self._notice(tr("Not done: {why}", why=sentence(message.problem, message.detail, self._desk.words)), now)
        elif isinstance(request, wire.SaveNotes) and (self._desk.call is None or self._desk.call.call != request.call):
            self._notice(
                tr("The server did not take the notes of an earlier call; they are kept on this computer."), now
            )
        return self._pressing.release_phone() if isinstance(request, wire.HangUp) else []

    def _notice(self, text: str, now: float) -> None:
        self._desk.notice, self._desk.notice_until = text, now + NOTICE_SECONDS

    def _link_news(self, message: LoggedIn | LogInFailed | Linked | Unlinked | TakenOver, now: float) -> list[Effect]:
        desk = self._desk
        match message:
            case LoggedIn():
                desk.session = message.session
                if desk.session.sip is None:
                    return []
                return [StartPhone()] if desk.phone is None else register_phone(desk)
            case Linked():
                desk.link = "linking"
            case Unlinked():
                self._lose_link(now)
                desk.retry_at, desk.link_detail = now + message.retry_seconds, message.why
                desk.link_problem = message.problem
            case LogInFailed():
                self._lose_link(now)
                desk.link, desk.link_detail = "refused", sentence(message.problem, message.detail, desk.words)
                if desk.state is None:  # nothing is shown yet that the question could stand in front of
                    return [AskWho(refusal(desk))]
            case TakenOver():
                self._lose_link(now)
                desk.link = "taken-over"
        return []

    def _phone_news(self, message: Happening, now: float) -> list[Effect]:
        desk, before = self._desk, self._desk.phone_registered
        effects = fold_phone(desk, message, now)  # type: ignore[arg-type]  # all other kinds were taken before
        if isinstance(message, PhoneProcess) and message.state == "ended":
            effects.append(StartPhone())
        if desk.linked and desk.phone_registered != before:
            self._beat_at = now
        registration = desk.phone.registration.state if desk.phone else "none"
        patience_over = (
            self._fresh_credential_at is None or now - self._fresh_credential_at > CREDENTIAL_PATIENCE_SECONDS
        )
        if registration == "refused" and desk.linked and patience_over:
            self._fresh_credential_at = now
            effects.append(self._reconnect("the phone's credential was refused", now, fresh_session=True))
        return effects

    def _settle(self) -> None:
        """What ends with a call: the keypad, the digits."""
        desk = self._desk
        if not in_talk(desk):
            desk.keypad_open, desk.digits_sent = False, ""
        if desk.call is None:
            desk.new_card = ""
        attaching.forget(desk)
        if desk.script is None or desk.script.status != "running":
            desk.places = desk.way_asked = None
