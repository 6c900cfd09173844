"""Real cards of a real bank, with telephones on UDP."""

import math
import os
import signal
import socket
import struct
import time
import wave

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.threads import deferToThread

from server.wire import linecard as w
from tests.house.metronome import Metronome
from tests.house.ports import free_block
from tests.linecard.house import House
from tests.linecard.sip_kit import PATIENCE_SECONDS, later

pytestmark = [pytest.mark.real, pytest.mark.alone]
CUSTOMER = w.CUSTOMER
FOUR_PORTS = free_block(4)


def tone(path, seconds, hertz):
    with wave.open(str(path), "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(8000)
        count = int(8000 * seconds)
        sink.writeframes(
            struct.pack(f"<{count}h", *(int(8000 * math.sin(2 * math.pi * hertz * i / 8000)) for i in range(count)))
        )
    return str(path)


def in_house(words=(), **options):
    """Run a test with an open house, and close it whatever happens. `words` are for the bank, `options` for the
    pool."""

    def wrap(test):
        async def run(tmp_path):
            house = House(reactor, tmp_path, **options)
            house.open_pool()
            house.open_bank(*words)
            try:
                await test(house)
            finally:
                await house.close()

        run.__name__ = test.__name__
        return pytest_twisted.ensureDeferred(run)

    return wrap


async def hears(phone, hertz, seconds=0.3):
    """Wait until what the phone hears from now on was so high for so long; 0: silence."""
    end, before = reactor.seconds() + PATIENCE_SECONDS, len(phone.sound)
    while len(phone.sound) - before < seconds * 8000 or abs(phone.heard_hertz(seconds) - hertz) > 40:
        assert reactor.seconds() < end, f"{phone.heard_hertz(seconds)} Hz in place of {hertz}"
        await later(reactor, 0.01)


async def answered(house, phone):
    card, arrived = await house.takes_call(phone)
    house.pool.send(card, w.Answer(call=arrived.call, leg=CUSTOMER))
    await house.sees(w.Answered, leg=CUSTOMER)
    return card, arrived.call


async def talking(house):
    customer, agent = house.phone(), house.phone()
    card, call = await answered(house, customer)
    house.pool.send(card, w.Dial(call=call, leg="agent", uri=agent.uri, caller="+5511", caller_name='Jo "T"'))
    invite = await agent.hears("INVITE")
    assert invite.first("from").startswith('"Jo \\"T\\"" <sip:+5511@caruso.local>;tag=')
    await house.sees(w.Answered, leg="agent")
    house.pool.send(card, w.Bridge(call=call, a=CUSTOMER, b="agent"))
    customer.sends_tone(500)
    agent.sends_tone(1500)
    return card, call, customer, agent


@in_house()
async def test_a_conversation_from_ring_to_idle(house):
    customer, agent = house.phone(), house.phone()
    card, arrived = await house.takes_call(customer, "4000", ["X-Caruso-Trunk: north"])
    assert (arrived.caller, arrived.dialled, arrived.trunk) == ("+55115", "4000", "north")
    call = arrived.call

    def tell(kind, **fields):
        house.pool.send(card, kind(call=call, **fields))

    tell(w.Progress, leg=CUSTOMER)
    await customer.hears("180 INVITE")
    tell(w.Answer, leg=CUSTOMER)
    await house.sees(w.Answered)
    customer.sends_tone(500)
    hello = tone(house.folder / "hello.wav", 0.6, 1000)
    music = tone(house.folder / "music.wav", 2, 700)
    tell(w.Play, leg=CUSTOMER, files=[hello, "/nowhere.wav", music], loop=True, token="m")
    await hears(customer, 1000, 0.15)
    _, refused = await house.sees(w.Refused)
    assert "/nowhere.wav" in refused.why
    await hears(customer, 700, 0.2)
    tell(w.Dial, leg="agent", uri=agent.uri, caller="+5511", headers={"X-Queue": "sales"}, ring_seconds=5)
    invite = await agent.hears("INVITE")
    assert invite.first("x-queue") == "sales"
    await house.sees(w.Answered, leg="agent")
    agent.sends_tone(1500)
    tell(w.Bridge, a=CUSTOMER, b="agent")
    _, played = await house.sees(w.Played, token="m")
    assert played.stopped
    tell(w.Record, token="r", legs=[CUSTOMER, "agent"], path=str(house.folder / "call.wav"))
    await hears(customer, 1500)
    await hears(agent, 500)
    tell(w.Mute, leg="agent", on=True)
    await hears(customer, 0, 0.2)
    tell(w.Mute, leg="agent", on=False)
    agent.hold("sendonly")
    await house.sees(w.Held, leg="agent", on=True)
    await agent.hears("200 INVITE")
    agent.hold("inactive")
    await agent.hears("200 INVITE")
    agent.hold("sendrecv")
    await house.sees(w.Held, leg="agent", on=False)
    await hears(customer, 1500)
    customer.presses(5)
    await house.sees(w.Digit, leg=CUSTOMER, digit="5")
    agent.info_digit("7")
    await house.sees(w.Digit, leg="agent", digit="7")
    tell(w.Digits, leg="agent", digits="42")
    await agent.hears("event 4")
    await agent.hears("event 2")
    tell(w.Unrecord, token="r")
    _, recorded = await house.sees(w.Recorded)
    with wave.open(recorded.path) as file:
        assert file.getnchannels() == 2
        assert file.getnframes() / 8000 == pytest.approx(recorded.seconds)
        assert recorded.seconds > 1.5
    agent.bye()
    _, quality = await house.sees(w.Quality, leg="agent")
    assert quality.received > 50
    assert quality.sent > 50
    _, released = await house.sees(w.Released, leg="agent")
    assert (released.by, released.cause, released.code) == ("far-end", "normal", 200)
    tell(w.Close)
    await customer.hears("BYE")
    await house.sees(w.Idle)
    assert sum(isinstance(event, w.Digit) for event in house.kept) == 2
    assert [event.seq for event in house.kept] == list(range(1, len(house.kept) + 1))


@in_house()
async def test_a_recording_ends_when_the_caller_falls_silent(house):
    customer = house.phone()
    card, call = await answered(house, customer)
    path = house.folder / "message.wav"
    customer.sends_tone(500)
    house.pool.send(
        card, w.Record(call=call, token="m", legs=[CUSTOMER], path=str(path), silence_seconds=3, max_seconds=40)
    )  # longer than a busy machine keeps the caller's tone from being sent
    await later(reactor, 1.5)
    customer.sends_tone(0)
    _, recorded = await house.sees(w.Recorded)
    assert recorded.ended == "silence"
    assert 4.2 < recorded.seconds < 20
    customer.sends_tone(500)
    house.pool.send(card, w.Record(call=call, token="n", legs=[CUSTOMER], path=str(path), silence_seconds=30))
    await later(reactor, 0.5)
    customer.bye()
    _, recorded = await house.sees(w.Recorded)
    assert recorded.ended == "hang-up"


async def seconds_until_heard(listener, speaker, hertz):
    """The best of three: what the server delays it delays each time, a busy machine does not."""
    took = []
    for _ in range(3):
        speaker.sends_tone(0)
        await hears(listener, 0, 0.1)
        speaker.sends_tone(hertz)
        spoke = reactor.seconds()
        while not listener.heard_hertz(0.02):
            await later(reactor, 0.002)
        took.append(reactor.seconds() - spoke)
    return min(took)


@in_house()
async def test_who_waited_and_was_on_hold_is_heard_without_delay_or_jumps(house):
    customer, agent = house.phone(), house.phone()
    card, call = await answered(house, customer)
    music = tone(house.folder / "music.wav", 0.5, 700)

    def tell(kind, **fields):
        house.pool.send(card, kind(call=call, **fields))

    tell(w.Play, leg=CUSTOMER, files=[music], loop=True, token="m")
    customer.sends_tone(0)
    await later(reactor, 1.5)
    tell(w.Dial, leg="agent", uri=agent.uri)
    await house.sees(w.Answered, leg="agent")
    agent.sends_tone(0)
    tell(w.Bridge, a=CUSTOMER, b="agent")
    await later(reactor, 0.3)
    assert await seconds_until_heard(agent, customer, 440) < 0.06
    tell(w.Unbridge, a=CUSTOMER, b="agent")
    tell(w.Play, leg=CUSTOMER, files=[music], loop=True, token="m")
    customer.sends_tone(0)
    await later(reactor, 1.5)
    tell(w.Bridge, a=CUSTOMER, b="agent")
    await later(reactor, 0.1)
    assert await seconds_until_heard(agent, customer, 440) < 0.06
    with Metronome(house.folder) as metronome:
        began = time.time()
        await later(reactor, 1)
        late_frames = int(metronome.longest(began, time.time()) / 0.02)
    # 11 turns of 440 Hz take 200 samples at 8000 Hz, a frame of 160 holds no whole number of them
    sound = agent.sound[-6400:]
    jumps = sum(max(abs(sound[i + k] - sound[i + k - 200]) for k in range(160)) > 3000 for i in range(200, 6240, 160))
    few = 2 + 2 * late_frames
    assert jumps <= few, "a dropped frame shows as two, and there are five a second when a full buffer empties"


@in_house()
async def test_a_killed_card_releases_both_ends_and_is_replaced(house):
    card, call, customer, agent = await talking(house)
    pid = house.pool._cards[card].pid
    before = reactor.seconds()
    os.kill(pid, signal.SIGKILL)
    assert await house.lost.get() == (card, call)
    await customer.hears("BYE")
    await agent.hears("BYE")
    assert reactor.seconds() - before < 20, "long before anybody gives it up"
    assert len(house.orphans) == 2
    assert house.pool.address(card) is None
    fresh = await house.pool.take()
    assert fresh.name != card
    assert reactor.seconds() - before < 30


@in_house()
async def test_a_killed_card_ends_what_was_only_ringing(house):
    customer, agent = house.phone(), house.phone()
    agent.answer_code = 0
    card, arrived = await house.takes_call(customer)
    house.pool.send(card, w.Dial(call=arrived.call, leg="agent", uri=agent.uri))
    await agent.hears("INVITE")
    agent.reply(agent.incoming, 180)
    await house.sees(w.Progressed)
    while len(house.pool._cards[card].farewells) < 2:
        await later(reactor, 0.01)
    os.kill(house.pool._cards[card].pid, signal.SIGKILL)
    await customer.hears("500 INVITE")
    await agent.hears("CANCEL")


@in_house(words=("--rtp-ports", f"{FOUR_PORTS}-{FOUR_PORTS + 3}"))
async def test_a_call_without_free_ports_is_refused_and_the_log_says_what_to_look_at(house):
    await house.has_idle_cards()
    taken = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(4)]
    for offset, one in enumerate(taken):
        one.bind(("127.0.0.1", FOUR_PORTS + offset))
    customer = house.phone()
    address = await house.pool.take()
    house.edge.cards.append((address.host, address.port))
    customer.call("100")
    await customer.hears("500 INVITE")
    while "rtp_ports" not in (house.folder / "bank.log").read_text():
        await later(reactor, 0.02)
    for one in taken:
        one.close()
    house.edge.cards.append((address.host, address.port))
    house.phone().call("100")
    await house.sees(w.Arrived)


