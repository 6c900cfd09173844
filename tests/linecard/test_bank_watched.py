"""Which bank is ended because it hangs, and when; the time is a clock's that is moved by hand, the banks sleep."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections import Counter

import msgspec
import pytest
from hypothesis import given, strategies as st
from twisted.internet.task import LoopingCall
from twisted.internet.testing import MemoryReactorClock

from server import clock
from server.clock import boot_id
from server.linecard import codec
from server.linecard.bank import Bank
from server.linecard.bank_absence import COMES_WITHIN_SECONDS, PATIENT_SECONDS, BankAbsence
from server.linecard.bank_line import BankLine
from server.linecard.options import BankOptions
from server.linecard.process_name import start_ticks
from server.wire import linecard as w
from server.wire.processes import BANK_NOTE_FILE, BANK_SOCKET, ProcessName

LIMIT = 3.0
STEP = 1 / 16


class BankEnd:
    """The bank's end of a connection. `answers`: it says `pong`; one that is `parted` says and hears nothing."""

    def __init__(self, line, answers=True):
        self.line, self.answers, self.parted = line, answers, False
        self.gone = None
        self.heard = []
        self.reader = codec.FrameReader(w.ToBank)

    def write(self, frames):
        for message in self.reader.feed(frames):
            self.heard.append(message)
            if isinstance(message, w.Ping) and self.answers:
                self.line._said(w.Pong(message.number))

    def part(self):
        self.parted, self.gone = True, None

    def peer_pid(self):
        return 0

    def count(self, kind):
        return sum(isinstance(message, kind) for message in self.heard)


class Watch:
    """A line to the bank that is looked after each second, in a folder where the bank is noted."""

    def __init__(self, folder, limit=LIMIT):
        self.reactor = MemoryReactorClock()
        self.folder, self.counters, self.sleepers = folder, Counter(), []
        self.line = BankLine(
            self.reactor, "secret", self.reactor.seconds, lambda: None, lambda _card: False,
            folder=folder, answer_within_seconds=limit, counters=self.counters,
        )  # fmt: skip
        self.looking = LoopingCall(self.line.tick)
        self.looking.clock = self.reactor
        self.looking.start(1)

    def starts_bank(self):
        """A process that is noted as the bank, and does nothing."""
        sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        self.sleepers.append(sleeper)
        name = ProcessName(sleeper.pid, start_ticks(sleeper.pid), boot_id())
        (self.folder / BANK_NOTE_FILE).write_bytes(msgspec.json.encode(name))
        return sleeper

    def comes(self, bank, *, answers=True, new=True):
        end = BankEnd(self.line, answers)
        self.line._came(end, w.Bank("secret", bank.pid, answers=new))
        return end

    def passes(self, seconds):
        for _ in range(round(seconds / STEP)):
            self.reactor.advance(STEP)

    def close(self):
        self.looking.stop()
        self.line.close()
        for sleeper in self.sleepers:
            sleeper.kill()
            sleeper.wait()
            sleeper.stdin.close()


@pytest.fixture
def watch(tmp_path):
    made = Watch(tmp_path)
    yield made
    made.close()


def test_a_bank_that_went_while_it_was_judged_costs_the_next_one_nothing(watch):
    watch.comes(watch.starts_bank())
    former = watch.line._bank
    watch.line._part()
    end = watch.comes(watch.starts_bank())
    watch.line._end_silent(former)
    assert not end.parted
    assert watch.counters["banks_killed"] == 0


def was_killed(bank):
    """Waits for the end of a process that was sent SIGKILL a moment ago."""
    return bank.wait(timeout=60) == -signal.SIGKILL


def lives(bank):
    return bank.poll() is None


def test_a_bank_that_answers_is_left_alone(watch):
    bank = watch.starts_bank()
    end = watch.comes(bank)
    watch.passes(100)
    assert lives(bank)
    assert watch.line.is_here
    assert end.count(w.Ping) == 100
    assert watch.counters == {}


def test_a_bank_that_does_not_answer_is_ended_and_asked_for_nothing_more(watch):
    bank = watch.starts_bank()
    end = watch.comes(bank)
    watch.passes(1.5)
    end.answers = False
    watch.line.ask(4)
    watch.passes(0.5 + LIMIT - STEP)
    assert watch.line.is_here
    assert watch.line.starting == 4
    watch.passes(2 * STEP)
    assert was_killed(bank)
    assert end.parted
    assert not watch.line.is_here
    assert watch.line.starting == 0
    assert watch.counters == {"banks_killed": 1}
    watch.line.ask(4)
    assert (watch.line.starting, end.count(w.Fork)) == (0, 1)


def test_the_next_bank_is_watched_as_well(watch):
    for number in (1, 2, 3):
        bank = watch.starts_bank()
        watch.comes(bank, answers=False)
        watch.passes(LIMIT + 1 + STEP)
        assert was_killed(bank)
        assert watch.counters == {"banks_killed": number}


@pytest.mark.parametrize("stall", [2.5, 30, 3600])
def test_a_core_that_stood_still_itself_ends_no_bank(watch, stall):
    bank = watch.starts_bank()
    end = watch.comes(bank)
    watch.passes(1.5)
    end.answers = False
    watch.reactor.advance(stall)
    assert lives(bank)
    end.answers = True
    watch.passes(10)
    assert lives(bank)
    assert watch.counters == {}


def test_a_bank_from_before_banks_were_asked_is_not_asked(watch):
    bank = watch.starts_bank()
    end = watch.comes(bank, answers=False, new=False)
    watch.passes(100)
    assert lives(bank)
    assert end.heard == []


