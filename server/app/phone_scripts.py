"""Scripts on the telephone: their texts are spoken when they are published, and sessions are kept by `dialogs`.

Publications are noticed by looking at the folder of published scripts now and then: `caruso script publish` stands
alone, and may run on a machine without voices.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import structlog
from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThread

from scriptengine.publishing.shelf import Shelf, Unpublished
from server.app.core import Frame, Stop
from server.app.dialog_sounds import DialogSounds
from server.app.left_sessions import hang_up_left
from server.app.speaking import Speaking
from server.call.dialogs import Dialogs, DialogView
from server.config.currencies import currency_of
from server.config.destinations import spoken_scripts
from server.exchange import Exchange
from server.exchange.script_lines import NoVoice, ScriptLines
from server.ivr.conversation import LANGUAGES, Words, everything, house_texts
from server.ivr.published import texts_of

log = structlog.get_logger()

SCRIPTS = "dialogs"
PROMPTS = "prompts"
LOOK_SECONDS = 5.0
SPOKEN_WITHIN_SECONDS = 8.0
"""What is known in the session only is spoken within this time, or the caller goes on with a person."""
CHANNEL = "ivr"


def phone_scripts(frame: Frame, exchange: Exchange, sounds: DialogSounds) -> Stop:
    """Begin: what the rules ask of sessions is carried out from now on."""
    speaking = Speaking(frame.reactor, frame.data / PROMPTS)

    async def ready(view: DialogView) -> None:
        await prepare(frame.reactor, speaking, sounds, view, currency_of(frame.site.site))

    dialogs = frame.directory.proxy("dialogs", "1", Dialogs)
    exchange.carry_out_dialog = ScriptLines(frame.reactor, dialogs, ready, exchange.tell).carry_out
    published = Published(speaking, frame.data / SCRIPTS, _own_languages(frame))
    looking = LoopingCall(lambda: Deferred.fromCoroutine(published.look()))
    looking.clock = frame.reactor
    looking.start(LOOK_SECONDS).addErrback(_ended)
    tidying = Deferred.fromCoroutine(_tidy(frame, dialogs, exchange)).addErrback(_not_tidied)

    def stop() -> None:
        if looking.running:
            looking.stop()
        speaking.stop()
        tidying.cancel()

    return stop


async def _tidy(frame: Frame, dialogs: Dialogs, exchange: Exchange) -> None:
    store = await frame.find("dialog-store")
    await frame.find("dialogs")
    await hang_up_left(store, dialogs, lambda call: exchange.call(call) is not None)


def _not_tidied(failure: Any) -> None:
    if not failure.check(CancelledError):
        log.error("left-sessions-not-looked-for", error=repr(failure.value))


def _own_languages(frame: Frame) -> list[str]:
    """In which our own words are spoken before any script is there: where a number or a queue leads to one."""
    uses = any(spoken_scripts(frame.site)) or any(queue.survey for queue in frame.site.queue)
    primary = frame.site.site.language.partition("-")[0].lower()
    return [primary] if uses and primary in LANGUAGES else []


async def prepare(
    reactor: IReactorTime, speaking: Speaking, sounds: DialogSounds, view: DialogView, currency: str = ""
) -> None:
    """Fires when all that the view says can be played (`currency`: of amounts that name none). Raises `NoVoice`, at the
    latest when the caller has waited for `SPOKEN_WITHIN_SECONDS`."""
    wanted = list(sounds.wanted(everything(view, currency)))
    speaks = Deferred.fromCoroutine(_spoken(speaking, wanted))
    speaks.addTimeout(SPOKEN_WITHIN_SECONDS, reactor)
    try:
        missing = await speaks
    except TimeoutError:
        raise NoVoice(f"{len(wanted)} texts were not spoken in {SPOKEN_WITHIN_SECONDS:.0f} s") from None
    if missing:
        raise NoVoice(f"{len(missing)} of {len(wanted)} texts cannot be spoken")


async def _spoken(speaking: Speaking, wanted: Iterable[Words]) -> list[str]:
    by_language: dict[str, list[str]] = {}
    for words in wanted:
        by_language.setdefault(words.language.partition("-")[0].lower(), []).append(words.text)
    missing: list[str] = []
    for language, texts in by_language.items():
        missing += await speaking.make(texts, language, urgent=True)
    return missing


def _ended(failure: Any) -> None:
    log.error("publications-not-looked-for", error=str(failure.value))


class Published:
    """Speaks what was published since the last look."""

    def __init__(self, speaking: Speaking, scripts: Path, own: Iterable[str]) -> None:
        self._speaking = speaking
        self._shelf = Shelf(scripts)
        self._seen: dict[str, str] = {}
        self._own = list(own)

    async def look(self) -> None:
        """Speak the texts of scripts that are new, after those of callers. Scripts are read on a thread."""
        for language in self._own:
            self._speak(house_texts(language), language, "")
        self._own = []
        try:
            new = await deferToThread(self._new)
        except (OSError, ValueError) as error:  # a folder that cannot be read now: it is looked at again
            log.error("publications-not-looked-for", error=str(error))
            return
        for script, texts in new:
            for language, one in texts.items():
                self._speak(one, language, script)

    def _new(self) -> list[tuple[str, dict[str, set[str]]]]:
        """Scripts for the telephone that became current since, with their texts by language."""
        found = []
        for name in self._shelf.names():
            current = self._shelf.record(name).current
            if current is None or self._seen.get(name) == current.hash:
                continue
            self._seen[name] = current.hash
            try:
                script = self._shelf.program(name, current.version).script
            except (Unpublished, OSError, ValueError) as error:
                log.error("script-not-spoken", script=name, error=str(error))
                continue
            if CHANNEL in script.channels:
                found.append((name, texts_of(script)))
        return found

    def _speak(self, texts: Iterable[str], language: str, script: str) -> None:
        made = Deferred.fromCoroutine(self._speaking.make(sorted(texts), language))
        made.addCallback(_told, script, language)


def _told(missing: list[str], script: str, language: str) -> None:
    if missing:
        log.warning("prompts-missing", script=script, language=language, count=len(missing))
    else:
        log.info("prompts-made", script=script, language=language)
