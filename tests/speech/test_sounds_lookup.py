"""Which files for which occasion."""

from pathlib import Path

import pytest

from server.config.site import Queue
from server.speech.sounds import Sounds

SHIPPED = Path(__file__).parents[2] / "server" / "speech" / "sounds"


def names(paths: list[str]) -> list[str]:
    assert all(Path(path).is_absolute() and Path(path).is_file() for path in paths)
    return [str(Path(path).relative_to(SHIPPED).with_suffix("")) for path in paths]


def test_a_queue_without_wishes_gets_our_own():
    sounds = Sounds("en", "/etc/caruso")
    assert sounds.music(Queue(id="q")) == str(SHIPPED / "music.wav")
    assert names(sounds.greeting(Queue(id="q"))) == ["en/greeting"]


def test_a_queues_own_files_lie_beside_the_site_file():
    sounds = Sounds("en", "/etc/caruso")
    queue = Queue(id="q", music="sounds/piano.wav", greeting="/srv/hello.wav")
    assert sounds.music(queue) == "/etc/caruso/sounds/piano.wav"
    assert sounds.greeting(queue) == ["/srv/hello.wav"]


def test_paths_are_absolute_even_when_the_site_file_was_named_relatively(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Sounds("en", "").music(Queue(id="q", music="a.wav")) == str(tmp_path / "a.wav")


def test_no_greeting():
    assert Sounds("en").greeting(Queue(id="q", greeting="none")) == []


@pytest.mark.parametrize(
    ("language", "spoken"), [("en", "en"), ("pt", "pt"), ("pt-BR", "pt"), ("fi", "en"), ("", "en")]
)
def test_languages(language: str, spoken: str):
    sounds = Sounds(language)
    assert names(sounds.goodbye() + sounds.closed() + sounds.press_1_to_accept()) == [
        f"{spoken}/goodbye",
        f"{spoken}/closed",
        f"{spoken}/press-1-to-accept",
    ]
    assert names([sounds.ringback(), sounds.tone()]) == ["ringback", "tone"]
    spoken_in_the_demo = [sounds.demo("customer"), sounds.demo("agent")]
    assert names(spoken_in_the_demo) == [f"{spoken}/demo-customer", f"{spoken}/demo-agent"]


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        ("+4930", ["call-from", "plus", "digits/4", "digits/9", "digits/3", "digits/0"]),
        ("+49 (30) 1-2", ["call-from", "plus", *(f"digits/{d}" for d in "493012")]),
        ("200", ["call-from", "digits/2", "digits/0", "digits/0"]),
        ("", ["call-from", "unknown-number"]),
        ("anonymous", ["call-from", "unknown-number"]),
        ("12a", ["call-from", "unknown-number"]),
        ("../../etc/passwd", ["call-from", "unknown-number"]),
        ("\u0663\u0662", ["call-from", "unknown-number"]),
        ("+", ["call-from", "unknown-number"]),
    ],
)
def test_numbers(caller: str, said: list[str]):
    assert names(Sounds("pt").number(caller)) == [f"pt/{name}" for name in said]


def test_a_number_without_end_is_cut():
    assert len(Sounds("en").number("1" * 5000)) == 21


@pytest.mark.parametrize(
    ("position", "wait", "said"),
    [
        (None, None, []),
        (1, None, ["your-place", "numbers/1"]),
        (20, None, ["your-place", "numbers/20"]),
        (37, 44.9, ["your-place", "numbers/30-and", "numbers/7", "wait-less-than-a-minute"]),
        (99, 45, ["your-place", "numbers/90-and", "numbers/9", "wait-one-minute"]),
        (100, 61, ["wait-about", "numbers/2", "minutes"]),
        (None, 3600, ["wait-about", "numbers/60", "minutes"]),
        (None, 3601, ["wait-more-than-an-hour"]),
        (0, -1, ["wait-less-than-a-minute"]),
    ],
)
def test_announcements(position: int | None, wait: float | None, said: list[str]):
    for language in ("en", "pt"):
        files = Sounds(language).announcement(position, wait)
        assert names(files) == [f"{language}/{name}" for name in said]
        assert all(Path(file).exists() for file in files)


@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_clip_of_a_call_back_is_there(language: str):
    sounds = Sounds(language)
    files = [*sounds.call_back_confirm("+49301234567890", True), *sounds.call_back_enter(), *sounds.call_back_thanks()]
    files += [file for key in "0123456789*#" for file in sounds.call_back_offer(key)]
    files += [file for place in range(1, 100) for file in sounds.announcement(place, None)]
    files += [file for why in ("closed", "full", "empty", "too-long", "key") for file in sounds.sorry(why)]
    assert all(Path(file).exists() for file in files)
    assert len(sounds.call_back_confirm("1" * 5000, False)) == 22


def test_a_message_of_the_sites_own_lies_beside_the_site_file(tmp_path: Path):
    assert Sounds("en", tmp_path).message("closed.wav") == [str(tmp_path / "closed.wav")]
