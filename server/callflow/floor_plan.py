"""The floor of a site: its queues with their tiers, and who is in them with what."""

from collections.abc import Mapping, Sequence

from server.acd.floor import Floor
from server.acd.line import QueueRules, Tier
from server.acd.routing import Membership
from server.config.conditions import Condition, of_skills, skill_names
from server.config.site import SiteFile


def new_floor(site: SiteFile) -> Floor:
    """An empty floor. An agent whose skills suffice for no tier of a queue is not in it."""
    names = skill_names(site)
    rules = []
    conditions: dict[str, list[Condition]] = {}
    for queue in site.queue:
        tiers = tuple(Tier(tier.after_seconds, tier.require) for tier in queue.tier) or (Tier(),)
        rules.append(QueueRules(queue.id, queue.strategy, tiers))
        conditions[queue.id] = [of_skills(tier.require, names) for tier in queue.tier]
    members: dict[str, list[Membership]] = {queue.id: [] for queue in site.queue}
    for agent in site.agent:
        for queue_id in agent.queues:
            tier = first_tier(agent.skills, conditions[queue_id])
            if tier is not None:
                theirs = members[queue_id]
                penalty = agent.penalties.get(queue_id, 0)
                theirs.append(Membership(agent.id, len(theirs), tier, penalty, agent.weight))
    return Floor(rules, members)


def first_tier(skills: Mapping[str, int], conditions: Sequence[Condition]) -> int | None:
    """The first tier for which the skills suffice; None: none does. A queue without tiers asks for nothing."""
    if not conditions:
        return 0
    return next((number for number, holds in enumerate(conditions) if holds(skills)), None)
