"""The music that a caller hears has no hole where its file begins again."""

import itertools
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.house.house import House, free_ports, until
from tests.house.rtp import End, Ends
from tests.house.sipp import trunk
from tests.house.sites import site

pytestmark = [pytest.mark.real, pytest.mark.alone]

RATE, ROUND_SECONDS, ROUNDS = 8000, 1, 5


def longest_silence(samples: np.ndarray) -> float:
    """Longest run of digital silence (the smallest A-law step is 8), in seconds."""
    runs = (len(list(run)) for quiet, run in itertools.groupby(np.abs(samples) <= 8) if quiet)
    return max(runs, default=0) / RATE


def tone_seconds(caller: End) -> float:
    """How long the caller has heard music."""
    loud = np.abs(caller.audio()) > 1000
    return float(loud.size - np.argmax(loud)) / RATE if loud.any() else 0


def test_the_music_has_no_seam(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE * ROUND_SECONDS) / RATE) * 8000
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone.astype(np.int16).tobytes())
    phone_port, trunk_port, rtp = free_ports(3)
    text = site(agents=1, phone_port=phone_port, spare=1, agent_phones=["sip:nobody@127.0.0.1:9"])
    text = text.replace("wrap_up_seconds", 'music = "tone.wav"\ngreeting = "none"\nwrap_up_seconds', 1)
    caller = End(rtp)
    with Ends([caller]), House(tmp_path, text) as house:
        calling = trunk(
            tmp_path, server=house.sip_port, port=trunk_port, number="800", calls=1, rate=1, media_ports=[rtp],
            told=True,
        )  # fmt: skip
        until("enough music", lambda: tone_seconds(caller) > ROUNDS * ROUND_SECONDS + 0.5)
        calling.hang_up()
        assert calling.wait(60) == 0, calling.report()
        until("the end", lambda: house.records(live=True) == [])
    numbers = [packet.sequence for packet in caller.packets]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "the machine lost a packet: nothing is said"
    heard = caller.audio()
    first = int(np.argmax(np.abs(heard) > 1000))
    assert len(heard) - first > ROUNDS * ROUND_SECONDS * RATE
    assert longest_silence(heard[first : first + ROUNDS * ROUND_SECONDS * RATE]) < 0.005
