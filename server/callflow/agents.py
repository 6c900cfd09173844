"""What agents ask for, and what is seen of their desks and phones.

Reasons that a rule gives (`no-answer`, `busy`, `rejected`, `not-accepted`, `unreachable`) need not be in the site
file; a person may choose only those of `[[reason]]`, or none.
"""

from collections.abc import Callable
from typing import Any

from server.acd.agent import LOST_SECONDS, Agent
from server.call import facts
from server.call.events import AgentAsked, DeskSeen, PhoneProbed, PhoneSeen, RequestRefused
from server.call.states import CallState, Presence, WorkState
from server.callflow import forking, message_requests, messages, offering, talking
from server.callflow.missing import NOT_READY_AFTER, RULE
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import desk, linecard

DESK_BACK_SECONDS = 10
"""How long a desk may take to come back after a restart of the core before it counts as lost."""
DIGITS = frozenset("0123456789ABCD*#")
IN_CALL = (WorkState.TALKING, WorkState.HOLDING)


def asked(turn: Turn, event: AgentAsked) -> None:
    """Carry a request out, or raise `RequestRefused` before anything has changed."""
    agent = turn.state.agents.get(event.agent)
    if agent is None:
        raise RequestRefused("unknown-agent", f"There is no agent {event.agent!r}.")
    if isinstance(event.request, desk.ChooseCustomer):
        _customer(turn, agent, event.request, event)
        return
    request = _REQUESTS.get(type(event.request))
    if request is None:
        raise RequestRefused("not-for-the-rules", f"{type(event.request).__name__} is not a request about calls.")
    request(turn, agent, event.request, event.by)


def _set_presence(turn: Turn, agent: Agent, request: desk.SetPresence, by: str) -> None:
    presence = _presence(request.presence)
    reason = _reason(turn, presence, request.reason)
    if presence is Presence.READY and (agent.phone_failed == "invite-failed" or agent.phone != "registered"):
        _believe(turn, agent)
    if presence is Presence.LOGGED_OUT and agent.work_state in IN_CALL:
        turn.note(facts.AfterCallChosen(agent=agent.id, presence=presence))
        return
    if presence is Presence.LOGGED_OUT:
        talking.end_wrap_up(turn, agent.id, "agent" if by == agent.id else "supervisor")
    if presence is not Presence.READY and (call := _offer_to(turn, agent)) is not None:
        if agent.id in call.fork:
            forking.drop(turn, call, agent.id, "withdrawn")
        else:
            offering.withdraw(turn, call)
    turn.note(facts.PresenceChosen(agent=agent.id, presence=presence, reason=reason, by=by))


def _offer_to(turn: Turn, agent: Agent) -> Call | None:
    """The call that is offered to the agent now; one that the agent still wraps up may be offered to another."""
    call = turn.state.calls.get(agent.call or "")
    if call is None or call.state is not CallState.OFFERED or agent.id not in (call.agent, *call.fork):
        return None
    return call


def _presence(text: str) -> Presence:
    try:
        return Presence(text)
    except ValueError:
        known = ", ".join(Presence)
        raise RequestRefused("unknown-presence", f"There is no presence {text!r}; there are {known}.") from None


def _reason(turn: Turn, presence: Presence, reason: str) -> str:
    if presence is not Presence.NOT_READY or not reason:
        return ""
    if reason not in turn.plan.reasons and reason not in NOT_READY_AFTER:
        known = ", ".join(sorted(turn.plan.reasons)) or "none"
        raise RequestRefused("unknown-reason", f"There is no reason {reason!r}; there are {known}.")
    return reason


def _after_call(turn: Turn, agent: Agent, request: desk.AfterCall, _by: str) -> None:
    if agent.work_state is WorkState.IDLE:
        raise RequestRefused("no-call", "There is no call after which something could come.")
    if request.presence is None:
        turn.note(facts.AfterCallChosen(agent=agent.id, presence=None))
        return
    presence = _presence(request.presence)
    reason = _reason(turn, presence, request.reason)
    turn.note(facts.AfterCallChosen(agent=agent.id, presence=presence, reason=reason))


