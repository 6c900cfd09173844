"""The loop: start or adopt core and bank, start again what dies, close the house when asked.

Signals: SIGTERM and SIGINT close it (a second one at once), SIGHUP reads the site again and starts a new core.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import structlog

from server.config.load import SiteError, check_site
from server.config.site import SiteFile
from server.handover import HandoverFailed
from server.supervisor import child, folder, leftovers
from server.supervisor.adoption import sockets_of_running_core
from server.supervisor.backoff import Backoff
from server.supervisor.bank_options import bank_options
from server.supervisor.child import Child
from server.supervisor.core_watch import ASK_SECONDS, SILENT_SECONDS, CoreWatch
from server.supervisor.loop import Loop
from server.supervisor.notes import Notes
from server.supervisor.notify import notify
from server.supervisor.signals import signals_as_octets
from server.supervisor.sockets import CannotListen, Sockets
from server.supervisor.standby import Standby
from server.wire import processes

_log = structlog.get_logger()

SHUTDOWN_SECONDS = 5.0
"""What a process is given to end beyond the grace time, before it is killed."""
MORE_SECONDS = 60.0
"""What systemd is asked for while the house closes, again and again: more than what follows the grace time takes."""
CORE, BANK = "core", "bank"


class Programs(msgspec.Struct, frozen=True):
    """What is run as core and bank; the options follow.

    `core_answer_seconds`: how long a core that runs already may take to hand its sockets over before it is replaced.
    `standby_seconds`: how long after a core is ready the next one is started to stand by. It costs two seconds of CPU,
    which the calls that waited for the core need first. `warm_seconds`: how long it may take to warm up before a
    core that is to be replaced by it is ended all the same. `systemd_seconds`: so often systemd is asked for more time
    while the house closes. `ask_seconds`: how often a core that is ready is asked whether it lives. `silent_seconds`:
    one that does not answer for so long is replaced.
    """

    core: list[str] = msgspec.field(default_factory=lambda: [sys.executable, "-P", "-m", "server.app"])
    bank: list[str] = msgspec.field(default_factory=lambda: [sys.executable, "-P", "-m", "server.linecard.bank"])
    core_answer_seconds: float = 15.0
    systemd_seconds: float = 20.0
    standby_seconds: float = 3.0
    warm_seconds: float = 15.0
    ask_seconds: float = ASK_SECONDS
    silent_seconds: float = SILENT_SECONDS


def run(site_file: Path, data: Path, programs: Programs, environment: Mapping[str, str]) -> int:
    """Keep the house open until it is closed; returns the exit status (0, or `EXIT_SITE` as the core found).

    Raises `SiteError`, `FolderInUse`, `FolderUnusable` and `CannotListen`, all before anything was started.
    """
    site, findings = check_site(site_file, data)
    if site is None:
        raise SiteError(str(site_file), findings)
    for finding in findings:
        _log.warning("site", finding=finding.shown(str(site_file)))
    folder.prepare(data)
    with folder.lock(data):
        house = House(site_file.absolute(), data.absolute(), site, programs, environment)
        return house.keep_open()


class House:
    """The processes of one data directory."""

    def __init__(
        self, site_file: Path, data: Path, site: SiteFile, programs: Programs, environment: Mapping[str, str]
    ) -> None:
        self._site_file, self._data, self._site, self._programs = site_file, data, site, programs
        self._environment = environment
        self._loop = Loop()
        self._notes = Notes(data, self._loop)
        self._sockets = Sockets(data, self._notes)
        self._standby = Standby(self._notes, self._loop, self._launch_core)
        silent_seconds = 0 if environment.get(processes.NO_CORE_WATCH_VARIABLE) == "1" else programs.silent_seconds
        socket_path = data / processes.CONTROL_SOCKET
        self._core_watch = CoreWatch(socket_path, self._loop, self._core_silent, programs.ask_seconds, silent_seconds)
        self._running: dict[str, Child] = {}
        self._backoffs = {CORE: Backoff(), BANK: Backoff()}
        self._keeps_standby = environment.get(processes.NO_STANDBY_VARIABLE) != "1"
        self._was_ready = self._stopping = self._core_replaced = False
        self._exit_status: int | None = None

    def keep_open(self) -> int:
        """Start or adopt everything, watch until the house is closed, and close it."""
        with signals_as_octets() as signals:
            self._loop.watch(signals.fileno(), lambda: self._heed(signals.recv(64)))
            self._notes.process("supervisor", child.name_of(os.getpid()))
            self._notes.text(processes.SITE_PATH_FILE, lambda: f"{self._site_file}\n")
            try:
                self._open()
                while self._exit_status is None:
                    self._loop.turn()
                self._close_up()
            finally:
                self._loop.close()
                self._notes.strike_out("supervisor")
        return self._exit_status

    # --- opening

    def _open(self) -> None:
        core = self._adopt_core()
        bank = self._adopt(BANK)
        former = self._sockets.former_card_address()
        changed = self._sockets.open_for(self._site)
        _log.info("listening", sockets=self._sockets.addresses())
        if bank is not None and former != self._sockets.addresses()[processes.CARDS_SIP]:
            self._replace(BANK, signal.SIGTERM)
        if bank is None:
            self._start_bank()
        if core is None:
            self._start_core()
            if self._keeps_standby:  # both warm up at once, while there are no calls yet that want the processors
                self._standby.plan(0)
            return
        self._ready()
        if changed:
            self._renew_core()

    def _adopt(self, who: str) -> Child | None:
        name = child.noted(self._data, who)
        found = None if name is None else child.adopt(name)
        if found is not None:
            _log.info("adopted", who=who, pid=found.pid)
            self._watch(who, found)
        return found

    def _adopt_core(self) -> Child | None:
        """The core that a dead supervisor left, with its sockets; it is killed if it does not give them."""
        core = self._adopt(CORE)
        if core is None:
            return None
        try:
            patience = self._programs.core_answer_seconds
            self._sockets.take_back(sockets_of_running_core(self._data, patience, lambda: core.wait(0)))
            return core
        except HandoverFailed as error:
            _log.error("core-not-adopted", pid=core.pid, error=str(error))
            core.signal(signal.SIGKILL)
            core.wait(SHUTDOWN_SECONDS)
            self._unwatch(CORE)
            return None

    def _start_core(self) -> None:
        """From the standby if there is one, else from nothing."""
        self._loop.cancel("make-room")
        try:
            (self._data / processes.CORE_EXIT_FILE).unlink(missing_ok=True)
            if self._sockets.mend(self._site):
                self._standby.end()  # it has inherited the former ones
            core, hears = self._standby.take() or self._launch_core([], [])
        except (OSError, CannotListen) as error:
            self._try_again(CORE, error, self._start_core)
            return
        self._began(CORE, core)
        self._loop.watch(hears, lambda: self._hear(hears))

    def _launch_core(self, options: list[str], descriptors: list[int]) -> tuple[Child, int]:
        """A process that is, or may become, the core, and the pipe in which it says that it is ready."""
        hears, says = os.pipe()
        environment = self._child_environment()
        environment[processes.SOCKETS_VARIABLE] = self._sockets.describe()
        environment[processes.READY_VARIABLE] = str(says)
        command = [*self._programs.core, "--site", str(self._site_file), "--data", str(self._data), *options]
        try:
            return child.start(command, environment, [*self._sockets.descriptors(), says, *descriptors]), hears
        except OSError:
            os.close(hears)
            raise
        finally:
            os.close(says)

    def _start_bank(self) -> None:
        command = [*self._programs.bank, *self._bank_options(self._site)]
        try:
            bank = child.start(command, self._child_environment(), [])
        except OSError as error:
            self._try_again(BANK, error, self._start_bank)
            return
        self._began(BANK, bank)

    def _try_again(self, who: str, error: Exception, start: Callable[[], None]) -> None:
        """The machine has no process, memory or descriptor to give: it may have one soon."""
        _log.error("not-started", who=who, error=str(error))
        self._loop.later(f"start-{who}", self._backoffs[who].after(0), start)

    def _bank_options(self, site: SiteFile) -> list[str]:
        return bank_options(site, self._data, self._sockets.addresses()[processes.CARDS_SIP])

    def _began(self, who: str, process: Child) -> None:
        self._notes.process(who, process.name)
        _log.info("started", who=who, pid=process.pid)
        self._watch(who, process)

    def _child_environment(self) -> dict[str, str]:
        """Ours, without what is meant for us alone."""
        return {
            name: value for name, value in self._environment.items() if name not in ("NOTIFY_SOCKET", "WATCHDOG_PID")
        }

    # --- watching

    def _watch(self, who: str, process: Child) -> None:
        self._running[who] = process
        ended = self._core_ended if who == CORE else self._bank_ended
        self._loop.watch(process.pidfd, ended)

    def _unwatch(self, who: str) -> Child:
        process = self._running.pop(who)
        self._loop.forget(process.pidfd)
        self._loop.cancel(f"kill-{who}")
        process.forget()
        self._notes.strike_out(who)
        return process

    def _hear(self, pipe: int) -> None:
        """The core says that it is ready, or its end of the pipe is closed."""
        words = os.read(pipe, 64)
        if words == processes.WARM_WORD:  # it was made the core before we had heard that
            return
        if words.endswith(processes.READY_WORD):
            self._ready()
        self._loop.forget(pipe)
        os.close(pipe)

    def _ready(self) -> None:
        self._was_ready = True
        _log.info("ready")
        notify(self._environment, "READY=1")
        if not self._stopping:
            self._core_watch.begin()
        if self._keeps_standby and not self._stopping:
            self._standby.plan(self._programs.standby_seconds)

    def _core_silent(self) -> None:
        core = self._running[CORE]
        _log.error("core-does-not-answer", pid=core.pid, silent_seconds=self._programs.silent_seconds)
        core.signal(signal.SIGKILL)

    def _core_ended(self) -> None:
        self._core_watch.end()
        core = self._unwatch(CORE)
        status = core.status() if not core.adopted else self._left_word()
        _log.log(20 if status == 0 else 30, "ended", who=CORE, pid=core.pid, status=status)
        if self._stopping or status == 0:
            self._exit_status = 0
        elif status == processes.EXIT_SITE and not self._was_ready:
            self._exit_status = processes.EXIT_SITE
        elif self._core_replaced or status == processes.EXIT_RESTART:
            self._start_core()
        else:
            self._loop.later("start-core", self._backoffs[CORE].after(core.lived_seconds()), self._start_core)
        self._core_replaced = False

    def _bank_ended(self) -> None:
        bank = self._unwatch(BANK)
        _log.warning("ended", who=BANK, pid=bank.pid, status=bank.status() if not bank.adopted else None)
        if not self._stopping:
            self._loop.later("start-bank", self._backoffs[BANK].after(bank.lived_seconds()), self._start_bank)

    def _left_word(self) -> int | None:
        """Why an adopted core ended, as it wrote itself; None: it did not."""
        try:
            return int((self._data / processes.CORE_EXIT_FILE).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _replace(self, who: str, number: signal.Signals) -> None:
        """Ask a process to end, so that a new one is started; kill it if it does not."""
        process = self._running.get(who)
        if process is None:
            return
        if who == CORE:
            self._core_replaced = True
            self._core_watch.end()
        process.signal(number)
        self._loop.later(f"kill-{who}", SHUTDOWN_SECONDS, lambda: process.signal(signal.SIGKILL))

    # --- signals

    def _heed(self, numbers: bytes) -> None:
        for number in numbers:
            if number == signal.SIGHUP:
                self._read_site_again()
            else:
                self._stop()

    def _read_site_again(self) -> None:
        """Take the site as it is written now. Whatever is wrong with it leaves everything as it is."""
        try:
            site, findings = check_site(self._site_file, self._data)
            for finding in findings:
                _log.log(40 if finding.severity == "error" else 30, "site", finding=finding.shown(str(self._site_file)))
            if site is None or self._stopping:
                return
            bank_changes = bank_options(self._site, self._data, "") != bank_options(site, self._data, "")
            self._sockets.open_for(site)
        except CannotListen as error:
            _log.error("site-not-taken", error=str(error))
            return
        except Exception as error:  # noqa: BLE001 - an edge: nothing that a file may hold ends the house
            _log.error("site-not-taken", error=repr(error), exc_info=error)
            return
        self._site = site
        if bank_changes:
            self._replace(BANK, signal.SIGTERM)
        self._renew_core()

    def _renew_core(self) -> None:
        """Have a core of the code, site and sockets that there are now. The running one stays until that is warm."""
        if CORE not in self._running:
            self._standby.end()  # it has inherited the former sockets
        elif self._keeps_standby:
            self._loop.later("make-room", self._programs.warm_seconds, self._make_room)
            self._standby.renew(on_warm=self._make_room)
        else:
            self._make_room()

    def _make_room(self) -> None:
        """The running core ends, so that the next one begins."""
        self._loop.cancel("make-room")
        self._replace(CORE, signal.SIGHUP)

    def _stop(self) -> None:
        """Begin to close the house; the second time without grace."""
        core = self._running.get(CORE)
        if core is None:
            self._exit_status = 0
        elif self._stopping:
            _log.warning("killed", who=CORE, why="asked to stop twice")
            core.signal(signal.SIGKILL)
        else:
            grace = self._site.stopping.grace_seconds
            _log.info("stopping", grace_seconds=grace)
            core.signal(signal.SIGTERM)
            self._loop.cancel("kill-core")
            if grace:
                self._loop.later("kill-core", grace + SHUTDOWN_SECONDS, lambda: core.signal(signal.SIGKILL))
        if not self._stopping:  # a core that hangs while it closes is seen, too
            self._stopping = True
            notify(self._environment, "STOPPING=1")
            self._ask_for_time()
        self._standby.end()
        self._loop.cancel("start-core", "start-bank", "make-room")

    def _ask_for_time(self) -> None:
        """systemd kills us when its own time for stopping is over, which knows nothing of `grace_seconds`: core and
        cards would go on with nobody to end them."""
        notify(self._environment, f"EXTEND_TIMEOUT_USEC={int(MORE_SECONDS * 1e6)}")
        self._loop.later("ask-for-time", self._programs.systemd_seconds, self._ask_for_time)

    # --- closing

    def _close_up(self) -> None:
        """The core has ended: end the standby, the bank and every card, close the sockets, leave no note."""
        self._standby.end()
        bank = self._running.get(BANK)
        cards = leftovers.living_cards(self._data, None if bank is None else bank.pid)
        if bank is not None:
            bank.signal(signal.SIGTERM)
            if not bank.wait(SHUTDOWN_SECONDS):
                bank.signal(signal.SIGKILL)
                bank.wait(SHUTDOWN_SECONDS)
            self._unwatch(BANK)
        leftovers.end_all(set(cards) | set(leftovers.living_cards(self._data, None)))
        leftovers.clear_notes(self._data)
        self._sockets.close()
        _log.info("closed", status=self._exit_status)