@in_house(answer_within_seconds=1.5)
async def test_a_card_that_does_not_answer_is_killed(house):
    card, call, customer, _agent = await talking(house)
    os.kill(house.pool._cards[card].pid, signal.SIGSTOP)
    assert await house.lost.get() == (card, call)
    await customer.hears("BYE")
    assert house.pool.counters["cards_killed"] == 1


@in_house()
async def test_audio_goes_on_without_a_core_and_events_come_when_it_is_back(house):
    card, call, customer, agent = await talking(house)
    await later(reactor, 0.3)
    house.pool.stop()
    agent_packets = agent.packets
    while agent.packets - agent_packets < 25:
        await later(reactor, 0.02)
    await hears(agent, 500)
    agent.bye()
    await agent.hears("200 BYE")
    customer.presses(3)
    await later(reactor, 0.1)
    house.open_pool()
    _, first = await house.hellos.get()
    while not first.call:
        _, first = await house.hellos.get()
    assert (first.card, first.call) == (card, call)
    assert [leg.leg for leg in first.legs] == [CUSTOMER]
    _, released = await house.sees(w.Released, leg="agent")
    assert released.by == "far-end"
    await house.sees(w.Digit, digit="3")
    assert house.pool.conversations() == {card: call}
    house.pool.acknowledge(card, house.kept[-1].seq)
    house.pool.send(card, w.Close(call=call))
    await customer.hears("BYE")
    await house.sees(w.Idle)


