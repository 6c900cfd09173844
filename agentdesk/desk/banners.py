"""What is wrong and what to do about it, the most urgent first."""

from datetime import datetime

from agentdesk.desk import actions, keys
from agentdesk.desk.durations import clock, countdown
from agentdesk.desk.notebook import Notebook
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Banner
from agentdesk.words import QT_TR_NOOP
from server.wire.softphone import NO_LOUDSPEAKER, NO_MICROPHONE, NO_SOUND_DEVICE

MOST_WHY = 160
"""Characters of what a network library says."""
LINK_GRACE_SECONDS = 1.0
"""A link that is back within this time is no news."""

FAULTS: dict[str, tuple[str, str]] = {
    "phone-not-registered": (
        QT_TR_NOOP("Your phone is not connected: no calls reach you."),
        QT_TR_NOOP("It reconnects by itself. If this stays, check the network and tell your supervisor."),
    ),
    "desk-lost": (
        QT_TR_NOOP("The server cannot hear this desk: no calls reach you."),
        QT_TR_NOOP("Press Reconnect. If this stays, check the network."),
    ),
    "invite-failed": (
        QT_TR_NOOP("Your phone could not be called: no calls reach you."),
        QT_TR_NOOP("Check that the phone is on and connected, then be ready again."),
    ),
    "probe-failed": (
        QT_TR_NOOP("Your phone does not answer the server: no calls reach you."),
        QT_TR_NOOP("Check that the phone is on and connected."),
    ),
}
DISTRUST: dict[str, tuple[str, str]] = {
    "certificate-unknown": (
        QT_TR_NOOP("Nobody whom this computer trusts vouches for the server's certificate: the desk tells it nothing."),
        QT_TR_NOOP("Tell your administrator: the authority must be installed here, or named with --certificates."),
    ),
    "certificate-host": (
        QT_TR_NOOP("The server's certificate is for another address than this one: the desk tells it nothing."),
        QT_TR_NOOP("If the address is wrong, log in anew. If it is right, tell your administrator."),
    ),
    "certificate-date": (
        QT_TR_NOOP("The server's certificate is not valid today: the desk tells it nothing."),
        QT_TR_NOOP("Look at this computer's clock. If it is right, tell your administrator to renew the certificate."),
    ),
    "certificate-refused": (
        QT_TR_NOOP("The server's certificate is refused: {why}"),
        QT_TR_NOOP("Tell your administrator."),
    ),
}
"""Why the server's certificate is not believed, by `Standing.link_problem`, and what to do."""
SOUND_TROUBLES: dict[str, tuple[str, str]] = {
    NO_SOUND_DEVICE: (
        QT_TR_NOOP("This computer has neither microphone nor loudspeaker."),
        QT_TR_NOOP("Plug in a headset; it is used at once. Until then you can work with an outside phone."),
    ),
    NO_MICROPHONE: (
        QT_TR_NOOP("There is no microphone: nobody will hear you."),
        QT_TR_NOOP("Plug in a headset; it is used at once."),
    ),
    NO_LOUDSPEAKER: (
        QT_TR_NOOP("There is no loudspeaker: you will hear nobody."),
        QT_TR_NOOP("Plug in a headset; it is used at once."),
    ),
}


def _link(desk: Standing, now: float) -> Banner | None:
    tr = desk.words.tr
    if desk.link == "taken-over":
        return Banner(
            kind="alarm",
            text=tr("Another desk has taken over your work. Nothing here is live."),
            cure=tr("Close this window, or take the work back to it."),
            button=tr("Take back"),
            key=keys.TRY_NOW,
            action=actions.TryNow(),
        )
    if desk.link == "refused":
        return Banner(
            kind="alarm",
            text=refusal(desk),
            cure=tr("Type user and password again."),
            button=tr("Log in anew"),
            key=keys.TRY_NOW,
            action=actions.TryNow(),
        )
    if desk.link != "unlinked" or desk.lost_at is None or now - desk.lost_at < LINK_GRACE_SECONDS:
        return None
    if desk.state is None:
        return _never_there(desk, now)
    text, cure = _distrust(desk)
    goes_on = tr("Your call goes on, and what you write is kept.") if desk.phone_call or desk.call else ""
    lost = tr("No connection to the server for {time}: no calls reach you.", time=clock(now - desk.lost_at))
    return Banner(
        kind="alarm",
        text=text or lost,
        cure=" ".join(part for part in (goes_on, cure, _again(desk, now)) if part),
        button=tr("Reconnect"),
        key=keys.TRY_NOW,
        action=actions.TryNow(),
    )


def refusal(desk: Standing) -> str:
    """Why the log-in was not accepted."""
    return desk.words.tr("The server did not accept your log-in: {detail}", detail=desk.link_detail)


def _again(desk: Standing, now: float) -> str:
    retry, tr = desk.retry_at - now if desk.retry_at is not None else 0, desk.words.tr
    return tr("Trying again in {time}.", time=countdown(retry)) if retry > 0 else tr("Trying again now.")


