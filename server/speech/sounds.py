"""Which sound files belong to which occasion. Reads nothing: it only makes absolute paths."""

import math
from datetime import datetime
from pathlib import Path

from server.config.site import Queue
from server.ivr.spoken import PAUSE, moment
from server.speech.voice import clip_of_moment

LANGUAGES = ("en", "pt")
FALLBACK_LANGUAGE = "en"
MAX_SPOKEN_DIGITS = 20
"""A caller's number is text from outside: at most so many digits are spoken (E.164 has 15)."""

LESS_THAN_A_MINUTE = 45
"""A shorter expected wait is told as less than a minute (seconds)."""

_SHIPPED = Path(__file__).resolve().parent / "sounds"
_WRITTEN_BETWEEN_DIGITS = str.maketrans("", "", " -./()")


class Sounds:
    """Sound files of a site.

    `language` is `[site].language`; one that we have no prompts in (`pt-BR` is `pt`) is served in English. `folder` is
    where the site file lies, against which its own media paths are taken; empty: the working directory.
    """

    def __init__(self, language: str, folder: str | Path = "") -> None:
        spoken = language.partition("-")[0].lower()
        self.language = spoken if spoken in LANGUAGES else FALLBACK_LANGUAGE
        self._folder = Path(folder)

    def music(self, queue: Queue) -> str:
        """What a waiting caller hears, again and again."""
        return self._own(queue.music) if queue.music else str(_SHIPPED / "music.wav")

    def greeting(self, queue: Queue) -> list[str]:
        """What is played first; an empty list if the queue has no greeting."""
        if queue.greeting == "none":
            return []
        return [self._own(queue.greeting)] if queue.greeting else [self._prompt("greeting")]

    def goodbye(self) -> list[str]:
        """For a caller whose wait was too long."""
        return [self._prompt("goodbye")]

    def closed(self) -> list[str]:
        """For a caller to whom nobody will answer now."""
        return [self._prompt("closed")]

    def sorry(self, why: str) -> list[str]:
        """For a caller who cannot be served: the queue is `closed` or `full`, or (all else) nobody could answer."""
        return [self._prompt(why if why in ("closed", "full") else "goodbye")]

    def message(self, file: str) -> list[str]:
        """A message of the site's own."""
        return [self._own(file)]

    def announcement(self, position: int | None, wait_seconds: float | None) -> list[str]:
        """Place in the queue (1 to 99, further back it is not told) and expected wait in whole minutes, rounded up."""
        files = []
        if position is not None and 1 <= position < 100:
            files += [self._prompt("your-place"), *self._spoken_number(position)]
        if wait_seconds is not None:
            minutes = math.ceil(max(0.0, wait_seconds) / 60)
            if wait_seconds < LESS_THAN_A_MINUTE:
                files.append(self._prompt("wait-less-than-a-minute"))
            elif minutes == 1:
                files.append(self._prompt("wait-one-minute"))
            elif minutes <= 60:
                files += [self._prompt("wait-about"), *self._spoken_number(minutes), self._prompt("minutes")]
            else:
                files.append(self._prompt("wait-more-than-an-hour"))
        return files

    def call_back_offer(self, key: str) -> list[str]:
        """What to press (0-9, * or #) to be called back."""
        return [self._prompt("call-back-press"), self._key(key)]

    def call_back_confirm(self, number: str, may_type: bool) -> list[str]:
        """The number that we will call; 1 confirms."""
        spoken = [self._prompt("call-back-number"), *self._digits(number), self._prompt("call-back-confirm")]
        return spoken + [self._prompt("call-back-other")] * may_type

    def call_back_enter(self) -> list[str]:
        """Asks for a number."""
        return [self._prompt("call-back-enter")]

    def call_back_refused(self) -> list[str]:
        """Says that a number is not called."""
        return [self._prompt("call-back-refused")]

    def call_back_thanks(self) -> list[str]:
        """Says that we will call back, and goodbye."""
        return [self._prompt("call-back-thanks")]

    def survey_offer(self, key: str) -> list[str]:
        """What to press (0-9, * or #) to take part in a survey after the call."""
        return [self._prompt("survey-press"), self._key(key)]

    def survey_question(self, key: str) -> list[str]:
        """After the call: what to press to take part in the survey now."""
        return [self._prompt("survey-question"), self._key(key)]

    def tick(self) -> str:
        """A short soft sound: we are listening."""
        return str(_SHIPPED / "tick.wav")

    def clip(self, name: str) -> str:
        """A prompt by its name (as in `server.speech.voice.prompts`), or `beep`."""
        return str(_SHIPPED / "beep.wav") if name == "beep" else self._prompt(name)

    def own(self, path: str) -> str:
        """A file of the site's own."""
        return self._own(path)

    def count(self, number: int) -> list[str]:
        """How many, up to 99; more are said as 99."""
        return self._spoken_number(min(number, 99)) if number else [self._prompt("digits/0")]

    def digits(self, number: str) -> list[str]:
        """A telephone number, digit by digit; "an unknown number" if it is none."""
        if not number.removeprefix("+").isdecimal() or not number.isascii():
            return [self._prompt("unknown-number")]
        return self._digits(number)

    def moment(self, at: datetime) -> list[str]:
        """Day and time of day, in the zone of `at`."""
        pieces = moment(at.month, at.day, at.hour, at.minute, self.language)
        return [self._prompt(clip_of_moment(piece)) for piece in pieces if piece != PAUSE]

    def ringback(self) -> str:
        """Ringing tone, to be looped; its pauses are shorter than the 3 s of silence that a caller may ever hear."""
        return str(_SHIPPED / "ringback.wav")

    def tone(self) -> str:
        """A test tone of 1004 Hz, to be looped."""
        return str(_SHIPPED / "tone.wav")

    def number(self, caller: str) -> list[str]:
        """ "Call from" and the caller's number, digit by digit; "an unknown number" if it is none."""
        written = caller.translate(_WRITTEN_BETWEEN_DIGITS)
        plus, digits = written.startswith("+"), written.removeprefix("+")
        if not (digits.isascii() and digits.isdigit()):
            return [self._prompt("call-from"), self._prompt("unknown-number")]
        return [self._prompt("call-from"), *self._digits("+" * plus + digits)]

    def _digits(self, number: str) -> list[str]:
        """A number of digits, maybe after a plus, digit by digit."""
        digits = number.removeprefix("+")
        names = ["plus"] * number.startswith("+") + [f"digits/{digit}" for digit in digits[:MAX_SPOKEN_DIGITS]]
        return [self._prompt(name) for name in names]

    def _spoken_number(self, number: int) -> list[str]:
        """A number from 1 to 99 as people say it."""
        ones = number % 10
        if number <= 20 or not ones:
            return [self._prompt(f"numbers/{number}")]
        return [self._prompt(f"numbers/{number - ones}-and"), self._prompt(f"numbers/{ones}")]

    def press_1_to_accept(self) -> list[str]:
        """For an agent at an outside phone, whose mailbox must never get a customer."""
        return [self._prompt("press-1-to-accept")]

    def demo(self, role: str) -> str:
        """What the demo's `customer` or `agent` says, to be repeated."""
        return self._prompt(f"demo-{role}")

    def _key(self, key: str) -> str:
        return self._prompt({"*": "star", "#": "hash"}.get(key, f"digits/{key}"))

    def _prompt(self, name: str) -> str:
        return str(_SHIPPED / self.language / f"{name}.wav")

    def _own(self, path: str) -> str:
        return str((self._folder / path).absolute())