@in_house()
async def test_a_bank_that_hangs_is_ended_and_its_cards_outlive_it_while_a_new_bank_makes_more(house):
    card, call, _customer, agent = await talking(house)
    house.bank.send_signal(signal.SIGSTOP)
    assert await deferToThread(house.bank.wait) == -signal.SIGKILL
    assert house.pool.counters["banks_killed"] == 1
    await hears(agent, 500, 0.2)
    house.open_bank(disk_is_full=True)  # its log takes nothing either
    phone = house.phone()
    second, _ = await answered(house, phone)
    third = await house.pool.take()
    assert len({card, second, third.name}) == 3
    house.pool.send(card, w.Close(call=call))
    await house.sees(w.Idle, call=call)


@in_house()
async def test_a_card_takes_one_conversation_and_only_from_the_edge(house):
    first, second, stranger = house.phone(), house.phone(), house.phone()
    card, _call = await answered(house, first)
    address = house.pool.address(card)
    house.edge.cards.append((address.host, address.port))
    second.call("100")
    await second.hears("486 INVITE")
    stranger.edge = (address.host, address.port)
    stranger.call("100")
    await stranger.hears("403 INVITE")
    assert house.pool.card_at(address.host, address.port) == card


@in_house()
async def test_ring_time_cancel_and_refusals(house):
    customer, agent = house.phone(), house.phone()
    card, call = await answered(house, customer)
    agent.answer_code = 0
    house.pool.send(card, w.Dial(call=call, leg="a1", uri=agent.uri, ring_seconds=0.3))
    await agent.hears("INVITE")
    agent.reply(agent.incoming, 180)
    _, released = await house.sees(w.Released, leg="a1")
    assert (released.by, released.cause) == ("card", "no-answer")
    await agent.hears("CANCEL")
    agent.answer_code = 486
    house.pool.send(card, w.Dial(call=call, leg="a2", uri=agent.uri))
    _, released = await house.sees(w.Released, leg="a2")
    assert (released.by, released.code, released.cause) == ("far-end", 486, "busy")
    caller = house.phone()
    other, arrived = await house.takes_call(caller)
    await caller.hears("100 INVITE")
    caller.cancel()
    _, released = await house.sees(w.Released, call=arrived.call)
    assert (released.by, released.cause) == ("far-end", "cancelled")
    house.pool.send(other, w.Close(call=arrived.call))
    await house.sees(w.Idle, call=arrived.call)


