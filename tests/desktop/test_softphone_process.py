"""The softphone as a real process: registration, one call at a time, sound both ways, windows that come and go."""

import json
import os
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_registrar import FakeRegistrar
from softphone_bench import HEADSET, RATE, Window, pulse, softphone_process

from server.wire import linecard, softphone
from tests.house.house import until
from tests.house.metronome import Metronome

pytestmark = [pytest.mark.real, pytest.mark.alone]
TALK_SECONDS = 5.0
HERE = Path(__file__).parent


@pytest.fixture
def registrar() -> Iterator[FakeRegistrar]:
    one = FakeRegistrar("ana", "s3cret", "caruso.example")
    yield one
    one.close()


def _register(registrar: FakeRegistrar, password: str = "s3cret") -> softphone.Register:
    return softphone.Register(user="ana", password=password, domain=registrar.domain, server=registrar.address)


def _call(registrar: FakeRegistrar, wav: Path, seconds: float = TALK_SECONDS) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "tone_phone.py"), registrar.contact, str(wav), str(seconds), "440"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _states(phone: subprocess.Popen[str]) -> list[tuple[str, int]]:
    out, _ = phone.communicate(timeout=60)
    lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]  # pjsua2 prints a few of its own
    return [(line["state"], line["code"]) for line in lines]


