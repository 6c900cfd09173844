"""What mailboxes say, and where their recordings lie."""

import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from server.callflow.plan import Spoken
from server.config.site import SiteFile
from server.speech.sounds import Sounds
from server.voicemail import words

STRAY_SECONDS = 86_400.0

log = structlog.get_logger()


class MailboxSounds:
    """Files of parts of speech; recordings lie in `folder`/MAILBOX/."""

    def __init__(self, site: SiteFile, sounds: Sounds, folder: Path) -> None:
        self._sounds = sounds
        self._folder = folder
        self._zone = ZoneInfo(site.site.time_zone)
        self._greetings = {mailbox.id: mailbox.greeting for mailbox in site.mailbox if mailbox.greeting}

    def says(self, parts: Sequence[words.AnyPart], mailbox: str, spoken: Spoken) -> list[str]:
        """The files of `parts`, one after the other."""
        return [file for part in parts for file in self._files(part, mailbox, spoken)]

    def file(self, sound: str) -> str:
        """The file of a recording (`MAILBOX/NAME`)."""
        return str(self._folder / f"{sound}.wav")

    def _files(self, part: words.AnyPart, mailbox: str, spoken: Spoken) -> list[str]:
        match part:
            case words.Clip(name):
                return [self._sounds.clip(name)]
            case words.Count(number):
                return self._sounds.count(number)
            case words.Digits(text):
                return self._sounds.digits(text)
            case words.Moment(at):
                return self._sounds.moment(datetime.fromtimestamp(at, UTC).astimezone(self._zone))
            case words.Greeting():
                return [self._greeting(mailbox, spoken)]
            case words.Sound(message):
                return [self.file(spoken.sounds[message])] if message in spoken.sounds else []
            case words.Recording():
                return [self.file(spoken.recording)] if spoken.recording else []

    def _greeting(self, mailbox: str, spoken: Spoken) -> str:
        if spoken.greeting:
            return self.file(spoken.greeting)
        site = self._greetings.get(mailbox, "")
        return self._sounds.own(site) if site else self._sounds.clip("voicemail-leave")


class SoundStore:
    """The folder of the recordings: `DIR/voicemail`, readable by nobody else."""

    def __init__(self, folder: Path, mailboxes: Sequence[str]) -> None:
        self.folder = folder
        for name in ("", *mailboxes):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def remove_strays(self, known: Collection[str], wall: float) -> None:
        """Delete what is a day old and belongs to nobody: recordings of cards or cores that died over them."""
        for file in self.folder.glob("*/*"):
            name = str(file.relative_to(self.folder).with_suffix(""))
            if file.is_file() and name not in known and file.stat().st_mtime < wall - STRAY_SECONDS:
                log.info("stray-sound-removed", sound=name)
                self.remove([str(file)])

    def remove(self, paths: Sequence[str]) -> None:
        """Delete recordings. One that is gone already is no fault; one that cannot be deleted is told in the log."""
        for path in paths:
            try:
                os.unlink(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                log.error("sound-not-removed", path=path, error=str(error))
