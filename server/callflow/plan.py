"""The site, looked up the way the rules need it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from server.acd.routing import STRATEGIES
from server.callflow.opening import openings
from server.callflow.state import Call
from server.config.addresses import read_phone
from server.config.conditions import of_caller
from server.config.site import Agent, Number, Queue, SiteFile
from server.ivr.conversation import AnyPart as DialogPart
from server.voicemail.words import AnyPart
from server.wire.linecard import Dial

NO_LIMIT = 1_000_000
ACCEPT_SECONDS = 15
"""How long a `tel:` agent has to press 1 after the answer."""


class Spoken(msgspec.Struct, frozen=True):
    """Recordings that what a mailbox says may name."""

    recording: str = ""
    """What was recorded in this call."""
    greeting: str = ""
    """The mailbox's own; empty: the site's, or ours."""
    sounds: Mapping[str, str] = {}
    """Of messages, by their ids."""


class Sounds(Protocol):
    """Names of the WAV files that are played; made by `server.speech`, found before the rules start."""

    def greeting(self, queue: str) -> list[str]:
        """Played first to a caller of the queue; may be empty."""
        ...

    def music(self, queue: str) -> list[str]:
        """Played again and again to a caller of the queue."""
        ...

    def own_music(self) -> list[str]:
        """Our own music, for a queue whose file cannot be played."""
        ...

    def sorry(self, why: str) -> list[str]:
        """Said to a caller who cannot be served, before the call is ended: `why` as in `CallDiverted`, or another."""
        ...

    def message(self, file: str) -> list[str]:
        """The same in a file of the site's own."""
        ...

    def announcement(self, position: int | None, wait_seconds: float | None) -> list[str]:
        """Place in the queue and expected wait; None: not to be told. Empty if there is nothing to say."""
        ...

    def call_back_offer(self, key: str) -> list[str]:
        """ "To be called back without losing your place, press ..." """
        ...

    def call_back_confirm(self, number: str, may_type: bool) -> list[str]:
        """The number that will be called; 1 confirms. With `may_type`: another one may be typed."""
        ...

    def call_back_enter(self) -> list[str]:
        """ "Please type the number, and then the hash key." """
        ...

    def call_back_refused(self) -> list[str]:
        """ "We cannot call that number." """
        ...

    def call_back_thanks(self) -> list[str]:
        """ "Thank you. We will call you back." """
        ...

    def ringback(self) -> list[str]:
        """The tone that an agent hears while the customer's phone rings."""
        ...

    def who_calls(self, number: str) -> list[str]:
        """ "Call from ...; press 1 to accept", for a `tel:` agent."""
        ...

    def dialog_says(self, parts: Sequence[DialogPart]) -> list[str]:
        """Files of what a dialog script says."""
        ...

    def dialog_trouble(self, goes_on: bool) -> list[str]:
        """A dialog cannot go on; somebody else will take care of the caller (`goes_on`), or nobody can now."""
        ...

    def survey_offer(self, key: str) -> list[str]:
        """ "To take part in a short survey after the call, press ..." """
        ...

    def survey_thanks(self) -> list[str]:
        """Said to who pressed it."""
        ...

    def survey_question(self, key: str) -> list[str]:
        """After the talk: "To take part in a short survey about this call, press ..." """
        ...

    def survey_goodbye(self) -> list[str]:
        """Said to who does not take part, after the talk."""
        ...

    def mailbox_says(self, parts: Sequence[AnyPart], mailbox: str, spoken: Spoken) -> list[str]:
        """Files of what a mailbox says."""
        ...

    def sound(self, name: str) -> str:
        """The file of a recording."""
        ...


