"""Where callers wait, and in what order they are served."""

from typing import Literal

import msgspec


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue.tier]]`: whose skills are enough for a caller who has waited so long. Each tier adds agents."""

    after_seconds: float = 0
    """Waiting time from which the tier counts; the first tier of a queue has 0."""
    require: str
    """Expression over the agent's skills, such as `english >= 5 and billing > 0`; a skill not named is 0."""


class CallerPriority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue.caller_priority]]`: callers who are served before or after others of the queue."""

    when: str
    """Expression over `number` (E.164, or as it arrived), `dialled`, `trunk` and `segment` (of the customer's card, as
    soon as the customer is known), such as `segment == 'gold'`."""
    add: int = 1
    """Added to the queue's priority for every entry that is true, -100 to 100."""


class Exit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue.exit]]`: a key with which a waiting caller leaves the queue."""

    key: str
    """One of 0-9, * and #."""
    to: str
    """`queue:ID`, `number:+E.164`, `voicemail:ID`, `dialog:ID`, `call-back`, `goodbye` or `message:FILE.wav`: as
    `when_closed`. Who wants a person in a script that does not say where is back in this queue, at the old place."""


class Queue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue]]`: where callers wait for one of its agents."""

    id: str
    """Name of the queue in this file, in records and in figures."""
    name: str = ""
    """What people see; empty: the id."""
    strategy: str = "longest-idle"
    """`longest-idle`, `fewest-calls`, `least-talk-time` (both since the agent logged in), `round-robin`, `top-down`,
    `random` or `weighted-random`; or several phones at once: `ring-all` rings at everybody who is free,
    `ring-progressively` at who has been free longest, and at one more every `ring_step_seconds`."""
    priority: int = 0
    """Higher is served first, -100 to 100."""
    ring_seconds: float = 20
    """How long an agent's phone rings; 0: until the caller gives up."""
    ring_step_seconds: float = 5
    """`ring-progressively`: after each such time one more phone rings, and the earlier ones ring on."""
    ring_most_agents: int = 20
    """`ring-all`, `ring-progressively`: at most so many phones ring for one caller at a time; 0: no limit."""
    tier: list[Tier] = []
    """Skills that are wanted, and from when on less is enough; none: every agent of the queue."""
    caller_priority: list[CallerPriority] = []
    """Whose calls come first."""
    sticky_seconds: float = 0
    """For so long after a talk the same agent, if free, gets the next call of the same customer (from any
    number of the card), or, of who is not known, of the same number; 0: no matter who."""
    wrap_up_seconds: float = 30
    """Time after the call for the agent to finish; 0: none."""
    service_level_seconds: float = 20
    """Whoever is answered within this time is within the service level."""
    service_level_percent: float = 80
    """Goal: so many of a hundred callers are answered within `service_level_seconds`."""
    service_level_abandons: Literal["left-out", "against", "for"] = "left-out"
    """Abandons in the service level: those within the time are left out, count `against` it, or `for` it."""
    max_wait_seconds: float = 0
    """A caller who waited so long in this queue goes where `when_too_long` says; 0: no limit."""
    max_waiting: int = 0
    """So many callers may wait on the line; the next goes where `when_full` says. Call-backs occupy no line and are not
    counted; 0: no limit."""
    hours: list[str] = []
    """When the queue is open, in the site's time zone, such as `mon-fri 08:00-18:00`, `sat 09:00-13:00` or
    `fri 22:00-02:00` (into the next day); none: always."""
    holidays: list[str] = []
    """Days on which it is closed: a country's or a region's public holidays (`DE`, `DE-BE`), one day (`2026-12-24`) or
    one of every year (`12-24`)."""
    when_closed: str = "goodbye"
    """Where a caller goes outside the hours: `goodbye` (our message, then hung up), `message:FILE.wav` (yours, beside
    the site file, then hung up), `queue:ID` (the wait so far counts there), `number:+E.164` (over the trunk),
    `voicemail:ID` (a mailbox), `dialog:ID` (a published script, spoken; a person only where it names a queue) or
    `call-back`."""
    when_full: str = "goodbye"
    """The same, for a caller who comes while `max_waiting` calls wait."""
    when_empty: str = "wait"
    """The same, when no agent of the queue is logged in, for who comes and for who waits; `wait`: callers wait."""
    when_too_long: str = "goodbye"
    """The same, after `max_wait_seconds`."""
    exit: list[Exit] = []
    """Keys with which a waiting caller leaves, also while an agent's phone rings; a call-back is taken then only if the
    agent does not answer."""
    announce_position: bool = False
    """Tell who waits the place in the queue (up to 99)."""
    announce_wait: bool = False
    """Tell who waits the expected wait, in minutes."""
    announce_first_seconds: float = 20
    """The first announcement comes after so much waiting."""
    announce_every_seconds: float = 60
    """And then one each so often, never more; 0: only the first."""
    call_back_typed: list[str] = []
    """How numbers begin that a caller may type to be called back at, such as `0` (national ones) or `0043`; none: only
    the number that the caller called from. Callers choose whom we call, and we pay: so only ordinary numbers of the
    site's country are called, those of another one if `00` or three digits and more of it are named here, and those
    whose owners earn by it never."""
    call_back_attempts: int = 3
    """How often a number is called back before it is given up."""
    call_back_retry_seconds: float = 300
    """After a number did not answer, it is called again so much later."""
    call_back_ring_seconds: float = 30
    """How long the customer's phone rings in a call-back."""
    music: str = ""
    """WAV file beside the site file; empty: our own."""
    greeting: str = ""
    """WAV file beside the site file, played first; empty: our own; `none`: no greeting."""
    dialog: str = ""
    """Id of the published script that begins at the agent's desk when a call of this queue is answered; empty: none."""
    survey: str = ""
    """Id of the published script that a caller who agreed to it goes on with when the agent has hung up: asked while
    waiting, or after the call who was connected before the question was heard; empty: nobody is asked."""
    survey_key: str = "1"
    """The key with which a caller agrees to it."""
