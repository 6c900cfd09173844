"""Messages are left, kept over a dead core, heard by their owner, and deleted: over real SIP, with sound."""

import wave
from pathlib import Path

import numpy as np
import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.house import House, until
from tests.house.message_rounds import octets_of
from tests.house.sites import site

pytestmark = pytest.mark.real

MAILBOXES = """
[[number]]
dial = "850"
to = "voicemail:sales"
[[number]]
dial = "*97"
to = "voicemail"
[[mailbox]]
id = "sales"
number = "20"
pin = "4711"
owner = "queue:sales"
greeting = "beep.wav"
min_seconds = 1
silence_seconds = 2
"""
SPOKEN_HERTZ = 700


def _site(folder: Path, phone: Phone) -> str:
    with wave.open(str(folder / "beep.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x00" * 800)
    return site(agents=1, phone_port=phone.port, agent_phones=["sip:nobody@127.0.0.1:9"], spare=2, more=MAILBOXES)


def _names(house: House) -> list[str]:
    return [entry["t"] for entry in house.entries()]


def _call(phone: Phone, house: House, number: str) -> None:
    server = f"127.0.0.1:{house.sip_port}"
    phone.call(f"sip:{number}@{server}", caller="+4989123", server=server)
    phone.wait(words.Media, state="active")


def _hertz(file: Path) -> list[float]:
    """The strongest pitch of each tenth of a second that is not silent."""
    with wave.open(str(file)) as sound:
        rate = sound.getframerate()
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
    pieces = samples[: samples.size // (rate // 10) * (rate // 10)].reshape(-1, rate // 10)
    loud = [piece for piece in pieces if np.sqrt(np.mean(piece**2)) > 300]
    return [float(np.argmax(np.abs(np.fft.rfft(piece * np.hanning(piece.size)))) * 10) for piece in loud]


def test_a_message_is_left_heard_and_deleted(tmp_path: Path) -> None:
    with Phone("customer") as customer, Phone("owner") as owner, House(tmp_path, _site(tmp_path, customer)) as house:
        customer.play(f"tone:{SPOKEN_HERTZ}")  # from the first moment: two seconds of silence end the message
        _call(customer, house, "850")
        until("something said", lambda: _recorded_octets(house) > 8000 * 2 * 2)
        customer.stop()
        until("the end by silence", lambda: "voicemail-recorded" in _names(house))
        customer.dtmf("1")
        customer.wait(words.Released, timeout=60)
        (left,) = [entry for entry in house.entries() if entry["t"] == "voicemail-left"]
        sound = house.data / "voicemail" / f"{left['sound']}.wav"
        assert sound.stat().st_mode & 0o077 == 0  # of the server's user only
        assert _hertz(sound).count(SPOKEN_HERTZ) >= 15
        (record,) = until("the record", lambda: [r for r in house.records() if r["outcome"]])
        assert record["outcome"] == "voicemail"
        _call(owner, house, "*97")
        heard = tmp_path / "heard.wav"
        owner.record(heard)
        owner.dtmf("20#")
        owner.dtmf("4711#")
        until("the PIN", lambda: "pin-tried" in _names(house))
        owner.dtmf("1")
        until("the sound is heard", lambda: heard.exists() and _hertz_so_far(heard).count(SPOKEN_HERTZ) >= 15)
        owner.dtmf("3")
        until("it is deleted", lambda: "voicemail-changed" in _names(house))
        until("the sound is gone", lambda: not sound.exists())
        owner.hang_up()
        until("both records", lambda: len([r for r in house.records() if r["outcome"]]) == 2)


def test_a_message_outlives_the_core_over_which_it_is_spoken(tmp_path: Path) -> None:
    with Phone("customer") as customer, House(tmp_path, _site(tmp_path, customer)) as house:
        customer.play(f"tone:{SPOKEN_HERTZ}")
        _call(customer, house, "850")
        until("something said", lambda: _recorded_octets(house) > 8000 * 2)
        house.kill_core()
        said = _recorded_octets(house)
        until("more is said", lambda: _recorded_octets(house) > said + 8000)
        customer.hang_up()
        (left,) = until("the message", lambda: [e for e in house.entries() if e["t"] == "voicemail-left"])
        sound = house.data / "voicemail" / f"{left['sound']}.wav"
        with wave.open(str(sound)) as file:
            assert file.getnframes() / file.getframerate() == pytest.approx(left["seconds"], abs=0.01)
        (record,) = until("the record", lambda: [r for r in house.records() if r["outcome"]])
        assert record["outcome"] == "voicemail"


def _recorded_octets(house: House) -> int:
    return sum(octets_of(part) for part in (house.data / "voicemail" / "sales").glob(".*.part.wav"))


def _hertz_so_far(file: Path) -> list[float]:
    octets = file.read_bytes()[44:]
    samples = np.frombuffer(octets[: len(octets) & ~1], "<i2").astype(float)
    pieces = samples[: samples.size // 800 * 800].reshape(-1, 800)
    loud = [piece for piece in pieces if np.sqrt(np.mean(piece**2)) > 300]
    return [float(np.argmax(np.abs(np.fft.rfft(piece * np.hanning(800)))) * 10) for piece in loud]
