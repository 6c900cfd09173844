"""What an agent asks about messages: the word after a message was heard, and a call-back from a mailbox."""

from server.acd.agent import Agent
from server.acd.floor import Match
from server.acd.waiting_call import WaitingCall
from server.call import facts
from server.call.events import RequestRefused
from server.call.states import CallState
from server.callflow import message_tasks, offering
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import desk


def call_customer(turn: Turn, agent: Agent, _request: desk.CallCustomer, _by: str) -> None:
    """The customer is to be called now. Raises `RequestRefused`."""
    message_tasks.call_customer(turn, _heard_by(turn, agent))


def finish(turn: Turn, agent: Agent, _request: desk.FinishMessage, _by: str) -> None:
    """No call is needed. Raises `RequestRefused`."""
    message_tasks.finish(turn, _heard_by(turn, agent))


ASKED = "asked"
"""`Why.strategy` of an offer that no rule of the queue made, but the agent."""


def call_back(turn: Turn, agent: Agent, request: desk.CallBackMessage, _by: str) -> None:
    """The agent's phone rings now, and then the caller's. That the mailbox is the agent's to open was checked before.
    Raises `RequestRefused`."""
    if turn.world.recovering or turn.world.stopping:
        raise RequestRefused("not-now", "The server starts or ends: nobody is called.")
    if not agent.free():
        raise RequestRefused("not-free", "Be ready and free to call back.")
    there = turn.state.mailboxes.get(request.mailbox)
    message = there.messages.get(request.message) if there is not None else None
    if message is None:
        raise RequestRefused("no-message", "This message is not there any more.")
    if not message.caller:
        raise RequestRefused("no-number", "The caller's number is not known.")
    call = message_tasks.of(turn, request.mailbox, request.message)
    if call is not None and call.state is CallState.OFFERED:
        raise RequestRefused("taken", "Somebody else calls back already.")
    if call is not None and call.state is CallState.CALL_BACK_LATER:
        turn.note(facts.CallBackDue(call=call.call))
    if call is None:
        queue = _queue(turn, agent, request.mailbox)
        call = message_tasks.begin(turn, request.mailbox, request.message, queue, reserved=agent.id)
    if call is None:
        raise RequestRefused("no-queue", "You are in no queue in which the call could be counted.")
    offering.offer(turn, _match(turn, call, agent.id))


def _heard_by(turn: Turn, agent: Agent) -> Call:
    call = turn.state.calls.get(agent.call or "")
    is_offered = call is not None and call.state is CallState.OFFERED and call.agent == agent.id
    if call is None or not is_offered or not turn.line(call.call).hearing:
        raise RequestRefused("no-message-heard", "You are not hearing a message that waits for your word.")
    return call


def _queue(turn: Turn, agent: Agent, mailbox: str) -> str:
    """Where the call-back counts: the mailbox's tasks, its owner, or the agent's first queue."""
    plan = turn.plan.mailboxes.get(mailbox)
    kind, _, owner = plan.owner.partition(":") if plan is not None else ("", "", "")
    own = turn.plan.agents[agent.id].queues
    wanted = [plan.task_queue if plan is not None else "", owner if kind == "queue" else "", *own]
    return next((queue for queue in wanted if queue), "")


def _match(turn: Turn, call: Call, agent: str) -> Match:
    """The offer's reason: no rule of the queue chose, the agent did."""
    joined = turn.moment.mono if call.joined is None else call.joined.mono
    why = facts.Why(
        strategy=ASKED,
        rule="asked for by the agent",
        candidates=[facts.Candidate(agent, 0.0)],
        candidate_count=1,
        sentence=f"{agent}: called back from the mailbox",
        waited_seconds=round(max(0.0, turn.now.mono - joined), 3),
        priority=call.priority,
        joined_mono=joined,
    )
    return Match(WaitingCall(call.call, call.queue, call.priority, joined, call.last_agent), agent, why)
