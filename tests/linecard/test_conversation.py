"""The conversation by its commands and reports, without a phone, a socket or a clock."""

import pytest

from server.call.now import Now
from server.linecard import codec
from server.linecard.worker import reports
from server.linecard.worker.conversation import Conversation
from server.linecard.worker.legs import SINK
from server.linecard.worker.outbox import Outbox
from server.linecard.worker.reports import Figures
from server.wire import linecard as w
from tests.linecard.fake_phone import FakePhone

INVITE = (
    "INVITE sip:4000@127.0.0.1:5061 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bKe\r\n"
    "Record-Route: <sip:127.0.0.1:5061;lr;card=c1>\r\n"
    'From: "Jo" <sip:+5511@trunk>;tag=a\r\nTo: <sip:4000@127.0.0.1>\r\n'
    "Call-ID: id1\r\nCSeq: 1 INVITE\r\nContact: <sip:jo@192.0.2.1>\r\nContent-Length: 0\r\n\r\n"
)
ACK = INVITE.replace("INVITE", "ACK").replace("To: <sip:4000@127.0.0.1>", "To: <sip:4000@127.0.0.1>;tag=b")
CUSTOMER = w.CUSTOMER


class Table:
    """One conversation and what came of it."""

    def __init__(self, **options):
        self.phone, self.outbox, self.time = FakePhone(), Outbox(), 100.0
        self.conversation = Conversation(
            "c1", self.phone, self.outbox, via="127.0.0.1:7000", domain="caruso.local", **options
        )
        self.ids = 0

    @property
    def now(self):
        return Now(self.time + 1_000_000, self.time)

    def events(self):
        return codec.FrameReader(w.FromCard).feed(self.outbox.take_unsent())

    def told(self, *new):
        for report in new:
            self.conversation.told(report, self.now)
        return self.settled()

    def settled(self):
        self.conversation.settle(self.now)
        return self.events()

    def obeys(self, kind, call=None, **fields):
        self.ids += 1
        command = kind(call=self.conversation.call if call is None else call, id=self.ids, **fields)
        self.conversation.obey(command, self.now)
        return self.settled()

    def passes(self, seconds):
        self.time += seconds
        self.conversation.wake(self.now)
        return self.settled()

    def away(self, core_is_away):
        self.conversation.core_is_here(not core_is_away)
        return self.settled()

    def farewells(self):
        return {farewell.leg: farewell.text for farewell in self.conversation.farewells.take_all()}

    def customer_is_up(self):
        self.told(reports.Came(CUSTOMER, INVITE))
        self.obeys(w.Answer, leg=CUSTOMER)
        self.told(reports.MediaChanged(CUSTOMER, False), reports.Connected(CUSTOMER, ACK))
        return self

    def agent_is_up(self, leg="agent"):
        self.obeys(w.Dial, leg=leg, uri=f"sip:{leg}@phone")
        self.told(reports.MediaChanged(leg, False), reports.Connected(leg, ""))
        return self

    def hang_ups(self):
        return [asked for asked in self.phone.asked if asked[0] == "hang_up"]


def names(events):
    return [type(event).__name__ for event in events]


def test_an_arrival_is_reported_answered_and_closed():
    table = Table()
    (arrived,) = table.told(reports.Came(CUSTOMER, INVITE))
    assert (arrived.call, arrived.caller, arrived.caller_name, arrived.dialled) == ("c1-1", "+5511", "Jo", "4000")
    assert (arrived.seq, arrived.mono, arrived.wall) == (1, 100.0, 1_000_100.0)
    assert table.obeys(w.Answer, leg=CUSTOMER) == []
    assert ("answer", CUSTOMER, 200) in table.phone.asked
    assert names(table.told(reports.Connected(CUSTOMER, ACK))) == ["Answered"]
    assert table.obeys(w.Close) == []
    assert table.hang_ups() == [("hang_up", CUSTOMER, 0, False)]
    events = table.told(reports.Ended(CUSTOMER, 200, Figures(10, 20, 1)))
    assert names(events) == ["Quality", "Released", "Idle"]
    assert (events[1].by, events[1].code, events[1].cause) == ("core", 200, "normal")
    assert table.conversation.call == ""
    assert not table.farewells()


