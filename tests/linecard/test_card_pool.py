"""The pool's rules with connections that only note what is sent; the processes are real and sleep."""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from server import clock
from server.config.site import LineCards, SiteFile
from server.linecard import codec
from server.linecard.bank import Bank
from server.linecard.bank_line import STARTS_WITHIN_SECONDS, BankLine
from server.linecard.options import BadOptions, BankOptions, check, parse
from server.linecard.pool import Pool
from server.linecard.process_name import start_ticks
from server.linecard.reception import BACK_WITHIN_SECONDS
from server.wire import linecard as w, processes


class NotedConnection:
    """Keeps what was written, decoded."""

    def __init__(self):
        self.said = self.gone = None
        self.reader = codec.FrameReader(w.ToCard)
        self.written = []
        self.dropped = ""

    def write(self, frames):
        self.written += [message for message in self.reader.feed(frames) if not isinstance(message, w.Ping)]

    def part(self):
        self.gone = None

    def drop(self, why):
        self.dropped = why

    def peer_pid(self):
        return 0


class Desk:
    """A pool and what it told."""

    def __init__(self, folder, **cards):
        self.events, self.hellos, self.lost, self.orphans = [], [], Deferred(), []
        self.pool = Pool(
            reactor,
            SiteFile(linecards=LineCards(**cards)),
            folder,
            "secret",
            clock.now,
            on_event=lambda _card, event: self.events.append(event),
            on_lost=lambda card, call: self.lost.callback((card, call)),
            on_hello=lambda _card, hello: self.hellos.append(hello),
            on_orphans=lambda _card, texts: self.orphans.extend(texts),
        )
        self.sleepers = {}

    def card(self, name, **fields):
        """A card says hello, as a process of its own."""
        if name not in self.sleepers:
            self.sleepers[name] = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        connection = NotedConnection()
        pid = self.sleepers[name].pid
        port = 7000 + len(self.sleepers)
        self.pool._reception.came(
            connection, w.Hello(secret="secret", card=name, pid=pid, sip_host="127.0.0.1", sip_port=port, **fields)
        )
        return connection


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.pool.stop()
    for sleeper in made.sleepers.values():
        sleeper.kill()
        sleeper.wait()
        sleeper.stdin.close()


def test_commands_are_numbered_and_sent_again_to_a_card_that_missed_them(desk):
    first = desk.card("a", call="a-1")
    desk.pool.send("a", w.Answer(call="a-1", leg="customer"))
    desk.pool.send("a", w.Stop(call="a-1", leg="customer"))
    ids = [command.id for command in first.written]
    assert ids[1] == ids[0] + 1
    first.gone(first)
    desk.pool.send("a", w.Close(call="a-1"))
    again = desk.card("a", call="a-1", last_command=ids[0])
    assert [type(command) for command in again.written] == [w.Stop, w.Close]
    assert [command.id for command in again.written] == [ids[0] + 1, ids[0] + 2]
    assert len(desk.hellos) == 1


def test_numbers_of_a_later_core_are_higher(desk, tmp_path):
    first = desk.card("a", call="a-1")
    desk.pool.send("a", w.Answer(call="a-1", leg="customer"))
    other = Desk(tmp_path)
    other.sleepers = desk.sleepers
    second = other.card("a", call="a-1", last_command=first.written[0].id)
    other.pool.send("a", w.Close(call="a-1"))
    assert second.written[0].id > first.written[0].id
    other.pool.stop()


def test_an_event_is_told_once(desk):
    connection = desk.card("a", call="a-1")
    event = w.Answered(call="a-1", seq=5, leg="customer")
    connection.said(event)
    connection.said(event)
    again = desk.card("a", call="a-1")
    again.said(event)
    again.said(w.Held(call="a-1", seq=6, leg="customer", on=True))
    assert [told.seq for told in desk.events] == [5, 6]
    assert desk.pool.counters["events_repeated"] == 2


def test_a_card_with_a_conversation_is_not_idle(desk):
    desk.card("a", call="a-1")
    waiting = desk.pool.take()
    assert not waiting.called
    desk.card("b")
    assert waiting.result.name == "b"
    assert desk.pool.card_at("127.0.0.1", 7002) == "b"
    assert desk.pool.conversations() == {"a": "a-1"}