class Plan:
    """Queues, agents, mailboxes and numbers of a site. Read only.

    `pins`: mailbox to the PIN that opens it, the site file's secrets being resolved; a mailbox without one is not heard
    by telephone.
    """

    def __init__(self, site: SiteFile, sounds: Sounds, pins: Mapping[str, str] | None = None) -> None:
        self.site = site
        self.country = site.site.country
        self.sounds = sounds
        self.pins = pins or {}
        self.mailboxes = {mailbox.id: mailbox for mailbox in site.mailbox}
        self.mailbox_of_number = {mailbox.number: mailbox.id for mailbox in site.mailbox if mailbox.number}
        self.queues: dict[str, Queue] = {queue.id: queue for queue in site.queue}
        self.agents: dict[str, Agent] = {agent.id: agent for agent in site.agent}
        self.reasons = {reason.id for reason in site.reason}
        self.results = {result.id for result in site.result}
        self._additions = {
            queue.id: [(of_caller(entry.when), entry.add) for entry in queue.caller_priority] for queue in site.queue
        }
        self.remember_seconds = max((queue.sticky_seconds for queue in site.queue), default=0)
        """For so long it matters to some queue who spoke last with a number; 0: to none."""
        self.openings = openings(site)
        """Queues that are not always open."""
        self._members = {
            queue.id: [agent.id for agent in site.agent if queue.id in agent.queues] for queue in site.queue
        }
        self._trunk = next((trunk.target for trunk in site.trunk if trunk.target), "").removeprefix("sip:")
        self._numbers = {number.dial: number.to for number in site.number}
        self._by_dial = {number.dial: number for number in site.number}

    def queue(self, queue: str) -> Queue:
        """A queue; one that was taken out of the site while calls were in it goes on with the defaults."""
        return self.queues.get(queue) or Queue(id=queue)

    def target(self, dialled: str) -> tuple[str, str] | None:
        """Kind and id of what a dialled number leads to, e.g. `("queue", "billing")`; None: the number is not ours."""
        to = self._numbers.get(dialled)
        if to is None:
            return None
        kind, _, ident = to.partition(":")
        return kind, ident

    def number(self, dialled: str) -> Number:
        """A dialled number; one that was taken out of the site while calls came over it leads nowhere."""
        return self._by_dial.get(dialled) or Number(dial=dialled, to="")

    def number_of(self, queue: str) -> str:
        """A number of ours that leads to the queue, or to anything at all: what a customer who is called sees. Empty:
        the site has none."""
        to = f"queue:{queue}"
        return next((dial for dial, target in self._numbers.items() if target == to), next(iter(self._numbers), ""))

    def priority(self, call: Call, queue: str) -> int:
        """The call's priority in the queue: the queue's own, and what is added for this caller."""
        additions = self._additions.get(queue)
        base = self.queue(queue).priority
        if not additions:
            return base
        caller = {
            "number": call.caller_e164 or call.caller,
            "dialled": call.dialled,
            "trunk": call.trunk,
            "segment": call.segment,
        }
        return base + sum(add for holds, add in additions if holds(caller))

    def members(self, queue: str) -> list[str]:
        """Ids of the queue's agents, in the site file's order."""
        return self._members.get(queue, [])

    def dial_number(self, call: str, leg: str, number: str, caller: str, caller_name: str, ring_seconds: float) -> Dial:
        """The command that calls a number of the telephone network, over the first trunk that takes our calls."""
        uri = f"sip:{number}@{self._trunk}"
        return Dial(call=call, leg=leg, uri=uri, caller=caller, caller_name=caller_name, ring_seconds=ring_seconds)

    def is_shared(self, queue: str) -> bool:
        """Whether a call of the queue rings at several agents' phones at the same time."""
        return STRATEGIES[self.queue(queue).strategy].shared

    def most_phones(self, queue: str, seconds: float) -> int:
        """At how many phones a call of such a queue may ring, `seconds` after it began to."""
        rules = self.queue(queue)
        most = rules.ring_most_agents or NO_LIMIT
        return most if rules.strategy == "ring-all" else min(most, 1 + _steps(rules, seconds))

    def next_phone_at(self, queue: str, seconds: float) -> float | None:
        """How many seconds after its beginning one phone more may ring; None: no more than by now (`seconds`)."""
        rules = self.queue(queue)
        steps = 1 + _steps(rules, seconds)
        is_last = rules.strategy == "ring-all" or steps + 1 > (rules.ring_most_agents or NO_LIMIT)
        return None if is_last else steps * rules.ring_step_seconds

    def dial_fork(self, call: Call) -> Dial:
        """The command that rings at the phones of all who are offered the call: it comes back to our edge, which knows
        them by the call and the leg (`RingAgents`)."""
        uri = f"sip:{call.queue}@{self.site.sip.domain};ring={call.leg}.{call.call}"
        caller = call.call_back or call.caller_e164 or call.caller
        return Dial(call=call.call, leg=call.leg, uri=uri, caller=caller, caller_name=call.caller_name)

    def must_accept(self, agent: str) -> bool:
        """Whether the agent presses 1 before getting the caller: a mobile's voicemail must never get a customer."""
        return self.agents[agent].phone.startswith("tel:")

    def dial(self, call: str, leg: str, agent: str, caller: str, caller_name: str, ring_seconds: float) -> Dial:
        """The command that rings the agent's phone."""
        return Dial(
            call=call,
            leg=leg,
            uri=self._uri(self.agents[agent]),
            caller=caller,
            caller_name=caller_name,
            ring_seconds=ring_seconds,
        )

    def _uri(self, agent: Agent) -> str:
        if agent.phone == "registered":
            return f"sip:{agent.id}@{self.site.sip.domain}"
        if agent.phone.startswith("tel:"):
            return f"sip:{read_phone(agent.phone)[1]}@{self._trunk}"
        return agent.phone


def _steps(rules: Queue, seconds: float) -> int:
    """How many whole steps have passed; a rounding error early counts as in time."""
    return int((seconds + 1e-6) / rules.ring_step_seconds)
