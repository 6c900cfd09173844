"""A supervisor's leg in an agent's talk: listen, whisper, barge in.

The supervisor's phone is called from the talk's own card, and joins the agent's leg once it is answered. Queue, wrap-up
and outcome know nothing of it: no fact of theirs is noted here. What is noted says who heard whom, how, and until when.
"""

from server.acd.agent import Agent
from server.call import facts
from server.call.events import RequestRefused, SupervisionAsked
from server.call.states import CallState, WorkState
from server.callflow.plan import ACCEPT_SECONDS
from server.callflow.state import Call, Watch
from server.callflow.turn import Turn
from server.wire import linecard

ROLES = ("supervisor", "administrator")
LEG = "supervisor-"
"""What the names of supervisors' legs begin with."""
RING_SECONDS = 30
LEGS_NEEDED = 3
ACCEPT = "supervisor-accept"
"""Token of the question to a `tel:` supervisor: a mobile's voicemail must never hear a customer."""
TALK = (CallState.TALKING, CallState.HOLDING)
BUSY = (WorkState.RESERVED, WorkState.RINGING, WorkState.TALKING, WorkState.HOLDING)


def asked(turn: Turn, event: SupervisionAsked) -> None:
    """Carry a supervisor's wish out, or raise `RequestRefused` before anything has changed."""
    site = turn.plan.agents.get(event.supervisor)
    if site is None or site.role not in ROLES:
        raise RequestRefused("not-a-supervisor", "Only supervisors and administrators may listen to others.")
    if event.mode and event.mode not in linecard.JOIN_MODES:
        raise RequestRefused("unknown-mode", "The mode is listen, whisper or barge.")
    call = turn.state.calls.get(event.call)
    watch = turn.state.watches.get(event.call)
    if call is None:
        raise RequestRefused("no-talk", "That call is over.")
    if not event.mode:
        _stop(turn, call, watch, event.supervisor, site.role)
    elif watch is not None and watch.supervisor == event.supervisor:
        _change(turn, call, watch, event.mode)
    else:
        _begin(turn, call, event.supervisor, event.mode)


def _begin(turn: Turn, call: Call, supervisor: str, mode: str) -> None:
    _check_talk(turn, call, supervisor)
    _check_supervisor(turn, turn.state.agents[supervisor])
    assert call.agent is not None
    leg = f"{LEG}{call.supervisors + 1}"
    _note(turn, facts.SupervisorCalled(call=call.call, agent=call.agent, supervisor=supervisor, mode=mode, leg=leg))
    agent = turn.plan.agents.get(call.agent)
    name = (agent.name if agent is not None else "") or call.agent
    # over a trunk a number is shown, and it must be one of ours
    caller = call.dialled if turn.plan.must_accept(supervisor) else call.agent
    turn.send(call, turn.plan.dial(call.call, leg, supervisor, caller, name, RING_SECONDS))


def _check_talk(turn: Turn, call: Call, supervisor: str) -> None:
    if call.state not in TALK or call.agent is None:
        raise RequestRefused("no-talk", "There is no talk to listen to: nobody has that call now.")
    if call.agent == supervisor:
        raise RequestRefused("own-talk", "That is your own call.")
    watch = turn.state.watches.get(call.call)
    if watch is not None:
        raise RequestRefused("somebody-listens", f"{_name(turn, watch.supervisor)} listens to this talk already.")
    if turn.world.recovering or turn.world.stopping:
        raise RequestRefused("not-now", "The server starts or ends just now; try again in a moment.")
    if turn.plan.site.linecards.legs_per_card < LEGS_NEEDED:
        raise RequestRefused("no-room", "The line cards of this site have no room for a third leg (legs_per_card).")


def _check_supervisor(turn: Turn, supervisor: Agent) -> None:
    if supervisor.supervising:
        other = turn.state.watches.get(supervisor.supervising)
        whom = _name(turn, other.agent) if other is not None else "somebody"
        raise RequestRefused("already-listening", f"You listen to {whom} already; stop that first.")
    if supervisor.work_state in BUSY:
        raise RequestRefused("in-a-call", "You are in a call yourself, or your phone rings.")
    if supervisor.phone == "registered" and not supervisor.registered:
        raise RequestRefused("phone-not-registered", "Your phone is not registered: it cannot be called.")
    if supervisor.phone_failed == "probe-failed":  # of a failed INVITE only another one can tell
        raise RequestRefused("phone-unreachable", "Your phone does not answer the server: it cannot be called.")


def _name(turn: Turn, ident: str) -> str:
    site = turn.plan.agents.get(ident)
    return (site.name if site is not None else "") or ident


def _change(turn: Turn, call: Call, watch: Watch, mode: str) -> None:
    if mode == watch.mode:
        return
    _note(turn, facts.SupervisorChanged(call=call.call, agent=watch.agent, supervisor=watch.supervisor, mode=mode))
    if watch.joined is not None:
        _send_join(turn, call, watch)


def _stop(turn: Turn, call: Call, watch: Watch | None, by: str, role: str) -> None:
    """End the own leg; an administrator ends anybody's."""
    if watch is None:
        raise RequestRefused("nobody-listens", "Nobody listens to that call.")
    if watch.supervisor != by and role != "administrator":
        raise RequestRefused("somebody-listens", f"It is {_name(turn, watch.supervisor)} who listens, not you.")
    _leave(turn, call, watch, "asked", by=by)


# -- what the supervisor's phone does


