"""Makes every shipped sound anew: `python -m server.speech.make_sounds [FOLDER]`. Needs espeak-ng for the prompts."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from server.speech import music, voice
from server.speech.samples import RATE_HZ, Samples, active_level, levelled, write_wav

SHIPPED = Path(__file__).resolve().parent / "sounds"


def sounds() -> Iterator[tuple[str, Samples]]:
    """Path below the folder, and samples at our level, of every sound."""
    yield "music.wav", levelled(music.hold_music())
    yield "ringback.wav", levelled(music.ringback())
    yield "tone.wav", levelled(music.test_tone())
    yield "beep.wav", levelled(music.beep())
    yield "tick.wav", levelled(music.tick())
    for language in voice.VOICES:
        for name, text in voice.prompts(language).items():
            yield f"{language}/{name}.wav", levelled(voice.spoken(text, language))


def main(argv: list[str]) -> int:
    """Write the files and print a line about each. Exit code 1: a sound could not be made."""
    parser = argparse.ArgumentParser(prog="make_sounds", description="Make the sounds that callers hear.")
    parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED, help="where to write (default: the package)")
    folder: Path = parser.parse_args(argv).folder
    try:
        for name, samples in sounds():
            write_wav(folder / name, samples)
            print(f"{name:28} {samples.size / RATE_HZ:6.2f} s  {active_level(samples):6.1f} dBFS")
    except (voice.VoiceMissing, OSError) as trouble:
        print(f"make_sounds: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
