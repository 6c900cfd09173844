"""A web server of its own process over a floor of a hundred agents and thirty queues at a busy moment.

    python -m tests.browser.crowd [NAME]

With NAME it is a small floor on which everything is called so. Prints its address when it listens. Log in as `sofia`
with `sofia's word`. It ends with its standard input.
"""

import sys
from collections.abc import Mapping
from typing import Any

import msgspec
from twisted.internet import reactor, stdio
from twisted.internet.protocol import Protocol

from server import clock
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.config.site import Queue, Reason, Sip, Site, SiteFile, Web
from server.wire import desk
from server.wire.monitor import Sample
from server.wire.voicemail import MailboxView
from tests.fakes.switchboard import FakeSwitchboard, a_call, a_queue, an_agent
from tests.fakes.web_server import WebServer

QUEUES = (
    "Billing", "Support", "Sales", "Claims", "Returns", "Technical", "Premium", "Renewals", "Cards", "Loans",
    "Insurance", "Travel", "Mobile", "Fibre", "Television", "Business", "Partners", "Complaints", "Orders",
    "Deliveries", "Warranty", "Spare parts", "Repairs", "Contracts", "Collections", "Spanish", "English", "Portuguese",
    "VIP", "Night",
)  # fmt: skip
FIRST = (
    "Ada", "Ben", "Cem", "Dana", "Eli", "Fay", "Gus", "Hua", "Ida", "Jon", "Kim", "Leo", "Mia", "Nur", "Olga", "Paulo",
    "Quim", "Rita", "Sven", "Teresa",
)  # fmt: skip
LAST = ("Almeida", "Berg", "Costa", "Duarte", "Esteves")
STATES = ("talking", "talking", "ready", "talking", "wrap-up", "talking", "not-ready", "talking", "ringing", "talking")


def queue_id(number: int) -> str:
    return f"q{number % len(QUEUES):02}"