def heard(turn: Turn, call: Call, event: linecard.AnyEvent) -> bool:
    """Whether an event is about a supervisor's leg; what follows from it is done then."""
    leg = getattr(event, "leg", "")
    if not leg.startswith(LEG):
        return False
    watch = turn.state.watches.get(call.call)
    if watch is None or watch.leg != leg:
        if isinstance(event, linecard.Answered):
            turn.send(call, linecard.Release(call=call.call, leg=leg, cause="withdrawn"))
        return True
    match event:
        case linecard.Answered():
            _answered(turn, call, watch)
        case linecard.Digit():
            _confirm(turn, call, watch, event.digit)
        case linecard.Played() if event.token == ACCEPT and not event.stopped:
            _confirm(turn, call, watch, "")
        case linecard.Released():
            _over(turn, call, watch, event)
    return True


def _answered(turn: Turn, call: Call, watch: Watch) -> None:
    if watch.joined is not None:
        return  # told twice, after a restart
    if watch.supervisor not in turn.plan.agents:  # taken out of the site while the phone rang
        _leave(turn, call, watch, "asked")
    elif turn.plan.must_accept(watch.supervisor):
        until = turn.now.mono + ACCEPT_SECONDS
        turn.line(call.call).supervisor_accept_until = until
        turn.due(until, ACCEPT, call.call)
        _ask(turn, call, watch)
    else:
        _join(turn, call, watch)


def _ask(turn: Turn, call: Call, watch: Watch) -> None:
    turn.play(call, ACCEPT, turn.plan.sounds.who_calls(call.dialled), leg=watch.leg)


def _confirm(turn: Turn, call: Call, watch: Watch, key: str) -> None:
    if not turn.line(call.call).supervisor_accept_until:
        return
    if key == "1":
        _join(turn, call, watch)
    else:
        _ask(turn, call, watch)


def not_accepted(turn: Turn, call: Call) -> None:
    """The time to press 1 is over."""
    watch = turn.state.watches.get(call.call)
    if watch is not None and 0 < turn.line(call.call).supervisor_accept_until <= turn.now.mono:
        _leave(turn, call, watch, "not-accepted")


def _join(turn: Turn, call: Call, watch: Watch) -> None:
    turn.line(call.call).supervisor_accept_until = 0
    _note(turn, facts.SupervisorJoined(call=call.call, agent=watch.agent, supervisor=watch.supervisor, mode=watch.mode))
    _send_join(turn, call, watch)


def _send_join(turn: Turn, call: Call, watch: Watch) -> None:
    turn.send(call, linecard.Join(call=call.call, leg=watch.leg, to=call.leg, mode=watch.mode))


def _over(turn: Turn, call: Call, watch: Watch, event: linecard.Released) -> None:
    cause = event.cause
    if turn.line(call.call).supervisor_accept_until:
        cause = "not-accepted"
    elif cause == "normal":
        cause = "hung-up"
    _leave(turn, call, watch, cause, leg_is_over=True)


# -- the end


def settle(turn: Turn) -> None:
    """After every event: no supervisor's leg outlives its talk."""
    for ident, watch in list(turn.state.watches.items()):
        call = turn.state.calls.get(ident)
        if call is None or call.state not in TALK or call.agent != watch.agent:
            _leave(turn, call, watch, "talk-over", call_id=ident)


def _leave(
    turn: Turn,
    call: Call | None,
    watch: Watch,
    cause: str,
    *,
    by: str = "",
    leg_is_over: bool = False,
    call_id: str = "",
) -> None:
    """The watch is over. The leg is released, unless it ended by itself or the whole conversation does."""
    ident = call.call if call is not None else call_id
    if call is not None and call.state is not CallState.CLOSED:
        turn.line(ident).supervisor_accept_until = 0
        if not leg_is_over:
            turn.send(call, linecard.Release(call=ident, leg=watch.leg, cause=cause))
    _note(turn, facts.SupervisorLeft(call=ident, agent=watch.agent, supervisor=watch.supervisor, cause=cause, by=by))


def _note(
    turn: Turn,
    fact: facts.SupervisorCalled | facts.SupervisorJoined | facts.SupervisorChanged | facts.SupervisorLeft,
) -> None:
    """Note it; the floor learns whether the supervisor, who may be an agent too, can have a call."""
    turn.note(fact)
    supervisor = turn.state.agents.get(fact.supervisor)
    if supervisor is not None and supervisor.id in turn.plan.agents:
        turn.world.floor.agent_changed(supervisor)
        turn.world.waits.agent_changed(supervisor)


# -- after a restart


def again(turn: Turn, call: Call, hello: linecard.Hello) -> None:
    """The card's snapshot against the watch: the leg is joined as it should be, and no other is left."""
    if call.state in (CallState.QUEUED, CallState.ENDING):
        return  # every leg but the customer's is released there, or all are
    watch = turn.state.watches.get(call.call)
    legs = {leg.leg: leg for leg in hello.legs if leg.leg.startswith(LEG)}
    for name in legs:
        if watch is None or name != watch.leg:
            turn.send(call, linecard.Release(call=call.call, leg=name, cause="withdrawn"))
    if watch is None or call.state not in TALK:
        return  # `settle` ends it
    leg = legs.get(watch.leg)
    if leg is None:
        _leave(turn, call, watch, "fault", leg_is_over=True)
    elif watch.joined is None and leg.state in ("up", "held"):
        _answered(turn, call, watch)
    elif watch.joined is not None and (leg.joined_to, leg.join_mode) != (call.leg, watch.mode):
        _send_join(turn, call, watch)
