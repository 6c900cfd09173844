"""The core as a process: waits for its turn, reads the site, runs the components, leaves with a status."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from server import clock, logs
from server.app.components import COMPONENTS
from server.app.core import Core, Frame
from server.app.ending import Ending
from server.app.standby import its_turn
from server.config.load import SiteError, load_site
from server.handover import announce_exit, announce_ready, inherited_sockets
from server.wire import processes

log = structlog.get_logger()


def serve(site_file: Path, data: Path, standby: int | None) -> int:
    """Be the core until it is ended; the exit status is for the supervisor. `standby`: the pipe at which to wait."""
    if standby is not None:
        logs.configure("standby")
        if not its_turn(standby, site_file, os.environ):
            return 0
    logs.configure("core")
    try:
        site = load_site(site_file)
    except SiteError as error:
        print(error, file=sys.stderr)
        _leave_word(data, processes.EXIT_SITE)
        return processes.EXIT_SITE
    from twisted.internet import reactor

    any_reactor: Any = reactor
    frame = Frame(any_reactor, site, data, inherited_sockets(os.environ), clock.now)
    return _run(any_reactor, frame)


def _run(reactor: Any, frame: Frame) -> int:
    status = 1
    core = Core(frame, COMPONENTS)

    def done(code: int) -> None:
        nonlocal status
        status = code
        if code in (0, processes.EXIT_SITE, processes.EXIT_RESTART):
            _leave_word(frame.data, code)
        reactor.stop()

    def failed(_name: str, _error: BaseException) -> None:
        ending.leave(1)  # half a core is none: the supervisor starts a whole one

    ending = Ending(core, done)
    frame.directory.provide("ending", "1.0", ending)

    def ready() -> None:
        _spare_the_collector()
        announce_ready(os.environ)

    core.on_ready = ready
    core.on_failure = failed

    def on(number: int, action: Callable[[], None]) -> None:
        signal.signal(number, lambda *_: reactor.callFromThread(action))

    def begin() -> None:
        on(signal.SIGTERM, ending.begin)
        on(signal.SIGINT, ending.begin)
        on(signal.SIGHUP, lambda: ending.leave(processes.EXIT_RESTART))
        core.start()

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)
    log.info("core-ended", status=status)
    return status


def _leave_word(data: Path, code: int) -> None:
    """Only a supervisor that is not our parent needs it: a disk that takes nothing does not keep us from leaving."""
    try:
        announce_exit(data, code)
    except OSError as error:
        log.error("exit-not-noted", status=code, error=str(error))


def _spare_the_collector() -> None:
    """What stands now stands for good: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
