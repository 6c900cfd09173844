"""Sites for the state machine: two queues with any strategies, with or without tiers of skills, and call-backs."""

from functools import cache

from transcript import site_of

from server.acd.routing import STRATEGIES
from server.config.site import SiteFile

AGENTS = ("ana", "bruno", "carla", "dora")
QUEUES = ("help", "sales")
ENGLISH = {"ana": 7, "bruno": 4, "carla": 5, "dora": 0}
MEMBERS = {"ana": QUEUES, "bruno": ("help",), "carla": ("sales", "help"), "dora": QUEUES}
WIDER_AFTER_SECONDS = 30
ROLES = {"bruno": "administrator", "dora": "supervisor"}
"""Agents who may listen to others."""


@cache
def site(help_strategy: str, sales_strategy: str, tiers: bool) -> SiteFile:
    """`help`: tiers, a penalty, callers' priorities, a key for a call-back. `sales`: higher priority, limits."""
    wanted = [
        {"after_seconds": 0, "require": "english >= 5"},
        {"after_seconds": WIDER_AFTER_SECONDS, "require": "english >= 3"},
    ]
    shared = any(STRATEGIES[one].shared for one in (help_strategy, sales_strategy))
    phones = {
        "ana": "registered",
        "bruno": "sip:bruno@10.0.0.2",
        "carla": "sip:carla@10.0.0.3" if shared else "tel:+4930555",
        "dora": "sip:dora@10.0.0.4",
    }
    return site_of({
        "trunk": [{"name": "pstn", "target": "10.0.0.1:5060"}],
        "number": [{"dial": "800", "to": "queue:help"}, {"dial": "801", "to": "queue:sales"}],
        "queue": [
            {"id": "help", "strategy": help_strategy, "ring_seconds": 15, "wrap_up_seconds": 10, "sticky_seconds": 300,
             "ring_most_agents": 3, "ring_step_seconds": 6,
             "tier": wanted if tiers else [],
             "caller_priority": [{"when": "segment == 'gold'", "add": 5}, {"when": "number == '+491'", "add": 3}],
             "exit": [{"key": "1", "to": "call-back"}], "call_back_attempts": 2, "call_back_retry_seconds": 40},
            {"id": "sales", "strategy": sales_strategy, "priority": 2, "wrap_up_seconds": 0, "max_wait_seconds": 120},
        ],
        "agent": [
            {"id": name, "queues": MEMBERS[name], "phone": phones[name], "skills": {"english": ENGLISH[name]},
             "role": ROLES.get(name, "agent"), "weight": number, "penalties": {"help": 1} if name == "carla" else {}}
            for number, name in enumerate(AGENTS, 1)
        ],
        "reason": [{"id": "break"}],
    })  # fmt: skip


def tier_of(agent: str, queue: str, tiers: bool) -> int | None:
    """From which tier on the agent may have the queue's calls; None: never. Written down here once more, on purpose."""
    if queue not in MEMBERS[agent]:
        return None
    if queue == "sales" or not tiers:
        return 0
    return 0 if ENGLISH[agent] >= 5 else 1 if ENGLISH[agent] >= 3 else None
