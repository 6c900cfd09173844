"""`caruso ctl voicemail`: its words, and a lock that is lifted."""

from collections.abc import Awaitable

import pytest
from twisted.internet.defer import Deferred

from server.call import events
from server.call.events import RequestRefused
from server.commands import ctl
from server.control.voicemail import NoMailbox, voicemail_views
from server.exchange.mailboxes import Mailboxes
from server.wire import control
from tests.callflow.transcript import MAILBOXES, Runner

WRONG = ("arrived {call} +496 *97", "answered {call} customer", *(f"digit {{call}} customer {key}" for key in "20#1#"),
         "released {call} customer")  # fmt: skip


def _asked(boxes: Mailboxes, mailbox: str = "", action: str = "") -> object:
    return Deferred.fromCoroutine(voicemail_views(boxes, control.Voicemail(mailbox=mailbox, action=action))).result


class _Told:
    """Hands events to the rules at once."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def __call__(self, event: events.AnyEvent) -> Awaitable[None]:
        done: Deferred[None] = Deferred()
        try:
            self._runner.run(event)
        except RequestRefused as refused:
            done.errback(refused)
        else:
            done.callback(None)
        return done


@pytest.mark.parametrize("words", [["lock", "bills"], ["unlock", "bills", "more"], ["a", "b", "c"]])
def test_wrong_words_are_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ctl.main(["--data", "/nowhere", "voicemail", *words])
    assert ended.value.code == 2
    assert "unlock MAILBOX" in capsys.readouterr().err


def test_five_wrong_pins_lock_and_the_lock_can_be_lifted() -> None:
    runner = Runner(MAILBOXES)
    boxes = Mailboxes(runner.site, runner.flow, _Told(runner))
    for number in range(5):
        for line in WRONG:
            runner.line(line.format(call=f"c{number}").split())
    (bills, _) = _asked(boxes)  # type: ignore[misc]
    assert bills.locked_until is not None
    (bills, _) = _asked(boxes, "bills", "unlock")  # type: ignore[misc]
    assert bills.locked_until is None
    assert not runner.flow.mailbox_lock("bills").wrong


@pytest.mark.parametrize(
    ("mailbox", "action", "sentence"),
    [("none", "unlock", "no mailbox 'none'"), ("bills", "unlock", "Nobody has typed"), ("bills", "open", "is unlock")],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(mailbox: str, action: str, sentence: str) -> None:
    runner = Runner(MAILBOXES)
    boxes = Mailboxes(runner.site, runner.flow, _Told(runner))
    with pytest.raises((NoMailbox, RequestRefused), match=sentence):
        raise _asked(boxes, mailbox, action).value  # type: ignore[attr-defined]
