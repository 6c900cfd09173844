"""What programs of a company may say, and what comes of it: rules alone, without a socket."""

import json
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from server.call.dialogs import ScriptService
from server.call.events import RequestRefused
from server.config.services import HOUSE
from server.services.calls import MOST_CALLS, CalleeLost
from server.services.directory import Directory
from server.services.form import fault_of
from server.services.gate import (
    IN_VAIN_SECONDS,
    MOST_CONNECTIONS,
    MOST_IN_VAIN,
    MOST_OF_ONE,
    MOST_WAITING,
    MOST_WAITING_OF_ONE,
    ServiceGate,
)
from server.services.grants import Grant, Grants
from server.services.remote import FAULT_SECONDS, MOST_FAULTS, RemoteService
from server.wire.services import MAX_DEPTH, MAX_TEXT_CHARACTERS, MAX_VALUES

TOKEN, OTHER_TOKEN = "t" * 32, "o" * 32
GRANTS = Grants(
    [
        Grant(name="utility", token=TOKEN, interfaces=frozenset({"meters", "outages"}), timeout_seconds=5),
        Grant(name="other", token=OTHER_TOKEN, interfaces=frozenset({"meters", "storage"}), timeout_seconds=5,
              may_watch=True),
    ]
)  # fmt: skip


class Line:
    """A program's end of its connection."""

    def __init__(self, gate: ServiceGate, address: str = "198.51.100.7") -> None:
        self.told: list[dict[str, Any]] = []
        self.ended: tuple[int, str] | None = None
        self._gate = gate
        self.end_: RemoteService = gate.opened(self, address)

    def send(self, payload: bytes) -> None:
        self.told.append(json.loads(payload))

    def end(self, code: int, reason: str) -> None:
        self.ended = (code, reason)
        self._gate.closed(self.end_)  # as the socket does

    def say(self, t: str, **message: Any) -> Any:
        """Say something; gives the last thing that was answered, if anything was."""
        return self.raw(json.dumps({"t": t, **message}).encode())

    def raw(self, payload: bytes) -> Any:
        before = len(self.told)
        self.end_.received(payload)
        return self.told[-1] if len(self.told) > before else None

    def drop(self) -> None:
        self._gate.closed(self.end_)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def directory(clock: Clock) -> Directory:
    return Directory(clock, clock.seconds)


@pytest.fixture
def gate(clock: Clock, directory: Directory) -> ServiceGate:
    return ServiceGate(clock, directory, GRANTS, "1.2.3")


@pytest.fixture
def line(gate: ServiceGate) -> Line:
    made = Line(gate)
    made.say("hello", token=TOKEN)
    return made


def register(line: Line, interface: str = "meters", **more: Any) -> Any:
    return line.say("register", id=1, interface=interface, version="1.0", **more)


def states(directory: Directory) -> dict[str, str]:
    return {f"{one.interface}@{one.instance}": one.state for one in directory.services()}


def outcome(answer: "Deferred[Any]") -> list[Any]:
    """What has come by now."""
    got: list[Any] = []
    answer.addCallbacks(got.append, lambda failure: got.append(failure.value))
    return got


def provider(directory: Directory, interface: str = "meters") -> Any:
    found = directory.best(interface, "1.0")
    assert found is not None
    return found[1]


def ask(directory: Directory, key: str = "k:1", **arguments: Any) -> list[Any]:
    service: ScriptService = provider(directory)
    return outcome(service.call("find_meter", arguments, key))  # type: ignore[arg-type]


# -- who may come in, and offer what ---------------------------------------------------------------------------------


def test_a_token_opens_the_door_and_says_what_may_be_registered(gate: ServiceGate):
    line = Line(gate)
    welcome = line.say("hello", token=TOKEN)
    assert welcome == {
        "t": "welcome",
        "name": "utility",
        "interfaces": ["meters", "outages"],
        "may_watch": False,
        "version": "1.2.3",
    }
    assert gate.connected == 1


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "t", "é" * 40])
def test_any_other_token_does_not(gate: ServiceGate, token: str):
    line = Line(gate)
    assert line.say("hello", token=token) is None
    assert line.ended == (4401, "the token is not known")
    assert gate.connected == 0