@in_house()
async def test_an_invite_that_is_not_answered_is_sent_again_in_time(house):
    customer, agent = house.phone(), house.phone()
    card, call = await answered(house, customer)
    await later(reactor, 0.1)
    agent.answer_code = 0
    with Metronome(house.folder) as metronome:
        house.pool.send(card, w.Dial(call=call, leg="agent", uri=agent.uri, ring_seconds=60))
        first = await agent.hears("INVITE")
        sent_at = time.time()
        again = await agent.hears("INVITE")
        waited = time.time() - sent_at
        late = metronome.total(sent_at, sent_at + waited)
    assert again.first("call-id") == first.first("call-id")
    assert waited - late < 1.9, "T1 is half a second; who does not know of it waits for two"
    agent.reply(agent.incoming, 486)
    await house.sees(w.Released, leg="agent")


@in_house(words=("--lost-seconds", "2"))
async def test_a_leg_whose_sound_stops_is_released(house):
    card, _call, customer, _agent = await talking(house)
    await later(reactor, 0.3)
    customer.stops_sending()
    _, released = await house.sees(w.Released, leg=CUSTOMER)
    assert (released.by, released.cause) == ("card", "media-lost")
    await customer.hears("BYE")
    assert house.pool.conversations()[card]


@in_house(retire_after=1, spare=1)
async def test_a_worn_card_is_replaced(house):
    phone = house.phone()
    card, call = await answered(house, phone)
    house.pool.send(card, w.Close(call=call))
    await house.sees(w.Idle)
    while house.pool.address(card) is not None:
        await later(reactor, 0.05)
    assert (await house.pool.take()).name != card
    assert house.lost.pending == []


@in_house(spare=1, maximum=1, arrival_wait_seconds=0.5)
async def test_who_waits_gets_the_next_free_card_or_an_error(house):
    await house.has_idle_cards()
    card, call = await answered(house, house.phone())
    with pytest.raises(LookupError):
        await house.pool.take()
    waiting = house.pool.take()
    house.pool.send(card, w.Close(call=call))
    assert (await waiting).name == card
    house.pool.put_back(card)
    assert house.pool.counts()["idle"] == 1


@in_house()
async def test_a_card_whose_far_end_is_dead_ends_itself_after_the_conversation(house):
    phone = house.phone()
    card, call = await answered(house, phone)
    phone.listening.stopListening()
    house.pool.send(card, w.Close(call=call))
    _, idle = await house.sees(w.Idle)
    house.pool.acknowledge(card, idle.seq)
    while house.pool.address(card) is not None:
        assert (await house.pool.take()).name != card
        await later(reactor, 0.2)
    assert house.lost.pending == []
