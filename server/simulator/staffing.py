"""A site made fit for the simulator: as many agents as asked for, one number that leads to the queue, open all day."""

from msgspec.structs import replace

from server.config.site import Agent, Number, Queue, SiteFile

DIALLED = "simulation"


class NoSuchQueue(Exception):
    """The site has no queue of that id, or none at all."""


class Silence:
    """No sound files (`server.callflow.Sounds`): the simulator's callers hear nothing."""

    def _nothing(self, *_words: object, **_named: object) -> list[str]:
        return []

    greeting = music = own_music = sorry = message = announcement = who_calls = ringback = _nothing
    call_back_offer = call_back_confirm = call_back_enter = call_back_refused = call_back_thanks = _nothing
    mailbox_says = dialog_says = dialog_trouble = survey_offer = survey_thanks = _nothing
    survey_question = survey_goodbye = _nothing

    def sound(self, name: str) -> str:
        """The file of a recording: none is made."""
        return name


def queue_of(site: SiteFile, queue: str) -> Queue:
    """The queue of that id; with an empty id the first one of the site. Raises `NoSuchQueue`."""
    if not site.queue:
        raise NoSuchQueue("the site file has no [[queue]]")
    if not queue:
        return site.queue[0]
    found = next((known for known in site.queue if known.id == queue), None)
    if found is None:
        known = ", ".join(one.id for one in site.queue)
        raise NoSuchQueue(f'the site file has no queue "{queue}"; it has {known}')
    return found


def staffed(site: SiteFile, queue: str, agents: int) -> SiteFile:
    """The site with so many agents in `queue`: its own in turn (with their skills), again and again under new names.

    Every phone answers; the queue is open at all times. Its strategy, wrap-up, limits and tiers stay.
    """
    members = [agent for agent in site.agent if queue in agent.queues] or [Agent(id="agent", queues=[queue])]
    chosen = []
    for number in range(agents):
        turn, like = number // len(members), members[number % len(members)]
        name = like.id if turn == 0 else f"{like.id}-{turn + 1}"
        chosen.append(replace(like, id=name, phone="registered", verify=False))
    return replace(
        site,
        agent=chosen,
        number=[Number(dial=DIALLED, to=f"queue:{queue}")],
        queue=[replace(known, hours=[], holidays=[]) for known in site.queue],
    )