def test_the_next_arrival_is_another_conversation():
    table = Table().customer_is_up()
    table.obeys(w.Close)
    table.told(reports.Ended(CUSTOMER, 200, None))
    (arrived,) = table.told(reports.Came(CUSTOMER, INVITE))
    assert arrived.call == "c1-2"


@pytest.mark.parametrize(
    ("code", "rang", "cause"),
    [
        (486, True, "busy"),
        (600, False, "busy"),
        (480, True, "no-answer"),
        (408, True, "no-answer"),
        (408, False, "unreachable"),
        (487, True, "cancelled"),
        (603, True, "rejected"),
        (403, False, "rejected"),
        (404, False, "unreachable"),
        (503, False, "unreachable"),
    ],
)
def test_final_codes_of_a_dialled_leg_have_causes(code, rang, cause):
    table = Table().customer_is_up()
    table.obeys(w.Dial, leg="agent", uri="sip:a@b")
    if rang:
        table.told(reports.Rang("agent", 180))
    (released,) = table.told(reports.Ended("agent", code, None))
    assert (released.by, released.code, released.cause) == ("far-end", code, cause)


def test_ring_time_ends_in_no_answer():
    table = Table().customer_is_up()
    table.obeys(w.Dial, leg="agent", uri="sip:a@b", ring_seconds=15)
    assert names(table.told(reports.Rang("agent", 180))) == ["Progressed"]
    assert table.passes(14) == []
    table.passes(1)
    assert table.hang_ups() == [("hang_up", "agent", 0, False)]
    (released,) = table.told(reports.Ended("agent", 487, None))
    assert (released.by, released.cause) == ("card", "no-answer")


def test_an_answer_stops_the_ring_time():
    table = Table().customer_is_up()
    table.obeys(w.Dial, leg="agent", uri="sip:a@b", ring_seconds=15)
    table.told(reports.Connected("agent", ""))
    table.passes(30)
    assert table.hang_ups() == []


def test_bridged_legs_hear_one_another_and_a_muted_one_is_not_heard():
    table = Table().customer_is_up().agent_is_up()
    table.obeys(w.Bridge, a=CUSTOMER, b="agent")
    one, other = ("leg", CUSTOMER), ("leg", "agent")
    assert table.phone.wires == {(one, other), (other, one)}
    table.obeys(w.Mute, leg="agent", on=True)
    assert table.phone.wires == {(one, other), (other, SINK)}
    table.obeys(w.Unbridge, a=CUSTOMER, b="agent")
    assert table.phone.wires == {(one, SINK), (other, SINK)}


def test_files_play_one_after_the_other_and_the_last_loops():
    table = Table().customer_is_up()
    table.phone.missing = {"gone.wav"}
    table.obeys(w.Play, leg=CUSTOMER, files=["hello.wav", "gone.wav", "music.wav"], loop=True, token="m")
    assert ("play", 1, "hello.wav", False) in table.phone.asked
    (refused,) = table.told(reports.PlayerEnded(1))
    assert "gone.wav" in refused.why
    assert ("play", 3, "music.wav", True) in table.phone.asked
    assert table.phone.wires == {(("player", "3"), ("leg", CUSTOMER)), (("leg", CUSTOMER), SINK)}
    assert table.told(reports.PlayerEnded(1)) == []
    (played,) = table.obeys(w.Stop, leg=CUSTOMER)
    assert (played.token, played.stopped) == ("m", True)


def test_a_bridge_stops_what_plays_to_either():
    table = Table().customer_is_up().agent_is_up()
    table.obeys(w.Play, leg=CUSTOMER, files=["music.wav"], loop=True, token="m")
    (played,) = table.obeys(w.Bridge, a=CUSTOMER, b="agent")
    assert played.stopped