def _distrust(desk: Standing) -> tuple[str, str]:
    """Why the server's certificate is not believed, and what to do; empty: that is not what is wrong."""
    text, cure = DISTRUST.get(desk.link_problem, ("", ""))
    tr = desk.words.tr
    return (tr(text, why=desk.link_detail[:MOST_WHY]), tr(cure)) if text else ("", "")


def _never_there(desk: Standing, now: float) -> Banner:
    """The first connection fails: perhaps it is the address, or the server's certificate."""
    tr = desk.words.tr
    text, cure = _distrust(desk)
    again = _again(desk, now)
    return Banner(
        kind="alarm",
        text=text or tr("The server cannot be reached: {why}", why=desk.link_detail[:MOST_WHY]),
        cure=f"{cure} {again}" if cure else f"{again} {tr('If the address is wrong, log in anew.')}",
        button=tr("Log in anew"),
        key=keys.TRY_NOW,
        action=actions.TryNow(),
    )


def _softphone(desk: Standing) -> Banner | None:
    tr = desk.words.tr
    if not desk.has_softphone:
        return None
    if desk.phone_process in ("ended", "broken"):
        broken = desk.phone_process == "broken"
        return Banner(
            kind="alarm",
            text=tr("The phone of this desk will not start.") if broken else tr("The phone of this desk has stopped."),
            cure=tr("Tell your supervisor; the log is in the desk's runtime folder.")
            if broken
            else tr("It is being started again; a call in it was ended."),
        )
    registration = desk.phone.registration if desk.phone else None
    if desk.linked and registration is not None and registration.state in ("refused", "failed"):
        text, cure = FAULTS["phone-not-registered"]
        code = f" ({registration.code})" if registration.code else ""
        return Banner(kind="alarm", text=tr(text) + code, cure=tr(cure))
    return None


def _server_fault(desk: Standing) -> Banner | None:
    if not desk.linked or desk.state is None or desk.state.me.presence != "ready" or desk.state.me.reachable:
        return None
    tr, fault = desk.words.tr, desk.state.me.fault
    text, cure = FAULTS.get(fault, (QT_TR_NOOP("No calls reach you."), fault))
    desk_lost = fault == "desk-lost"
    return Banner(
        kind="alarm",
        text=tr(text),
        cure=tr(cure),
        button=tr("Reconnect") if desk_lost else "",
        key=keys.TRY_NOW if desk_lost else "",
        action=actions.TryNow() if desk_lost else None,
    )


def _sound(desk: Standing) -> Banner | None:
    trouble = SOUND_TROUBLES.get(desk.phone.sound.trouble) if desk.phone and desk.has_softphone else None
    if trouble is None:
        return None
    return Banner(kind="warning", text=desk.words.tr(trouble[0]), cure=desk.words.tr(trouble[1]))


def _notes(desk: Standing, notebook: Notebook) -> Banner | None:
    page = notebook.page(desk.call.call) if desk.call else None
    tr = desk.words.tr
    if page is not None and page.refused:
        return Banner(
            kind="warning",
            text=tr("The server did not take your notes."),
            cure=tr("They are kept on this computer. Shorten them, or copy them to a safe place."),
        )
    return None


def _message(desk: Standing) -> Banner | None:
    """The oldest message of a supervisor that was not seen; the others follow it."""
    messages = desk.state.messages if desk.state else []
    if not messages:
        return None
    tr, first = desk.words.tr, messages[0]
    time = datetime.fromtimestamp(first.at, desk.zone).strftime("%H:%M")
    if first.queue:
        text = tr("Message from {name} to all of {queue}, {time}", name=first.by, queue=first.queue, time=time)
    else:
        text = tr("Message from {name}, {time}", name=first.by, time=time)
    more = tr("{count} more", count=len(messages) - 1) if len(messages) > 1 else ""
    return Banner(
        kind="note",
        text=" · ".join(part for part in (text, more) if part),
        cure=first.text,
        button=tr("Seen") if desk.linked else "",
        key=keys.SEEN if desk.linked else "",
        action=actions.SawMessage() if desk.linked else None,
    )


def _notice(desk: Standing, now: float) -> Banner | None:
    if not desk.notice or now >= desk.notice_until:
        return None
    return Banner(
        kind="note",
        text=desk.notice,
        cure="",
        button=desk.words.tr("Close"),
        key=keys.DISMISS,
        action=actions.DismissNotice(),
    )


def banners(desk: Standing, notebook: Notebook, now: float) -> list[Banner]:
    """At most two, so that the call keeps its room: the server's view of a fault is left out when we know it better."""
    phone = _softphone(desk)
    found = [
        _link(desk, now),
        phone,
        None if phone else _server_fault(desk),
        _message(desk),
        _notes(desk, notebook),
        _sound(desk),
        _notice(desk, now),
    ]
    return [banner for banner in found if banner is not None][:2]
