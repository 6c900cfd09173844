"""Phones that call each other directly, over real SIP and RTP on loopback."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.phone import hearing, words
from server.phone.driver import Phone, PhoneFailed
from tests.house.metronome import Metronome

HEAR_SECONDS = 1.2
"""How long the phones listen to each other before a test ends the call."""


@pytest.fixture(scope="module")
def ana() -> Iterator[Phone]:
    with Phone("ana") as phone:
        yield phone


@pytest.fixture(scope="module")
def bruno() -> Iterator[Phone]:
    with Phone("bruno") as phone:
        yield phone


def connect(ana: Phone, bruno: Phone, **options: str) -> tuple[str, str]:
    out = ana.call(options.pop("uri", bruno.uri), **options)
    into = bruno.wait(words.Incoming).call
    bruno.answer(into)
    ana.wait(words.Answered, call=out)
    bruno.wait(words.Answered, call=into)
    ana.wait(words.Media, call=out, state="active")
    bruno.wait(words.Media, call=into, state="active")
    return out, into


def hang_up(phone: Phone, other: Phone, call: str, theirs: str) -> None:
    phone.hang_up(call)
    assert phone.wait(words.Released, call=call).by == "here"
    assert other.wait(words.Released, call=theirs).by == "far-end"


def listen(phone: Phone, seconds: float = HEAR_SECONDS) -> None:
    """Let time pass until the phone's own clock says that `seconds` have gone by: it reports levels all the while."""
    phone.send(words.Level())
    begin = phone.wait(words.LevelNow).mono
    while True:
        phone.send(words.Level())
        if phone.wait(words.LevelNow).mono - begin >= seconds:
            return


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_both_hear_the_others_tone(ana: Phone, bruno: Phone, tmp_path: Path, transport: str):
    ana.play("tone:440")
    bruno.play("tone:660")
    ana.record(tmp_path / "ana.wav")
    bruno.record(tmp_path / "bruno.wav")
    uri = bruno.uri if transport == "udp" else f"sip:bruno@127.0.0.1:{bruno.tcp_port};transport=tcp"
    out, into = connect(ana, bruno, uri=uri)
    with Metronome(tmp_path) as metronome:
        began = time.time()
        listen(ana)
        late_ms = metronome.longest(began, time.time()) * 1000
    hang_up(ana, bruno, out, into)
    for phone, hertz in ((ana, 660), (bruno, 440)):
        phone.unrecord()
        heard = hearing.tone(*hearing.read(tmp_path / f"{phone.user}.wav"), hertz)
        assert heard is not None
        assert heard.hertz == pytest.approx(hertz, abs=1)
        assert heard.level_dbfs == pytest.approx(-20, abs=1)
        assert heard.longest_gap_ms <= 60 + late_ms
        assert heard.seconds > HEAR_SECONDS - 0.3
        phone.stop()


def test_a_silent_time_is_measured_as_a_gap(ana: Phone, bruno: Phone, tmp_path: Path):
    out, into = connect(ana, bruno)
    bruno.record(tmp_path / "bruno.wav", into)
    with Metronome(tmp_path) as metronome:
        began = time.time()
        ana.play("tone:500", out)
        listen(ana, 0.6)
        ana.stop(out)
        listen(ana, 0.4)
        ana.play("tone:500", out)
        listen(ana, 0.6)
        late_ms = metronome.longest(began, time.time()) * 1000
    hang_up(bruno, ana, into, out)
    bruno.wait(words.Recorded, file=str(tmp_path / "bruno.wav"))
    heard = hearing.tone(*hearing.read(tmp_path / "bruno.wav"), 500)
    assert heard is not None
    others = sorted(gap.milliseconds for gap in heard.gaps)[:-1]
    assert [milliseconds for milliseconds in others if milliseconds > 60 + late_ms] == []
    stopped, playing = (max(e.mono for e in ana.said if isinstance(e, kind)) for kind in (words.Stopped, words.Playing))
    assert heard.longest_gap_ms == pytest.approx(1000 * (playing - stopped), abs=60 + late_ms)


