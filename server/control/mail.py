"""`caruso ctl mail`: the outgoing mail, for the person who runs the server."""

from server.call.mails import Letter, Mailing
from server.call.ports import Mail
from server.records.instants import iso
from server.wire import control


class NoSuchAction(ValueError):
    """The request names something that cannot be done; the text is one sentence."""


async def mail_views(service: Mail, ask: control.Mail) -> list[control.MailView]:
    """Carry the request out. Raises `NoSuchAction`, `MailRefused`."""
    match ask.action:
        case "":
            return [mail_view(mailing) for mailing in await service.mails(ask.ended)]
        case "retry":
            return [mail_view(await service.retry(ask.id))]
        case "discard":
            return [mail_view(await service.discard(ask.id))]
        case "test":
            letter = Letter(
                to=[ask.to],
                subject="Caruso: test",
                text="This is a test of the outgoing mail. Nothing needs to be done.\n",
            )
            return [mail_view(await service.queue(letter, f"test:{ask.key}"))]
        case _:
            raise NoSuchAction(f"There is no action {ask.action}: it is retry, discard or test.")


def mail_view(mailing: Mailing) -> control.MailView:
    """A mail in the words of the control socket."""
    return control.MailView(
        id=mailing.id,
        key=mailing.key,
        state=mailing.state,
        subject=mailing.subject,
        to=[one.address for one in mailing.recipients],
        refused=[one.address for one in mailing.recipients if one.state == "refused"],
        octets=mailing.octets,
        attempts=mailing.attempts,
        cause=mailing.cause,
        error=mailing.error,
        asked_at=iso(mailing.asked_at),
        next_at=iso(mailing.due_at) if mailing.state == "queued" else None,
        ended_at=None if mailing.ended_at is None else iso(mailing.ended_at),
    )
