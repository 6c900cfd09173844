"""A message is a task in a queue: it waits like a call-back; who gets it hears it before the customer is called.

It is a call of its own (`origin` `voicemail`) whose customer is away: it joins the queue at the moment of the message,
and its card, its attempts and its restarts are those of `call_back`. When the agent's phone is picked up the message is
played. Then the agent says what is to happen, at the desk or by a key of the phone:

| key | word at the desk | what happens                                             |
|-----|------------------|----------------------------------------------------------|
| 1   | `call-customer`  | the customer's number is dialled; the message is saved    |
| 2   |                  | the message is played again                               |
| 3   | `finish-message` | no call is needed: the message is saved, the task is over |

Who hangs up without a word puts it back: it is due again after the queue's `call_back_retry_seconds`. One that an agent
asked for from a mailbox (`reserved`) is for this agent alone, who has heard it, and over if the agent does not answer.
"""

from server.call import facts
from server.call.states import CallState, Outcome
from server.callflow import call_back, talking, waiting
from server.callflow.applying.calls import FROM_MESSAGE
from server.callflow.state import Call
from server.callflow.turn import Turn

HEARING_SECONDS = 600.0
"""So long an agent may hear and think; then the message waits again."""
CALL, AGAIN, DONE = "1", "2", "3"
OPEN = (CallState.QUEUED, CallState.OFFERED, CallState.CALL_BACK_LATER)


def begin(turn: Turn, mailbox: str, message: str, queue: str, *, reserved: str = "") -> Call | None:
    """The message waits in `queue` from now on; None: its caller cannot be called back, or the queue is not there."""
    there = turn.state.mailboxes.get(mailbox)
    left = there.messages.get(message) if there is not None else None
    call_id = f"{message}-back-{turn.now.wall:.0f}" if reserved else f"{message}-task"
    if left is None or not left.caller or queue not in turn.plan.queues or call_id in turn.state.calls:
        return None
    e164 = left.caller if left.caller.startswith("+") else ""
    dialled = turn.plan.number_of(queue)
    turn.note(
        facts.CallArrived(
            call=call_id, card="", caller=left.caller, caller_e164=e164, dialled=dialled, origin=FROM_MESSAGE
        )
    )
    turn.note(facts.VoicemailTask(call=call_id, mailbox=mailbox, message=message, reserved=reserved))
    call = turn.state.calls[call_id]
    waiting.join(turn, call, queue)
    turn.note(facts.CallBackAsked(call=call_id, queue=queue, number=left.caller))
    return call


def begin_if_wanted(turn: Turn, mailbox: str, message: str) -> None:
    """The mailbox's messages may be tasks."""
    plan = turn.plan.mailboxes.get(mailbox)
    if plan is not None and plan.task_queue:
        begin(turn, mailbox, message, plan.task_queue)


def of(turn: Turn, mailbox: str, message: str) -> Call | None:
    """The task of a message, if it is not over."""
    found = (call for call in turn.state.calls.values() if (call.task_box, call.task) == (mailbox, message))
    return next((call for call in found if call.state in OPEN), None)


def is_heard_first(call: Call) -> bool:
    """Whether the agent hears the message before the customer is called."""
    return bool(call.task) and not call.reserved


def hear(turn: Turn, call: Call) -> None:
    """The agent is on the line: the message is played."""
    if not turn.line(call.call).hearing:
        turn.note(facts.MessagePlayed(call=call.call, agent=call.agent or ""))
    turn.line(call.call).hearing = True
    there = turn.state.mailboxes.get(call.task_box)
    sound = there.sounds.get(call.task, "") if there is not None else ""
    if sound:
        turn.play(call, "message", [turn.plan.sounds.sound(sound)], leg=call.leg)
    turn.due(turn.now.mono + HEARING_SECONDS, f"hear-{call.offer}", call.call)


def key(turn: Turn, call: Call, digit: str) -> None:
    """A key on the agent's phone."""
    if digit == CALL:
        call_customer(turn, call)
    elif digit == AGAIN:
        hear(turn, call)
    elif digit == DONE:
        finish(turn, call)


def call_customer(turn: Turn, call: Call) -> None:
    """The agent's word: the customer is called."""
    turn.line(call.call).hearing = False
    _save(turn, call)
    call_back.reach(turn, call)


def finish(turn: Turn, call: Call) -> None:
    """The agent's word: no call is needed."""
    agent = call.agent or ""
    _save(turn, call)
    call_back.end_offer(turn, call, "message-done")
    turn.note(facts.CallReleased(call=call.call, by="agent", cause="message-done", agent=agent))
    talking.close(turn, call, Outcome.VOICEMAIL, "message-done")


def put_back(turn: Turn, call: Call) -> None:
    """The agent hung up without a word, or thought for too long: the message is due again later."""
    call_back.again_later(
        turn, call, "put-back", turn.plan.queue(call.queue).call_back_retry_seconds, result="message-put-back"
    )


def close_reserved(turn: Turn, call: Call, result: str) -> None:
    """The agent who asked for it did not answer: nobody else is to call."""
    turn.note(facts.CallReleased(call=call.call, by="server", cause=result))
    talking.close(turn, call, Outcome.CALL_BACK, result)


def settle(turn: Turn) -> None:
    """What this turn has noted may have taken a message away that waits as a task: the task is over. One that an agent
    had in hand meanwhile is over when it would wait again."""
    for _, fact in turn.facts[:]:
        if isinstance(fact, facts.OfferEnded) and (ended := turn.state.calls.get(fact.call)) is not None:
            _over_if_gone(turn, ended)
        if isinstance(fact, facts.VoicemailChanged) and fact.change != "save":
            call = of(turn, fact.mailbox, fact.message)
            if call is not None and call.state is CallState.OFFERED and fact.change == "lost":
                call_back.end_offer(turn, call, "fault")
            if call is not None and call.state is not CallState.OFFERED:
                _over(turn, call)


def _over_if_gone(turn: Turn, call: Call) -> None:
    there = turn.state.mailboxes.get(call.task_box)
    is_there = there is not None and call.task in there.messages
    if call.task and not is_there and call.state in OPEN and call.state is not CallState.OFFERED:
        _over(turn, call)


def _over(turn: Turn, call: Call) -> None:
    turn.note(facts.CallReleased(call=call.call, by="server", cause="message-gone"))
    talking.close(turn, call, Outcome.VOICEMAIL, "message-gone")


def _save(turn: Turn, call: Call) -> None:
    there = turn.state.mailboxes.get(call.task_box)
    message = there.messages.get(call.task) if there is not None else None
    if message is not None and not message.saved:
        by = call.agent or ""
        turn.note(facts.VoicemailChanged(mailbox=call.task_box, message=call.task, change="save", by=by))