def test_a_play_that_ends_by_itself_says_so():
    table = Table().customer_is_up()
    table.obeys(w.Play, leg=CUSTOMER, files=["hello.wav"], token="h")
    (played,) = table.told(reports.PlayerEnded(1))
    assert (played.token, played.stopped) == ("h", False)


def test_two_legs_are_recorded_as_two_tracks_and_a_muted_one_not_at_all():
    table = Table().customer_is_up().agent_is_up()
    table.obeys(w.Record, token="r", legs=[CUSTOMER, "agent"], path="/x/r.wav")
    customer, agent = (("leg", CUSTOMER), ("track", "r:0")), (("leg", "agent"), ("track", "r:1"))
    unheard = {(("leg", CUSTOMER), SINK), (("leg", "agent"), SINK)}
    assert table.phone.wires == {customer, agent} | unheard
    table.obeys(w.Mute, leg="agent", on=True)
    assert table.phone.wires == {customer} | unheard
    table.obeys(w.Unrecord, token="r")
    (recorded,) = table.told(reports.Written("r", "/x/r.wav", 2.5))
    assert (recorded.token, recorded.seconds) == ("r", 2.5)


def test_a_card_is_idle_only_when_its_recordings_are_on_disk():
    table = Table().customer_is_up()
    table.obeys(w.Record, token="r", legs=[CUSTOMER], path="/x/r.wav")
    table.obeys(w.Close)
    assert names(table.told(reports.Ended(CUSTOMER, 200, None))) == ["Released"]
    assert ("finish_recording", "r") in table.phone.asked
    assert names(table.told(reports.Written("r", "/x/r.wav", 1))) == ["Recorded", "Idle"]


def test_a_recording_ends_after_silence():
    table = Table().customer_is_up()
    table.obeys(w.Record, token="r", legs=[CUSTOMER], path="/x/r.wav", silence_seconds=3)
    table.phone.levels[CUSTOMER] = 100
    for _ in range(20):
        table.passes(0.25)
    assert ("finish_recording", "r") not in table.phone.asked
    table.phone.levels[CUSTOMER] = 10
    for _ in range(11):
        table.passes(0.25)
    assert ("finish_recording", "r") not in table.phone.asked
    for _ in range(2):
        table.passes(0.25)
    assert ("finish_recording", "r") in table.phone.asked
    (recorded,) = table.told(reports.Written("r", "/x/r.wav", 8.0))
    assert recorded.ended == "silence"


def test_a_recording_ends_when_it_is_long_enough():
    table = Table().customer_is_up()
    table.phone.levels[CUSTOMER] = 100
    table.obeys(w.Record, token="r", legs=[CUSTOMER], path="/x/r.wav", max_seconds=2, silence_seconds=5)
    for _ in range(9):
        table.passes(0.25)
    (recorded,) = table.told(reports.Written("r", "/x/r.wav", 2.0))
    assert recorded.ended == "length"


def test_a_recording_ends_when_its_leg_does():
    table = Table().customer_is_up().agent_is_up()
    table.obeys(w.Record, token="r", legs=[CUSTOMER], path="/x/r.wav", max_seconds=60)
    table.told(reports.Ended("agent", 200, None))
    assert ("finish_recording", "r") not in table.phone.asked
    table.told(reports.Ended(CUSTOMER, 200, None))
    (recorded,) = table.told(reports.Written("r", "/x/r.wav", 2.0))
    assert recorded.ended == "hang-up"