def _talk_of(turn: Turn, agent: Agent) -> Call:
    call = turn.state.calls.get(agent.call or "")
    if call is None or agent.work_state not in IN_CALL:
        raise RequestRefused("no-call", "You are not in a call.")
    return call


def _hang_up(turn: Turn, agent: Agent, _request: desk.HangUp, _by: str) -> None:
    if (call := _offer_to(turn, agent)) is not None and agent.id in call.fork:
        forking.drop(turn, call, agent.id, "rejected")
    elif call is not None:
        offering.missed(turn, call, "rejected")
    else:
        talking.end(turn, _talk_of(turn, agent), by="agent", cause="normal")


def _hold(turn: Turn, agent: Agent, request: desk.Hold, _by: str) -> None:
    talking.hold(turn, _talk_of(turn, agent), request.on)


def _mute(turn: Turn, agent: Agent, request: desk.Mute, _by: str) -> None:
    talking.mute(turn, _talk_of(turn, agent), request.on)


def _keypad(turn: Turn, agent: Agent, request: desk.Keypad, _by: str) -> None:
    call = _talk_of(turn, agent)
    if not 1 <= len(request.digits) <= 32 or not DIGITS.issuperset(request.digits):
        raise RequestRefused("bad-digits", "Digits are 1 to 32 of 0-9, A-D, * and #.")
    turn.send(call, linecard.Digits(call=call.call, leg=linecard.CUSTOMER, digits=request.digits))


def _own_call(agent: Agent, call: str) -> None:
    if call not in (agent.call, agent.last_call):
        raise RequestRefused("not-your-call", "Notes and results can be kept only for your own present or last call.")


def _notes(turn: Turn, agent: Agent, request: desk.SaveNotes, _by: str) -> None:
    _own_call(agent, request.call)
    if len(request.text) > desk.MAX_NOTES_CHARACTERS:
        raise RequestRefused("notes-too-long", f"Notes have at most {desk.MAX_NOTES_CHARACTERS} characters.")
    turn.note(facts.NotesSaved(call=request.call, agent=agent.id, text=request.text))


def _result(turn: Turn, agent: Agent, request: desk.ChooseResult, _by: str) -> None:
    _own_call(agent, request.call)
    if request.result and request.result not in turn.plan.results:
        raise RequestRefused("unknown-result", f"There is no result {request.result!r}.")
    turn.note(facts.ResultChosen(call=request.call, agent=agent.id, result=request.result))


def _customer(turn: Turn, agent: Agent, request: desk.ChooseCustomer, asked: AgentAsked) -> None:
    _own_call(agent, request.call)
    known = facts.CustomerKnown(call=request.call, customer=request.customer, by=asked.by, numbers=list(asked.numbers))
    turn.note(known)


def _extend(turn: Turn, agent: Agent, request: desk.ExtendWrapUp, _by: str) -> None:
    if agent.work_state is not WorkState.WRAP_UP or agent.call is None:
        raise RequestRefused("no-wrap-up", "There is no wrap-up to extend.")
    if not 1 <= request.seconds <= 600:
        raise RequestRefused("bad-seconds", "A wrap-up is extended by 1 to 600 seconds.")
    turn.note(facts.WrapUpExtended(agent=agent.id, call=agent.call, seconds=request.seconds))


def _finish(turn: Turn, agent: Agent, _request: desk.FinishWrapUp, by: str) -> None:
    if agent.work_state is not WorkState.WRAP_UP:
        raise RequestRefused("no-wrap-up", "There is no wrap-up to finish.")
    talking.end_wrap_up(turn, agent.id, "agent" if by == agent.id else "supervisor")


_REQUESTS: dict[type[Any], Callable[[Turn, Agent, Any, str], None]] = {
    desk.SetPresence: _set_presence,
    desk.AfterCall: _after_call,
    desk.HangUp: _hang_up,
    desk.Hold: _hold,
    desk.Mute: _mute,
    desk.Keypad: _keypad,
    desk.SaveNotes: _notes,
    desk.ChooseResult: _result,
    desk.ExtendWrapUp: _extend,
    desk.FinishWrapUp: _finish,
    desk.SawMessage: messages.saw,
    desk.CallCustomer: message_requests.call_customer,
    desk.FinishMessage: message_requests.finish,
    desk.CallBackMessage: message_requests.call_back,
}


