"""The sections of a desk's state, made from snapshots. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec
import phonenumbers
from msgspec.structs import replace

from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot, SupervisionSnapshot
from server.call.states import WorkState
from server.config.site import SiteFile
from server.wire import desk
from server.wire.linecard import LISTEN


class CustomerCard(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about the customer of a call. `looked_up` false: the customers service has not answered yet."""

    customer: desk.Customer | None = None
    matches: list[desk.Customer] = []
    history: list[desk.Contact] = []
    looked_up: bool = False


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the site file calls things, as desks show it."""

    country: str
    queues: Mapping[str, str]
    agents: Mapping[str, str]
    reasons: list[desk.Named]
    results: list[desk.Named]
    supervision_visible: bool = True
    """Whether agents see who listens to them; who speaks to them is always shown."""

    @classmethod
    def of(cls, site: SiteFile) -> "Names":
        """Names of a site; where one is empty, the id stands in."""
        return cls(
            country=site.site.country,
            queues={queue.id: queue.name or queue.id for queue in site.queue},
            agents={agent.id: agent.name or agent.id for agent in site.agent},
            reasons=[desk.Named(reason.id, reason.name or reason.id) for reason in site.reason],
            results=[desk.Named(result.id, result.name or result.id) for result in site.result],
            supervision_visible=site.site.supervision_visible,
        )


def me(agent: AgentSnapshot, taken_by: str = "") -> desk.Me:
    """The agent. `taken_by`: the name of the colleague who was faster; empty: nobody was."""
    return desk.Me(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        presence=str(agent.presence),
        reason=agent.reason,
        work_state=str(agent.work_state),
        since=agent.since,
        reachable=agent.reachable,
        fault=agent.fault,
        after_call=agent.after_call,
        after_call_reason=agent.after_call_reason,
        phone=agent.phone,
        taken_by=taken_by,
    )


def call(
    agent: AgentSnapshot, call: CallSnapshot, card: CustomerCard, names: Names, told: desk.Told | None = None
) -> desk.Call | None:
    """The call that the agent is offered, has, or wraps up; None when the agent has no part in it (any more)."""
    if agent.work_state == WorkState.IDLE:
        return None
    return desk.Call(
        call=call.call,
        state=str(agent.work_state),
        number=call.caller_e164 or call.caller,
        number_shown=number_shown(call.caller_e164, names.country) if call.caller_e164 else call.caller,
        name=call.caller_name,
        queue=call.queue,
        queue_name=names.queues.get(call.queue, call.queue),
        waited_seconds=call.waited_seconds,
        call_back=call.call_back,
        since=_since(agent, call),
        answered_at=call.answered_at,
        muted=call.muted,
        notes=call.notes,
        result=call.result,
        customer=card.customer,
        matches=card.matches,
        looked_up=card.looked_up,
        history=[_named(contact, names) for contact in card.history],
        task=desk.Task(mailbox=call.mailbox, message=call.message, hearing=call.hearing) if call.message else None,
        told=told,
        supervision=_supervision(call.supervision, names) if call.agent == agent.id else None,
    )


def _supervision(supervision: SupervisionSnapshot | None, names: Names) -> desk.Supervision | None:
    """Who is on the line of the agent's call, as far as the agent may know."""
    if supervision is None or not supervision.joined:
        return None
    if supervision.mode == LISTEN and not names.supervision_visible:
        return None
    name = names.agents.get(supervision.supervisor, supervision.supervisor)
    return desk.Supervision(name=name, mode=supervision.mode, since=supervision.since)


def _since(agent: AgentSnapshot, call: CallSnapshot) -> float:
    """When what the agent does with the call began."""
    if agent.work_state == WorkState.WRAP_UP and agent.wrap_up_began_at is not None:
        return agent.wrap_up_began_at
    return agent.since if agent.id in call.ringing else call.since


def _named(contact: desk.Contact, names: Names) -> desk.Contact:
    """A line of the history with the names that people know; what the site no longer has keeps its id."""
    return replace(
        contact,
        queue=names.queues.get(contact.queue, contact.queue),
        agent=names.agents.get(contact.agent, contact.agent),
    )


def messages(agent: AgentSnapshot, names: Names) -> list[desk.Message]:
    """What supervisors wrote and the agent has not seen yet."""
    return [
        desk.Message(
            id=one.id,
            by=names.agents.get(one.by, one.by),
            text=one.text,
            at=one.sent_at,
            queue=names.queues.get(one.queue, one.queue),
        )
        for one in agent.messages
        if one.seen_at is None
    ]


def wrap_up(agent: AgentSnapshot) -> desk.WrapUp | None:
    """The agent's wrap-up; None: there is none."""
    if agent.work_state != WorkState.WRAP_UP or agent.wrap_up_began_at is None:
        return None
    return desk.WrapUp(call=agent.call or "", began_at=agent.wrap_up_began_at, ends_at=agent.wrap_up_ends_at)


def queue(queue: QueueSnapshot) -> desk.Queue:
    """A queue."""
    return desk.Queue(id=queue.id, name=queue.name, waiting=queue.waiting, longest_since=queue.longest_since)


def colleagues(agent: AgentSnapshot, agents: Iterable[AgentSnapshot]) -> list[desk.Colleague]:
    """The others: those who share a queue with the agent, or everybody for an agent who has no queue."""
    mine = set(agent.queues)
    return [
        desk.Colleague(id=other.id, name=other.name, presence=str(other.presence), work_state=str(other.work_state))
        for other in agents
        if other.id != agent.id and (not mine or not mine.isdisjoint(other.queues))
    ]


@lru_cache(maxsize=4096)
def number_shown(e164: str, country: str) -> str:
    """A number as people of `country` write it: national if it is theirs, international otherwise."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    own = phonenumbers.country_code_for_region(country) == number.country_code
    form = phonenumbers.PhoneNumberFormat.NATIONAL if own else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