def test_a_recording_can_be_finished_long_after_the_call(ana: Phone, bruno: Phone, tmp_path: Path):
    ana.record(tmp_path / "ana.wav")
    out, into = connect(ana, bruno)
    listen(ana, 0.3)
    hang_up(ana, bruno, out, into)
    with pytest.raises(PhoneFailed):
        ana.wait(words.Recorded, 1.5)
    over = max(event.mono for event in ana.said if isinstance(event, words.Released))
    began = max(event.mono for event in ana.said if isinstance(event, words.Calling))
    ana.unrecord()
    samples, rate = hearing.read(tmp_path / "ana.wav")
    assert 0 < samples.size < (over - began + 1) * rate, "nothing of what came after the call"


def test_digits_go_both_ways(ana: Phone, bruno: Phone):
    out, into = connect(ana, bruno)
    ana.dtmf("19#", out)
    assert [bruno.wait(words.Digit, call=into).digit for _ in range(3)] == ["1", "9", "#"]
    bruno.dtmf("5", into)
    assert ana.wait(words.Digit, call=out).digit == "5"
    hang_up(ana, bruno, out, into)


def test_hold_and_back(ana: Phone, bruno: Phone):
    out, into = connect(ana, bruno)
    ana.hold(True, out)
    ana.wait(words.Media, call=out, state="held-here")
    bruno.wait(words.Media, call=into, state="held-there")
    ana.hold(False, out)
    ana.wait(words.Media, call=out, state="active")
    bruno.wait(words.Media, call=into, state="active")
    hang_up(ana, bruno, out, into)


def test_who_calls_is_shown(ana: Phone, bruno: Phone):
    out = ana.call(bruno.uri, caller="+493012345", caller_name='Jo "JJ" Ng')
    came = bruno.wait(words.Incoming)
    assert came.caller == "+493012345"
    assert came.caller_name == 'Jo "JJ" Ng'
    assert came.sip_call_id == ana.wait(words.Calling, call=out).sip_call_id
    ana.hang_up(out)
    assert bruno.wait(words.Released, call=came.call).code == 487
    assert ana.wait(words.Released, call=out).seconds == 0


def test_a_phone_rejects_by_itself_after_ringing(ana: Phone, bruno: Phone):
    bruno.by_itself(486, ring_seconds=0.2)
    out = ana.call(bruno.uri)
    ana.wait(words.Ringing, call=out)
    over = ana.wait(words.Released, call=out)
    assert (over.code, over.by) == (486, "far-end")
    rang, rejected = bruno.wait(words.Incoming), bruno.wait(words.Released)
    assert rejected.by == "here"
    assert rejected.mono - rang.mono > 0.15
    bruno.by_itself(0)


def test_four_calls_at_once_and_no_fifth(ana: Phone, bruno: Phone):
    bruno.by_itself(200)
    names = [ana.call(bruno.uri) for _ in range(4)]
    for name in names:
        ana.wait(words.Answered, call=name)
    ana.call(bruno.uri)
    assert "at most 4" in ana.wait(words.Refused).why
    for name in names:
        ana.hang_up(name)
        ana.wait(words.Released, call=name)
    bruno.by_itself(0)
    for _ in names:
        bruno.wait(words.Released)
        bruno.wait(words.Incoming)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (words.Answer(), "no call"),
        (words.Dtmf(digits="1"), "no call"),
        (words.Unregister(), "not registered"),
        (words.Play(what="tone:9000"), "50 to 3500"),
        (words.Play(what="tone:x"), "whole number"),
        (words.Play(what="/does/not/exist.wav"), "cannot play"),
        (words.Record(file="/does/not/exist.wav"), "cannot record"),
        (words.Unrecord(file="never.wav"), "not being recorded"),
        (words.Call(uri="nonsense"), "Invalid Request URI"),
    ],
)
def test_what_cannot_be_done_is_refused(ana: Phone, command: words.AnyCommand, why: str):
    ana.send(command)
    refused = ana.wait(words.Refused)
    assert why in refused.why
    assert refused.do == words.name_of(command)


