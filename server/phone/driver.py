"""A test phone in a process of its own, driven from Python.

    with Phone(user="bruno") as phone:
        phone.play("tone:660")
        phone.register("127.0.0.1:5060", "bruno", "secret", domain="caruso.local")
        phone.wait(words.Registered)
        call = phone.wait(words.Incoming).call

No pjsua2 here. A thread reads what the phone says; `wait` is for the thread of the caller.
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from server import clock
from server.phone import words

EventKind = TypeVar("EventKind", bound=words.Event)

START_SECONDS = 60.0
"""A phone that does not listen by then has failed (a busy machine needs some seconds to import pjsua2)."""
END_SECONDS = 6.0
WAIT_SECONDS = 60.0


class PhoneFailed(Exception):
    """The phone did not do what was waited for; the text names it, and the last things that the phone said."""


class Phone:
    """A phone. The process starts with `__enter__` or `start`, and ends with `__exit__` or `close`.

    `user`: user part of its address while it is not registered. `address`, `port`: what SIP is bound to, 0: any port.
    `on_event` is called, from the reading thread, with everything that the phone says. The phone's standard error goes
    to `log`; None: to ours.
    """

    def __init__(
        self,
        user: str = "phone",
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        on_event: Callable[[words.AnyEvent], None] | None = None,
        log: Path | None = None,
    ) -> None:
        self.user = user
        self.address = address
        self.port = port
        self.tcp_port = 0
        self._on_event = on_event
        self._log = log
        self._said: list[words.AnyEvent] = []
        self._taken: set[int] = set()
        self._news = threading.Condition()
        self._ended = False
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0

    def start(self) -> Self:
        """Start the process and wait until the phone listens."""
        self.launch()
        self.await_ready()
        return self

    def launch(self) -> None:
        """Start the process without waiting: many phones start sooner together; then call `await_ready`."""
        command = [sys.executable, "-P", "-m", "server.phone.main", "run", "--user", self.user]
        command += ["--address", self.address, "--port", str(self.port)]
        log = self._log.open("ab") if self._log else None
        try:
            self._process = subprocess.Popen(  # a session of its own: Ctrl-C is for whoever drives the phone
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        finally:
            if log:
                log.close()
        threading.Thread(target=self._listen, daemon=True, name=f"phone {self.user}").start()

    def await_ready(self) -> None:
        """Wait until the phone listens, and take its ports over. Raises PhoneFailed, and ends the process then."""
        try:
            ready = self.wait(words.Ready, START_SECONDS)
        except PhoneFailed:
            self.close()
            raise
        self.port, self.tcp_port = ready.port, ready.tcp_port

    @property
    def uri(self) -> str:
        """Where the phone can be called directly, over UDP."""
        return f"sip:{self.user}@{f'[{self.address}]' if ':' in self.address else self.address}:{self.port}"

    @property
    def pid(self) -> int:
        """The process's number; 0: it was not started."""
        return self._process.pid if self._process else 0

    @property
    def said(self) -> list[words.AnyEvent]:
        """Everything so far."""
        with self._news:
            return list(self._said)

    def send(self, command: words.AnyCommand) -> None:
        """Give a command. Raises PhoneFailed when the phone has ended."""
        if self._process is None or self._process.stdin is None:
            raise PhoneFailed(f"phone {self.user} was not started")
        try:
            self._process.stdin.write(msgspec.json.encode(command) + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:  # ValueError: we closed the pipe ourselves
            raise PhoneFailed(f"phone {self.user} has ended; {self._last_words()}") from error

    def wait(self, kind: type[EventKind], timeout: float = WAIT_SECONDS, **fields: Any) -> EventKind:
        """The first event of that kind, with these values of its fields, that no `wait` has returned before.

        Waits at most `timeout` seconds; PhoneFailed after that, or when the phone ends or refuses a command meanwhile
        (unless a refusal is what is waited for).
        """
        until = clock.now().mono + timeout
        wanted = f"{kind.__struct_config__.tag} {fields or ''}".strip()
        with self._news:
            while True:
                found = self._take(kind, fields)
                if found is not None:
                    return found
                refused = None if issubclass(kind, words.Refused) else self._take(words.Refused, {})
                if refused is not None:
                    raise PhoneFailed(f"phone {self.user} refused {refused.do}: {refused.why}; waited for {wanted}")
                left = until - clock.now().mono
                if self._ended or left <= 0:
                    why = "ended" if self._ended else f"did not say within {timeout} s"
                    raise PhoneFailed(f"phone {self.user} {why}: {wanted}; {self._last_words()}")
                self._news.wait(left)

    def register(self, server: str, user: str, password: str, domain: str = "", seconds: int = 300) -> None:
        """Register and wait for it; PhoneFailed when it is refused. `server`: `HOST:PORT[;transport=tcp]`."""
        command = words.Register(server=server, user=user, password=password, domain=domain, seconds=seconds)
        self.send(command)
        self.wait(words.Registered)

    def call(self, uri: str, *, server: str = "", caller: str = "", caller_name: str = "", name: str = "") -> str:
        """Begin a call and give its name (`name`, or one that the phone has not used); how it goes shows in events."""
        self._calls += 1
        name = name or f"out{self._calls}"
        self.send(words.Call(uri=uri, server=server, caller=caller, caller_name=caller_name, call=name))
        return name

    def answer(self, call: str = "") -> None:
        """Answer the call, or the newest one."""
        self.send(words.Answer(call=call))

    def by_itself(self, code: int = 200, ring_seconds: float = 0) -> None:
        """From now on answer (200) or reject (3xx-6xx) calls after so long; 0: just ring. Waits until it is so."""
        self.send(words.ByItself(code=code, ring_seconds=ring_seconds))
        self.wait(words.Prepared)

    def hang_up(self, call: str = "") -> None:
        """End the call, or the newest one."""
        self.send(words.HangUp(call=call))

    def play(self, what: str, call: str = "") -> None:
        """Let the far end hear a WAV file or `tone:HERTZ`."""
        self.send(words.Play(what=what, call=call))

    def stop(self, call: str = "") -> None:
        """Be silent."""
        self.send(words.Stop(call=call))

    def dtmf(self, digits: str, call: str = "") -> None:
        """Press keys."""
        self.send(words.Dtmf(digits=digits, call=call))

    def record(self, file: str | Path, call: str = "") -> None:
        """Write what is heard to `file`."""
        self.send(words.Record(file=str(file), call=call))

    def unrecord(self, file: str | Path = "") -> None:
        """Finish the file (or all), and wait until it is whole."""
        self.send(words.Unrecord(file=str(file)))
        self.wait(words.Recorded)

    def hold(self, on: bool, call: str = "") -> None:
        """Put the far end on hold, or take it back."""
        self.send(words.Hold(on=on, call=call))

    def close(self) -> None:
        """Hang up, unregister and end the process; it is killed if it does not end within 6 s."""
        process = self._process
        if process is None or process.stdin is None:
            return
        try:
            process.stdin.write(b'{"do":"quit"}\n')
            process.stdin.close()
        except (BrokenPipeError, ValueError):
            pass  # it has ended, or was told so before
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _listen(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        decoder = msgspec.json.Decoder(words.AnyEvent)
        with self._process.stdout as lines:
            for line in lines:
                event = decoder.decode(line)
                with self._news:
                    self._said.append(event)
                    self._news.notify_all()
                if self._on_event:
                    self._on_event(event)
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _take(self, kind: type[EventKind], fields: dict[str, Any]) -> EventKind | None:
        for place, event in enumerate(self._said):
            if place in self._taken or not isinstance(event, kind):
                continue
            if all(getattr(event, name) == value for name, value in fields.items()):
                self._taken.add(place)
                return event
        return None

    def _last_words(self) -> str:
        last = ", ".join(words.name_of(event) for event in self._said[-6:])
        return f"it said last: {last}" if last else "it said nothing"