def desk_seen(turn: Turn, event: DeskSeen) -> None:
    """A desk connected, or was lost."""
    agent = turn.state.agents.get(event.agent)
    was_awaited = event.agent in turn.world.desks_away
    turn.world.desks_away.discard(event.agent)
    if agent is None or ((agent.desk is True) == event.connected and not was_awaited):
        return
    turn.note(facts.DeskLinked(agent=agent.id, connected=event.connected))
    if not event.connected:
        turn.due(turn.now.mono + LOST_SECONDS, "lost", agent.id)


def desk_away(turn: Turn, agent_id: str) -> None:
    """The core was restarted, and the desk has not come back in time: it is lost."""
    if agent_id in turn.world.desks_away:
        desk_seen(turn, DeskSeen(agent_id, connected=False))


def lost_long(turn: Turn, agent_id: str) -> None:
    """The desk or the phone has been away for a minute: the agent is not ready, and will have to say so again."""
    agent = turn.state.agents[agent_id]
    lost = [
        *([agent.desk_lost_mono] if agent.desk is False else []),
        *([agent.phone_lost_mono] if agent.phone_fault() and agent.phone_lost_mono else []),
    ]
    if lost and turn.now.mono - min(lost) >= LOST_SECONDS and agent.presence is Presence.READY:
        turn.note(facts.PresenceChosen(agent=agent_id, presence=Presence.NOT_READY, reason="unreachable", by=RULE))


def phone_seen(turn: Turn, event: PhoneSeen) -> None:
    """An agent's phone registered, or its registration ended."""
    agent = turn.state.agents.get(event.agent)
    if agent is not None and agent.registered != event.registered:
        turn.note(facts.PhoneRegistered(agent=agent.id, registered=event.registered))
        _look_at_phone(turn, agent)


def phone_probed(turn: Turn, event: PhoneProbed) -> None:
    """A phone that is probed answered, or did not. A registered one may be of a kind that never answers, or stand
    behind something that lets no question through: it is held only to what it has done since it registered."""
    agent = turn.state.agents.get(event.agent)
    if agent is None:
        return
    is_registered = agent.phone == "registered"
    if is_registered and not agent.phone_answers:
        if not event.reachable or not agent.registered:
            return
        turn.note(facts.PhoneAnswered(agent=agent.id))
    elif is_registered and event.reachable and agent.phone_failed == "invite-failed":
        _answers_but_takes_no_call(turn, agent)
        return
    if not event.reachable and agent.phone_failed != "probe-failed":
        turn.note(facts.PhoneFailed(agent=agent.id, failed=True, how="probe-failed"))
        _look_at_phone(turn, agent)
    elif event.reachable:
        _believe(turn, agent, "probe-failed")


def _answers_but_takes_no_call(turn: Turn, agent: Agent) -> None:
    """The phone is there, was not away, and could not be called all the same: the next call would fare no better."""
    _believe(turn, agent, "probe-failed")
    if agent.presence is Presence.READY:
        chosen = facts.PresenceChosen(agent=agent.id, presence=Presence.NOT_READY, reason="unreachable", by=RULE)
        turn.note(chosen)


def _believe(turn: Turn, agent: Agent, how: str = "invite-failed") -> None:
    """The phone is believed in again. `how` it is asked whether it is there."""
    if agent.phone_failed:
        turn.note(facts.PhoneFailed(agent=agent.id, failed=False, how=how))


def _look_at_phone(turn: Turn, agent: Agent) -> None:
    if not agent.phone_fault():
        return
    turn.due(agent.phone_lost_mono + LOST_SECONDS, "lost", agent.id)
    if (call := _offer_to(turn, agent)) is not None and agent.id in call.fork:
        forking.drop(turn, call, agent.id, "unreachable", blamed=False)  # others' phones ring on
