"""One call at several phones: SIPp phones and our own, real cards, and what the losers are sent."""

from pathlib import Path

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.house import House, free_ports, until
from tests.house.sipp import Sipp, free_block, trunk
from tests.house.sites import site

pytestmark = pytest.mark.real

TOLD_ELSEWHERE = """<action>
      <ereg regexp="SIP;cause=200;text=.Call completed elsewhere." search_in="hdr" header="Reason:" check_it="true"
            assign_to="reason"/>
      <log message="[$reason]"/>
    </action>"""

RINGS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="a phone that rings until it is told that another was picked up">
  <recv request="INVITE" crlf="true">
    <action>
      <ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" check_it="true" assign_to="cseq"/>
      {kept}
    </action>
  </recv>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]p[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:phone@[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  <recv request="CANCEL">
    {told}
  </recv>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  {ending}
</scenario>
"""

GIVES_WAY = """<send retrans="500"><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]p[call_number]
[last_Call-ID:]
CSeq: [$cseq] INVITE
Content-Length: 0

]]></send>
  <recv request="ACK"/>"""

PICKED_UP_AS_WELL = """<send retrans="500"><![CDATA[
SIP/2.0 200 OK
Via: [$via_1]
Via: [$via_2]
Record-Route: [$route_1]
Record-Route: [$route_2]
[last_From:]
[last_To:];tag=[pid]p[call_number]
[last_Call-ID:]
CSeq: [$cseq] INVITE
Contact: <sip:phone@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""


KEPT = "\n      ".join(
    f'<ereg regexp="[^ ].*" search_in="hdr" header="{header}:" occurrence="{which}" check_it="true" '
    f'assign_to="{name}_{which}"/>'
    for header, name in (("Via", "via"), ("Record-Route", "route"))
    for which in (1, 2)
)
"""Of the INVITE, for the answer that comes after the CANCEL, which has less."""


def loser(folder: Path, name: str, port: int, ending: str) -> Sipp:
    """A phone for one call that another gets; exits with 0 if everything went as it should."""
    kept = KEPT if ending == PICKED_UP_AS_WELL else ""
    return _rings(folder, name, port, ending, kept, TOLD_ELSEWHERE, "1")


def rings(folder: Path, name: str, port: int) -> Sipp:
    """A phone that nobody picks up."""
    return _rings(folder, name, port, GIVES_WAY, "", "", "100")


def _rings(folder: Path, name: str, port: int, ending: str, kept: str, told: str, calls: str) -> Sipp:
    scenario = RINGS.replace("{ending}", ending).replace("{kept}", kept).replace("{told}", told)
    return Sipp(folder, name, scenario, ["-i", "127.0.0.1", "-p", str(port), "-m", calls, "-mp", str(free_block(4))])


def states(house: House) -> list[str]:
    return [agent["work_state"] for agent in house.agents().values()]


def three_that_nobody_picks_up(folder: Path) -> tuple[str, list[Sipp]]:
    """A site whose three agents' phones ring at once, and the phones: for SIPp, what has one Call-ID is one call."""
    ports = free_ports(3)
    fixed = [f"sip:a{number}@127.0.0.1:{port}" for number, port in enumerate(ports)]
    text = site(agents=3, phone_port=ports[0], agent_phones=fixed, strategy="ring-all", spare=2)
    return text, [rings(folder, f"phone-{port}", port) for port in ports]


def test_all_ring_one_picks_up_and_the_others_are_told_so(tmp_path: Path) -> None:
    """One of the losers picks up in the same moment: it is hung up, and the winner talks on."""
    first, second = free_ports(2)
    with Phone("winner") as winner, Phone("customer") as customer:
        fixed = [f"sip:a0@127.0.0.1:{first}", f"sip:a1@127.0.0.1:{winner.port}", f"sip:a2@127.0.0.1:{second}"]
        text = site(agents=3, phone_port=first, agent_phones=fixed, strategy="ring-all", spare=2)
        losers = [loser(tmp_path, "yields", first, GIVES_WAY), loser(tmp_path, "late", second, PICKED_UP_AS_WELL)]
        try:
            with House(tmp_path, text) as house:
                for agent in house.agents():
                    house.agent(agent, "ready")
                server = f"127.0.0.1:{house.sip_port}"
                customer.call(f"sip:800@{server}", caller="+4989123", server=server)
                winner.wait(words.Incoming)
                until("all three ring", lambda: states(house) == ["ringing"] * 3)
                winner.answer()
                until("one talks", lambda: states(house) == ["idle", "talking", "idle"])
                assert [one.wait(60) for one in losers] == [0, 0], [one.report() for one in losers]
                assert states(house) == ["idle", "talking", "idle"]
                customer.hang_up()
                until("wrapped up", lambda: states(house) == ["idle"] * 3)
                (record,) = house.records()
                agents = house.agents()
        finally:
            for one in losers:
                one.end()
    offers = {offer["agent"]: offer["result"] for offer in record["offers"]}
    assert offers == {"a0": "answered-elsewhere", "a1": "answered", "a2": "answered-elsewhere"}
    assert (record["agent"], record["outcome"]) == ("a1", "answered")
    assert {agent["presence"] for agent in agents.values()} == {"ready"}


def test_one_phone_more_rings_at_a_time_and_the_earlier_ones_ring_on(tmp_path: Path) -> None:
    with Phone("p0") as p0, Phone("p1") as p1, Phone("p2") as p2, Phone("customer") as customer:
        fixed = [f"sip:a{number}@127.0.0.1:{phone.port}" for number, phone in enumerate((p0, p1, p2))]
        text = site(agents=3, phone_port=p0.port, agent_phones=fixed, strategy="ring-progressively", spare=2)
        text = text.replace("ring_seconds", "ring_step_seconds = 1\nring_seconds", 1)
        with House(tmp_path, text) as house:
            for agent in house.agents():
                house.agent(agent, "ready")
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller="+4989123", server=server)
            p0.wait(words.Incoming)
            p1.wait(words.Incoming)
            until("two ring", lambda: states(house)[:2] == ["ringing", "ringing"])
            p2.wait(words.Incoming)
            until("three ring", lambda: states(house) == ["ringing"] * 3)
            p1.answer()
            p0.wait(words.Released)
            p2.wait(words.Released)
            until("one talks", lambda: states(house) == ["idle", "talking", "idle"])
            customer.hang_up()
            until("wrapped up", lambda: states(house) == ["idle"] * 3)
            (record,) = house.records()
    assert [offer["agent"] for offer in record["offers"]] == ["a0", "a1", "a2"]
    assert [offer["result"] for offer in record["offers"]] == ["answered-elsewhere", "answered", "answered-elsewhere"]
    rang = sorted(offer["at"] for offer in record["offers"])
    assert rang == [offer["at"] for offer in record["offers"]]
    assert len(set(rang)) == 3, "one after the other, not all at once"


def test_the_caller_hangs_up_while_all_ring_and_nobody_missed_anything(tmp_path: Path) -> None:
    text, unanswered = three_that_nobody_picks_up(tmp_path)
    try:
        with House(tmp_path, text) as house, Phone("customer") as customer:
            for agent in house.agents():
                house.agent(agent, "ready")
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:800@{server}", caller="+4989123", server=server)
            until("all three ring", lambda: states(house) == ["ringing"] * 3)
            customer.hang_up()
            until("all free", lambda: states(house) == ["idle"] * 3)
            (record,) = until("the record", lambda: [r for r in house.records() if r["ended_at"]])
            assert {agent["presence"] for agent in house.agents().values()} == {"ready"}
    finally:
        for one in unanswered:
            one.end()
    assert [offer["result"] for offer in record["offers"]] == ["caller-left"] * 3
    assert record["outcome"] in ("short-abandoned", "abandoned"), "by how fast the machine is"


def test_the_core_dies_while_three_ring_and_they_ring_anew(tmp_path: Path) -> None:
    """The new core knows from the ledger whose phones rang: each is cancelled, and rung again."""
    text, unanswered = three_that_nobody_picks_up(tmp_path)
    callers: Sipp | None = None
    try:
        with House(tmp_path, text) as house:
            for agent in house.agents():
                house.agent(agent, "ready")
            callers = trunk(
                tmp_path, server=house.sip_port, port=free_ports(1)[0], number="800", calls=1, rate=10, told=True
            )
            until("all three ring", lambda: states(house) == ["ringing"] * 3)
            house.kill_core()
            results = ["withdrawn"] * 3 + [None] * 3

            def offers() -> list[str | None]:
                return [offer["result"] for record in house.records(live=True) for offer in record["offers"]]

            until("offered anew", lambda: offers() == results)
            until("all three ring again", lambda: states(house) == ["ringing"] * 3)
            callers.hang_up()  # a house waits for its calls before it ends
            until("all is over", lambda: not house.records(live=True))
    finally:
        for one in unanswered:
            one.end()
        if callers is not None:
            callers.end()
