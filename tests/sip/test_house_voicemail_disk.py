"""The disk is full: the caller is told that nothing was saved, and nothing is listed."""

from pathlib import Path

import pytest

from server.phone import words
from server.phone.driver import Phone
from tests.house.house import until
from tests.house.message_rounds import BOX, HERTZ, NUMBER, RATE, SITE, hears, octets_of, samples_of, write_greeting
from tests.house.sites import site
from tests.house.small_disk import SmallDisk

pytestmark = pytest.mark.real


def _site(folder: Path, phone: Phone) -> str:
    write_greeting(folder)
    return site(agents=1, phone_port=phone.port, agent_phones=["sip:nobody@127.0.0.1:9"], spare=2, more=SITE)


def _speak(house: SmallDisk, phone: Phone, heard: Path, seconds: float) -> None:
    """Call the mailbox and speak for so long, by the sound that went out."""
    server = f"127.0.0.1:{house.sip_port}"
    phone.call(f"sip:{NUMBER}@{server}", caller="+493012345", server=server)
    phone.wait(words.Media, state="active")
    phone.record(heard)
    phone.wait(words.Recording)
    octets = int((seconds + 1) * RATE * 2)  # greeting and tone come first
    until("enough was said", lambda: heard.exists() and heard.stat().st_size > octets)


def _speak_little(house: SmallDisk, phone: Phone, heard: Path) -> None:
    """Call the mailbox and speak for little more than the shortest time, by what is recorded."""
    _speak(house, phone, heard, -1)
    parts = house.data / "voicemail" / BOX
    until("the shortest time", lambda: sum(octets_of(part) for part in parts.glob(".*.part.wav")) > 1.1 * RATE * 2)


def _ended(house: SmallDisk, phone: Phone, heard: Path) -> str:
    """The outcome, when the server has hung up and the caller's ears are whole."""
    phone.wait(words.Released, timeout=60)
    phone.unrecord()
    until("the record", lambda: not house.records(live=True))
    return str(house.records()[-1]["outcome"])


@pytest.mark.parametrize("seconds", [2.6, 6], ids=["the copy does not fit", "not even the track fits"])
def test_a_recording_that_does_not_fit_is_told_and_leaves_room_for_the_next(tmp_path: Path, seconds: float) -> None:
    with Phone("caller") as phone:
        phone.play(f"tone:{HERTZ}")
        with SmallDisk(tmp_path, _site(tmp_path, phone), kib=256, part="voicemail") as house:
            heard = tmp_path / "heard-1.wav"
            house.tighten(on=True)
            _speak(house, phone, heard, seconds)
            phone.dtmf("#")
            assert _ended(house, phone, heard) == "failed"
            assert hears(samples_of(heard), "voicemail-not-saved")
            assert not hears(samples_of(heard), "voicemail-saved")
            assert house.ask(ask="voicemail", mailbox=BOX) == []
            assert not list((house.data / "voicemail" / BOX).iterdir()), "what cannot be kept fills the disk no longer"
            heard = tmp_path / "heard-2.wav"
            house.tighten(on=False)
            _speak_little(house, phone, heard)
            phone.dtmf("#")
            until("the sound", lambda: "voicemail-recorded" in [entry["t"] for entry in house.entries()])
            phone.dtmf("1")
            assert _ended(house, phone, heard) == "voicemail"
            assert hears(samples_of(heard), "voicemail-saved")
            assert len(house.ask(ask="voicemail", mailbox=BOX)) == 1


def test_a_message_that_cannot_be_committed_is_told(tmp_path: Path) -> None:
    with Phone("caller") as phone:
        phone.play(f"tone:{HERTZ}")
        with SmallDisk(tmp_path, _site(tmp_path, phone), kib=64 * 1024) as house:
            heard = tmp_path / "heard.wav"
            _speak(house, phone, heard, 1.5)
            phone.dtmf("#")
            until("the sound", lambda: "voicemail-recorded" in [entry["t"] for entry in house.entries()])
            house.fill()
            phone.dtmf("1")
            phone.wait(words.Released, timeout=60)
            phone.unrecord()
            assert hears(samples_of(heard), "voicemail-not-saved")
            assert not hears(samples_of(heard), "voicemail-saved")
            assert house.ask(ask="voicemail", mailbox=BOX) == []