def test_waiting_in_vain_says_what_was_said(ana: Phone):
    with pytest.raises(PhoneFailed, match=r"did not say within 0.1 s: digit \{'digit': '7'\}; it said last"):
        ana.wait(words.Digit, 0.1, digit="7")


def test_a_refusal_ends_the_waiting(ana: Phone):
    ana.answer("nobody")
    with pytest.raises(PhoneFailed, match="refused answer: there is no call"):
        ana.wait(words.Answered, 5)


def test_lines_that_are_no_commands_do_no_harm():
    lines = b'{"do":"nonsense"}\nnot json\n\n{"do":"dtmf","digits":7}\n{"do":"play","what":"tone:440","x":1}\n'
    done = phone("run", stdin=lines)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events] == ["ready", *["refused"] * 4, "gone"]
    assert done.returncode == 0


def test_a_line_without_end_ends_the_phone():
    done = phone("run", stdin=b"x" * 100_000)
    assert b"a line may have" in done.stdout
    assert done.returncode == 0


def test_the_phone_dies_with_its_driver():
    with Phone("carla") as carla:
        pid = carla.pid
        assert os.path.exists(f"/proc/{pid}")
    assert not os.path.exists(f"/proc/{pid}")
    with pytest.raises(PhoneFailed, match="ended"):
        carla.play("tone:440")


def test_errand_call_and_answer(tmp_path: Path):
    answering = [*COMMAND, "answer", "--user", "dora", "--play", "tone:660", "--calls", "1", "--json"]
    with subprocess.Popen(answering, stdout=subprocess.PIPE) as dora:
        assert dora.stdout is not None
        ready = json.loads(dora.stdout.readline())
        uri = f"sip:dora@127.0.0.1:{ready['port']}"
        done = phone(
            "call", uri, "--from", "123", "--record", str(tmp_path / "a.wav"), "--seconds", "2", "--dtmf", "7,,8"
        )
        rest = [json.loads(line) for line in dora.stdout]
    assert done.returncode == 0, done.stderr
    assert dora.returncode == 0
    assert b"answered" in done.stdout
    assert b"ended by us" in done.stdout
    assert [event["caller"] for event in rest if event["event"] == "incoming"] == ["123"]
    assert [event["digit"] for event in rest if event["event"] == "digit"] == ["7"], "the second comes after 2 s: over"
    heard = hearing.tone(*hearing.read(tmp_path / "a.wav"), 660)
    assert heard is not None
    assert heard.seconds > 0.7


def test_errand_call_that_is_rejected():
    answering = [*COMMAND, "answer", "--reject", "486", "--calls", "1", "--json"]
    with subprocess.Popen(answering, stdout=subprocess.PIPE) as busy:
        assert busy.stdout is not None
        port = json.loads(busy.stdout.readline())["port"]
        done = phone("call", f"sip:x@127.0.0.1:{port}", "--json")
    assert done.returncode == 1
    assert b'"code":486' in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["call", "12345"], b"no SIP URI"),
        (["call", "sip:a@127.0.0.1", "--dtmf", "x"], b"only 0-9"),
        (["answer", "--reject", "200"], b"300 to 699"),
        (["answer", "--address", "::1"], b"no sound over IPv6"),
        (["answer", "--password-env", "CARUSO_NOT_SET"], b"is not set"),
        ([], b"usage"),
    ],
)
def test_wrong_usage(arguments: list[str], said: bytes):
    done = phone(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_taken_port_is_a_failure_with_its_cause(ana: Phone):
    done = phone("answer", "--port", str(ana.port))
    assert done.returncode == 1
    assert b"cannot listen" in done.stderr


COMMAND = [sys.executable, "-m", "server.phone.main"]


def phone(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, timeout=60, check=False)
