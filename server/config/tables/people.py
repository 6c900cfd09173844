"""Who takes calls, and the words that they choose."""

from typing import Literal

import msgspec


class Agent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[agent]]`: a person who can log in."""

    id: str
    """What the person logs in with; also the user part of the phone's address."""
    name: str = ""
    """What colleagues see; empty: the id."""
    role: Literal["agent", "supervisor", "administrator"] = "agent"
    """`agent`, `supervisor` (sees everybody) or `administrator` (may do everything)."""
    queues: list[str] = []
    """Queues in which the agent takes calls."""
    skills: dict[str, int] = {}
    """Skill to level, 0 to 10."""
    penalties: dict[str, int] = {}
    """Queue to penalty, 0 to 100: of the free agents those with a smaller one are asked first; not named is 0."""
    weight: int = 1
    """Share of the calls in queues with `weighted-random`, 1 to 100."""
    phone: str = "registered"
    """`registered` (a SIP phone or the desk's softphone that registers), `sip:...`, or `tel:+...` over a trunk."""
    verify: bool = False
    """Probe a fixed `sip:` phone with OPTIONS; otherwise it counts as reachable until an INVITE to it fails."""
    password: str = ""
    """Log-in to desk and web: the word itself, `env:NAME` or `file:PATH`; empty: set with `caruso user password`."""
    sip_password: str = ""
    """For a phone that registers, same forms; empty: set with `caruso user password --sip`, or only the desk's
    softphone, with a credential of its session."""


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[reason]]`: why an agent is not ready."""

    id: str
    """Name of the reason in records; `no-answer` is the one given to an agent whose phone rang in vain."""
    name: str = ""
    """What agents choose; empty: the id."""


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[result]]`: how a conversation ended, for the agent to choose."""

    id: str
    """Name of the result in records; `none-timeout` is stored when the wrap-up ended without one."""
    name: str = ""
    """What agents choose; empty: the id."""
