"""From a fact of a recorded ledger to what came from outside and caused it.

Most facts name their cause. Where several things could have caused one (a call-back's card that was given up, say),
the facts of the same moment tell which.
"""

from collections.abc import Iterator

import msgspec

from server.call import events, facts
from server.call.now import Now
from server.callflow import message_requests, message_tasks
from server.callflow.turn import SURVEY_OFFER
from server.simulator import script_traces
from server.simulator.known import Known
from server.wire import desk, linecard

MOST_KEYS = 6
"""A caller who presses so many keys that lead nowhere is not asked any more."""


class Traces(Known):
    """From each recorded fact to its cause, by what is known when its turn has come."""

    # -- from a fact to what caused it ----------------------------------------------------------------------------

    def causes(self, place: int, entry: facts.Entry) -> Iterator[events.AnyEvent]:
        """What is to be told to the rules, one after the other, while they have not made the fact."""
        fact, at = entry.fact, entry.at
        match fact:
            case facts.CoreStopping():
                yield events.Stopping(now=fact.now)
            case facts.CallArrived():
                yield self._arrived(fact, at) if not fact.origin else self._begun_by_us(place, fact)
            case facts.OfferRang() if (fact.call, fact.agent) in self._shared:
                yield events.PhoneRang(fact.call, self.legs[fact.call], fact.agent)
            case facts.OfferWon():
                yield events.PhonePickedUp(fact.call, self.legs[fact.call], fact.agent)
            case facts.OfferRang():
                yield self._leg(fact.call, at, lambda call, leg: linecard.Progressed(call=call, leg=leg, code=180))
            case facts.OfferEnded():
                yield from self._offer_ended(place, fact, at)
            case facts.CallHeld(on=on):
                yield self._leg(fact.call, at, lambda call, leg: linecard.Held(call=call, leg=leg, on=on))
            case facts.CallTransferred():
                yield events.TransferAsked(fact.call, fact.to, fact.by)
            case facts.CallReturned():
                yield self._leg_over(fact.call, fact.cause, at)
            case facts.DiversionAnswered():
                yield self._leg(fact.call, at, lambda call, leg: linecard.Answered(call=call, leg=leg))
            case facts.CallReleased():
                yield self._released(fact, at)
            case facts.CallClosed():
                token = self._plays.get(fact.call, "")
                yield self.said(fact.call, linecard.Played(call=fact.call, leg=linecard.CUSTOMER, token=token), at)
                if not self._made(fact):  # no key came after the question for a survey: gone, or hung up by us
                    yield self._customer_over(fact.call, fact.cause, at)
            case facts.CallOffered() | facts.CallBackDue():
                yield events.DeadlinePassed()
                yield from self._called_back_from_mailbox(place, fact)
            case _:
                yield from self._of_callers(place, fact, at)
                yield from self._of_agents(place, fact)
                yield from self._of_scripts(place, fact, at)
                yield from self.watching.causes(fact, lambda call, event: self.said(call, event, at))

    def _of_callers(self, place: int, fact: facts.AnyFact, at: Now) -> Iterator[events.AnyEvent]:
        """Keys, and what became of a call-back."""
        match fact:
            case facts.CallBackWanted():
                yield self._key(fact.call, fact.key, at)
            case facts.CallBackDeclined():
                yield from self._declines(fact, at)
            case facts.CallDiverted(why="key", to="call-back") | facts.CallBackAsked():
                yield from self._confirms(place, fact, at)
            case facts.CallDiverted(why="key"):
                yield self._key(fact.call, fact.key, at)
            case facts.CallQueued():
                yield from self._confirms(place, fact, at)
                yield events.DeadlinePassed()
            case facts.CallDiverted():
                yield events.DeadlinePassed()
            case facts.CallBackTried() if fact.call in self.hearing:
                yield self._leg(fact.call, at, lambda c, leg: _key_of_agent(c, leg, message_tasks.CALL))
            case facts.CallBackTried():
                yield from self._picked_up(fact, at)
            case facts.MessagePlayed():
                yield from self._picked_up(fact, at)
            case facts.VoicemailLeft() | facts.VoicemailChanged():
                yield events.MessageTold(fact)
            case facts.CardChanged(card=card) if card:
                yield events.CardTaken(fact.call, self._offers.get(fact.call, 0), card)
            case facts.CardChanged():
                ended = next((f for f in self._of(place, fact.call) if isinstance(f, facts.OfferEnded)), None)
                if ended is not None and ended.result == "message-done":
                    yield self._leg(fact.call, at, lambda c, leg: _key_of_agent(c, leg, message_tasks.DONE))
                elif ended is None:
                    yield self._customer_over(fact.call, "normal", at)
                else:
                    yield self._not_reached(place, fact.call, at)

    def _of_scripts(self, place: int, fact: facts.AnyFact, at: Now) -> Iterator[events.AnyEvent]:
        """Callers with a dialog script."""
        match fact:
            case facts.SurveyOffered(is_over=False):
                heard = linecard.Played(call=fact.call, leg=linecard.CUSTOMER, token=SURVEY_OFFER)
                yield self.said(fact.call, heard, at)
            case facts.SurveyWanted():
                yield self._key(fact.call, self._plan.queue(fact.queue).survey_key, at)
            case facts.ScriptStepped():
                yield script_traces.stepped(fact)
            case facts.ScriptLeft():
                about = list(self._of(place, fact.call))
                cause = next((one.cause for one in about if isinstance(one, facts.CallReleased)), "normal")
                shown = script_traces.left(fact, about)
                yield self._customer_over(fact.call, cause, at) if shown is None else shown
                token = self._plays.get(fact.call, "")
                if not self._made(fact):  # the session's last words were heard
                    yield self.said(fact.call, linecard.Played(call=fact.call, leg=linecard.CUSTOMER, token=token), at)

    def _of_agents(self, place: int, fact: facts.AnyFact) -> Iterator[events.AnyEvent]:
        match fact:
            case facts.PresenceChosen(by="rule"):
                yield events.DeadlinePassed()
            case facts.PresenceChosen():
                yield _chooses(fact)
            case facts.AfterCallChosen():
                yield events.AgentAsked(
                    fact.agent, fact.agent, desk.AfterCall(presence=fact.presence, reason=fact.reason)
                )
            case facts.WrapUpExtended():
                yield events.AgentAsked(fact.agent, fact.agent, desk.ExtendWrapUp(seconds=int(fact.seconds)))
            case facts.WrapUpEnded(by="time-out") | facts.ResultChosen(result=facts.NO_RESULT):
                yield events.DeadlinePassed()
            case facts.WrapUpEnded():
                if fact.agent in self._chose_after or not self._logs_out(place, fact.agent):
                    yield events.AgentAsked(fact.agent, fact.agent, desk.FinishWrapUp())
            case facts.CustomerKnown(by=facts.BY_NUMBER):
                yield events.CustomerFound(fact.call, fact.customer, fact.segment, fact.numbers)
            case facts.CustomerKnown() if any(agent.id == fact.by for agent in self._plan.site.agent):
                chosen = desk.ChooseCustomer(call=fact.call, customer=fact.customer)
                yield events.AgentAsked(fact.by, fact.by, chosen, fact.numbers)
            case facts.PhoneRegistered():
                yield events.PhoneSeen(fact.agent, registered=fact.registered)
            case facts.DeskLinked():
                yield events.DeskSeen(fact.agent, connected=fact.connected)
            case facts.PhoneAnswered():
                yield events.PhoneProbed(fact.agent, reachable=True)
            case facts.PhoneFailed(how="probe-failed"):
                yield events.PhoneProbed(fact.agent, reachable=not fact.failed)

    def _called_back_from_mailbox(
        self, place: int, fact: facts.CallOffered | facts.CallBackDue
    ) -> Iterator[events.AnyEvent]:
        """An agent opened the mailbox, and called back one whose message waits as a task."""
        offered = next((one for one in self._of(place, fact.call) if isinstance(one, facts.CallOffered)), None)
        if offered is None or fact.call not in self._tasks or offered.why.strategy != message_requests.ASKED:
            return
        if not self._made(fact):
            mailbox, message = self._tasks[fact.call]
            wanted = desk.CallBackMessage(mailbox=mailbox, message=message)
            yield events.AgentAsked(offered.agent, offered.agent, wanted)

    # -- offers ---------------------------------------------------------------------------------------------------

    def _offer_ended(self, place: int, fact: facts.OfferEnded, at: Now) -> Iterator[events.AnyEvent]:
        if fact.result == "answered" and fact.call in self.reaching:
            yield self.said(fact.call, linecard.Answered(call=fact.call, leg=linecard.CUSTOMER), at)
        elif fact.result == "answered":
            yield from self._picked_up(fact, at)
        elif fact.result == "customer-not-reached":
            yield self._not_reached(place, fact.call, at)
        elif fact.result == "caller-left":
            cause = next((f.cause for f in self._of(place, fact.call) if isinstance(f, facts.CallReleased)), "normal")
            yield self._customer_over(fact.call, cause, at)
        elif (key := self._key_that_led_out(place, fact)) is not None:
            yield self._key(fact.call, key, at)
        elif fact.result != "withdrawn" and (fact.call, fact.agent) in self._shared and fact.result != "fault":
            yield events.PhoneDeclined(fact.call, self.legs[fact.call], fact.agent, fact.result)
        elif fact.result != "withdrawn":
            yield self._leg_over(fact.call, fact.result, at)
        elif (chosen := self._presence_after(place, fact.agent)) is not None:
            yield _chooses(chosen)
        elif (fact.call, fact.agent) in self._shared:
            yield self._leg_over(fact.call, "normal", at)
        elif fact.call in self.away:
            yield events.CardLost(self.cards.get(fact.call, ""), fact.call)

    def _key_that_led_out(self, place: int, fact: facts.OfferEnded) -> str | None:
        """The key by which the caller left the queue while the phone rang; None: the offer ended otherwise."""
        if fact.result != "withdrawn":
            return None
        led = (f for f in self._of(place, fact.call) if isinstance(f, facts.CallDiverted) and f.why == "key")
        return next((diverted.key for diverted in led), None)

    def _picked_up(
        self, fact: facts.OfferEnded | facts.CallBackTried | facts.MessagePlayed, at: Now
    ) -> Iterator[events.AnyEvent]:
        yield self._leg(fact.call, at, lambda call, leg: linecard.Answered(call=call, leg=leg))
        if not self._made(fact):  # a mobile: a person pressed 1
            yield self._leg(fact.call, at, lambda call, leg: linecard.Digit(call=call, leg=leg, digit="1"))

    def _not_reached(self, place: int, call: str, at: Now) -> events.AnyEvent:
        """A call-back whose customer was not reached; or its agent's offer ended while it gave up its card."""
        ended = next((f for f in self._of(place, call) if isinstance(f, facts.OfferEnded)), None)
        if ended is not None and ended.result != "customer-not-reached":
            return self._leg_over(call, ended.result, at)
        failed = next((f for f in self._of(place, call) if isinstance(f, facts.CallBackFailed)), None)
        cause = "no-answer" if failed is None else failed.cause
        if cause == "no-card":
            return events.CardTaken(call, self._offers.get(call, 0), "")
        return self._leg_over(call, "normal", at) if cause == "agent-left" else self._customer_over(call, cause, at)

    def _released(self, fact: facts.CallReleased, at: Now) -> events.AnyEvent:
        if fact.by == "server":
            return events.DeadlinePassed()
        if fact.by in ("agent", "number"):
            return self._leg_over(fact.call, fact.cause, at)
        if fact.cause == "card-lost":
            return events.CardLost(self.cards.get(fact.call, ""), fact.call)
        return self._customer_over(fact.call, fact.cause, at)

    # -- keys -----------------------------------------------------------------------------------------------------

    def _confirms(self, place: int, fact: facts.AnyFact, at: Now) -> Iterator[events.AnyEvent]:
        """The caller confirms the number that `call-back-asked` of the same moment names: the own one, or a typed
        one."""
        call = facts.call_of(fact)
        asked = next((f for f in self._of(place, call) if isinstance(f, facts.CallBackAsked)), None)
        if asked is None:
            return
        own = self._callers.get(call, "")
        keys = "1" if asked.number == own else f"{'*' if own else ''}{asked.number}#1"
        # who is offered it instead of waiting presses 1 first; who pressed a key for it did
        for digit in keys if isinstance(fact, facts.CallDiverted) else "1" + keys:
            if not self._made(asked):
                yield self._key(call, digit, at)

    def _declines(self, fact: facts.CallBackDeclined, at: Now) -> Iterator[events.AnyEvent]:
        """Whatever the caller did or did not do: the question was put for the last time."""
        may_type = bool(self._plan.queue(self._queues.get(fact.call, "")).call_back_typed)
        for digit in "*" + "#" * MOST_KEYS if may_type else "0" * MOST_KEYS:
            if not self._made(fact):
                yield self._key(fact.call, digit, at)

    # -- how calls begin ---------------------------------------------------------------------------------------------

    def _arrived(self, fact: facts.CallArrived, at: Now) -> events.CardSaid:
        self.cards[fact.call] = fact.card
        arrived = linecard.Arrived(
            call=fact.call,
            leg=linecard.CUSTOMER,
            caller=fact.caller,
            caller_name=fact.caller_name,
            dialled=fact.dialled,
            trunk=fact.trunk,
            agent=fact.agent,
        )
        return msgspec.structs.replace(self.said(fact.call, arrived, at), caller_e164=fact.caller_e164)

    def _begun_by_us(self, place: int, fact: facts.CallArrived) -> events.AnyEvent:
        """A call-back that began outside of a call: for a message, or asked for."""
        task = next((one for one in self._of(place, fact.call) if isinstance(one, facts.VoicemailTask)), None)
        if task is None:
            return self._ordered(place, fact)
        if task.reserved:
            wanted = desk.CallBackMessage(mailbox=task.mailbox, message=task.message)
            return events.AgentAsked(task.reserved, task.reserved, wanted)
        return events.MessageWaits(task.mailbox, task.message)

    def _ordered(self, place: int, fact: facts.CallArrived) -> events.CallBackOrdered:
        """Asked for outside of a call: queue, number and customer are told in the same moment."""
        about = list(self._of(place, fact.call))
        asked = next(one for one in about if isinstance(one, facts.CallBackAsked))
        known = next((one for one in about if isinstance(one, facts.CustomerKnown)), None)
        return events.CallBackOrdered(
            call=fact.call,
            queue=asked.queue,
            number=asked.number,
            origin=fact.origin,
            e164=fact.caller_e164,
            name=fact.caller_name,
            is_typed=False,
            customer="" if known is None else known.customer,
            segment="" if known is None else known.segment,
            is_known=bool(fact.customer),
        )


def _key_of_agent(call: str, leg: str, key: str) -> linecard.Digit:
    return linecard.Digit(call=call, leg=leg, digit=key)


def _chooses(fact: facts.PresenceChosen) -> events.AgentAsked:
    return events.AgentAsked(fact.agent, fact.by, desk.SetPresence(presence=fact.presence, reason=fact.reason))
