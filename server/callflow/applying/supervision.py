"""Facts of supervisors applied to the state: who listens to whom, and what they wrote."""

from collections.abc import Callable

from server.call import facts
from server.call.now import Now
from server.callflow.applying.changes import Changes
from server.callflow.state import Message, State, Watch

MOST_MESSAGES = 10
"""So many of the last messages to an agent are kept."""
MESSAGE_SECONDS = 12 * 3600
"""And none for longer, seen or not: it is personal, and was of the day."""


def shift(state: State, moved: Callable[[Now], Now]) -> None:
    """The machine was booted anew: `moved` carries a moment over to the new boot."""
    for message in [one for kept in state.messages.values() for one in kept]:
        message.sent, message.seen = moved(message.sent), None if message.seen is None else moved(message.seen)
    for watch in state.watches.values():
        watch.began, watch.joined = moved(watch.began), None if watch.joined is None else moved(watch.joined)


def _supervisor_called(state: State, at: Now, fact: facts.SupervisorCalled) -> None:
    call, supervisor = state.calls.get(fact.call), state.agents.get(fact.supervisor)
    if call is not None:
        call.supervisors += 1
    state.watches[fact.call] = Watch(
        supervisor=fact.supervisor, agent=fact.agent, leg=fact.leg, mode=fact.mode, began=at
    )
    if supervisor is not None:
        supervisor.supervising = fact.call


def _supervisor_joined(state: State, at: Now, fact: facts.SupervisorJoined) -> None:
    watch = state.watches.get(fact.call)
    if watch is not None:
        watch.joined = at


def _supervisor_changed(state: State, _at: Now, fact: facts.SupervisorChanged) -> None:
    watch = state.watches.get(fact.call)
    if watch is not None:
        watch.mode = fact.mode


def _supervisor_left(state: State, _at: Now, fact: facts.SupervisorLeft) -> None:
    state.watches.pop(fact.call, None)
    supervisor = state.agents.get(fact.supervisor)
    if supervisor is not None and supervisor.supervising == fact.call:
        supervisor.supervising = ""


def _message_sent(state: State, at: Now, fact: facts.MessageSent) -> None:
    state.messages_sent += 1
    new = Message(id=fact.message, by=fact.by, text=fact.text, queue=fact.queue, sent=at)
    kept = state.messages.setdefault(fact.agent, [])
    kept.append(new)
    if len(kept) > MOST_MESSAGES:  # few wait to be seen; of the others the oldest goes
        kept.remove(next((one for one in kept if one.seen is not None), kept[0]))
    forget_messages(state, at)


def _message_seen(state: State, at: Now, fact: facts.MessageSeen) -> None:
    for message in state.messages.get(fact.agent, []):
        if message.id == fact.message and message.seen is None:
            message.seen = at
    forget_messages(state, at)


def forget_messages(state: State, at: Now) -> None:
    """Let go of what is old."""
    for agent, kept in list(state.messages.items()):
        fresh = [message for message in kept if at.mono - message.sent.mono < MESSAGE_SECONDS]
        if fresh:
            state.messages[agent] = fresh
        else:
            del state.messages[agent]


APPLY: Changes = {
    facts.SupervisorCalled: _supervisor_called,
    facts.SupervisorJoined: _supervisor_joined,
    facts.SupervisorChanged: _supervisor_changed,
    facts.SupervisorLeft: _supervisor_left,
    facts.MessageSent: _message_sent,
    facts.MessageSeen: _message_seen,
}
