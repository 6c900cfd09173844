"""The process in which prompts are spoken: `python -m server.speech.speaker FOLDER`.

Requests and answers are lines of JSON on standard input and output. A request names a language and texts; the answer
comes when all of them have files, or tells which have none and why. The process that asks never waits for synthesis.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from server.speech.prompt_cache import PromptCache
from server.speech.voice import VoiceMissing
from server.speech.voices import EspeakNg, NanoTtsHere

NICE = 10
"""Calls that are under way come first: a prompt is seldom waited for, a hole in somebody's speech is heard."""


class Request(msgspec.Struct, frozen=True):
    """`number` comes back in the answer."""

    number: int
    language: str
    texts: list[str]


class Answer(msgspec.Struct, frozen=True):
    """`made`: how many texts were spoken now; `missing`: those that have no file, and why (`trouble`)."""

    number: int
    made: int = 0
    missing: list[str] = []
    trouble: str = ""


def serve(requests: Iterable[bytes], answers: BinaryIO, folder: Path) -> None:
    """Answer each line, until there are no more."""
    cache = PromptCache(folder, (NanoTtsHere(), EspeakNg()))
    for line in requests:
        request = msgspec.json.decode(line, type=Request)
        answers.write(msgspec.json.encode(spoken(cache, request)) + b"\n")
        answers.flush()


def spoken(cache: PromptCache, request: Request) -> Answer:
    """Speak what is not there yet; a text that cannot be spoken does not keep the others."""
    made, missing, trouble = 0, list[str](), ""
    for text in request.texts:
        try:
            made += sum(one.new for one in cache.publish([text], request.language))
        except (VoiceMissing, OSError) as error:
            missing.append(text)
            trouble = str(error)
    return Answer(request.number, made, missing, trouble)


def main(words: Sequence[str]) -> int:
    """Serve the process that started this one."""
    os.nice(NICE)
    serve(sys.stdin.buffer, sys.stdout.buffer, Path(words[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