def test_nothing_is_heard_before_hello_and_hello_is_said_once(gate: ServiceGate, line: Line):
    early = Line(gate)
    assert register(early) is None
    assert early.ended == (4409, "hello comes first")
    line.say("hello", token=TOKEN)
    assert line.ended == (4409, "hello is said once")


def test_only_what_the_site_names_can_be_registered(line: Line, directory: Directory):
    refused = register(line, "billing")
    assert (refused["id"], refused["problem"]) == (1, "not-allowed")
    assert '"utility"' in refused["detail"]
    assert directory.services() == []


def test_the_houses_own_are_never_registered_even_if_the_site_names_them(gate: ServiceGate, directory: Directory):
    assert "storage" in HOUSE
    line = Line(gate)
    line.say("hello", token=OTHER_TOKEN)
    assert register(line, "storage")["problem"] == "not-allowed"
    assert directory.services() == []


def test_what_the_house_offers_now_is_not_offered_by_others_whatever_it_is_called(line: Line, directory: Directory):
    directory.provide("meters", "1.0", object())
    refused = register(line)
    assert (refused["problem"], refused["detail"]) == ("not-allowed", '"meters" is a service of the house.')
    assert register(line, "outages")["t"] == "registered"
    assert register(line, "outages")["t"] == "registered"


def test_what_is_registered_is_found_and_called(line: Line, directory: Directory):
    assert register(line) == {"t": "registered", "id": 1, "epoch": 1, "instance": "utility"}
    got = ask(directory, meter=17, day=date(2026, 1, 31), at=time(17, 30), price=Decimal("12.50"))
    call = line.told[-1]
    assert call == {
        "t": "call", "id": 1, "interface": "meters", "instance": "utility", "operation": "find_meter", "key": "k:1",
        "arguments": {"meter": 17, "day": "2026-01-31", "at": "17:30:00", "price": "12.50"}, "deadline_seconds": 5,
    }  # fmt: skip
    assert got == []
    line.say("done", call=call["id"], results={"found": True, "last": 5})
    assert got == [{"found": True, "last": 5}]


def test_a_version_that_is_none_is_refused_and_nothing_changes(line: Line, directory: Directory):
    register(line)
    again = line.say("register", id=2, interface="meters", version="new")
    assert (again["id"], again["problem"]) == (2, "version-invalid")
    ask(directory)
    assert line.told[-1]["t"] == "call", "the first registration still serves"


# -- lost, late, hostile ----------------------------------------------------------------------------------------------


def test_a_dropped_connection_is_suspect_at_once_and_gone_with_its_lease(
    line: Line, directory: Directory, clock: Clock
):
    register(line, lease_seconds=10)
    got = ask(directory)
    line.drop()
    assert states(directory) == {"meters@utility": "suspect"}
    assert directory.best("meters", "1.0") is None
    assert isinstance(got[0], RequestRefused)
    assert isinstance(got[0], ConnectionError)
    assert (got[0].problem, str(got[0])) == ("service-lost", "The service meters was lost while it was asked.")
    clock.advance(10)
    assert states(directory) == {}


def test_who_comes_back_takes_its_own_place_and_is_asked_again(gate: ServiceGate, directory: Directory):
    changes = []
    directory.registry.watch(changes.append)
    first = Line(gate)
    first.say("hello", token=TOKEN)
    register(first)
    first.drop()
    second = Line(gate)
    second.say("hello", token=TOKEN)
    assert register(second)["epoch"] == 2
    assert states(directory) == {"meters@utility": "up"}
    got = ask(directory)
    second.say("done", call=1, results={})
    assert got == [{}]
    assert [change.service.state for change in changes] == ["starting", "up", "suspect", "starting", "up"]


def test_what_was_got_before_the_loss_fails_afterwards(line: Line, directory: Directory):
    register(line)
    old = provider(directory)
    line.drop()
    assert isinstance(outcome(old.call("find_meter", {}, ""))[0], CalleeLost)


def test_a_late_answer_is_not_waited_for_and_not_taken(line: Line, directory: Directory, clock: Clock):
    register(line)
    got = ask(directory)
    clock.advance(4.9)
    assert got == []
    clock.advance(0.2)
    assert str(got[0]) == "The service meters did not answer in time."
    line.say("done", call=1, results={"found": True})
    assert len(got) == 1
    assert line.ended is None
    assert line.end_.running == 0


