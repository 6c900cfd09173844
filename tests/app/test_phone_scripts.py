"""What a caller will hear is spoken in time, or the caller goes on with a person; broken publications harm no other."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from scriptengine.publishing import Shelf
from server.app.dialog_sounds import DialogSounds
from server.app.phone_scripts import SPOKEN_WITHIN_SECONDS, Published, prepare
from server.call.dialogs import Beginning, DialogView
from server.exchange.script_lines import NoVoice
from tests.fakes.dialogs import FakeDialogs

SCRIPT = Path(__file__).parents[2] / "dialogs" / "meter-reading.xml"


class Voice:
    """Notes what it is to speak. `answer` None: never comes to an end."""

    def __init__(self, answer: list[str] | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def make(self, texts: Iterable[str], _language: str, *, urgent: bool = False) -> list[str]:
        self.asked += texts
        return await Deferred() if self.answer is None else self.answer


async def _view() -> DialogView:
    return await FakeDialogs(SCRIPT).begin(Beginning(script="meter-reading", channel="ivr", language="en"))


def _sounds(folder: Path) -> DialogSounds:
    return DialogSounds(folder / "prompts", folder / "dialogs", [], "tick.wav")


@pytest_twisted.ensureDeferred
async def test_what_is_not_spoken_in_time_is_no_voice(tmp_path: Path) -> None:
    clock, voice = Clock(), Voice(None)
    ready = Deferred.fromCoroutine(prepare(clock, voice, _sounds(tmp_path), await _view()))  # type: ignore[arg-type]
    assert voice.asked
    clock.advance(SPOKEN_WITHIN_SECONDS)
    with pytest.raises(NoVoice, match="not spoken in 8 s"):
        await ready


@pytest_twisted.ensureDeferred
async def test_what_cannot_be_spoken_is_no_voice(tmp_path: Path) -> None:
    with pytest.raises(NoVoice, match="texts cannot be spoken"):
        await prepare(Clock(), Voice(["Hello."]), _sounds(tmp_path), await _view())  # type: ignore[arg-type]


@pytest_twisted.ensureDeferred
async def test_a_broken_publication_keeps_no_other_script_from_being_spoken(tmp_path: Path) -> None:
    folder = tmp_path / "dialogs"
    Shelf(folder).publish(SCRIPT, datetime.now(UTC))
    shutil.copytree(folder / "meter-reading", folder / "garbage")
    (folder / "garbage" / "published.json").write_text("{")
    (folder / "a file").write_text("")
    voice = Voice([])
    published = Published(voice, folder, [])  # type: ignore[arg-type]
    await published.look()
    spoken = len(voice.asked)
    assert spoken
    await published.look()
    assert len(voice.asked) == spoken