def test_a_card_that_was_not_used_is_put_back(desk):
    desk.card("a")
    assert desk.pool.take().result.name == "a"
    desk.pool.put_back("a")
    assert desk.pool.take().result.name == "a"
    assert desk.pool.address("nobody") is None


@pytest_twisted.ensureDeferred
async def test_a_card_with_many_set_ups_in_a_moment_rests(desk):
    connection = desk.card("a")
    for number in range(1, 7):
        assert desk.pool.take().called
        connection.said(
            w.Arrived(call=f"a-{number}", seq=number * 2, leg="customer", caller="", caller_name="", dialled="")
        )
        connection.said(w.Idle(call=f"a-{number}", seq=number * 2 + 1))
    waiting = desk.pool.take()
    assert not waiting.called
    assert (await waiting).name == "a"


def test_acknowledgements_travel_with_the_next_command(desk):
    connection = desk.card("a", call="a-1")
    desk.pool.acknowledge("a", 3)
    desk.pool.acknowledge("a", 4)
    desk.pool.send("a", w.Close(call="a-1"))
    assert [type(message) for message in connection.written] == [w.Ack, w.Close]
    assert connection.written[0].seq == 4


@pytest_twisted.ensureDeferred
async def test_a_card_that_dies_leaves_its_farewells(tmp_path):
    desk = Desk(tmp_path)
    connection = desk.card("a", call="a-1")
    for leg in ("customer", "agent", "other"):
        connection.said(w.Farewell("a-1", leg, f"BYE {leg}".encode()))
    connection.said(w.Released(call="a-1", seq=1, leg="other", by="far-end", code=200, cause="normal"))
    desk.sleepers["a"].kill()
    assert await desk.lost == ("a", "a-1")
    assert desk.orphans == [b"BYE customer", b"BYE agent"]
    assert desk.pool.address("a") is None
    desk.pool.send("a", w.Close(call="a-1"))
    assert desk.pool.counters["commands_to_nobody"] == 1
    desk.sleepers["a"].wait()
    desk.sleepers["a"].stdin.close()
    desk.pool.stop()


@pytest_twisted.ensureDeferred
async def test_a_call_back_whose_card_died_before_its_first_command_is_told(desk):
    """When the card died nobody knew for which call it had been taken."""
    desk.card("a")
    assert desk.pool.take().result.name == "a"
    desk.sleepers["a"].kill()
    assert await desk.lost == ("a", "")
    desk.lost = Deferred()
    desk.pool.send("a", w.Begin(call="a-1"), w.Close(call="a-1"))
    assert await desk.lost == ("a", "a-1")
    assert desk.pool.counters["commands_to_nobody"] == 2


def test_a_hello_of_a_process_that_is_gone_is_refused(desk):
    gone = subprocess.Popen(["true"])
    gone.wait()
    desk.sleepers["a"] = gone
    gone.stdin = open(os.devnull)  # noqa: SIM115 - closed by the fixture
    assert desk.card("a").dropped
    assert desk.hellos == []


def test_a_hello_of_a_process_that_nobody_has_buried_yet_is_refused(desk):
    """No INVITE may be given to a card that died while its hello lay in the socket."""
    desk.sleepers["a"] = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    os.waitid(os.P_PID, desk.sleepers["a"].pid, os.WEXITED | os.WNOWAIT)
    waiting = desk.pool.take()
    waiting.addErrback(lambda _: None)  # when the pool is stopped
    assert desk.card("a").dropped
    assert not waiting.called
    assert desk.hellos == []


