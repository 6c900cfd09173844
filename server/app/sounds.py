"""The rules' `Sounds` port on the files of `server.speech`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from server.app.dialog_sounds import DialogSounds
from server.app.mailbox_sounds import MailboxSounds
from server.callflow.plan import Sounds as SoundsPort, Spoken
from server.config.site import Queue, SiteFile
from server.ivr.conversation import AnyPart as DialogPart
from server.speech.sounds import Sounds
from server.voicemail.words import AnyPart


class SiteSounds(SoundsPort):
    """Sound files of a site, by queue id; `recordings` is the folder of its mailboxes. `lasting`: the file in which a
    piece of music lasts. `prompts`: what was spoken for scripts, which are published in `scripts`."""

    def __init__(
        self, site: SiteFile, recordings: Path, lasting: Callable[[str], str], prompts: Path, scripts: Path
    ) -> None:
        self._sounds = Sounds(site.site.language, site.folder)
        self._mailboxes = MailboxSounds(site, self._sounds, recordings)
        self._queues = {queue.id: queue for queue in site.queue}
        self._own_music = lasting(self._sounds.music(Queue(id="")))
        self._music = {queue.id: lasting(self._sounds.music(queue)) for queue in site.queue}

        self.dialogs = DialogSounds(prompts, scripts, self.own_music(), self._sounds.tick())

    def _queue(self, queue: str) -> Queue:
        return self._queues.get(queue) or Queue(id=queue)  # taken out of the site while a call was in it

    def greeting(self, queue: str) -> list[str]:
        """Played first to a caller of the queue; may be empty."""
        return self._sounds.greeting(self._queue(queue))

    def music(self, queue: str) -> list[str]:
        """Played again and again to a caller of the queue."""
        return [self._music.get(queue, self._own_music)]

    def own_music(self) -> list[str]:
        """Our own music, for a queue whose file cannot be played."""
        return [self._own_music]

    def sorry(self, why: str) -> list[str]:
        """Said to a caller who cannot be served."""
        return self._sounds.sorry(why)

    def message(self, file: str) -> list[str]:
        """The same in a file of the site's own."""
        return self._sounds.message(file)

    def announcement(self, position: int | None, wait_seconds: float | None) -> list[str]:
        """Place in the queue and expected wait."""
        return self._sounds.announcement(position, wait_seconds)

    def call_back_offer(self, key: str) -> list[str]:
        """ "To be called back without losing your place, press ..." """
        return self._sounds.call_back_offer(key)

    def call_back_confirm(self, number: str, may_type: bool) -> list[str]:
        """The number that will be called; 1 confirms."""
        return self._sounds.call_back_confirm(number, may_type)

    def call_back_enter(self) -> list[str]:
        """ "Please type the number, and then the hash key." """
        return self._sounds.call_back_enter()

    def call_back_refused(self) -> list[str]:
        """ "We cannot call that number." """
        return self._sounds.call_back_refused()

    def call_back_thanks(self) -> list[str]:
        """ "Thank you. We will call you back." """
        return self._sounds.call_back_thanks()

    def ringback(self) -> list[str]:
        """The tone that an agent hears while the customer's phone rings."""
        return [self._sounds.ringback()]

    def who_calls(self, number: str) -> list[str]:
        """ "Call from ...; press 1 to accept", for a `tel:` agent."""
        return self._sounds.number(number) + self._sounds.press_1_to_accept()

    def dialog_says(self, parts: Sequence[DialogPart]) -> list[str]:
        """Files of what a script says."""
        return self.dialogs.says(parts)

    def dialog_trouble(self, goes_on: bool) -> list[str]:
        """A script cannot go on."""
        return [self._sounds.clip("dialog-goes-on" if goes_on else "dialog-trouble")]

    def survey_offer(self, key: str) -> list[str]:
        """ "To take part in a short survey after the call, press ..." """
        return self._sounds.survey_offer(key)

    def survey_thanks(self) -> list[str]:
        """Said to who pressed it."""
        return [self._sounds.clip("survey-thanks")]

    def survey_question(self, key: str) -> list[str]:
        """After the talk: "To take part in a short survey about this call, press ..." """
        return self._sounds.survey_question(key)

    def survey_goodbye(self) -> list[str]:
        """Said to who does not take part, after the talk."""
        return [self._sounds.clip("survey-goodbye")]

    def mailbox_says(self, parts: Sequence[AnyPart], mailbox: str, spoken: Spoken) -> list[str]:
        """Files of what a mailbox says."""
        return self._mailboxes.says(parts, mailbox, spoken)

    def sound(self, name: str) -> str:
        """The file of a recording."""
        return self._mailboxes.file(name)
