"""What must be true of the agents of a site: their queues, their skills, their phones. Pure."""

from server.config import addresses
from server.config.findings import Notebook, Path, did_you_mean
from server.config.ranges import Range, check_range
from server.config.site import SiteFile

RING_TOGETHER = ("ring-all", "ring-progressively")
"""Those that ring at several phones at once."""


def check_agents(site: SiteFile, notes: Notebook) -> None:
    """Each agent's queues and skills, and whether the phone can be reached."""
    queues = [queue.id for queue in site.queue if queue.id]
    outward = any(trunk.target for trunk in site.trunk)
    for index, agent in enumerate(site.agent):
        for place, queue in enumerate(agent.queues):
            if not queue:
                notes.empty(("agent", index, "queues", place), "Take it out, or write the id of a queue")
            elif queue not in queues:
                cure = did_you_mean(queue, queues, f'Add a [[queue]] with id = "{queue}"')
                notes.error(("agent", index, "queues", place), f'there is no queue "{queue}"', cure)
        if not agent.queues and agent.role == "agent":
            notes.warn(("agent", index), f'the agent "{agent.id}" is in no queue', 'Write queues = ["..."]')
        for skill, level in agent.skills.items():
            check_range(("agent", index, "skills", skill), level, Range(0, 10), notes)
        path: Path = ("agent", index, "phone")
        cure = 'Write "registered", "sip:USER@HOST" (over udp, or with ;transport=tcp) or "tel:+NUMBER"'
        phone = notes.read(path, agent.phone, addresses.read_phone, cure)
        if phone is not None and phone[0] == "tel" and not outward:
            cure = "Add a [[trunk]] with a target, or give the agent another phone"
            notes.error(path, f'"{agent.phone}" needs a trunk that takes our calls, and there is none', cure)
        if phone is not None and phone[0] == "tel":
            _alone(site, index, notes)
        if phone is not None and phone[0] == "sip":
            _over_udp(path, phone[1], site, notes)
        if agent.verify and phone is not None and phone[0] != "sip":
            notes.warn(("agent", index, "verify"), "only a fixed sip: phone can be probed", "Take verify out")


def _over_udp(path: Path, uri: str, site: SiteFile, notes: Notebook) -> None:
    if ";transport=tcp" not in uri.lower() and not any(text.startswith("udp:") for text in site.sip.listen):
        cure = "Add a udp: address to [sip] listen, or ;transport=tcp to the phone"
        notes.warn(path, f'"{uri}" is called over UDP, for which SIP has no socket', cure)


def _alone(site: SiteFile, index: int, notes: Notebook) -> None:
    """A mobile rings alone: among several phones its voicemail would be the first to pick up."""
    agent = site.agent[index]
    together = {queue.id: queue.strategy for queue in site.queue if queue.strategy in RING_TOGETHER}
    for place, queue in enumerate(agent.queues):
        if queue in together:
            notes.error(
                ("agent", index, "queues", place),
                f'the phone "{agent.phone}" of "{agent.id}" cannot ring together with others in "{queue}"',
                f"Give the agent a SIP phone, take {queue} out, or use another strategy than {together[queue]} there",
            )
