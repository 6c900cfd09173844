"""Every prompt that the conversations ask for exists, in each language that we speak."""

import re
from pathlib import Path

import pytest

from server import voicemail
from server.speech import voice


@pytest.mark.parametrize("language", voice.VOICES)
def test_every_prompt_has_a_text(language: str) -> None:
    folder = Path(voicemail.__file__).parent
    asked = {
        name
        for file in folder.glob("*.py")
        for name in re.findall(r'"(voicemail-[a-z-]+|one-moment)"', file.read_text())
    }
    assert len(asked) > 25
    assert asked | {"voicemail-leave"} <= set(voice.prompts(language))
