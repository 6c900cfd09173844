"""Which sound files belong to which occasion. Reads nothing: it only makes absolute paths."""

from pathlib import Path

from server.config.site import Queue

LANGUAGES = ("en", "pt")
FALLBACK_LANGUAGE = "en"
MAX_SPOKEN_DIGITS = 20
"""A caller's number is text from outside: at most so many digits are spoken (E.164 has 15)."""

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
        names = ["plus"] * plus + [f"digits/{digit}" for digit in digits[:MAX_SPOKEN_DIGITS]]
        return [self._prompt("call-from"), *map(self._prompt, names)]

    def press_1_to_accept(self) -> list[str]:
        """For an agent at an outside phone, whose mailbox must never get a customer."""
        return [self._prompt("press-1-to-accept")]

    def demo(self, role: str) -> str:
        """What the demo's `customer` or `agent` says, to be repeated."""
        return self._prompt(f"demo-{role}")

    def _prompt(self, name: str) -> str:
        return str(_SHIPPED / self.language / f"{name}.wav")

    def _own(self, path: str) -> str:
        return str((self._folder / path).absolute())
