"""Accounts and calls of pjsua2 whose callbacks post an event and return.

A callback never acts: what follows from it is done by the station, after `Endpoint.turn` has returned. So no object is
freed, and nothing is called, from inside the library's own callbacks.
"""

import re
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from server.phone import words

Post = Callable[[words.Event], None]
Arrive = Callable[[int], None]

_MEDIA = {
    pj.PJSUA_CALL_MEDIA_ACTIVE: "active",
    pj.PJSUA_CALL_MEDIA_LOCAL_HOLD: "held-here",
    pj.PJSUA_CALL_MEDIA_REMOTE_HOLD: "held-there",
}
_ADDRESS = re.compile(r'\s*(?:(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"<]*))\s*<)?sips?:(?:(?P<user>[^@>;]*)@)?')


class PhoneAccount(pj.Account):  # type: ignore[misc]  # pjsua2 has no types
    """The phone's own address. `arrive` is called with the number of a call that comes in."""

    def __init__(self, user: str, post: Post, arrive: Arrive) -> None:
        super().__init__()
        self.user = user
        self._post = post
        self._arrive = arrive

    def onRegState(self, prm: Any) -> None:  # noqa: N802
        """The registrar answered, or did not."""
        if prm.code // 100 != 2:
            self._post(words.RegistrationFailed(user=self.user, code=prm.code, reason=prm.reason))
        elif prm.expiration > 0:
            self._post(words.Registered(user=self.user, seconds=prm.expiration))
        else:
            self._post(words.Unregistered(user=self.user))

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        """An INVITE for us."""
        self._arrive(prm.callId)


class PhoneCall(pj.Call):  # type: ignore[misc]  # pjsua2 has no types
    """A call named `name`. `number`: pjsua2's, of a call that came in; None: one that we make."""

    def __init__(self, account: PhoneAccount, name: str, post: Post, number: int | None = None) -> None:
        super().__init__(account, pj.PJSUA_INVALID_ID if number is None else number)
        self.name = name
        self.came_in = number is not None
        self.up = False
        self.ended_here = False
        self._post = post
        self._account = account  # pjsua2 needs the account while the call lives

    def onCallState(self, prm: Any) -> None:  # noqa: N802, ARG002
        """Ringing, answered, over."""
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and not self.came_in:
            self._post(words.Ringing(call=self.name, code=info.lastStatusCode))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.up = True
            self._post(words.Answered(call=self.name))
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            seconds = info.connectDuration.sec + info.connectDuration.msec / 1000
            self._post(
                words.Released(
                    call=self.name,
                    by="here" if self.ended_here else "far-end",
                    code=200 if self.up and info.lastStatusCode < 300 else info.lastStatusCode,
                    reason=info.lastReason,
                    seconds=seconds if self.up else 0,
                )
            )

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802, ARG002
        """Media was agreed, held or ended."""
        info = self.getInfo()  # must outlive `info.media`, which points into it
        states = [_MEDIA.get(media.status, "none") for media in info.media]
        self._post(words.Media(call=self.name, state=states[0] if states else "none"))

    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        """A key of the far end."""
        self._post(words.Digit(call=self.name, digit=prm.digit))

    def audio(self) -> Any:
        """The call's sound; pjsua2.Error when it has none now."""
        return self.getAudioMedia(-1)


def address(written: str) -> tuple[str, str]:
    """User part and display name of a From or To value (RFC 3261 §25.1 name-addr); both may be empty."""
    found = _ADDRESS.match(written)
    if found is None:
        return "", ""
    name = re.sub(r"\\(.)", r"\1", found["quoted"]) if found["quoted"] else (found["plain"] or "").strip()
    return found["user"] or "", name