def test_what_comes_after_a_hello_that_was_refused_is_not_read(desk):
    """A card sends hello and what it has to tell at once."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    connection, transport = desk.pool._reception.build(), StringTransport()
    connection.makeConnection(transport)
    hello = w.Hello(secret="secret", card="a", pid=gone.pid, sip_host="127.0.0.1", sip_port=7001)
    connection.dataReceived(codec.encode(hello) + codec.encode(w.Idle(call="a-1", seq=1)))
    assert transport.disconnected
    assert desk.events == desk.hellos == []


def test_a_hello_whose_pid_is_a_later_process_s_is_refused(desk, tmp_path):
    """It lay in the socket while no core was there: whoever has the pid now is not to be killed as that card."""
    (tmp_path / processes.CARDS_FOLDER).mkdir()
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    desk.sleepers["a"] = desk.sleepers["b"] = sleeper
    note = f"{sleeper.pid} {start_ticks(sleeper.pid)}\n"
    (tmp_path / processes.CARDS_FOLDER / "a.pid").write_text(note)
    (tmp_path / processes.CARDS_FOLDER / "b.pid").write_text(f"{sleeper.pid} 1\n")
    assert desk.card("b").dropped
    assert not desk.card("a").dropped
    assert desk.pool.address("b") is None
    assert desk.pool.address("a") is not None


def test_a_card_that_comes_back_while_it_is_judged_is_not_silent(desk):
    """Its hello is what it says."""
    desk.card("a", call="a-1")
    card = desk.pool._cards["a"]
    card.has_spoken = False
    desk.card("a", call="a-1")
    assert card.has_spoken
    assert card.answered is None


def test_a_card_whose_connection_breaks_again_has_its_time_again(desk, monkeypatch):
    first, clock = desk.card("a", call="a-1"), Clock()
    monkeypatch.setattr(desk.pool._reception, "_reactor", clock)
    first.gone(first)
    clock.advance(BACK_WITHIN_SECONDS - 0.1)
    second = desk.card("a", call="a-1")
    second.gone(second)
    clock.advance(0.2)
    assert desk.pool.counters["cards_killed"] == 0
    clock.advance(BACK_WITHIN_SECONDS)
    assert desk.pool.counters["cards_killed"] == 1


def bank_line():
    """Its line, and how it lets ten seconds pass."""
    times = [0.0]
    line = BankLine(
        reactor, "secret", lambda: times[0], lambda: None, lambda _card: False,
        folder=Path("/nowhere"), answer_within_seconds=0, counters=Counter(),
    )  # fmt: skip

    def passes():
        times[0] += STARTS_WITHIN_SECONDS + 0.1
        line.tick()

    return line, passes


def test_a_card_that_does_not_come_up_is_killed_and_one_that_did_is_not(desk):
    line, passes = bank_line()
    for name in ("hangs", "comes"):
        desk.sleepers[name] = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        line._said(w.Forked(name, desk.sleepers[name].pid))
    assert line.starting == 2
    line.hello("comes")
    passes()
    assert line.starting == 0
    assert desk.sleepers["hangs"].wait(timeout=60) == -signal.SIGKILL
    assert desk.sleepers["comes"].poll() is None


def test_a_card_that_could_not_be_forked_is_awaited_no_longer(monkeypatch):
    """Else a bank that failed some times would never be asked again."""
    line, _ = bank_line()
    connection = NotedConnection()
    connection.reader = codec.FrameReader(w.ToBank)
    line._came(connection, w.Bank("secret", os.getpid()))
    core, socket_of_bank = socket.socketpair()
    bank = Bank(OPTIONS)
    bank._socket = socket_of_bank
    line.ask(3)
    monkeypatch.setattr(os, "fork", fork_that_fails)
    bank._fork()
    for message in codec.FrameReader(w.FromBank).feed(core.recv(65536)):
        line._said(message)
    assert line.starting == 2
    assert line.forked == 0
    assert line._counters == {"forks_failed": 1}
    line.close()
    for opened in (core, socket_of_bank, bank._selector):
        opened.close()
    os.close(bank._wake_read)
    os.close(bank._wake_write)


def fork_that_fails():
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


def test_a_card_that_ended_before_it_was_up_is_counted_no_longer():
    line, passes = bank_line()
    gone = subprocess.Popen(["true"])
    gone.wait()
    line._said(w.Forked("a", gone.pid))
    assert line.starting == 1
    line._said(w.Exited("a", gone.pid, 1))
    assert line.starting == 0
    line._said(w.Forked("b", gone.pid))
    passes()
    assert line.starting == 0


@pytest_twisted.ensureDeferred
async def test_sockets_of_the_supervisor_outlive_the_core(tmp_path):
    handed = {}
    for name in (processes.CARDS_SOCKET, processes.BANK_SOCKET):
        handed[name] = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        handed[name].bind(str(tmp_path / name))
        handed[name].listen()
    for _ in range(2):
        desk = Desk(tmp_path)
        desk.pool.start(handed)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bank:
            bank.connect(str(tmp_path / processes.BANK_SOCKET))
            bank.sendall(codec.encode(w.Bank("secret", 1)))
            bank.setblocking(False)
            (wish,) = codec.FrameReader(w.ToBank).feed(await _received(bank))
        assert wish.count == LineCards().spare
        desk.pool.stop()
        assert (tmp_path / processes.CARDS_SOCKET).exists()
    for opened in handed.values():
        opened.close()


@pytest_twisted.ensureDeferred
async def test_who_does_not_know_the_secret_is_left_outside(tmp_path):
    desk = Desk(tmp_path)
    desk.pool.start({})
    assert (tmp_path / processes.CARDS_SOCKET).stat().st_mode & 0o777 == 0o600
    for first in (w.Hello(secret="guess", card="a", pid=os.getpid(), sip_host="h", sip_port=1), w.Pong(1)):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as card:
            card.connect(str(tmp_path / processes.CARDS_SOCKET))
            card.sendall(codec.encode(first))
            card.setblocking(False)
            assert await _received(card) == b""
    assert desk.hellos == []
    desk.pool.stop()


async def _received(opened):
    """What comes next on a non-blocking socket; empty at its end."""
    while True:
        try:
            return opened.recv(65536)
        except BlockingIOError:
            turn = Deferred()
            reactor.callLater(0.01, turn.callback, None)
            await turn
        except ConnectionResetError:
            return b""


OPTIONS = BankOptions(data="/d", edge_host="127.0.0.1", edge_port=5061, secret="s", media_address="127.0.0.1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"edge_port": 0},
        {"edge_host": "::1"},
        {"media_address": "here"},
        {"media_address": "::1"},
        {"media_ipv6": "127.0.0.1"},
        {"clock_hz": 44100},
        {"legs_per_card": 1},
        {"rtp_first": 30000, "rtp_last": 30000},
        {"secret": ""},
    ],
)
def test_options_that_cannot_work_are_named(wrong):
    check(OPTIONS)
    fields = {name: getattr(OPTIONS, name) for name in OPTIONS.__struct_fields__}
    with pytest.raises(BadOptions):
        check(BankOptions(**{**fields, **wrong}))


def test_the_command_line_makes_options(tmp_path):
    (tmp_path / "key").write_text("word\n")
    words = [
        "--data",
        "/d",
        "--edge",
        "127.0.0.1:5061",
        "--secret-file",
        str(tmp_path / "key"),
        "--rtp-ports",
        "1024-2000",
    ]
    options = parse(words)
    assert (options.secret, options.edge_port, options.rtp_first, options.rtp_last) == ("word", 5061, 1024, 2000)
    with pytest.raises(BadOptions):
        parse([*words, "--rtp-ports", "many"])
    with pytest.raises(BadOptions):
        parse([*words, "--secret-file", str(tmp_path / "none")])


def test_sound_over_ipv6_goes_through_ipv4_of_the_machine(tmp_path):
    (tmp_path / "key").write_text("word")
    words = ["--data", "/d", "--edge", "127.0.0.1:5061", "--secret-file", str(tmp_path / "key"), "--media-address"]
    for given, expected in (
        ("192.0.2.1", ("192.0.2.1", "")),
        ("::1", ("127.0.0.1", "::1")),
        ("192.0.2.1,2001:db8::1", ("192.0.2.1", "2001:db8::1")),
    ):
        options = parse([*words, given])
        assert (options.media_address, options.media_ipv6) == expected
    with pytest.raises(BadOptions):
        parse([*words, "::1,::2"])


def test_commands_of_one_moment_go_together_with_the_acknowledgement(desk):
    connection = desk.card("a", call="a-1")
    writes = []
    connection.write = writes.append
    desk.pool.acknowledge("a", 2)
    desk.pool.send("a", w.Answer(call="a-1", leg="customer"), w.Stop(call="a-1", leg="customer"))
    assert len(writes) == 1
    messages = codec.FrameReader(w.ToCard).feed(writes[0])
    assert [type(message) for message in messages] == [w.Ack, w.Answer, w.Stop]
    assert messages[2].id == messages[1].id + 1


def test_an_idle_card_hears_what_is_safe_with_the_next_question(desk):
    connection = desk.card("a", call="a-1")
    connection.said(w.Idle(call="a-1", seq=1))
    written = []
    connection.write = lambda frames: written.extend(codec.FrameReader(w.ToCard).feed(frames))
    desk.pool.acknowledge("a", 1)
    for number in (1, 2):
        desk.pool._tick()
        connection.said(w.Pong(number))
    assert [type(message) for message in written] == [w.Ack, w.Ping, w.Ping]