def test_a_bank_whose_connection_broke_may_come_again(watch):
    bank = watch.starts_bank()
    end = watch.comes(bank, answers=False)
    watch.passes(1.5)
    end.gone(end)
    assert not watch.line.is_here
    watch.passes(COMES_WITHIN_SECONDS - 1)
    watch.comes(bank)
    watch.passes(100)
    assert lives(bank)


def test_a_bank_that_runs_and_does_not_come_is_ended(watch):
    """It hung while no core was there, or before it had come at all."""
    bank = watch.starts_bank()
    watch.passes(COMES_WITHIN_SECONDS)
    assert lives(bank)
    watch.passes(2)
    assert was_killed(bank)
    assert watch.counters == {"banks_killed": 1}
    watch.passes(10 * PATIENT_SECONDS)
    assert watch.counters == {"banks_killed": 1}, "what has ended is not ended again"


def test_nobody_else_is_taken_for_the_bank(watch):
    """Its note is another boot's, or its number another's by now."""
    bank = watch.starts_bank()
    name = msgspec.json.decode((watch.folder / BANK_NOTE_FILE).read_bytes(), type=ProcessName)
    notes = [ProcessName(name.pid, name.started - 1, name.boot), ProcessName(name.pid, name.started, "another")]
    for note in [*(msgspec.json.encode(note) for note in notes), b"", b"{", b'{"pid":-1,"started":1,"boot":""}']:
        (watch.folder / BANK_NOTE_FILE).write_bytes(note)
        watch.passes(2 * PATIENT_SECONDS)
    assert lives(bank)
    assert watch.counters == {}


def test_without_a_limit_no_bank_is_ended(tmp_path):
    watch = Watch(tmp_path, limit=0)
    bank = watch.starts_bank()
    watch.passes(2 * PATIENT_SECONDS)
    watch.comes(bank, answers=False)
    watch.passes(100)
    assert lives(bank)
    watch.close()


NAMES = [ProcessName(pid, 7, "boot") for pid in range(1, 9)]


def test_patience_grows_with_each_bank_that_does_not_come_until_one_does():
    absence, now, ended = BankAbsence(), 1000.0, []
    for name in NAMES:
        began = now
        while not absence.look(now, name):
            now += 1
        ended.append(now - began)
    assert ended == [21, 41, 81, 161, 321, 321, 321, 321]
    absence.came()
    assert [second for second in range(100) if absence.look(now + second, NAMES[0])] == [21, 62]


@given(
    seed=st.randoms(use_true_random=False),
    gaps=st.lists(st.floats(0.9, 1.5) | st.floats(2.01, 1e5), min_size=1, max_size=200),
)
def test_none_is_ended_before_it_was_looked_at_punctually_for_so_long(seed: random.Random, gaps: list[float]):
    absence, now, awaited, since = BankAbsence(), 0.0, None, 0.0
    for gap in gaps:
        now += gap
        name = awaited if seed.random() < 0.97 else seed.choice([None, *NAMES])
        if name != awaited or gap > 2:
            awaited, since = name, now
        if absence.look(now, name):
            assert name is not None
            assert now - since > COMES_WITHIN_SECONDS


@pytest.fixture
def bank(tmp_path):
    """The bank's own side, without its loop and its signals."""
    options = BankOptions(
        data=str(tmp_path), edge_host="h", edge_port=5061, secret="s", media_address="127.0.0.1"
    )  # fmt: skip
    made = Bank(options)
    yield made
    made._disconnect("the test is over")
    made._selector.close()
    os.close(made._wake_read)
    os.close(made._wake_write)


@pytest.fixture
def door(tmp_path):
    """Where the core listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(tmp_path / BANK_SOCKET))
        listening.listen()
        yield listening


def test_the_bank_answers_whether_it_lives_between_its_forks(bank, door, monkeypatch):
    monkeypatch.setattr(os, "fork", lambda: 12345)
    bank._connect()
    core, _ = door.accept()
    with core:
        core.sendall(b"".join(map(codec.encode, (w.Ping(1), w.Fork(1), w.Ping(2)))))
        bank._obey()
        came, first, forked, last = codec.FrameReader(w.FromBank).feed(core.recv(65536))
    assert came == w.Bank("s", os.getpid(), answers=True)
    assert (first, forked.pid, last) == (w.Pong(1), 12345, w.Pong(2))


def test_a_bank_that_is_turned_away_comes_again_after_pauses_that_grow(bank, door):
    pauses = []
    for _ in range(9):
        bank._connect()
        core, _ = door.accept()
        core.close()
        before = clock.now().mono
        bank._obey()
        assert bank._socket is None
        assert bank._next_try >= before + bank._wait
        pauses.append(bank._wait)
    assert pauses == pytest.approx([0.04, 0.08, 0.16, 0.32, 0.64, 1, 1, 1, 1])
    bank._connect()
    core, _ = door.accept()
    with core:
        core.sendall(codec.encode(w.Ping(1)))
        bank._obey()
    bank._obey()
    assert bank._socket is None
    assert bank._wait == pytest.approx(0.02), "a core that has spoken to it is looked for at once"


@pytest.mark.parametrize("fault", [OSError(24, "Too many open files"), ValueError("?")])
def test_nothing_of_the_bank_goes_on_in_a_card_that_cannot_begin(bank, monkeypatch, fault):
    def fails(_name):
        raise fault

    class Over(BaseException):
        pass

    def leaves(status):
        raise Over(status)

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "_exit", leaves)
    monkeypatch.setattr(bank, "_be_card", fails)
    with pytest.raises(Over) as over:
        bank._fork()
    assert over.value.args == (1,)