def test_who_cancels_waits_no_longer(line: Line, directory: Directory, clock: Clock):
    register(line)
    answer = provider(directory).call("find_meter", {}, "")
    outcome(answer)
    answer.cancel()
    assert line.end_.running == 0
    assert clock.getDelayedCalls() != [], "the lease runs"
    line.say("done", call=1, results={})


def test_reasons_for_people_are_told_others_are_not(line: Line, directory: Directory):
    register(line)
    told, hidden, empty = ask(directory), ask(directory), ask(directory)
    line.say("failed", call=1, reason="That day\nis over.", is_for_people=True)
    line.say("failed", call=2, reason="SELECT * FROM secrets: no such table")
    line.say("failed", call=3, reason="  ", is_for_people=True)
    assert (told[0].problem, str(told[0])) == ("service-refused", "That day is over.")
    assert str(hidden[0]) == str(empty[0]) == "The service meters could not do it."
    ask(directory)
    line.say("failed", call=4, reason="x" * 10_000, is_for_people=True)


@pytest.mark.parametrize(
    "results",
    [
        {"a b": 1},
        {"": 1},
        {"x" * 65: 1},
        {"found": "x" * (MAX_TEXT_CHARACTERS + 1)},
        {"found": [1] * (MAX_VALUES + 1)},
        {f"a{n}": 1 for n in range(MAX_VALUES + 1)},
        {"found": [[[[["deep"]]]]]},
    ],
)
def test_results_without_form_are_not_handed_on(line: Line, directory: Directory, results: dict[str, Any]):
    register(line)
    got = ask(directory)
    line.say("done", call=1, results=results)
    assert str(got[0]) == "The service meters gave an answer that cannot be used."
    assert line.ended is None


def test_only_so_many_calls_run_at_a_time(line: Line, directory: Directory):
    register(line)
    for _ in range(MOST_CALLS):
        assert ask(directory) == []
    assert ask(directory)[0].problem == "service-busy"
    line.say("done", call=1, results={})
    assert ask(directory) == []


def test_what_cannot_be_said_is_not_sent(line: Line, directory: Directory):
    register(line)
    before = len(line.told)
    assert ask(directory, meter=object())[0].problem == "service-arguments"
    assert ask(directory, meter="x" * 300_000)[0].problem == "service-arguments"
    assert ask(directory, key="k" * 301)[0].problem == "service-arguments"
    assert len(line.told) == before