def test_a_repeated_command_is_obeyed_once():
    table = Table().customer_is_up()
    command = w.Dial(call="c1-1", id=50, leg="agent", uri="sip:a@b")
    table.conversation.obey(command, table.now)
    table.conversation.obey(command, table.now)
    assert [asked[0] for asked in table.phone.asked].count("dial") == 1
    assert table.events() == []
    assert table.conversation.last_command == 50


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        (w.Answer, {"leg": CUSTOMER}, "answered before"),
        (w.Progress, {"leg": CUSTOMER}, "arriving"),
        (w.Release, {"leg": "nobody"}, "no such leg"),
        (w.Dial, {"leg": CUSTOMER, "uri": "sip:a@b"}, "in use"),
        (w.Dial, {"leg": "x", "uri": "sip:a@b>\r\nX: y"}, "URI"),
        (w.Dial, {"leg": "x", "uri": "http://a"}, "URI"),
        (w.Dial, {"leg": "x", "uri": "sip:a@b", "headers": {"X-A": "b\r\nEvil: 1"}}, "header"),
        (w.Bridge, {"a": CUSTOMER, "b": CUSTOMER}, "itself"),
        (w.Digits, {"leg": CUSTOMER, "digits": "12x"}, "digits"),
        (w.Record, {"token": "r", "legs": ["nobody"], "path": "/x"}, "no such leg"),
        (w.Record, {"token": "", "legs": [CUSTOMER], "path": "/x"}, "token"),
        (w.Unrecord, {"token": "r"}, "no such recording"),
        (w.Begin, {"call": "other"}, "already"),
        (w.Close, {"call": "other"}, "does not hold"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_with_a_reason(kind, fields, why):
    table = Table().customer_is_up()
    table.phone.claimed = True
    (refused,) = table.obeys(kind, **fields)
    assert isinstance(refused, w.Refused)
    assert refused.id == table.ids
    assert why in refused.why
    assert refused.call == fields.get("call", "c1-1")


def test_a_fifth_leg_is_refused():
    table = Table().customer_is_up()
    for name in "abc":
        table.agent_is_up(name)
    (released,) = table.obeys(w.Dial, leg="d", uri="sip:a@b")
    assert (released.by, released.cause) == ("card", "fault")


def test_an_ended_leg_without_an_answer_takes_up_room():
    table = Table().customer_is_up().agent_is_up("a")
    table.phone.unanswered = 2
    assert table.obeys(w.Dial, leg="b", uri="sip:a@b") == []
    wakes = 0
    while not (events := table.passes(table.conversation.next_deadline() - table.time)):
        wakes += 1
    (released,) = events
    assert (released.leg, released.by, released.cause) == ("b", "card", "fault")
    assert table.time == pytest.approx(102)
    assert wakes < 20


def test_who_is_called_in_place_of_another_waits_for_the_place():
    table = Table().customer_is_up().agent_is_up("a").agent_is_up("b").agent_is_up("c")
    table.obeys(w.Release, leg="a")
    table.phone.unanswered = 1
    assert table.obeys(w.Dial, leg="d", uri="sip:d@b") == []
    table.told(reports.Ended("a", 200, None))
    assert table.passes(0.025) == []
    assert table.phone.asked[-1][:2] != ("dial", "d")
    table.phone.unanswered = 0
    assert table.passes(0.05) == []
    assert [asked[:2] for asked in table.phone.asked if asked[0] == "dial"][-1] == ("dial", "d")
    table.told(reports.MediaChanged("d", False), reports.Connected("d", ""))
    assert {leg.leg for leg in table.conversation.snapshot()} == {CUSTOMER, "b", "c", "d"}


def test_a_leg_that_waits_for_a_place_can_be_released():
    table = Table().customer_is_up().agent_is_up("a").agent_is_up("b").agent_is_up("c")
    table.obeys(w.Release, leg="a")
    table.phone.unanswered = 1
    table.obeys(w.Dial, leg="d", uri="sip:d@b")
    (released,) = table.obeys(w.Release, leg="d", cause="withdrawn")
    assert (released.leg, released.cause) == ("d", "withdrawn")
    table.phone.unanswered = 0
    table.passes(3)
    assert not [asked for asked in table.phone.asked if asked[:2] == ("dial", "d")]


def test_a_card_is_idle_when_the_far_ends_have_answered():
    table = Table().customer_is_up()
    table.phone.unanswered = 1
    table.obeys(w.Close)
    assert names(table.told(reports.Ended(CUSTOMER, 200, None))) == ["Released"]
    assert table.passes(0.02) == []
    table.phone.unanswered = 0
    assert names(table.passes(0.05)) == ["Idle"]
    assert not table.conversation.worn_out
    assert not table.phone.claimed


def test_a_card_whose_far_ends_never_answer_is_worn_out():
    table = Table().customer_is_up()
    table.phone.claimed = True
    table.phone.unanswered = 1
    table.obeys(w.Close)
    table.told(reports.Ended(CUSTOMER, 200, None))
    wakes = 0
    while not (events := table.passes(table.conversation.next_deadline() - table.time)):
        wakes += 1
    assert names(events) == ["Idle"]
    assert table.time == pytest.approx(102)
    assert wakes < 20
    assert table.conversation.worn_out
    assert table.phone.claimed


def test_many_dials_in_a_short_time_are_spaced():
    table = Table()
    table.obeys(w.Begin, call="out")
    placed = 0
    for number in range(14):
        table.obeys(w.Dial, leg=f"l{number}", uri="sip:a@b")
        placed = sum(asked[0] == "dial" for asked in table.phone.asked)
        table.told(reports.Ended(f"l{number}", 486, None)) if placed == number + 1 else None
    assert placed == 12
    (released,) = table.obeys(w.Release, leg="l13")
    assert (released.leg, released.by) == ("l13", "core")
    table.passes(0.6)
    assert table.phone.asked[-1][:2] == ("dial", "l12")


def test_a_dial_that_the_phone_refuses_releases_the_leg():
    table = Table().customer_is_up()
    table.phone.dial_refusal = "no port"
    (released,) = table.obeys(w.Dial, leg="agent", uri="sip:a@b")
    assert (released.by, released.cause) == ("card", "fault")


def test_a_begun_conversation_has_the_name_the_core_gave():
    table = Table()
    assert table.obeys(w.Begin, call="out-7") == []
    table.agent_is_up()
    table.obeys(w.Close)
    events = table.told(reports.Ended("agent", 200, None))
    assert [event.call for event in events] == ["out-7", "out-7"]


def test_hold_by_the_far_end_is_reported_once_each_way():
    table = Table().customer_is_up()
    assert [event.on for event in table.told(reports.MediaChanged(CUSTOMER, True))] == [True]
    assert table.told(reports.MediaChanged(CUSTOMER, True)) == []
    assert table.conversation.snapshot()[0].state == "held"
    assert [event.on for event in table.told(reports.MediaChanged(CUSTOMER, False))] == [False]


def test_a_digit_that_comes_both_ways_is_one_digit():
    table = Table().customer_is_up()
    events = table.told(reports.Pressed(CUSTOMER, "5", 0), reports.Pressed(CUSTOMER, "5", 1))
    assert [event.digit for event in events] == ["5"]
    assert [event.digit for event in table.told(reports.Pressed(CUSTOMER, "6", 0))] == ["6"]


def test_media_that_stops_ends_the_leg_but_only_after_it_began():
    table = Table(lost_seconds=10).customer_is_up()
    table.phone.counters[CUSTOMER] = Figures(0, 0, 0)
    for _ in range(15):
        table.passes(1)
    assert table.hang_ups() == []
    table.phone.counters[CUSTOMER] = Figures(0, 50, 0)
    for _ in range(10):
        table.passes(1)
    assert table.hang_ups() == []
    table.passes(1)
    assert table.hang_ups() == [("hang_up", CUSTOMER, 0, False)]
    (released,) = table.told(reports.Ended(CUSTOMER, 200, None))
    assert (released.by, released.cause) == ("card", "media-lost")


def test_a_held_leg_is_not_lost():
    table = Table(lost_seconds=10).customer_is_up()
    table.phone.counters[CUSTOMER] = Figures(0, 50, 0)
    table.passes(1)
    table.told(reports.MediaChanged(CUSTOMER, True))
    for _ in range(30):
        table.passes(1)
    assert table.hang_ups() == []


def test_who_is_left_alone_while_the_core_is_away_hears_the_last_music():
    table = Table(music="own.wav").customer_is_up().agent_is_up()
    table.obeys(w.Play, leg=CUSTOMER, files=["queue.wav"], loop=True, token="m")
    table.obeys(w.Bridge, a=CUSTOMER, b="agent")
    table.away(True)
    assert ("play", 2, "queue.wav", True) not in table.phone.asked
    table.told(reports.Ended("agent", 200, None))
    assert ("play", 2, "queue.wav", True) in table.phone.asked
    assert table.conversation.snapshot()[0].playing == ""
    table.away(False)
    assert names(table.obeys(w.Play, leg=CUSTOMER, files=["a.wav"], token="n")) == []


def test_without_a_core_an_ended_announcement_gives_way_to_music():
    table = Table(music="own.wav").customer_is_up()
    table.away(True)
    assert ("play", 1, "own.wav", True) in table.phone.asked


def test_a_call_answered_elsewhere_is_cancelled_so():
    table = Table().customer_is_up()
    table.obeys(w.Dial, leg="agent", uri="sip:a@b")
    table.obeys(w.Release, leg="agent", cause="answered-elsewhere")
    assert table.hang_ups() == [("hang_up", "agent", 0, True)]
    (released,) = table.told(reports.Ended("agent", 487, None))
    assert released.cause == "answered-elsewhere"


def test_an_arriving_leg_is_refused_with_the_code_that_was_asked():
    table = Table()
    table.told(reports.Came(CUSTOMER, INVITE))
    table.obeys(w.Release, leg=CUSTOMER, code=503)
    assert table.hang_ups() == [("hang_up", CUSTOMER, 503, False)]


def test_each_leg_has_a_farewell_for_its_state():
    table = Table()
    table.told(reports.Came(CUSTOMER, INVITE))
    assert table.farewells()[CUSTOMER].startswith(b"SIP/2.0 500 ")
    table.told(reports.Connected(CUSTOMER, ACK))
    assert table.farewells()[CUSTOMER].startswith(b"BYE sip:jo@192.0.2.1 SIP/2.0\r\n")
    table.obeys(w.Dial, leg="agent", uri="sip:a@b")
    table.told(reports.Called("agent", INVITE))
    assert table.farewells()["agent"].startswith(b"CANCEL ")
    table.told(reports.Ended("agent", 487, None))
    assert list(table.farewells()) == [CUSTOMER]


def test_the_conference_clock_rests_after_a_while_of_idleness():
    table = Table().customer_is_up()
    table.obeys(w.Close)
    table.told(reports.Ended(CUSTOMER, 200, None))
    table.passes(0.05)
    assert ("rest",) not in table.phone.asked
    table.passes(0.1)
    assert table.phone.asked[-1] == ("rest",)
    assert table.conversation.next_deadline() is None


def three_are_up():
    table = Table().customer_is_up().agent_is_up().agent_is_up("supervisor")
    table.obeys(w.Bridge, a=CUSTOMER, b="agent")
    return table


def hears(table):
    """Who hears whom, by their initials: `ac` is the agent's voice in the customer's ear."""
    return sorted(
        source[1][0] + sink[1][0] for source, sink in table.phone.wires if source[0] == "leg" and sink[0] == "leg"
    )


@pytest.mark.parametrize(
    ("mode", "talk", "on_hold", "agent_muted"),
    [
        (w.LISTEN, ["ac", "as", "ca", "cs"], ["as"], ["ca", "cs"]),
        (w.WHISPER, ["ac", "as", "ca", "cs", "sa"], ["as", "sa"], ["ca", "cs", "sa"]),
        (w.BARGE, ["ac", "as", "ca", "cs", "sa", "sc"], ["as", "sa"], ["ca", "cs", "sa", "sc"]),
    ],
)
def test_who_hears_whom_when_a_leg_joins(mode, talk, on_hold, agent_muted):
    table = three_are_up()
    assert table.obeys(w.Join, leg="supervisor", to="agent", mode=mode) == []
    assert hears(table) == talk
    table.obeys(w.Unbridge, a=CUSTOMER, b="agent")
    assert hears(table) == on_hold
    table.obeys(w.Bridge, a=CUSTOMER, b="agent")
    assert hears(table) == talk
    table.obeys(w.Mute, leg="agent", on=True)
    assert hears(table) == agent_muted
    table.obeys(w.Mute, leg="agent", on=False)
    table.obeys(w.Mute, leg="supervisor", on=True)
    assert hears(table) == ["ac", "as", "ca", "cs"]


def test_a_leg_that_nobody_hears_is_read_all_the_same():
    table = three_are_up()
    table.obeys(w.Join, leg="supervisor", to="agent", mode=w.LISTEN)
    assert (("leg", "supervisor"), SINK) in table.phone.wires
    table.obeys(w.Join, leg="supervisor", to="agent", mode=w.WHISPER)
    assert not any(sink == SINK for _, sink in table.phone.wires)


def test_another_mode_takes_the_place_of_the_first_and_the_snapshot_tells_it():
    table = three_are_up()
    table.obeys(w.Play, leg="supervisor", files=["a.wav"], token="q")
    assert names(table.obeys(w.Join, leg="supervisor", to="agent", mode=w.BARGE)) == ["Played"]
    table.obeys(w.Join, leg="supervisor", to="agent", mode=w.LISTEN)
    assert hears(table) == ["ac", "as", "ca", "cs"]
    shown = {leg.leg: (leg.joined_to, leg.join_mode) for leg in table.conversation.snapshot()}
    assert shown == {CUSTOMER: ("", ""), "agent": ("", ""), "supervisor": ("agent", "listen")}


def test_a_join_ends_with_either_leg():
    table = three_are_up()
    table.obeys(w.Join, leg="supervisor", to="agent", mode=w.BARGE)
    table.told(reports.Ended("supervisor", 200, None))
    assert hears(table) == ["ac", "ca"]
    table.agent_is_up("supervisor").obeys(w.Join, leg="supervisor", to="agent", mode=w.BARGE)
    table.told(reports.Ended("agent", 200, None))
    assert hears(table) == []
    assert [leg.joined_to for leg in table.conversation.snapshot()] == ["", ""]


def test_who_listens_gets_no_comfort_music_while_the_core_is_away():
    table = three_are_up()
    table.obeys(w.Join, leg="supervisor", to="agent", mode=w.LISTEN)
    table.away(True)
    assert not any(asked[0] == "play" for asked in table.phone.asked)


@pytest.mark.parametrize(
    "fields",
    [
        {"leg": "agent", "to": "agent"},
        {"leg": "agent", "to": "supervisor"},
        {"leg": "nobody", "to": "agent"},
        {"leg": "supervisor", "to": "nobody"},
        {"leg": "supervisor", "to": "agent", "mode": "spy"},
    ],
)
def test_a_join_that_cannot_be_is_refused(fields):
    table = three_are_up()
    (refused,) = table.obeys(w.Join, **fields)
    assert refused.id == table.ids
    assert hears(table) == ["ac", "ca"]


def test_a_leg_that_joined_is_neither_bridged_nor_joined():
    table = three_are_up()
    table.agent_is_up("other").obeys(w.Join, leg="supervisor", to="agent")
    assert names(table.obeys(w.Bridge, a="supervisor", b="other")) == ["Refused"]
    assert names(table.obeys(w.Join, leg="other", to="supervisor")) == ["Refused"]
