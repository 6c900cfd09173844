"""The softphone's sound arithmetic: two clocks that drift apart, the ring tone, loudness."""

import numpy as np
import pytest

from agentdesk.softphone.drift import DriftBuffer
from agentdesk.softphone.tones import loudness, ring

RATE = 16000


def _run(drift: float, seconds: float, jitter_seconds: float = 0.0) -> tuple[np.ndarray, DriftBuffer, list[float]]:
    """A 440 Hz tone through the buffer: pushed 20 ms at a time by a clock that is `drift` too fast (and comes up to
    `jitter_seconds` late), pulled 10 ms at a time by a true one."""
    buffer, chance = DriftBuffer(RATE), np.random.default_rng(7)
    heard, levels, pushed, due = [], [], 0, 0.0
    for tick in range(int(seconds * 100)):
        now = tick * 0.01
        while due <= now:
            time = (pushed + np.arange(320)) / RATE
            buffer.push((8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16))
            pushed += 320
            due = pushed / (RATE * (1 + drift)) + jitter_seconds * chance.random()
        heard.append(buffer.pull(160))
        levels.append(buffer.seconds)
    return np.concatenate(heard), buffer, levels


@pytest.mark.parametrize("drift", [0.0, 0.0002, -0.0002, 0.001, -0.001, 0.002, -0.002])
def test_two_clocks_are_evened_out_without_a_gap_or_click(drift: float) -> None:
    sound, buffer, levels = _run(drift, 60)
    assert (buffer.gaps, buffer.cuts) == (0, 0)
    assert min(levels[200:]) > 0.01
    assert max(levels) < 0.14
    playing = sound[RATE:].astype(np.float64)
    # a click is a jump that a sine of this height cannot make: at most 2*pi*f/rate of its amplitude
    assert np.abs(np.diff(playing)).max() < 8000 * 2 * np.pi * 440 / RATE * 1.05
    frames = playing[: len(playing) // 320 * 320].reshape(-1, 320)
    assert np.sqrt((frames**2).mean(axis=1)).min() > 0.97 * 8000 / np.sqrt(2)


def test_the_pitch_stays() -> None:
    sound, _, _ = _run(0.0005, 40)
    steady = sound[-8 * RATE :] * np.hanning(8 * RATE)
    peak = np.abs(np.fft.rfft(steady)).argmax() / 8
    assert peak == pytest.approx(440 * 1.0005, abs=0.25)


def test_late_packets_are_waited_for() -> None:
    _, buffer, _ = _run(0.0002, 60, jitter_seconds=0.025)
    assert (buffer.gaps, buffer.cuts) == (0, 0)


def test_a_buffer_that_runs_dry_fades_and_begins_again() -> None:
    buffer = DriftBuffer(RATE)
    buffer.push(np.full(2000, 10000, np.int16))
    sound = np.concatenate([buffer.pull(160) for _ in range(20)])
    assert buffer.gaps == 1
    assert np.abs(np.diff(sound.astype(np.int32))).max() < 10000 / 70
    assert not sound[-160:].any()
    buffer.push(np.full(2000, 10000, np.int16))
    assert np.concatenate([buffer.pull(160) for _ in range(3)])[-1] == 10000


def test_a_flood_is_cut_to_the_target_under_a_cross_fade() -> None:
    buffer = DriftBuffer(RATE)
    buffer.push(np.full(1200, 1000, np.int16))
    buffer.pull(160)
    buffer.push(np.full(8000, 3000, np.int16))
    assert buffer.cuts == 1
    assert buffer.seconds == pytest.approx(0.06, abs=0.01)
    assert np.abs(np.diff(buffer.pull(320).astype(np.int32))).max() < 50


def test_ring_tone_rises_pauses_and_continues_seamlessly() -> None:
    whole = ring(RATE, 0, 12 * RATE, 80)
    assert np.array_equal(np.concatenate([ring(RATE, at, 160, 80) for at in range(0, 12 * RATE, 160)]), whole)
    loud = [loudness(whole[at : at + RATE]) for at in (0, 3 * RATE, 9 * RATE)]
    assert loud[0] < loud[1] < loud[2]
    assert not whole[int(1.3 * RATE) : int(2.9 * RATE)].any()
    assert not ring(RATE, 0, RATE, 0).any()


def test_loudness_is_a_scale_of_decibels() -> None:
    full = np.full(320, 32767, np.int16)
    assert (loudness(full), loudness(full // 1000), loudness(np.zeros(320, np.int16))) == (100, 0, 0)
    assert loudness(full // 32) == pytest.approx(50, abs=1)
