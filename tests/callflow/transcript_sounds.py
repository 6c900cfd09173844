"""Sounds by their names, and what a script says, in words: for transcripts."""

from collections.abc import Sequence

import msgspec

from server.callflow.plan import Spoken
from server.ivr.conversation import AnyPart, Music, Recording, Tick, Words
from server.voicemail import words


class FakeSounds:
    """Names instead of files."""

    def greeting(self, queue: str) -> list[str]:
        return ["greeting"]

    def music(self, queue: str) -> list[str]:
        return ["music"]

    def own_music(self) -> list[str]:
        return ["own-music"]

    def sorry(self, why: str) -> list[str]:
        return [f"sorry-{why}"]

    def message(self, file: str) -> list[str]:
        return [file]

    def announcement(self, position: int | None, wait_seconds: float | None) -> list[str]:
        place = [] if position is None else [f"place-{position}"]
        return place + ([] if wait_seconds is None else [f"wait-{wait_seconds:.0f}"])

    def call_back_offer(self, key: str) -> list[str]:
        return [f"call-back-press-{key}"]

    def call_back_confirm(self, number: str, may_type: bool) -> list[str]:
        return [f"confirm-{number}", *["or-type"] * may_type]

    def call_back_enter(self) -> list[str]:
        return ["enter"]

    def call_back_refused(self) -> list[str]:
        return ["refused"]

    def call_back_thanks(self) -> list[str]:
        return ["thanks"]

    def ringback(self) -> list[str]:
        return ["ringback"]

    def who_calls(self, number: str) -> list[str]:
        return [f"call-from-{number}"]

    def dialog_says(self, parts: Sequence[AnyPart]) -> list[str]:
        return [heard(parts)]

    def dialog_trouble(self, goes_on: bool) -> list[str]:
        return ["trouble-goes-on" if goes_on else "trouble"]

    def survey_offer(self, key: str) -> list[str]:
        return [f"survey-press-{key}"]

    def survey_thanks(self) -> list[str]:
        return ["survey-thanks"]

    def survey_question(self, key: str) -> list[str]:
        return [f"survey-question-{key}"]

    def survey_goodbye(self) -> list[str]:
        return ["survey-goodbye"]

    def mailbox_says(self, parts: Sequence[words.AnyPart], mailbox: str, spoken: Spoken) -> list[str]:
        return [_shown(part, spoken) for part in parts]

    def sound(self, name: str) -> str:
        return f"/sounds/{name}.wav"


def _shown(part: words.AnyPart, spoken: Spoken) -> str:
    match part:
        case words.Clip():
            return part.name.removeprefix("voicemail-")
        case words.Greeting():
            return spoken.greeting or "greeting"
        case words.Recording():
            return spoken.recording
        case words.Sound():
            return spoken.sounds.get(part.message, "gone")  # deleted at a desk while it is heard on the phone
        case _:
            return str(msgspec.structs.astuple(part)[0])


def heard(parts: Sequence[AnyPart]) -> str:
    """What a script says, in words."""
    said = []
    for part in parts:
        if isinstance(part, Words):
            said.append(part.text)
        elif isinstance(part, Recording):
            said.append(f"[{part.name}]")
        elif isinstance(part, Music | Tick):
            said.append("~" if isinstance(part, Music) else ".")
    return " ".join(said)