@pytest.mark.parametrize(
    ("payload", "number"),
    [
        (b'{"t":"dance","id":7}', 7),
        (b'{"t":"beat","id":8}', 8),
        (b'{"t":"register","id":9,"interface":"../x","version":"1"}', 9),
        (b'{"t":"register","id":3,"interface":"meters","version":"1","lease_seconds":1e9}', 3),
        (b'{"t":"beat","id":4,"epoch":1,"load":7}', 4),
        (b"{", 0),
        (b'{"t":"done","call":1,"results":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}", 0),
        (b"\xff\xfe", 0),
        (b'{"id":-5,"t":"dance"}', 0),
    ],
)
def test_a_message_that_is_wrong_is_refused_and_the_connection_goes_on(line: Line, payload: bytes, number: int):
    refused = line.raw(payload)
    assert (refused["t"], refused["id"], refused["problem"]) == ("refused", number, "not-understood")
    assert line.ended is None
    assert register(line)["t"] == "registered"


def test_who_is_wrong_again_and_again_is_disconnected(line: Line, directory: Directory):
    register(line)
    for _ in range(MOST_FAULTS):
        line.raw(b'{"t":"dance"}')
    assert line.ended == (4409, "too many messages were refused")
    assert states(directory) == {"meters@utility": "suspect"}
    told = len(line.told)
    register(line)
    assert len(line.told) == told


def test_who_is_wrong_now_and_then_stays_for_ever(line: Line, clock: Clock):
    for _ in range(5 * MOST_FAULTS):
        assert line.raw(b'{"t":"dance"}')["problem"] == "not-understood"
        clock.advance(FAULT_SECONDS / (MOST_FAULTS - 2))
    assert line.ended is None
    for _ in range(MOST_FAULTS):
        line.raw(b'{"t":"dance"}')
    assert line.ended == (4409, "too many messages were refused")


# -- who may come in at all ------------------------------------------------------------------------------------------


def test_sockets_without_hello_keep_nobody_out(gate: ServiceGate):
    strangers = [Line(gate, f"198.51.100.{number}") for number in range(MOST_WAITING)]
    assert gate.refusal("203.0.113.9") == ""
    known = Line(gate, "203.0.113.9")
    assert strangers[0].ended == (4401, "no hello came in time")
    assert [line.ended for line in strangers[1:]] == [None] * (MOST_WAITING - 1)
    assert known.say("hello", token=TOKEN)["t"] == "welcome"
    more = [Line(gate, f"192.0.2.{number}") for number in range(2 * MOST_WAITING)]
    assert sum(line.ended is None for line in [*strangers, *more]) == MOST_WAITING
    assert known.ended is None


def test_one_address_has_few_sockets_without_hello(gate: ServiceGate):
    lines = [Line(gate, f"2001:db8::{number}") for number in range(MOST_WAITING_OF_ONE)]
    assert "have not said who they are" in gate.refusal("2001:db8::ffff")
    assert gate.refusal("2001:db8:0:1::1") == gate.refusal("127.0.0.1") == ""
    lines[0].say("hello", token=TOKEN)
    assert gate.refusal("2001:db8::ffff") == ""


def test_who_comes_in_vain_again_and_again_waits(gate: ServiceGate, clock: Clock):
    for number in range(MOST_IN_VAIN):
        assert gate.refusal("198.51.100.7") == ""
        line = Line(gate)
        line.say("hello", token="wrong") if number % 2 else line.drop()
    assert "came to nothing" in gate.refusal("198.51.100.7")
    assert gate.refusal("198.51.100.8") == ""
    clock.advance(IN_VAIN_SECONDS)
    assert gate.refusal("198.51.100.7") == ""
    for _ in range(2 * MOST_IN_VAIN):  # a program with a good token may come and go
        line = Line(gate)
        line.say("hello", token=TOKEN)
        line.drop()
    assert gate.refusal("198.51.100.7") == ""


def test_programs_that_are_logged_in_are_limited_too(gate: ServiceGate):
    def known(count: int, network: str) -> None:
        for _ in range(count):
            Line(gate, network).say("hello", token=TOKEN)

    known(MOST_OF_ONE, "203.0.113.1")
    assert gate.refusal("203.0.113.1") == "too many services are connected from your address"
    known(MOST_CONNECTIONS - MOST_OF_ONE, "127.0.0.1")
    assert gate.refusal("203.0.113.2") == gate.refusal("127.0.0.1") == "too many services are connected"
    assert gate.connected == MOST_CONNECTIONS


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_octets_do_harm(payload: bytes):
    clock = Clock()
    gate = ServiceGate(clock, Directory(clock, clock.seconds), GRANTS, "1")
    line = Line(gate)
    line.say("hello", token=TOKEN)
    answer = line.raw(payload)
    assert answer is None or answer["t"] in ("refused", "registered", "accepted")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), _JSON, max_size=5))
def test_depth_is_what_form_says(results: dict[str, Any]):
    def depth(value: Any) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max((depth(one) for one in inner), default=0)

    assert bool(fault_of(results)) == (depth(results) > MAX_DEPTH + 1)


# -- beats, places, the end -------------------------------------------------------------------------------------------


def test_a_beat_says_state_and_load_and_renews_the_lease(line: Line, directory: Directory, clock: Clock):
    register(line, lease_seconds=10)
    clock.advance(9)
    assert line.say("beat", id=5, epoch=1, state="degraded", load=0.5) == {"t": "accepted", "id": 5}
    clock.advance(9)
    assert states(directory) == {"meters@utility": "degraded"}
    clock.advance(1)
    assert states(directory) == {}
    late = line.say("beat", id=6, epoch=1)
    assert (late["id"], late["problem"]) == (6, "not-registered")
    assert register(line)["t"] == "registered"


