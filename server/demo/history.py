"""Sample conversations of the past, as the facts that a server would have noted. Pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

import msgspec

from server.call import facts
from server.call.facts import AnyFact, Candidate, Why
from server.call.now import Now

_OFFERED_AFTER, _ANSWERED_AFTER, _WRAP_UP_SECONDS = 2.0, 8.0, 20.0
_ABANDONED_AFTER = 45.0


class PastContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A conversation of `contacts.json`. `customer`: the company's number of the customer; `at`: local time, HH:MM.

    `seconds`: length of the conversation, 0 if nobody answered.
    """

    customer: str
    days_ago: int
    at: str
    number: str
    queue: str
    agent: str = ""
    outcome: str = "answered"
    result: str = ""
    seconds: float = 0
    notes: str = ""


def past_facts(
    contacts: Sequence[PastContact], ids: dict[str, str], dialled: dict[str, str], now: Now, zone: tzinfo
) -> list[tuple[Now, AnyFact]]:
    """Facts of `contacts`, oldest first. `ids`: customers' ids by the company's numbers; `dialled`: numbers by queue.

    Conversations that would lie in the future (today, later than now) are left out.
    """
    noted: list[tuple[float, AnyFact]] = []
    for count, contact in enumerate(contacts, 1):
        day = datetime.fromtimestamp(now.wall, zone).date() - timedelta(days=contact.days_ago)
        arrived = datetime.combine(day, time.fromisoformat(contact.at), zone).timestamp()
        told = _conversation(contact, f"sample-{count}", ids.get(contact.customer, ""), dialled, arrived, now)
        if told[-1][0] < now.wall:
            noted += told
    noted.sort(key=lambda item: item[0])
    return [(_moment(wall, now), fact) for wall, fact in noted]


def _conversation(
    contact: PastContact, call: str, customer: str, dialled: dict[str, str], arrived: float, now: Now
) -> list[tuple[float, AnyFact]]:
    told: list[tuple[float, AnyFact]] = [
        (
            arrived,
            facts.CallArrived(
                call=call,
                card="sample",
                caller=contact.number,
                caller_e164=contact.number,
                dialled=dialled.get(contact.queue, ""),
            ),
        ),
        (
            arrived,
            facts.CallQueued(
                call=call,
                queue=contact.queue,
                priority=0,
                joined_mono=_moment(arrived, now).mono,
                joined_at=arrived,
            ),
        ),
    ]
    if customer:
        told.append((arrived, facts.CustomerKnown(call=call, customer=customer, by="number")))
    if contact.outcome == "answered":
        return told + _answered(contact, call, arrived, now)
    left = arrived + _ABANDONED_AFTER
    return [
        *told,
        (left, facts.CallReleased(call=call, by="customer", cause="normal")),
        (left, facts.CallClosed(call=call, outcome=contact.outcome, cause="normal")),
    ]


def _answered(contact: PastContact, call: str, arrived: float, now: Now) -> list[tuple[float, AnyFact]]:
    agent = contact.agent
    why = Why(
        strategy="longest-idle",
        rule="longest idle",
        candidates=[Candidate(agent, 0.0)],
        candidate_count=1,
        sentence=f"{agent}: the only free agent",
        waited_seconds=_OFFERED_AFTER,
    )
    offered, answered = arrived + _OFFERED_AFTER, arrived + _ANSWERED_AFTER
    over = answered + contact.seconds
    told: list[tuple[float, AnyFact]] = [
        (offered, facts.CallOffered(call=call, queue=contact.queue, agent=agent, offer=1, leg="sample", why=why)),
        (answered, facts.OfferEnded(call=call, agent=agent, offer=1, result="answered")),
        (answered, facts.CallConnected(call=call, queue=contact.queue, agent=agent, offer=1)),
        (over, facts.CallReleased(call=call, by="customer", cause="normal", agent=agent)),
        (
            over,
            facts.WrapUpBegan(
                agent=agent,
                call=call,
                seconds=2 * _WRAP_UP_SECONDS,
                began_mono=_moment(over, now).mono,
                began_at=over,
            ),
        ),
    ]
    if contact.notes:
        told.append((over, facts.NotesSaved(call=call, agent=agent, text=contact.notes)))
    if contact.result:
        told.append((over, facts.ResultChosen(call=call, agent=agent, result=contact.result)))
    return [
        *told,
        (over, facts.CallClosed(call=call, outcome=contact.outcome, cause="normal")),
        (over + _WRAP_UP_SECONDS, facts.WrapUpEnded(agent=agent, call=call, by="agent")),
    ]


def _moment(wall: float, now: Now) -> Now:
    """`wall` with the monotonic time that would have belonged to it, had the machine been up."""
    return Now(wall, now.mono - (now.wall - wall))
