"""Short texts from supervisors to agents, shown on the agents' desks until they say that they have seen them."""

import unicodedata

from server.acd.agent import Agent
from server.call import facts
from server.call.events import MessageAsked, RequestRefused
from server.callflow.applying.supervision import MESSAGE_SECONDS
from server.callflow.supervising import ROLES
from server.callflow.turn import Turn
from server.wire import desk

MOST_UNSEEN = 5
"""Messages that may wait at one agent's desk; who has so many has no eye for another."""
_NOT_PLAIN = {"Cc", "Cs", "Co", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing, and what is read with it."""


def asked(turn: Turn, event: MessageAsked) -> None:
    """Note the message for each who is to have it, or raise `RequestRefused` before anything has changed."""
    site = turn.plan.agents.get(event.by)
    if site is None or site.role not in ROLES:
        raise RequestRefused("not-a-supervisor", "Only supervisors and administrators send messages to agents.")
    text = plain(event.text)
    for agent in _of_queue(turn, event) if event.queue else [_one(turn, event.agent)]:
        ident = f"m{turn.state.messages_sent + 1}"
        turn.note(facts.MessageSent(agent=agent.id, message=ident, by=event.by, text=text, queue=event.queue), turn.now)


def plain(text: str) -> str:
    """The text without spaces around it. Raises `RequestRefused` for one that is no short plain text."""
    text = text.strip()
    if not text:
        raise RequestRefused("text-empty", "A message needs a text.")
    if len(text) > desk.MAX_MESSAGE_CHARACTERS:
        most = desk.MAX_MESSAGE_CHARACTERS
        raise RequestRefused("text-too-long", f"A message has at most {most} characters; this one has {len(text)}.")
    if any(unicodedata.category(sign) in _NOT_PLAIN or sign in _TURNING for sign in text):
        raise RequestRefused("text-not-plain", "A message is one line of plain text, without control characters.")
    return text


def _one(turn: Turn, ident: str) -> Agent:
    agent = turn.state.agents.get(ident)
    if agent is None or ident not in turn.plan.agents:
        raise RequestRefused("unknown-agent", f"There is no agent {ident!r}.")
    if agent.desk is None:
        raise RequestRefused("no-desk", f"{ident} has no desk open: nobody would see the message.")
    if _unseen(turn, ident) >= MOST_UNSEEN:
        raise RequestRefused("too-many-unseen", f"{ident} has not seen the last {MOST_UNSEEN} messages yet.")
    return agent


def _of_queue(turn: Turn, event: MessageAsked) -> list[Agent]:
    """Agents of the queue who have a desk and room for one more, but for the sender."""
    if event.queue not in turn.plan.queues:
        raise RequestRefused("unknown-queue", f"There is no queue {event.queue!r}.")
    members = [turn.state.agents[ident] for ident in turn.plan.members(event.queue) if ident != event.by]
    found = [one for one in members if one.desk is not None and _unseen(turn, one.id) < MOST_UNSEEN]
    if not found:
        raise RequestRefused("no-desk", "No agent of the queue has a desk open: nobody would see the message.")
    return found


def _unseen(turn: Turn, agent: str) -> int:
    kept = turn.state.messages.get(agent, [])
    return sum(one.seen is None and turn.now.mono - one.sent.mono < MESSAGE_SECONDS for one in kept)


def saw(turn: Turn, agent: Agent, request: desk.SawMessage, _by: str) -> None:
    """The agent has seen it; saying so twice is once."""
    message = next((one for one in turn.state.messages.get(agent.id, []) if one.id == request.message), None)
    if message is None:
        raise RequestRefused("unknown-message", "There is no such message (any more).")
    if message.seen is None:
        turn.note(facts.MessageSeen(agent=agent.id, message=message.id), turn.now)
