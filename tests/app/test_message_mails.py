"""Messages told by mail: each once, whatever fails in between."""

from collections.abc import Awaitable
from pathlib import Path

import pytest
from twisted.internet.defer import succeed
from twisted.internet.task import Clock

from server.app.message_mails import FIRST_PAUSE_SECONDS, MessageMails, key_of
from server.call import events, facts
from server.call.mails import Letter, Mailing, MailRefused
from server.config.mailboxes import check_mailboxes
from server.config.site import SiteFile
from server.mail.service import new_mailing
from tests.callflow.transcript import MAILBOXES, Runner, site_of

LEAVES = ("arrived {call} +491 850", "answered {call} customer", "played {call} customer mailbox-1",
          "recorded {call} bills/{call}-1 12", "digit {call} customer 4", "digit {call} customer 1")  # fmt: skip


class FakeMail:
    """Keeps letters by key; `faults` are raised one after the other first."""

    def __init__(self, *faults: Exception) -> None:
        self.kept: dict[str, Letter] = {}
        self.faults = list(faults)

    async def queue(self, letter: Letter, key: str) -> Mailing:
        if self.faults:
            raise self.faults.pop(0)
        self.kept.setdefault(key, letter)
        return new_mailing(letter, key, "m1", "<m1@x>", 1, 0.0)


class Pool:
    def callInThreadWithCallback(self, done, job, *args, **named):  # type: ignore[no-untyped-def]
        done(True, job(*args, **named))


class Reactor(Clock):
    """A clock, and threads that are none."""

    def getThreadPool(self) -> Pool:
        return Pool()

    def callFromThread(self, job, *args):  # type: ignore[no-untyped-def]
        job(*args)


class FakeExchange:
    """The rules, told at once."""

    def __init__(self, runner: Runner) -> None:
        self.flow = runner.flow
        self.noted: list[facts.AnyFact] = []
        self._runner = runner

    def tell(self, event: events.AnyEvent) -> Awaitable[None]:
        self.noted += [fact for _, fact in self._runner.run(event).facts]
        return succeed(None)


