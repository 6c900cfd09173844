"""`caruso ctl mail`: its words, and what it shows of a mail."""

import pytest

from server.call.mails import Letter, Mailing, Recipient
from server.commands import ctl
from server.control.mail import NoSuchAction, mail_view, mail_views
from server.mail.service import new_mailing
from server.wire import control


@pytest.mark.parametrize("words", [["retry"], ["discard"], ["test"], ["resend", "x"], ["m1"]])
def test_wrong_words_are_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ctl.main(["--data", "/nowhere", "mail", *words])
    assert ended.value.code == 2
    assert "mail" in capsys.readouterr().err


def test_a_mail_as_it_is_shown() -> None:
    letter = Letter(to=["ana@example.com", "bia@example.com"], subject="Olá", text="")
    mailing = new_mailing(letter, "k", "m1", "<m1@x>", 9, 1_790_000_000.0)
    shown = mail_view(mailing)
    assert (shown.to, shown.refused, shown.state) == (["ana@example.com", "bia@example.com"], [], "queued")
    assert (shown.asked_at, shown.next_at, shown.ended_at) == ("2026-09-21T14:13:20.000Z",) * 2 + (None,)
    told = [Recipient("ana@example.com", "accepted"), Recipient("bia@example.com", "refused", "550 no")]
    changed = {name: getattr(mailing, name) for name in mailing.__struct_fields__}
    changed |= {"recipients": told, "state": "failed", "ended_at": 1_790_000_001.0}
    shown = mail_view(Mailing(**changed))
    assert (shown.refused, shown.next_at, shown.ended_at) == (["bia@example.com"], None, "2026-09-21T14:13:21.000Z")


class NobodyAsks:
    """No request may come here."""

    def __getattr__(self, name: str) -> None:
        raise AssertionError(name)


def test_an_unknown_action_is_refused_in_a_sentence() -> None:
    asking = mail_views(NobodyAsks(), control.Mail(action="resend"))  # type: ignore[arg-type]
    with pytest.raises(NoSuchAction, match="There is no action resend: it is retry, discard or test"):
        asking.send(None)
