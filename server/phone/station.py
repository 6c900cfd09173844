"""Carries the phone's commands out and tells its events. Everything runs on the thread that calls `turn`."""

import heapq
from collections import deque
from collections.abc import Callable
from functools import singledispatchmethod
from itertools import count
from typing import Any

import msgspec
import pjsua2 as pj

from server import clock
from server.phone import words
from server.phone.calls import PhoneAccount, PhoneCall, address
from server.phone.endpoint import Endpoint, reason_of
from server.phone.sound import SoundRefused, Sounds

Tell = Callable[[words.Event], None]

CLOSING_SECONDS = 2.0
"""How long `close` waits for the answers to BYE and to the end of the registration."""


class CommandRefused(Exception):
    """A command cannot be obeyed; the text is one sentence."""


class Station:
    """The phone. `tell` is handed every event, in order, from inside `turn`, `obey`, and `ready` before
    the station is made.

    `user` is the user part of the phone's own address while it is not registered.
    """

    def __init__(self, endpoint: Endpoint, tell: Tell, user: str = "phone") -> None:
        self._endpoint = endpoint
        self._tell = tell
        self._posted: deque[words.Event] = deque()
        self._accounts: dict[str, PhoneAccount] = {}
        self._registered: PhoneAccount | None = None
        self._calls: dict[str, PhoneCall] = {}
        self._arrived: deque[PhoneCall] = deque()
        self._media: dict[str, Any] = {}
        self._sounds = Sounds()
        self._by_itself: words.ByItself | None = None
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count(1)
        self._user = user
        self._account_for("")
        self._post(words.Ready(host=endpoint.address, port=endpoint.port, tcp_port=endpoint.tcp_port))
        self._settle()

    @property
    def calls(self) -> list[str]:
        """Names of the calls that are not over, oldest first."""
        return list(self._calls)

    def turn(self, milliseconds: int = 20) -> None:
        """Work for at most about `milliseconds`: answer SIP, tell what happened, act on timers that are due."""
        self._endpoint.turn(milliseconds)
        self._settle()
        for file in self._sounds.whole() if self._sounds.ending else ():
            self._post(words.Recorded(file=file))
            self._settle()
        while self._timers and self._timers[0][0] <= clock.now().mono:
            heapq.heappop(self._timers)[2]()
            self._settle()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` from a `turn` that comes `seconds` from now."""
        heapq.heappush(self._timers, (clock.now().mono + seconds, next(self._numbers), act))

    def obey(self, command: words.AnyCommand) -> None:
        """Carry a command out; one that cannot be is told as `refused`. `quit` is the caller's matter (`close`)."""
        try:
            self._do(command)
        except (CommandRefused, SoundRefused) as refusal:
            self._post(words.Refused(do=words.name_of(command), why=str(refusal)))
        except pj.Error as error:
            self._post(words.Refused(do=words.name_of(command), why=reason_of(error)))
        self._settle()

    def close(self) -> None:
        """Hang up, unregister, wait for the answers (2 s at most) and let go of everything in the library."""
        for name in self.calls:
            self.obey(words.HangUp(call=name))
        if self._registered is not None and self._registered.getInfo().regIsActive:
            self.obey(words.Unregister())
        self.obey(words.Unrecord())
        until = clock.now().mono + CLOSING_SECONDS
        while (self._calls or self._is_registered() or self._sounds.ending) and clock.now().mono < until:
            self.turn()
        self._media.clear()
        self._calls.clear()
        self._sounds.close()
        for account in {id(a): a for a in [*self._accounts.values(), self._registered] if a is not None}.values():
            account.shutdown()
        self._accounts.clear()
        self._registered = None
        self._post(words.Gone())
        self._settle()

    @singledispatchmethod
    def _do(self, command: words.AnyCommand) -> None:
        raise CommandRefused(f"{words.name_of(command)} is not for the station")

    @_do.register
    def _(self, command: words.Register) -> None:
        if self._registered is not None:
            raise CommandRefused("the phone is registered already")
        config = self._endpoint.account(command.user, command.domain or command.server.partition(";")[0])
        config.regConfig.registrarUri = f"sip:{command.domain or command.server}"
        config.regConfig.timeoutSec = command.seconds
        config.regConfig.registerOnAdd = True
        config.regConfig.retryIntervalSec = 5
        config.regConfig.firstRetryIntervalSec = 1
        config.regConfig.dropCallsOnFail = False
        config.sipConfig.proxies.append(f"sip:{command.server};lr")
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", command.user, 0, command.password))
        account = PhoneAccount(command.user, self._post, self._arrive)
        account.create(config, True)
        self._registered = account

    @_do.register
    def _(self, _: words.Unregister) -> None:
        if self._registered is None:
            raise CommandRefused("the phone is not registered")
        self._registered.setRegistration(False)

    @_do.register
    def _(self, command: words.Call) -> None:
        if len(self._calls) >= words.MAX_CALLS:
            raise CommandRefused(f"a phone has at most {words.MAX_CALLS} calls")
        name = command.call or f"c{next(self._numbers)}"
        if name in self._calls:
            raise CommandRefused(f"there is a call {name} already")
        account = self._registered if self._registered and not command.server else self._account_for(command.server)
        call = PhoneCall(account, name, self._post)
        options = pj.CallOpParam(True)
        options.opt.videoCount = 0
        if command.caller:
            shown = f'"{_quoted(command.caller_name)}" ' if command.caller_name else ""
            options.txOption.localUri = f"{shown}<sip:{command.caller}@{self._endpoint.host}:{self._endpoint.port}>"
        for header, value in command.headers.items():
            extra = pj.SipHeader()
            extra.hName, extra.hValue = header, value
            options.txOption.headers.append(extra)
        call.makeCall(command.uri, options)
        self._calls[name] = call
        self._post(words.Calling(call=name, sip_call_id=call.getInfo().callIdString))

    @_do.register
    def _(self, command: words.ByItself) -> None:
        self._by_itself = command
        self._post(words.Prepared(code=command.code))

    @_do.register
    def _(self, command: words.Answer) -> None:
        self._reply(self._call_named(command.call), 200)

    @_do.register
    def _(self, command: words.HangUp) -> None:
        call = self._call_named(command.call)
        call.ended_here = True
        options = pj.CallOpParam()
        if call.came_in and not call.up:
            options.statusCode = command.code
        call.hangup(options)

    @_do.register
    def _(self, command: words.Play) -> None:
        self._sounds.play(command.what, command.call, self._media)
        self._post(words.Playing(what=command.what))

    @_do.register
    def _(self, command: words.Stop) -> None:
        self._sounds.stop(command.call, self._media)
        self._post(words.Stopped())

    @_do.register
    def _(self, command: words.Dtmf) -> None:
        call = self._call_named(command.call)
        call.dialDtmf(command.digits)
        self._post(words.Sent(call=call.name, digits=command.digits))

    @_do.register
    def _(self, command: words.Record) -> None:
        self._sounds.record(command.file, command.call, self._media)
        self._post(words.Recording(file=command.file))

    @_do.register
    def _(self, command: words.Unrecord) -> None:
        self._sounds.unrecord(command.file, self._media)

    @_do.register
    def _(self, command: words.Hold) -> None:
        call = self._call_named(command.call)
        if command.on:
            call.setHold(pj.CallOpParam(True))
        else:
            options = pj.CallOpParam(True)
            options.opt.flag = pj.PJSUA_CALL_UNHOLD
            options.opt.videoCount = 0
            call.reinvite(options)

    @_do.register
    def _(self, command: words.Level) -> None:
        call = self._call_named(command.call)
        audio = self._media.get(call.name)
        heard, spoken = (audio.getRxLevel(), audio.getTxLevel()) if audio is not None else (0, 0)
        self._post(words.LevelNow(call=call.name, heard=heard, spoken=spoken))

    def _post(self, event: words.Event) -> None:
        """Stamp an event and keep it for `_settle`; this is all that callbacks do."""
        moment = clock.now()
        self._posted.append(msgspec.structs.replace(event, mono=moment.mono, wall=moment.wall))

    def _arrive(self, number: int) -> None:
        """From the library's callback: the call must be taken at once, or its later callbacks are lost."""
        account = self._registered or self._accounts[""]
        self._arrived.append(PhoneCall(account, f"c{next(self._numbers)}", self._post, number))

    def _settle(self) -> None:
        """Act on what the callbacks posted, and tell it."""
        while self._arrived or self._posted:
            while self._arrived:
                self._ring(self._arrived.popleft())
            if self._posted:
                event = self._posted.popleft()
                self._follow(event)
                self._tell(event)

    def _ring(self, call: PhoneCall) -> None:
        self._calls[call.name] = call
        info = call.getInfo()
        caller, caller_name = address(info.remoteUri)
        event = words.Incoming(call=call.name, caller=caller, caller_name=caller_name, sip_call_id=info.callIdString)
        self._post(event)
        self._reply(call, 180)
        wish = self._by_itself
        if wish is not None and wish.code:
            self.after(wish.ring_seconds, lambda: self._finish_ringing(call.name, wish.code))

    def _finish_ringing(self, name: str, code: int) -> None:
        call = self._calls.get(name)
        if call is None or call.up:
            return
        call.ended_here = code >= 300
        self._reply(call, code)

    def _reply(self, call: PhoneCall, code: int) -> None:
        """Answer an INVITE; one that the caller took back meanwhile is told as `released`, not here."""
        options = pj.CallOpParam(True)
        options.opt.videoCount = 0
        options.statusCode = code
        try:
            call.answer(options)
        except pj.Error as error:
            self._post(words.Refused(do="answer", why=reason_of(error)))

    def _follow(self, event: words.Event) -> None:
        if isinstance(event, words.Media) and event.call in self._calls:
            self._media.pop(event.call, None)
            if event.state == "active":
                audio = self._calls[event.call].audio()
                self._media[event.call] = audio
                self._sounds.connect(event.call, audio)
        elif isinstance(event, words.Released):
            self._media.pop(event.call, None)
            self._calls.pop(event.call, None)
            self._sounds.forget(event.call)

    def _account_for(self, server: str) -> PhoneAccount:
        if server not in self._accounts:
            config = self._endpoint.account(self._user)
            if server:
                config.sipConfig.proxies.append(f"sip:{server};lr")
            account = PhoneAccount(self._user, self._post, self._arrive)
            account.create(config, False)
            self._accounts[server] = account
        return self._accounts[server]

    def _call_named(self, name: str) -> PhoneCall:
        if not self._calls:
            raise CommandRefused("there is no call")
        call = self._calls.get(name) if name else list(self._calls.values())[-1]
        if call is None:
            raise CommandRefused(f"there is no call {name}")
        return call

    def _is_registered(self) -> bool:
        return self._registered is not None and bool(self._registered.getInfo().regIsActive)


def _quoted(name: str) -> str:
    """A display name inside quotes (RFC 3261 §25.1: backslash before quote and backslash)."""
    return name.replace("\\", "\\\\").replace('"', '\\"')