class Rig:
    """A mailbox `bills` that sends mails, with one urgent message in it that no mail has told of."""

    def __init__(
        self, *faults: Exception, sound: bool = False, language: str = "en", files: Path | None = None
    ) -> None:
        boxes = [MAILBOXES["mailbox"][0] | {"name": "Bills", "mail": "ana@example.com", "mail_sound": sound}]
        text = MAILBOXES | {"mailbox": [*boxes, MAILBOXES["mailbox"][1]]}
        text["site"] = {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin", "language": language}
        text["mail"] = {"smtp": "smtp://127.0.0.1", "from": "calls@example.com", "max_megabytes": 0.001}
        self.runner = Runner(text)
        if files is not None:
            self.runner.flow.voicemail_sound = lambda _box, name: str(files / f"{name}.wav")  # type: ignore[method-assign]
        for line in LEAVES:
            self.runner.line(line.format(call="c1").split())
        self.exchange = FakeExchange(self.runner)
        self.mail = FakeMail(*faults)
        self.reactor = Reactor()
        self.made = MessageMails(self.reactor, self.runner.site, self.exchange, self.mail)  # type: ignore[arg-type]

    def letter(self) -> Letter:
        (letter,) = self.mail.kept.values()
        return letter


def test_a_message_is_told_once_and_that_is_a_fact() -> None:
    rig = Rig()
    rig.made.begin()
    assert list(rig.mail.kept) == ["voicemail/bills/bills-c1-1"]
    assert rig.letter().subject == "Urgent message in Bills"
    assert rig.letter().text.splitlines() == [
        "From: +491", "Received: 2027-01-15 09:00 (CET)", "Length: 0:12 minutes", "",
        "Hear it at your desk, or by telephone from your mailbox.",
    ]  # fmt: skip
    assert rig.letter().attachments == []
    assert rig.exchange.noted == [facts.VoicemailMailed(mailbox="bills", message="bills-c1-1")]
    rig.mail.kept.clear()
    rig.made.begin()
    assert not rig.mail.kept, "the next core does not ask again"


def test_what_cannot_be_taken_now_is_asked_again_with_growing_pauses() -> None:
    rig = Rig(ConnectionError("away"), MailRefused("full", "Too many wait."))
    rig.made.begin()
    rig.made.begin()
    assert not rig.mail.kept
    rig.reactor.advance(FIRST_PAUSE_SECONDS)
    assert not rig.mail.kept
    rig.reactor.advance(2 * FIRST_PAUSE_SECONDS)
    assert len(rig.mail.kept) == 1
    assert not rig.reactor.getDelayedCalls()


def test_a_fault_is_tried_again_after_a_pause_and_not_at_once() -> None:
    rig = Rig(*(ValueError(f"fault {number}") for number in range(3)))
    rig.made.begin()
    assert not rig.mail.kept
    assert len(rig.reactor.getDelayedCalls()) == 1
    for number in range(3):
        rig.reactor.advance(FIRST_PAUSE_SECONDS * 2**number)
    assert len(rig.mail.kept) == 1
    assert not rig.reactor.getDelayedCalls()


def test_what_can_never_be_sent_is_given_up_as_a_fact() -> None:
    rig = Rig(MailRefused("address", "It is none."))
    rig.made.begin()
    assert rig.exchange.noted == [facts.VoicemailMailed(mailbox="bills", message="bills-c1-1", result="refused")]
    assert not rig.reactor.getDelayedCalls()


@pytest.mark.parametrize(("octets", "told"), [(500, "attached"), (900, "too long for a mail"), (None, "at your desk")])
def test_the_sound_goes_with_it_if_the_site_says_so_and_it_fits(tmp_path: Path, octets: int | None, told: str) -> None:
    rig = Rig(sound=True, files=tmp_path)
    if octets is not None:
        (tmp_path / "bills-c1-1.wav").write_bytes(b"x" * octets)
    rig.made.begin()
    assert told in rig.letter().text
    names = [(one.name, one.content_type, len(one.body)) for one in rig.letter().attachments]
    assert names == ([("message-2027-01-15-0900.wav", "audio/wav", 500)] if octets == 500 else [])


def test_portuguese() -> None:
    rig = Rig(language="pt-BR")
    rig.made.begin()
    assert rig.letter().subject == "Mensagem urgente em Bills"
    assert "Recebida: 15/01/2027 09:00 (CET)" in rig.letter().text


def test_a_deleted_message_is_not_told() -> None:
    rig = Rig()
    rig.runner.run(events.VoicemailAsked("bills", "bills-c1-1", "delete", "ana"))
    rig.made.begin()
    assert not rig.mail.kept


def test_stopped_in_a_pause() -> None:
    rig = Rig(ConnectionError("away"))
    rig.made.begin()
    rig.made.stop()
    rig.reactor.advance(10_000)
    assert not rig.mail.kept


def test_keys_are_never_too_long() -> None:
    assert len(key_of("b" * 64, "m" * 300)) <= 200
    assert key_of("b" * 64, "m" * 300) != key_of("b" * 64, "m" * 301)


class _Notes:
    def __init__(self) -> None:
        self.said: list[str] = []

    def has_error_at(self, _path: object) -> bool:
        return False

    def error(self, _path: object, what: str, _cure: str) -> None:
        self.said.append(what)

    warn = error


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"mail": "ana"}, ["'ana' is not a mail address", "messages are told by mail, and there is no mail server"]),
        ({"mail_sound": True}, ["nobody gets the sound by mail"]),
        ({}, []),
    ],
)
def test_the_site_file_is_checked(keys: dict[str, object], said: list[str]) -> None:
    site: SiteFile = site_of({"mailbox": [{"id": "bills"} | keys]})
    notes = _Notes()
    check_mailboxes(site, notes)  # type: ignore[arg-type]
    assert [one.replace('"', "'") for one in notes.said] == said
