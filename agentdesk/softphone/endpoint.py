"""The SIP side: one account, one call at a time. Every call into pjsua2 is made by one thread, which lives here.

Callbacks only look and post; a `pj.Call` is dropped by the loop, never inside its own callback.
"""

import queue
import threading
from collections.abc import Callable

import pjsua2 as pj
import structlog

from agentdesk.softphone import account as sip
from agentdesk.softphone.bridge import RATE, SoundBridge
from server.wire import linecard, softphone

log = structlog.get_logger()
POLL_MILLISECONDS = 20
Post = Callable[[softphone.FromPhone], None]


class Endpoint:
    """pjsua2 on its own thread. `post` is called on that thread with each event."""

    def __init__(self, bridge: SoundBridge, post: Post, log_level: int = 1) -> None:
        self._bridge, self._post, self._log_level = bridge, post, log_level
        self._commands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="pjsua2", daemon=True)
        self._account: sip.Account | None = None
        self._call: sip.Call | None = None
        self._over: list[sip.Call] = []
        self._ready = threading.Event()
        self._fault: Exception | None = None

    def start(self) -> None:
        """Start pjsua2; returns when it runs. Raises `pjsua2.Error`."""
        self._thread.start()
        self._ready.wait()
        if self._fault is not None:
            raise self._fault

    def do(self, command: softphone.ToPhone) -> None:
        """Carry a command out, on the right thread, soon. What goes wrong is posted as `failed`."""
        self._commands.put(lambda: self._obey(command))

    def stop(self) -> None:
        """Hang up, take the registration back, end; waits for it up to 3 s."""
        self._commands.put(None)
        self._thread.join(3)

    def _run(self) -> None:
        try:
            endpoint = self._begin()
        except pj.Error as error:
            self._fault = error
            self._ready.set()
            return
        self._ready.set()
        while True:
            endpoint.libHandleEvents(POLL_MILLISECONDS)
            if self._over:
                self._over.clear()
                if self._call is None:
                    endpoint.audDevManager().setNoDev()
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                continue
            if command is None:
                break
            command()
        self._end(endpoint)

    def _begin(self) -> pj.Endpoint:
        endpoint, config = pj.Endpoint(), pj.EpConfig()
        endpoint.libCreate()
        config.logConfig.level = config.logConfig.consoleLevel = self._log_level
        config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly = 0, False
        config.uaConfig.userAgent = "Caruso desk"
        config.medConfig.threadCnt, config.medConfig.hasIoqueue = 0, False
        config.medConfig.noVad, config.medConfig.clockRate = True, RATE
        endpoint.libInit(config)
        endpoint.libStart()
        endpoint.audDevManager().setNoDev()
        for codec in endpoint.codecEnum2():
            wanted = sip.CODECS.get(codec.codecId.split("/")[0], 0)
            endpoint.codecSetPriority(codec.codecId, wanted)
        self._bridge.open()
        return endpoint

    def _end(self, endpoint: pj.Endpoint) -> None:
        try:
            endpoint.hangupAllCalls()
            endpoint.libHandleEvents(POLL_MILLISECONDS)
            self._call = None  # pjsua2 wants its calls and accounts gone before it ends
            self._over.clear()
            self._unregister()
            self._bridge.this.own(False)  # its destructor would run after pjsua2's end, and pjsua2 asserts
            endpoint.libDestroy()
        except pj.Error as error:
            log.warning("pjsua2-did-not-end-cleanly", why=error.info())

    def _obey(self, command: softphone.ToPhone) -> None:
        try:
            match command:
                case softphone.Register():
                    self._register(command)
                case softphone.Unregister():
                    self._unregister()
                    self._post(softphone.Registration(state="none"))
                case linecard.Answer() | linecard.Release() | linecard.Mute() | linecard.Digits():
                    self._obey_in_call(command)
                case _:
                    log.error("command-for-another-part", command=type(command).__name__)
        except (pj.Error, OSError, ValueError) as error:
            why = error.info() if isinstance(error, pj.Error) else str(error)
            log.warning("command-failed", command=type(command).__name__, why=why)
            self._post(softphone.Failed(type(command).__name__.lower(), why))

    def _register(self, wish: softphone.Register) -> None:
        local = sip.local_address(wish.server)
        if self._account is not None and self._account.serves(wish, local):
            self._account.register_again()
            return
        if self._call is not None and self._account is not None:
            self._account.renew(wish)  # the call hangs on this account: only the credential is changed
            return
        self._unregister()
        self._post(softphone.Registration(state="trying"))
        self._account = sip.Account(wish, local, self._post, self._incoming)

    def _unregister(self) -> None:
        if self._account is not None:
            self._account.shutdown()
            self._account = None

    def _incoming(self, account: sip.Account, call_id: int) -> None:
        call = sip.Call(account, call_id, self._bridge, self._post, self._ended)
        if self._call is not None:
            call.refuse_busy()
            self._over.append(call)
            return
        self._call, self._bridge.muted = call, False
        pj.Endpoint.instance().audDevManager().setNullDev()
        call.ring()

    def _ended(self, call: sip.Call) -> None:
        if call is self._call:
            self._call = None
        self._over.append(call)

    def _obey_in_call(self, command: linecard.Answer | linecard.Release | linecard.Mute | linecard.Digits) -> None:
        call = self._call
        if call is None or call.name != command.call:
            self._post(softphone.Failed(type(command).__name__.lower(), "There is no such call."))
            return
        match command:
            case linecard.Answer():
                call.take()
            case linecard.Release():
                call.release(command.code)
            case linecard.Mute():
                self._bridge.muted = command.on
                self._post(softphone.Muted(command.on))
            case linecard.Digits():
                call.dialDtmf(command.digits)
