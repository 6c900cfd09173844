"""The core is killed while callers come and again while they are served: order is kept, nobody is called twice."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from server.call import facts
from server.phone import words
from server.phone.driver import Phone
from server.simulator.invariants import FactWatch
from tests.house.house import House, free_ports, until
from tests.house.sipp import Sipp, called, phones, trunk
from tests.house.sites import site

pytestmark = pytest.mark.real

QUEUE = """wrap_up_seconds = 0.2
[[queue.exit]]
key = "1"
to = "call-back"
[[queue.caller_priority]]
when = "number.starts_with('+4940')"
add = 5
"""
CALL_BACKS = [f"+4989{number}" for number in range(1000, 1005)]
FIELDS = (
    "from", "to", "queue", "agent", "arrived_at", "queued_at", "offered_at", "answered_at", "ended_at", "wait_seconds",
    "talk_seconds", "hold_seconds", "wrap_up_seconds", "outcome", "released_by", "offers",
)  # fmt: skip

Kind = TypeVar("Kind", bound=facts.Fact)


class Crowd:
    """Callers, agents' phones that hang up after a third of a second, and phones of those who are called back."""

    def __init__(self, folder: Path, house: House, stack: ExitStack, *ports: int) -> None:
        self._folder, self._house, self._stack = folder, house, stack
        self._ports = list(ports)
        self._calling: list[Sipp] = []

    def call(self, count: int, caller: str) -> None:
        """So many more callers, who stay until they are hung up on."""
        calling = trunk(
            self._folder, server=self._house.sip_port, port=self._ports.pop(), number="800", calls=count, rate=20,
            name=f"trunk{len(self._calling)}", caller=caller, wait_bye_ms=120_000,
        )  # fmt: skip
        self._stack.callback(calling.end)
        self._calling.append(calling)

    def ask_for_call_backs(self) -> None:
        """Callers press 1, and 1 again for the number that they called from, and hang up."""
        server = f"127.0.0.1:{self._house.sip_port}"
        with Phone("first") as first, Phone("second") as second:
            lines = [(first if place < 3 else second, number) for place, number in enumerate(CALL_BACKS)]
            for phone, number in lines:
                phone.call(f"sip:800@{server}", caller=number, server=server, name=number)
                phone.wait(words.Media, state="active", call=number)
            for phone, number in lines:
                phone.dtmf("11", number)
            until("all asked", lambda: len(of(facts_of(self._house), facts.CallBackAsked)) == len(CALL_BACKS))
            for phone, number in lines:
                phone.hang_up(number)
                phone.wait(words.Released, call=number)

    def content(self) -> bool:
        """Whether every call went as its caller expected. Waits for the last."""
        return [calling.wait(60) for calling in self._calling] == [0] * len(self._calling)


def facts_of(house: House) -> list[facts.AnyFact]:
    """The ledger, which has no gaps."""
    ledger = house.entries()
    assert [entry["position"] for entry in ledger] == list(range(1, len(ledger) + 1))
    return msgspec.convert([told | {"position": told.get("place", 0)} for told in ledger], list[facts.AnyFact])


def of(ledger: list[facts.AnyFact], kind: type[Kind]) -> list[Kind]:
    return [fact for fact in ledger if isinstance(fact, kind)]


def waiting(house: House) -> list[str]:
    """Who has no agent yet, by the server's own account, in order of arrival."""
    return [record["call_id"] for record in house.records(live=True) if record["answered_at"] is None]


@pytest.mark.parametrize(("callers", "agents"), [(40, 6), pytest.param(200, 20, marks=pytest.mark.soak)])
def test_the_order_of_a_queue_outlives_the_core(callers: int, agents: int, tmp_path: Path) -> None:
    agent_port, customer_port, *ports = free_ports(5)
    text = site(
        agents=agents, phone_port=customer_port, spare=20, maximum=callers + 20,
        agent_phones=[f"sip:a{number}@127.0.0.1:{agent_port}" for number in range(agents)],
    ).replace("wrap_up_seconds = 0.5", QUEUE)  # fmt: skip
    with ExitStack() as stack:
        for sipp in (phones(tmp_path, port=agent_port, talk_ms=300, name="agents"),
                     phones(tmp_path, port=customer_port, name="customers")):  # fmt: skip
            stack.callback(sipp.end)
        house = stack.enter_context(House(tmp_path, text))
        crowd = Crowd(tmp_path, house, stack, *ports)
        first, urgent = callers // 3, callers // 10
        crowd.call(first, "+4930[call_number]")
        until("the first callers", lambda: len(waiting(house)) == first)
        crowd.ask_for_call_backs()
        crowd.call(urgent, "+4940[call_number]")
        crowd.call(callers - first - urgent - len(CALL_BACKS), "+4930[call_number]")
        until("half of them", lambda: len(waiting(house)) > callers // 2)
        before = waiting(house)
        house.kill_core()
        until("all of them", lambda: len(waiting(house)) == callers)
        assert waiting(house)[: len(before)] == before
        for number in range(agents):
            house.agent(f"a{number}", "ready")
        until("a part is served", lambda: len(waiting(house)) < callers // 2)
        house.kill_core()
        until("all are served", lambda: house.records(live=True) == [])
        assert crowd.content()
        until("the last wrap-up", lambda: all(agent["work_state"] == "idle" for agent in house.agents().values()))
        records, ledger = house.records(), facts_of(house)
        assert [house.metric("caruso_exchange_total", what=what) for what in ("repairs", "faults")] == [0, 0]
    served_in_order(ledger)
    called_once(ledger, called(tmp_path, "customers"))
    assert len(records) == callers
    for record in records:
        assert all(record[field] is not None for field in FIELDS), record
        assert record["outcome"] == ("call-back" if record["from"] in CALL_BACKS else "answered")


def served_in_order(ledger: list[facts.AnyFact]) -> None:
    """Offers follow priority and join time; each call is answered by one agent, and offered again only where a
    restart withdrew the offer."""
    joined = {fact.call: fact for fact in of(ledger, facts.CallQueued)}
    wanted = sorted(joined, key=lambda call: (-joined[call].priority, joined[call].joined_mono))
    offers = of(ledger, facts.CallOffered)
    assert list(dict.fromkeys(offer.call for offer in offers)) == wanted
    results = Counter((ended.call, ended.result) for ended in of(ledger, facts.OfferEnded))
    assert {result for _, result in results} <= {"answered", "withdrawn"}
    assert all(results[call, "answered"] == 1 and results[call, "withdrawn"] <= 1 for call in wanted)
    assert len(offers) == results.total()


def called_once(ledger: list[facts.AnyFact], invited: dict[str, str]) -> None:
    """Each number is dialled once, and the ledger holds each step of each call once."""
    assert Counter(invited.values()) == Counter(CALL_BACKS)
    watch = FactWatch()
    watch.see(ledger)
    assert watch.live == 0
    for kind in (facts.CallArrived, facts.CallQueued, facts.CallConnected, facts.CallReleased, facts.CallClosed):
        assert set(Counter(fact.call for fact in of(ledger, kind)).values()) == {1}, kind
