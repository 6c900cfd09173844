"""Hold music and tones, synthesised.

The music is written into a ring: a note that rings over the end goes on at the beginning, so the loop has no seam. It
keeps within what a telephone carries (300-3400 Hz), is soft, and never pauses: a pad lies under a slow arpeggio.
"""

import numpy as np

from server.speech.samples import RATE_HZ, Samples

BAR_SECONDS = 3.2
_STEPS = 8

_CHORDS = (
    ("D4 F#4 A4 C#5", "D5 A4 F#5 A4 C#5 A4 F#5 E5"),
    ("B3 D4 F#4 A4", "D5 B4 F#5 B4 A4 B4 F#5 D5"),
    ("G3 B3 D4 F#4", "B4 G4 D5 G4 F#4 G4 D5 E5"),
    ("A3 C#4 E4 G4", "C#5 A4 E5 A4 G4 A4 E5 C#5"),
    ("F#3 A3 C#4 E4", "A4 F#4 C#5 F#4 E4 F#4 C#5 A4"),
    ("B3 D4 F#4 A4", "D5 B4 F#5 B4 A4 B4 F#5 A5"),
    ("E4 G4 B4 D5", "G4 B4 E5 B4 D5 B4 G5 E5"),
    ("A3 D4 E4 G4", "E5 A4 G5 A4 D5 A4 C#5 E5"),
    ("D4 F#4 A4 B4", "F#5 D5 A4 D5 B4 D5 A5 F#5"),
    ("G3 B3 D4 F#4", "G5 D5 B4 D5 F#5 D5 B4 D5"),
    ("E4 G4 B4 D5", "E5 B4 G4 B4 D5 B4 G5 E5"),
    ("A3 C#4 E4 G4", "E5 C#5 A4 C#5 G4 A4 C#5 E5"),
)
"""A bar each: the chord of the pad, and eight notes over it."""

_SEMITONE = {"C": 0, "C#": 1, "D": 2, "D#": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "G#": 8, "A": 9, "A#": 10, "B": 11}


def frequency(note: str) -> float:
    """Hertz of a note such as `C#5`, in equal temperament with A4 = 440 Hz."""
    semitones = _SEMITONE[note[:-1]] - 9 + 12 * (int(note[-1]) - 4)
    return float(440.0 * 2 ** (semitones / 12))


def hold_music() -> Samples:
    """38.4 s of music that loops without a seam."""
    bar = int(BAR_SECONDS * RATE_HZ)
    step = bar // _STEPS
    ring = np.zeros(bar * len(_CHORDS))
    for number, (chord, arpeggio) in enumerate(_CHORDS):
        for voice, note in enumerate(chord.split()):
            _add(ring, number * bar - bar // 8, 0.20 * _pad(frequency(note), BAR_SECONDS * 1.25, voice))
        for place, note in enumerate(arpeggio.split()):
            accent = (1.0, 0.62, 0.8, 0.58)[place % 4]
            _add(ring, number * bar + place * step, 0.42 * accent * _pluck(frequency(note)))
    return ring


def ringback() -> Samples:
    """425 Hz (as in most of Europe and in Brazil, ITU-T E.180), 1 s in every 3.5 s.

    The pause is shorter than the usual 3 or 4 s, because no caller may hear silence for more than 3 s. Half of the
    tone stands at each end of the loop, so that it begins at once.
    """
    half = _sine(425, 0.52)
    fade = np.minimum(1, np.arange(half.size)[::-1] / (0.02 * RATE_HZ))
    return np.concatenate([half * fade, np.zeros(int(2.46 * RATE_HZ) + 1), -(half * fade)[:0:-1]])


def beep() -> Samples:
    """ "Speak now": 1 kHz for 0.3 s, with soft ends."""
    sound = _sine(1000, 0.3)
    fade = np.clip(np.minimum(np.arange(sound.size), np.arange(sound.size)[::-1]) / (0.01 * RATE_HZ), 0, 1)
    return sound * fade


def tick() -> Samples:
    """ "We are listening": a short knock on wood, 0.12 s, that dies away."""
    sound = _sine(620, 0.12) + 0.4 * _sine(1860, 0.12)
    seconds = np.arange(sound.size) / RATE_HZ
    return sound * np.exp(-seconds / 0.03) * np.clip(seconds / 0.004, 0, 1)


def test_tone() -> Samples:
    """1004 Hz, 2 s: whole periods, so it loops without a seam (ITU-T O.6 keeps away from divisors of 8 kHz)."""
    return _sine(1004, 2)


def _sine(hertz: float, seconds: float) -> Samples:
    return np.asarray(np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ))


def _pad(hertz: float, seconds: float, voice: int) -> Samples:
    """A soft, slowly beating note that swells and fades over a fifth of its length."""
    moments = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    sound = np.zeros(moments.size)
    for partial, strength in ((1, 1.0), (2, 0.42), (3, 0.16), (4, 0.05)):
        for detune in (0.9985, 1.0015):
            phase = 1.7 * voice + 0.9 * partial + 40 * (detune - 1)
            sound += strength * np.sin(2 * np.pi * hertz * partial * detune * moments + phase) / 2
    edge = np.clip(np.minimum(moments, seconds - moments) / (seconds / 5), 0, 1)
    return np.asarray(sound * np.sin(edge * np.pi / 2) ** 2)


def _pluck(hertz: float, seconds: float = 2.2) -> Samples:
    """A struck note: higher partials die sooner; 6 ms of attack and a faded end, so it never clicks."""
    moments = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    sound = np.zeros(moments.size)
    for partial, strength in ((1, 1.0), (2, 0.35), (3, 0.18), (5, 0.05)):
        if hertz * partial < 3400:
            sound += strength * np.exp(-moments * (2.0 + 1.6 * partial)) * np.sin(2 * np.pi * hertz * partial * moments)
    attack = np.clip(moments / 0.006, 0, 1)
    ending = np.clip((seconds - moments) / 0.3, 0, 1)
    return np.asarray(sound * attack * ending)


def _add(ring: Samples, start: int, sound: Samples) -> None:
    """Lay `sound` into the ring from `start`; what goes past an end comes in at the other."""
    np.add.at(ring, (start + np.arange(sound.size)) % ring.size, sound)
