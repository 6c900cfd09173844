"""Cells summed up to what is shown: by queue, by agent, by any interval. Monitor and reports both come through here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo

import msgspec

from server.config.site import SiteFile
from server.records.cells import Cells, interval_start
from server.records.figures import Sums


class Terms(msgspec.Struct, frozen=True):
    """What the site says about figures."""

    zone: tzinfo
    service_seconds: Mapping[str, float]
    abandons: Mapping[str, str]
    members: Mapping[str, Sequence[str]]
    """Agents of each queue."""

    @classmethod
    def of(cls, site: SiteFile, zone: tzinfo) -> "Terms":
        """The terms of a site file. `zone` is the one that `[site] time_zone` names."""
        return cls(
            zone=zone,
            service_seconds={queue.id: queue.service_level_seconds for queue in site.queue},
            abandons={queue.id: queue.service_level_abandons for queue in site.queue},
            members={queue.id: [agent.id for agent in site.agent if queue.id in agent.queues] for queue in site.queue},
        )


Group = tuple[float | str, ...]
"""The values by which lines are told apart: an interval's start, an id."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cells, and how they are grouped: any of `queue`, `agent`, `customer`, `interval`.

    `queues`, `agents`: only these; None: all.
    """

    group: Sequence[str]
    interval_seconds: int = 900
    queues: frozenset[str] | None = None
    agents: frozenset[str] | None = None


def by_queue(cells: Cells, terms: Terms, wanted: Wanted) -> dict[Group, Sums]:
    """Lines about queues. The time of an agent counts once in a line, however many of its queues the agent is in."""
    lines: dict[Group, Sums] = {}
    start_of = _starts(wanted, terms.zone)
    for (interval, queue), cell in cells.queues.items():
        if wanted.queues is None or queue in wanted.queues:
            sums = lines.setdefault(_group(wanted, start_of(interval), queue), Sums())
            sums.add_queue(cell, terms.abandons.get(queue, "left-out"))
    queues_of = _queues_of(terms, wanted)
    for (interval, agent), agent_cell in cells.agents.items():
        groups = {_group(wanted, start_of(interval), queue) for queue in queues_of.get(agent, ())}
        for group in groups:
            lines.setdefault(group, Sums()).agent.add(agent_cell)
    return dict(sorted(lines.items()))


def by_agent(cells: Cells, terms: Terms, wanted: Wanted) -> dict[Group, Sums]:
    """Lines about agents; `queues` keeps the agents who are in one of them."""
    lines: dict[Group, Sums] = {}
    start_of = _starts(wanted, terms.zone)
    members = None if wanted.queues is None else set(_queues_of(terms, wanted))
    for (interval, agent), cell in cells.agents.items():
        is_wanted = (wanted.agents is None or agent in wanted.agents) and (members is None or agent in members)
        if is_wanted:
            lines.setdefault(_group(wanted, start_of(interval), agent), Sums()).agent.add(cell)
    return dict(sorted(lines.items()))


def by_customer(cells: Cells, terms: Terms, wanted: Wanted) -> dict[Group, Sums]:
    """Lines about customers; queues and agents are not told apart."""
    lines: dict[Group, Sums] = {}
    start_of = _starts(wanted, terms.zone)
    for (interval, customer), cell in cells.customers.items():
        lines.setdefault(_group(wanted, start_of(interval), customer), Sums()).customer.add(cell)
    return dict(sorted(lines.items()))


def by_mailbox(cells: Cells, terms: Terms, wanted: Wanted) -> dict[Group, Sums]:
    """Lines about mailboxes; queues and agents are not told apart."""
    lines: dict[Group, Sums] = {}
    start_of = _starts(wanted, terms.zone)
    for (interval, mailbox), cell in cells.mailboxes.items():
        lines.setdefault(_group(wanted, start_of(interval), mailbox), Sums()).mailbox.add(cell)
    return dict(sorted(lines.items()))


def _queues_of(terms: Terms, wanted: Wanted) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for queue, agents in terms.members.items():
        if wanted.queues is None or queue in wanted.queues:
            for agent in agents:
                found.setdefault(agent, []).append(queue)
    return found


def _group(wanted: Wanted, start: float, ident: str) -> Group:
    return tuple(start if word == "interval" else ident for word in wanted.group)


def _starts(wanted: Wanted, zone: tzinfo) -> Callable[[int], float]:
    """From the start of the smallest interval to the start of the wanted one, each worked out once."""
    if "interval" not in wanted.group:
        return float
    known: dict[int, float] = {}

    def start_of(interval: int) -> float:
        if interval not in known:
            known[interval] = interval_start(interval, wanted.interval_seconds, zone)
        return known[interval]

    return start_of


def total(lines: Iterable[Sums]) -> Sums:
    """The sum of lines that have nothing in common."""
    sums = Sums()
    for line in lines:
        sums.queue.add(line.queue)
        sums.agent.add(line.agent)
        sums.customer.add(line.customer)
        sums.service = (sums.service[0] + line.service[0], sums.service[1] + line.service[1])
    return sums