def _steady(samples: np.ndarray, rate: int) -> np.ndarray:
    """From the first loud sample on, without the first and last 0.3 s."""
    loud = np.flatnonzero(np.abs(samples) > 1000)
    assert len(loud), "nothing was heard"
    return samples[loud[0] + rate * 3 // 10 : loud[-1] - rate * 3 // 10].astype(np.float64)


def _pitch(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


def _longest_gap(samples: np.ndarray, rate: int) -> float:
    """Seconds of the longest stretch of 5 ms pieces below a twentieth of the usual level."""
    pieces = samples[: len(samples) // (rate // 200) * (rate // 200)].reshape(-1, rate // 200)
    level = np.sqrt((pieces**2).mean(axis=1))
    longest = run = 0
    for quiet in level < np.median(level) / 20:
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest * 0.005


def _peak(file: Path) -> int:
    """The loudest sample of a file of 16-bit samples."""
    octets = file.read_bytes()
    samples = np.frombuffer(octets[: len(octets) // 2 * 2], np.int16)
    return int(np.abs(samples.astype(np.int32)).max(initial=0))


def _until_loud(file: Path) -> None:
    """Wait until something is heard in it: a quick hand would answer before the first ring."""
    until("the ring to be heard", lambda: _peak(file) > 500)


def test_a_call_with_sound_both_ways_while_windows_come_and_go(tmp_path: Path, registrar: FakeRegistrar) -> None:
    with pulse(tmp_path / "pulse", *HEADSET) as environment:
        speech = tmp_path / "speech.raw"
        speech.write_bytes((9000 * np.sin(2 * np.pi * 600 * np.arange(60 * RATE) / RATE)).astype(np.int16).tobytes())
        raw = ["--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=20"]
        with speech.open("rb") as file:  # from the beginning: a null sink first wakes up after up to two seconds
            mouth = subprocess.Popen(["pacat", "-d", "mouth", *raw], env=environment, stdin=file)
        heard = tmp_path / "heard.raw"
        with heard.open("wb") as file:
            ear = subprocess.Popen(["parec", "-d", "ear.monitor", *raw], env=environment, stdout=file)
        bell_file = tmp_path / "bell.raw"
        with bell_file.open("wb") as file:
            bell = subprocess.Popen(["parec", "-d", "bell.monitor", *raw], env=environment, stdout=file)
        path = tmp_path / "phone.sock"
        with softphone_process(path, environment), Metronome(tmp_path) as metronome:
            window = Window(path)
            hello = window.wait(softphone.Phone)
            assert [device.id for device in hello.sound.microphones] == ["mic"]
            assert {device.id for device in hello.sound.loudspeakers} == {"ear", "mouth", "bell"}
            assert hello.sound.trouble == ""
            window.say(softphone.UseSound(microphone="mic", loudspeaker="ear", ring="bell", ring_volume=100))
            assert window.wait(softphone.Sound).chosen.ring == "bell"
            window.say(_register(registrar))
            assert [window.wait(softphone.Registration).state for _ in range(2)] == ["trying", "registered"]
            caller = _call(registrar, tmp_path / "caller.wav")
            rings = window.wait(linecard.Arrived)
            assert (rings.caller, rings.caller_name, rings.leg) == ("4930901820", 'Anna "W" Weber', "agent")
            assert _states(_call(registrar, tmp_path / "second.wav"))[-1] == ("DISCONNECTED", 486)
            _until_loud(bell_file)
            window.say(linecard.Answer(call=rings.call, leg="agent"))
            window.wait(linecard.Answered)
            answered = time.time()
            window.close()
            window = Window(path)
            again = window.wait(softphone.Phone)
            assert again.call is not None
            assert (again.call.call, again.call.state, again.registration.state) == (rings.call, "up", "registered")
            window.say(softphone.WatchLevels(True))
            levels = [window.wait(softphone.Level) for _ in range(15)]
            assert max(level.microphone for level in levels) > 50, levels
            assert max(level.loudspeaker for level in levels) > 50, levels
            quality = window.wait(linecard.Quality)
            assert quality.received > 0.8 * TALK_SECONDS * 50
            assert window.wait(linecard.Released).by == "far-end"
            late = metronome.longest(answered, time.time())
            assert ("CONFIRMED", 200) in _states(caller)
        for process in (mouth, ear, bell):
            process.terminate()
            process.communicate(timeout=60)
    assert registrar.unregistered.wait(60)
    ear_sound = _steady(np.frombuffer(heard.read_bytes()[: heard.stat().st_size // 2 * 2], np.int16), RATE)
    assert len(ear_sound) > RATE * (TALK_SECONDS - 1.5)
    assert _pitch(ear_sound, RATE) == pytest.approx(440, abs=3)
    assert _longest_gap(ear_sound, RATE) <= 0.06 + late
    with wave.open(str(tmp_path / "caller.wav")) as file:
        rate = file.getframerate()
        sound = _steady(np.frombuffer(file.readframes(file.getnframes()), np.int16), rate)
    assert _pitch(sound, rate) == pytest.approx(600, abs=3)
    assert _longest_gap(sound, rate) <= 0.06 + late
    assert _peak(bell_file) > 500


def test_without_a_sound_device_it_says_so_and_calls_can_still_be_answered(
    tmp_path: Path, registrar: FakeRegistrar
) -> None:
    (tmp_path / "nothing").mkdir(mode=0o700)
    environment = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path / "nothing")}
    path = tmp_path / "phone.sock"
    with softphone_process(path, environment):
        window = Window(path)
        assert window.wait(softphone.Phone).sound.trouble == softphone.NO_SOUND_DEVICE
        window.say(_register(registrar, "wrong"))
        states = [window.wait(softphone.Registration) for _ in range(2)]
        assert [(one.state, one.code) for one in states] == [("trying", 0), ("refused", 401)]
        window.say(_register(registrar))
        while window.wait(softphone.Registration).state != "registered":
            pass
        caller = _call(registrar, tmp_path / "caller.wav", seconds=20)
        rings = window.wait(linecard.Arrived)
        window.say(linecard.Answer(call="another", leg="agent"))
        assert window.wait(softphone.Failed).why == "There is no such call."
        window.say(linecard.Answer(call=rings.call, leg="agent"))
        window.wait(linecard.Answered)
        window.say(linecard.Mute(call=rings.call, leg="agent", on=True))
        assert window.wait(softphone.Muted).on
        window.say(softphone.Quit())
        window.say(linecard.Release(call=rings.call, leg="agent"))
        assert window.wait(linecard.Released).by == "core"
        assert "asked" in window.wait(softphone.Gone).why
        assert _states(caller)[-1] == ("DISCONNECTED", 200)


def test_only_one_serves_a_socket_and_none_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "phone.sock"
    environment = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none"}
    with softphone_process(path, environment, "--linger", "0.5") as first:
        window = Window(path)
        window.wait(softphone.Phone)
        assert path.stat().st_mode & 0o077 == 0
        with softphone_process(path, environment) as second:
            assert second.wait(60) == 3
        window.close()
        assert first.wait(60) == 0
