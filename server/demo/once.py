"""`caruso demo --once`: one call from beginning to end, measured at both ends."""

import shutil
from pathlib import Path
from typing import Any

import msgspec

from server.call import facts
from server.demo.cast import Cast
from server.demo.control import Control
from server.demo.hearsay import Hearsay
from server.demo.plan import Customer, PlannedCall
from server.demo.site import numbers_for, stars
from server.demo.stage import Stage, StageFailed
from server.demo.story import Story
from server.demo.teller import Teller
from server.phone import hearing, words
from server.wire import control

CUSTOMER_HERTZ, AGENT_HERTZ = 440, 660
RING_SECONDS = 1.0
TALK_SECONDS = 5.0
WRAP_UP_SECONDS = 1.0
LOUDEST_DBFS, QUIETEST_DBFS = -17.0, -23.0
"""The phones send -20 dBFS; nothing on the way may change that by more than 3 dB."""
PITCH_HERTZ = 2.0
LONGEST_GAP_MS = 60
SHORTEST_HEARD_SECONDS = TALK_SECONDS - 1.0


class Ear(msgspec.Struct, frozen=True, kw_only=True):
    """What one phone heard of the other's tone; zeros when it heard none. `faults`: why that is not good enough."""

    who: str
    expected_hertz: int
    hertz: float = 0.0
    level_dbfs: float = -120.0
    longest_gap_ms: int = 0
    seconds: float = 0.0
    faults: list[str] = []


def measured(who: str, file: Path, hertz: int) -> Ear:
    """Measure the tone of `hertz` in a recording, and compare it with what it should be."""
    tone = hearing.tone(*hearing.read(file), hertz)
    if tone is None:
        return Ear(who=who, expected_hertz=hertz, faults=[f"no tone of {hertz} Hz was heard"])
    faults = []
    if abs(tone.hertz - hertz) > PITCH_HERTZ:
        faults.append(f"the pitch is {tone.hertz:.1f} Hz")
    if not QUIETEST_DBFS <= tone.level_dbfs <= LOUDEST_DBFS:
        faults.append(f"the level is {tone.level_dbfs:.1f} dBFS")
    if tone.longest_gap_ms > LONGEST_GAP_MS:
        faults.append(f"there is a gap of {tone.longest_gap_ms} ms")
    if tone.seconds < SHORTEST_HEARD_SECONDS:
        faults.append(f"it was heard for {tone.seconds:.1f} s only")
    return Ear(
        who=who,
        expected_hertz=hertz,
        hertz=round(tone.hertz, 1),
        level_dbfs=round(tone.level_dbfs, 1),
        longest_gap_ms=tone.longest_gap_ms,
        seconds=round(tone.seconds, 2),
        faults=faults,
    )


def once(stage: Stage, story: Story, teller: Teller, record: Path | None) -> bool:
    """Play one call and measure it. True: it was answered, heard at both ends, and its record says so.

    `record`: folder that keeps `customer.wav` and `agent.wav`; None: they are not kept.
    """
    agent = stars(stage.site)[1]
    with Cast(stage, [agent], 1) as cast:
        cast.launch()
        stage.wait_until_ready()
        ledger = Hearsay(story, teller)
        Control(stage.data).follow(stage.position, ledger.heard, ledger.ended)
        cast.take_places(f"tone:{AGENT_HERTZ}", f"tone:{CUSTOMER_HERTZ}", RING_SECONDS)
        ledger.wait(facts.PhoneRegistered, lambda fact: fact.agent == agent and fact.registered)
        call = _play(stage, cast, agent, ledger)
        told = Control(stage.data).ask(control.Call(id=call))
        teller.say("record", f"its record: {_shown(told)}", record=told)
    ears = [
        measured("customer", stage.data / "customer.wav", AGENT_HERTZ),
        measured("agent", stage.data / "agent.wav", CUSTOMER_HERTZ),
    ]
    if record is not None:
        for name in ("customer.wav", "agent.wav"):
            shutil.copyfile(stage.data / name, record / name)
    for ear in ears:
        teller.say("measured", _heard(ear), **msgspec.structs.asdict(ear))
    return told["outcome"] == "answered" and told["agent"] == agent and not any(ear.faults for ear in ears)


def _play(stage: Stage, cast: Cast, agent: str, ledger: Hearsay) -> str:
    """The scene: ready, ring, talk, hang up, wrap up. Gives the call's id."""
    server = Control(stage.data)
    customer, phone = cast.customers[0], cast.agents[agent]
    customer.record(stage.data / "customer.wav")
    phone.record(stage.data / "agent.wav")
    server.agent(agent, "ready")
    caller = (stage.customers or [Customer("", "+493012345678")])[0]
    cast.call(
        PlannedCall(
            pause_seconds=0,
            customer=caller,
            dialled=numbers_for(stage.site, agent)[0],
            patience_seconds=0,
            talk_seconds=TALK_SECONDS,
            customer_hangs_up=True,
        )
    )
    call = ledger.wait(facts.CallConnected, lambda fact: fact.agent == agent).call
    if ledger.find(facts.CallReleased, lambda fact: fact.call == call, TALK_SECONDS):
        raise StageFailed("the call ended before anybody had hung up")
    cast.customer_hangs_up(caller.number)
    customer.wait(words.Released)
    phone.wait(words.Released)
    ledger.wait(facts.CallClosed, lambda fact: fact.call == call)
    if ledger.find(facts.WrapUpBegan, lambda fact: fact.call == call, WRAP_UP_SECONDS):
        ledger.find(facts.WrapUpEnded, lambda fact: fact.call == call, WRAP_UP_SECONDS)
        server.agent(agent, "wrap-up-done")
        ledger.wait(facts.WrapUpEnded, lambda fact: fact.call == call)
    customer.unrecord()
    phone.unrecord()
    return call


def _heard(ear: Ear) -> str:
    if not ear.seconds:
        return f"the {ear.who} heard nothing: {'; '.join(ear.faults)}"
    fault = f" - {'; '.join(ear.faults)}" if ear.faults else ""
    return (
        f"the {ear.who} heard {ear.hertz:.1f} Hz (sent: {ear.expected_hertz}) at {ear.level_dbfs:.1f} dBFS "
        f"for {ear.seconds:.1f} s, longest gap {ear.longest_gap_ms} ms{fault}"
    )


def _shown(record: dict[str, Any]) -> str:
    return (
        f"{record['outcome']}, from {record['from']} to {record['queue']}, agent {record['agent']}, "
        f"waited {record['wait_seconds']:.1f} s, talked {record['talk_seconds']:.1f} s, "
        f"wrapped up {record['wrap_up_seconds']:.1f} s, ended by the {record['released_by']}"
    )
