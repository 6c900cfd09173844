"""The music as a file that lasts."""

import wave
from pathlib import Path

from server.speech.long_loops import LASTS_SECONDS, LongLoops


def sound(path: Path, seconds: float = 0.5) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(range(250)) * int(seconds * 64))
    return path


def test_a_long_file_holds_the_short_one_without_a_seam(tmp_path: Path) -> None:
    short = sound(tmp_path / "music.wav")
    loops = LongLoops(tmp_path / "loops")
    with wave.open(loops.of(str(short))) as long, wave.open(str(short)) as once:
        frames = once.readframes(once.getnframes())
        assert long.getnframes() / long.getframerate() == LASTS_SECONDS
        assert long.readframes(long.getnframes()) == frames * (2 * LASTS_SECONDS)


def test_a_long_file_is_made_once_and_removed_when_the_music_is_another(tmp_path: Path) -> None:
    short, folder = sound(tmp_path / "music.wav"), tmp_path / "loops"
    before = LongLoops(folder).of(str(short))
    made = Path(before).stat().st_mtime_ns
    again = LongLoops(folder)
    assert again.of(str(short)) == before
    again.tidy()
    assert Path(before).stat().st_mtime_ns == made
    sound(short, 1)
    renewed = LongLoops(folder)
    after = renewed.of(str(short))
    renewed.tidy()
    assert [str(path) for path in folder.iterdir()] == [after] != [before]


def test_what_cannot_be_read_is_played_as_it_is(tmp_path: Path) -> None:
    loops = LongLoops(tmp_path / "loops")
    (tmp_path / "noise.wav").write_bytes(b"no sound")
    for name in ("noise.wav", "missing.wav"):
        assert loops.of(str(tmp_path / name)) == str(tmp_path / name)