def agents(now: float, count: int) -> list[AgentSnapshot]:
    """Agents in every state, three queues each."""
    made = []
    for number in range(count):
        state = STATES[(number * 7 + number // 10) % len(STATES)]
        working = state in ("talking", "wrap-up", "ringing")
        made.append(
            an_agent(
                f"a{number:03}",
                name=f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}",
                presence="not-ready" if state == "not-ready" else "ready",
                reason="break" if state == "not-ready" else "",
                work_state=state if working else "idle",
                reachable=number != 17,
                fault="phone-not-registered" if number == 17 else "",
                since=now - (number * 37 % 600) - 3,
                queues=[queue_id(number), queue_id(number + 1), queue_id(number + 2)],
                call=f"t{number}" if working else None,
                wrap_up_began_at=now - number % 50 if state == "wrap-up" else None,
            )
        )
    return made


def calls(now: float, agents: list[AgentSnapshot], waiting: int) -> list[CallSnapshot]:
    """One for each agent who has one, and some that wait."""
    held = [
        a_call(agent.call, queue=agent.queues[0], state="talking", agent=agent.id, position=None,
               joined_at=agent.since - 20, answered_at=agent.since - 5 * (index % 90))
        for index, agent in enumerate(agents) if agent.call
    ]  # fmt: skip
    lines = [
        a_call(f"w{number}", queue=queue_id(number % 4), caller=f"+3512130000{number:02}",
               caller_e164=f"+3512130000{number:02}", caller_name="" if number % 3 else f"{LAST[number % 5]} Lda.",
               joined_at=now - 150 + 12 * number, arrived_at=now - 155 + 12 * number, position=1 + number // 4)
        for number in range(waiting)
    ]  # fmt: skip
    return held + lines


def queues(agents: list[AgentSnapshot], calls: list[CallSnapshot], count: int) -> list[QueueSnapshot]:
    made = []
    for number in range(count):
        members = [agent for agent in agents if queue_id(number) in agent.queues]
        waiting = [call.joined_at for call in calls if call.queue == queue_id(number) and call.state == "queued"]
        made.append(
            a_queue(
                queue_id(number),
                name=QUEUES[number],
                waiting=len(waiting),
                longest_since=min(waiting, default=None),
                ready=sum(agent.presence == "ready" and agent.work_state == "idle" for agent in members),
                talking=sum(agent.work_state == "talking" for agent in members),
                logged_in=len(members),
            )
        )
    return made


class SteadyFigures:
    """Figures that differ between the queues."""

    def queue_now(self, queue: str, last_seconds: float) -> Mapping[str, float | None]:
        number = 2 if queue == "*" else int(queue[1:])
        level = (0.91, 0.58, 0.76, 0.98, 1.0)[number % 5]
        return {
            "offered": 61 + number, "answered": 58, "abandoned": 2 + number % 4, "service_level": level,
            "abandon_rate": (2 + number % 4) / (61 + number), "asa_seconds": 19.2 + number % 3,
        }  # fmt: skip

    def queue_today(self, queue: str) -> Mapping[str, float | None]:
        return {"service_level": 0.83}


def samples(now: float, count: int) -> list[Sample]:
    """A curve with waves."""
    made = []
    for turn in range(720):
        waiting, ready = abs((turn // 24) % 16 - 8), 3 + (turn // 40) % 9
        counts = {queue_id(number): (waiting // 3, ready // 3) for number in range(count)}
        made.append(Sample(now - 7200 + 10 * turn, {"*": (waiting, ready), **counts}))
    return made


class Dialler:
    """A company's dialler with two campaigns."""

    async def call(self, operation: str, arguments: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        spring = {
            "id": "spring", "name": "Spring tariffs", "state": "running", "agents": 3, "dialled": 120, "answered": 50,
            "abandoned": 1, "left": 380, "abandon_limit": 0.03,
        }  # fmt: skip
        return {"campaigns": [spring, {**spring, "id": "meters", "name": "New meters", "state": "paused", "agents": 0}]}


def spoilt(server: WebServer, name: str) -> WebServer:
    """The same floor, everybody and everything on it called `name`."""
    at = server.switchboard
    for agent in at.agents():
        at.set_agent(agent.id, name=name)
    for queue in at.queues():
        at.set_queue(queue.id, name=name)
    for call in at.calls():
        at.set_call(call.call, caller_name=name, caller=name, caller_e164="")
    server.voicemail.boxes = {
        user: [msgspec.structs.replace(box, name=name) for box in boxes]
        for user, boxes in server.voicemail.boxes.items()
    }
    server.services[:] = [msgspec.structs.replace(one, interface=name, instance=name) for one in server.services[:1]]
    return server


def crowd(people: int = 100, lines: int = 30, waiting: int = 12) -> WebServer:
    """The server, not started."""
    now = clock.now().wall
    site = SiteFile(
        site=Site(name="Customer service"),
        web=Web(listen="127.0.0.1:0"),
        sip=Sip(domain="caruso.test"),
        queue=[Queue(id=queue_id(number), name=QUEUES[number]) for number in range(lines)],
        reason=[Reason(id="break", name="Break"), Reason(id="training", name="Training")],
    )
    floor = agents(now, people)
    held = calls(now, floor, waiting)
    sofia = an_agent("sofia", role="supervisor", phone="tel:+351210000009")
    switchboard = FakeSwitchboard([*floor, sofia], queues(floor, held, lines), held)
    made = WebServer(site, switchboard=switchboard, clock=clock.now, figures=SteadyFigures())
    made.monitor_store.kept_samples = samples(now, lines)
    made.voicemail.boxes = {
        "sofia": [
            MailboxView(id="claims", name="Claims", owner="queue:q00", new=3, saved=2, urgent=1),
            MailboxView(id="sales", name="Sales", owner="queue:q01", new=0, saved=5, urgent=0),
        ]
    }
    made.campaigns = Dialler()
    made.services[:] = [
        desk.ServiceView(interface=name, version="1.0", instance=name, rank=0, state=state)
        for name, state in (
            ("acd", "up"), ("accounts", "up"), ("control", "up"), ("customers", "degraded"), ("desk", "up"),
            ("edge", "up"), ("records", "up"), ("sessions", "up"), ("storage", "up"), ("telephony", "up"),
            ("web", "up"),
        )
    ]  # fmt: skip
    return made


class _UntilClosed(Protocol):
    """Ends the process when whoever started it is gone."""

    def connectionLost(self, reason: object = None) -> None:
        reactor.stop()


def main(words: list[str]) -> None:
    server = spoilt(crowd(people=12, lines=4), words[0]) if words else crowd()
    server.start()
    stdio.StandardIO(_UntilClosed())
    print(server.address, flush=True)
    reactor.run()


if __name__ == "__main__":
    main(sys.argv[1:])
