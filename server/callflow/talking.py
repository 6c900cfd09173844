"""Customer and agent talk: hold, mute, keypad, the end, and the agent's wrap-up."""

from server.call import facts
from server.call.states import CallState, Outcome, WorkState
from server.callflow import in_dialog
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

LOST = {"media-lost", "fault", "unreachable"}
"""Causes of an agent's leg that nobody chose: the customer is put back in front of the queue."""


def hold(turn: Turn, call: Call, on: bool) -> None:
    """The customer hears music, or is taken back."""
    if call.agent is None or call.state is not (CallState.TALKING if on else CallState.HOLDING):
        return
    turn.note(facts.CallHeld(call=call.call, agent=call.agent, on=on))
    if on:
        turn.send(call, linecard.Unbridge(call=call.call, a=linecard.CUSTOMER, b=call.leg))
        turn.play(call, "hold", turn.plan.sounds.music(call.queue), loop=True)
    else:
        turn.line(call.call).playing = ""
        turn.send(call, linecard.Bridge(call=call.call, a=linecard.CUSTOMER, b=call.leg))


def mute(turn: Turn, call: Call, on: bool) -> None:
    """Nobody hears the agent while `on`."""
    if call.agent is not None and call.muted != on:
        turn.note(facts.AgentMuted(call=call.call, agent=call.agent, on=on))
        turn.send(call, linecard.Mute(call=call.call, leg=call.leg, on=on))


def agent_left(turn: Turn, call: Call, cause: str) -> None:
    """The agent's leg ended in a talk: hung up, or lost."""
    if call.state not in (CallState.TALKING, CallState.HOLDING):
        return
    if cause in LOST:
        _return(turn, call, cause)
    else:
        end(turn, call, by="agent", cause=cause, leg_is_over=True)


def _return(turn: Turn, call: Call, cause: str) -> None:
    """The agent's end was lost: the customer waits again, at the place that the old join time gives."""
    agent = call.agent
    assert agent is not None
    turn.note(facts.CallReturned(call=call.call, agent=agent, cause=cause))
    wrap_up(turn, agent, call)
    line = turn.line(call.call)
    line.playing, line.greeted = "", True
    turn.enqueue(call)
    if longest := turn.plan.queue(call.queue).max_wait_seconds:
        turn.due(turn.now.mono + longest, "max-wait", call.call)
    turn.music(call)


def end(turn: Turn, call: Call, *, by: str, cause: str, leg_is_over: bool = False) -> None:
    """The first release in a talk: everything is hung up, wrap-up begins, the call has its outcome. When the agent
    hangs up (`leg_is_over`: by the phone), a customer who agreed to a survey stays on the line for it, and so does one
    who could not be asked while waiting, to be asked now."""
    remember = turn.plan.remember_seconds
    turn.note(facts.CallReleased(call=call.call, by=by, cause=cause, agent=call.agent or "", remember_seconds=remember))
    if call.agent is not None:
        wrap_up(turn, call.agent, call)
    survey = turn.plan.queue(call.queue).survey if by == "agent" and not turn.world.stopping else ""
    if not survey or (call.heard_survey and not call.wants_survey):
        turn.send(call, linecard.Close(call=call.call))
        close(turn, call, Outcome.ANSWERED, cause)
        return
    if not leg_is_over:
        turn.send(call, linecard.Release(call=call.call, leg=call.leg))
    if call.wants_survey:
        in_dialog.enter_survey(turn, call, survey)
    else:
        turn.note(facts.SurveyOffered(call=call.call, queue=call.queue, is_over=True))
        in_dialog.ask_for_survey(turn, call)


def close(turn: Turn, call: Call, outcome: Outcome, cause: str) -> None:
    """The call's one outcome. It stays known while its agent wraps up."""
    turn.world.floor.leave(call.call)
    if call.without_result and not call.result:  # nobody can say any more what came of it
        turn.note(facts.ResultChosen(call=call.call, agent=call.without_result, result=facts.NO_RESULT))
    if call.call_back and outcome is not Outcome.VOICEMAIL:  # of a message that needed no call
        outcome = Outcome.CALL_BACK
    in_time = outcome is not Outcome.ABANDONED or turn.in_time(call)
    turn.note(facts.CallClosed(call=call.call, outcome=outcome, cause=cause, in_time=in_time))
    if not in_time:
        turn.weigh(call.queue)
    turn.world.lines.pop(call.call, None)


def wrap_up(turn: Turn, agent_id: str, call: Call) -> None:
    """The agent's part of the call is over: the wrap-up begins. That of who was taken out of the site during the talk
    is over at once."""
    agent = turn.state.agents.get(agent_id)
    is_gone = agent is None or agent.call != call.call
    seconds = 0.0 if is_gone else turn.plan.queue(call.queue).wrap_up_seconds
    turn.note(
        facts.WrapUpBegan(
            agent=agent_id,
            call=call.call,
            seconds=seconds,
            began_mono=turn.moment.mono,
            began_at=turn.moment.wall,
        )
    )
    if is_gone:
        turn.note(facts.WrapUpEnded(agent=agent_id, call=call.call, by="restart"))
    elif seconds <= 0:
        end_wrap_up(turn, agent_id, "time-out", keep_result=True)
    else:
        turn.due(turn.moment.mono + seconds, "wrap-up", agent_id)


def end_wrap_up(turn: Turn, agent_id: str, by: str, *, keep_result: bool = False) -> None:
    """The agent is done, or the time is. A time-out without a result stores `none-timeout`, unless the customer is a
    colleague's: who has the call last says what came of it. If the customer still waits for the next, `close` does."""
    agent = turn.state.agents.get(agent_id)
    if agent is None or agent.work_state is not WorkState.WRAP_UP or agent.call is None:
        return
    call = turn.state.calls.get(agent.call)
    is_last = call is not None and call.released and call.had_last() == agent_id
    if by == "time-out" and not keep_result and call is not None and not call.result and is_last:
        turn.note(facts.ResultChosen(call=call.call, agent=agent_id, result=facts.NO_RESULT), turn.now)
    turn.note(facts.WrapUpEnded(agent=agent_id, call=agent.call, by=by), turn.now)
    take_after_call(turn, agent_id)


def take_after_call(turn: Turn, agent_id: str) -> None:
    """What the agent chose to come after the call comes now."""
    agent = turn.state.agents[agent_id]
    if agent.after_call is not None:
        turn.note(
            facts.PresenceChosen(
                agent=agent_id, presence=agent.after_call, reason=agent.after_call_reason, by=agent_id
            ),
            turn.now,
        )


def wrap_up_due(turn: Turn, agent_id: str) -> None:
    """A wrap-up's deadline may have come; it may also have been extended."""
    ends = turn.state.agents[agent_id].wrap_up_ends_mono()
    if ends is None:
        return
    if ends <= turn.now.mono:
        end_wrap_up(turn, agent_id, "time-out")
    else:
        turn.due(ends, "wrap-up", agent_id)
