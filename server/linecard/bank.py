"""The line bank: forks line cards, and tells the core which it forked and which ended.

It has imported pjsua2 and started nothing of it, and has one thread only, so that a fork is a whole card's start and
its memory is shared. Cards are sessions of their own and live on when the bank ends.
"""

import gc
import os
import secrets
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from server import clock, logs
from server.linecard import codec
from server.linecard.options import BadOptions, BankOptions, parse
from server.linecard.worker import main as worker
from server.wire import linecard, processes

log = structlog.get_logger()

SHORTEST_WAIT_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 1.0
MAX_FORKS_AT_ONCE = 64
EXIT_OPTIONS = 2


class NotAlone(Exception):
    """The bank has more than one thread, so that a fork would be half a process."""


class Bank:
    """The loop of the bank process."""

    def __init__(self, options: BankOptions) -> None:
        self._options = options
        self._path = str(Path(options.data) / processes.BANK_SOCKET)
        self._children: dict[int, str] = {}
        self._socket: socket.socket | None = None
        self._reader: codec.FrameReader[linecard.ToBank] = codec.FrameReader(linecard.ToBank)
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._wait = SHORTEST_WAIT_SECONDS
        self._next_try = 0.0
        self._ending = False

    def run(self) -> None:
        """Work until SIGTERM."""
        self._catch_signals()
        if len(os.listdir("/proc/self/task")) != 1:
            raise NotAlone("the bank must have one thread only")
        gc.collect()
        gc.freeze()  # what the cards share is not to be touched by their collector
        log.info("bank up", pid=os.getpid())
        while not self._ending:
            if self._socket is None and self._next_try <= clock.now().mono:
                self._connect()
            self._selector.select(None if self._socket is not None else max(0, self._next_try - clock.now().mono))
            self._clear_wake()
            self._reap()
            self._obey()
        log.info("bank ends", cards=len(self._children))

    def _catch_signals(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)

    def _end(self, *_: object) -> None:
        self._ending = True

    def _clear_wake(self) -> None:
        try:
            while os.read(self._wake_read, 4096):
                pass
        except BlockingIOError:
            return

    def _connect(self) -> None:
        """Try to; each attempt lets the next wait longer, until the core has said something."""
        self._next_try = clock.now().mono + self._wait
        self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(LONGEST_WAIT_SECONDS)
            opened.connect(self._path)
            opened.settimeout(None)
        except OSError:
            opened.close()
            return
        self._socket = opened
        self._reader = codec.FrameReader(linecard.ToBank)
        self._selector.register(opened, selectors.EVENT_READ)
        self._send(linecard.Bank(self._options.secret, os.getpid(), list(self._children), answers=True))

    def _disconnect(self, why: str) -> None:
        if self._socket is None:
            return
        log.info("core lost", why=why)
        self._selector.unregister(self._socket)
        self._socket.close()
        self._socket = None
        self._next_try = clock.now().mono + self._wait

    def _send(self, message: linecard.FromBank) -> None:
        """Tell the core; while it is away nobody need know, for each connection begins with those who live."""
        if self._socket is None:
            return
        try:
            self._socket.sendall(codec.encode(message))
        except OSError as error:
            self._disconnect(str(error))

    def _obey(self) -> None:
        if self._socket is None:
            return
        try:
            data = self._socket.recv(65536, socket.MSG_DONTWAIT)
            wishes = self._reader.feed(data)
        except BlockingIOError:
            return
        except (OSError, codec.BadFrame) as error:
            self._disconnect(str(error))
            return
        if not data:
            self._disconnect("the core closed the connection")
            return
        self._wait = SHORTEST_WAIT_SECONDS
        for wish in wishes:
            if isinstance(wish, linecard.Ping):
                self._send(linecard.Pong(wish.number))
                continue
            for _ in range(max(0, min(wish.count, MAX_FORKS_AT_ONCE))):
                self._fork()

    def _fork(self) -> None:
        name = f"c{int(clock.now().wall * 1000):x}{secrets.token_hex(2)}"
        try:
            pid = os.fork()
        except OSError as error:
            log.error("fork failed", why=str(error))
            self._send(linecard.NotForked(str(error)))
            return
        if pid == 0:
            os._exit(self._card_status(name))
        self._children[pid] = name
        self._send(linecard.Forked(name, pid))

    def _card_status(self, name: str) -> int:
        """In the child: nothing of the bank may go on there, whatever happens."""
        try:
            return self._be_card(name)
        except OSError as error:  # no descriptor to be had
            log.error("card failed", card=name, why=str(error))
        except Exception:
            log.exception("card failed", card=name)
        return 1

    def _be_card(self, name: str) -> int:
        """In the child: leave everything of the bank behind."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if self._socket is not None:
            self._socket.close()
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)  # pjlib prints there before it can be told not to
        os.close(nothing)
        return worker.run_card(name, self._options)

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = self._children.pop(pid, "")
            code = os.waitstatus_to_exitcode(status)
            log.info("card ended", card=name, pid=pid, status=code)
            self._send(linecard.Exited(name, pid, code))


def run_bank(options: BankOptions) -> None:
    """Be the bank until SIGTERM.

    Raises `NotAlone` in a process with threads.
    """
    Bank(options).run()


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m server.linecard.bank`; returns the exit status."""
    logs.configure("bank")
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        run_bank(options)
    except (BadOptions, NotAlone) as error:
        log.error("bank cannot start", why=str(error))
        return EXIT_OPTIONS
    return 0


if __name__ == "__main__":
    sys.exit(main())