def test_who_drains_is_asked_no_more_and_may_still_answer(line: Line, directory: Directory):
    register(line)
    got = ask(directory)
    line.say("beat", id=2, epoch=1, state="draining")
    assert directory.best("meters", "1.0") is None
    assert line.say("withdraw", id=3, epoch=1) == {"t": "accepted", "id": 3}
    assert states(directory) == {}
    line.say("done", call=1, results={"found": False})
    assert got == [{"found": False}]
    assert line.say("withdraw", id=4, epoch=1)["problem"] == "not-registered"


def test_nobody_beats_for_another(gate: ServiceGate, line: Line):
    register(line)
    other = Line(gate)
    other.say("hello", token=OTHER_TOKEN)
    assert other.say("beat", id=2, epoch=1, state="down")["problem"] == "not-registered"
    assert other.say("withdraw", id=3, epoch=1)["problem"] == "not-registered"


def test_another_token_cannot_take_a_place(gate: ServiceGate, line: Line, directory: Directory):
    register(line)
    other = Line(gate)
    other.say("hello", token=OTHER_TOKEN)
    register(other, instance="utility")
    assert states(directory) == {"meters@utility": "up", "meters@other/utility": "up"}
    assert directory.best("meters")[0].instance == "utility", "of equals the oldest is asked"


def test_a_second_program_with_the_same_token_takes_over_and_the_first_is_told(gate: ServiceGate, directory: Directory):
    first, second = Line(gate), Line(gate)
    for one in (first, second):
        one.say("hello", token=TOKEN)
        register(one)
    told = first.told[-1]
    assert (told["problem"], told["id"]) == ("taken-over", 0)
    first.drop()
    assert states(directory) == {"meters@utility": "up"}
    second.drop()
    assert states(directory) == {"meters@utility": "suspect"}


def test_a_program_may_register_anew_without_being_told_of_itself(line: Line, directory: Directory):
    register(line)
    line.say("register", id=2, interface="meters", version="1.1", rank=5)
    assert [message["t"] for message in line.told] == ["welcome", "registered", "registered"]
    assert [(one.version, one.rank) for one in directory.services()] == [("1.1", 5)]
    assert line.say("beat", id=3, epoch=1)["problem"] == "not-registered"


def test_only_who_may_watch_is_told_of_others(gate: ServiceGate, line: Line, directory: Directory):
    assert line.say("watch", id=2)["problem"] == "not-allowed"
    assert line.say("find", id=3, interface="meters")["problem"] == "not-allowed"
    register(line)
    watcher = Line(gate)
    watcher.say("hello", token=OTHER_TOKEN)
    seen = watcher.say("watch", id=1, interface="meters")
    assert [one["instance"] for one in seen["services"]] == ["utility"]
    line.drop()
    changed = watcher.told[-1]
    assert (changed["t"], changed["number"], changed["service"]["state"]) == ("changed", seen["number"] + 1, "suspect")
    assert len(watcher.say("find", id=2, interface="meters", versions=">=1,<2")["services"]) == 1
    assert watcher.say("find", id=3, interface="meters", versions="2")["services"] == []
    assert watcher.say("find", id=4, interface="meters", versions="x")["problem"] == "version-invalid"
    told = len(watcher.told)
    watcher.drop()
    directory.provide("meters", "1.0", object())
    assert len(watcher.told) == told


def test_when_the_server_ends_every_program_is_told_and_may_answer(
    gate: ServiceGate, line: Line, directory: Directory, clock: Clock
):
    stranger = Line(gate)
    register(line)
    got = ask(directory)
    stopped = outcome(Deferred.fromCoroutine(gate.stop()))
    assert line.told[-1] == {"t": "drain", "reason": "the server ends"}
    assert (line.ended, stopped) == (None, [])
    line.say("done", call=1, results={"found": True})
    assert got == [{"found": True}]
    clock.advance(0.1)
    assert line.ended == stranger.ended == (1001, "the server ends")
    assert (stranger.told, stopped) == ([], [None])


def test_an_answer_that_does_not_come_does_not_keep_the_server(
    gate: ServiceGate, line: Line, directory: Directory, clock: Clock
):
    register(line)
    got = ask(directory)
    stopped = outcome(Deferred.fromCoroutine(gate.stop()))
    clock.pump([0.05] * 61)
    assert stopped == [None]
    assert isinstance(got[0], CalleeLost)
    assert line.ended == (1001, "the server ends")
