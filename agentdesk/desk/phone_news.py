"""What the softphone and its process report, folded into the standing."""

import msgspec

from agentdesk.desk.effects import Effect, PhoneDo
from agentdesk.desk.happenings import PhoneProcess
from agentdesk.desk.standing import Standing
from server.wire import linecard, softphone

PhoneNews = softphone.FromPhone | PhoneProcess


def register_phone(desk: Standing) -> list[Effect]:
    """The command that registers the softphone with the session's credential; none if either is missing."""
    if desk.phone is None or desk.session is None or desk.session.sip is None:
        return []
    sip = desk.session.sip
    name = desk.state.me.name if desk.state else ""
    register = softphone.Register(
        user=sip.user,
        password=sip.password,
        domain=sip.domain,
        server=sip.server,
        transport=sip.transport,
        display_name=name,
    )
    return [PhoneDo(register)]


def fold_phone(desk: Standing, news: PhoneNews, now: float) -> list[Effect]:
    """Take over what the softphone says."""
    match news:
        case PhoneProcess():
            desk.phone_process = news.state
            if news.state != "up":
                desk.phone, desk.level = None, None
        case softphone.Phone():
            desk.phone_process, desk.phone = "up", news
            return register_phone(desk)
        case softphone.Level():
            desk.level = news
        case softphone.Failed():
            desk.notice = desk.words.tr("The phone could not do this: {why}", why=news.why)
            desk.notice_until = now + 8
        case softphone.Gone() | linecard.Quality():
            pass
        case _ if desk.phone is not None:
            desk.phone = _changed(desk.phone, news, now)
    return []


def _changed(phone: softphone.Phone, news: PhoneNews, now: float) -> softphone.Phone:
    change, call = msgspec.structs.replace, phone.call
    match news:
        case softphone.Registration():
            return change(phone, registration=news)
        case softphone.Sound():
            return change(phone, sound=news)
        case linecard.Arrived():
            ringing = softphone.PhoneCall(
                call=news.call, state="ringing", caller=news.caller, caller_name=news.caller_name, since=now
            )
            return change(phone, call=ringing)
        case linecard.Released():
            return change(phone, call=None)
        case linecard.Answered() if call is not None:
            return change(phone, call=change(call, state="up", since=now))
        case linecard.Held() if call is not None:
            return change(phone, call=change(call, state="held" if news.on else "up"))
        case softphone.Muted() if call is not None:
            return change(phone, call=change(call, muted=news.on))
    return phone
