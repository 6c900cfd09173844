"""The card: one loop on the main thread, pjsua2's events on a second thread.

What happens on the second thread comes through `Inbox`; commands come through `Link`. So everything that decides runs
in one thread, a command waits for nobody, and pjsua2's own answers (to a BYE, say) wait for no command.
"""

import gc
import os
import select
import socket
import threading
from pathlib import Path

import structlog

from server import clock
from server.call.now import Now
from server.linecard import codec
from server.linecard.options import BankOptions
from server.linecard.worker.conversation import Conversation
from server.linecard.worker.inbox import Inbox
from server.linecard.worker.link import Link
from server.linecard.worker.outbox import Outbox
from server.linecard.worker.phone import SIP_HOST, Pjsua2Phone
from server.wire import linecard, processes

log = structlog.get_logger()

ORPHAN_SECONDS = 60.0
"""A card without legs ends itself when no core has come for so long and nothing is left to tell."""
FORGOTTEN_SECONDS = 3600.0
"""The same for a card that still has events to tell."""
COLLECT_EVERY = 16
"""Conversations between two collections of garbage; there is little."""
ENDING_SECONDS = 2.0
"""A card that ends waits so long for its last events to be acknowledged."""
LONGEST_SLEEP_SECONDS = 60.0


class Card:
    """One card: phone, conversation, link, and the loop that joins them."""

    def __init__(self, name: str, options: BankOptions) -> None:
        self._name, self._options = name, options
        self._inbox = Inbox()
        self._outbox = Outbox()
        self._phone = Pjsua2Phone(name, options, self._inbox.post, self._inbox.round_over)
        self._phone.start()
        self._conversation = Conversation(
            name,
            self._phone,
            self._outbox,
            via=f"{SIP_HOST}:{self._phone.sip_port}",
            domain=options.domain,
            lost_seconds=options.lost_seconds,
            music=options.music,
        )
        self._link = Link(str(Path(options.data) / processes.CARDS_SOCKET), self._greeting)
        self._link.away_since = clock.now().mono
        self._poller = select.epoll()
        self._poller.register(self._inbox.descriptor, select.EPOLLIN)
        self._notes = self._phone.crossings.descriptor if self._phone.crossings is not None else None
        if self._notes is not None:
            self._poller.register(self._notes, select.EPOLLIN)
        self._watched: socket.socket | None = None
        self._watched_for = 0
        self._retiring = self._stopping = False
        self._ending_until: float | None = None
        self._due = 0.0
        """When something is to be done though nothing happens (`mono`); the link's own times are not in it."""
        self._collected = 0
        self._core_was_here = True

    def stop(self) -> None:
        """Hang up and end, soon (SIGTERM)."""
        self._stopping = True
        self._inbox.wake()

    def run(self) -> None:
        """Work until retired, stopped or forgotten."""
        threading.Thread(target=self._phone.turn_events, name="events", daemon=True).start()
        log.info("card up", sip_port=self._phone.sip_port)
        while not self._turn():
            pass
        log.info("card ends", conversations=self._conversation.conversations)

    def _turn(self) -> bool:
        """One round of the loop; True: the card ends."""
        ready = [descriptor for descriptor, _ in self._poller.poll(self._sleep_seconds())]
        now = clock.now()
        commands: list[linecard.AnyCommand] = []
        from_core = self._watched is not None and self._watched.fileno() in ready
        if from_core:
            commands = self._listen(now)
        if from_core and len(ready) == 1 and not commands and self._is_at_rest(now):
            return False  # it was asked whether it lives: idle cards do little else
        return self._work(ready, commands, now)

    def _listen(self, now: Now) -> list[linecard.AnyCommand]:
        """Read what the core says, and answer what needs no thought; the commands in it."""
        commands = []
        for message in self._link.read(now.mono):
            if isinstance(message, linecard.Command):
                commands.append(message)
            elif isinstance(message, linecard.Ping):
                self._link.send(codec.encode(linecard.Pong(message.number)))
            elif isinstance(message, linecard.Ack):
                self._outbox.acknowledged(message.seq)
            else:
                self._retiring = True
                self._due = now.mono
        return commands

    def _is_at_rest(self, now: Now) -> bool:
        """Whether nothing is to be done for anybody but the core, who has its answer."""
        link = self._link
        link_is_well = link.socket is self._watched and not link.wants_to_write and self._core_was_here
        return link_is_well and now.mono < self._due and self._ending_until is None

    def _work(self, ready: list[int], commands: list[linecard.AnyCommand], now: Now) -> bool:
        """Do what commands, reports and times ask for; True: the card ends."""
        if self._inbox.descriptor in ready:
            self._inbox.clear_wake()
        self._phone.tidy(now)
        if self._notes is not None and self._notes in ready:
            self._phone.read_notes()
        for command in commands:
            self._conversation.obey(command, now)
        self._link.tick(now.mono)
        core_is_here = self._link.away_since is None
        if core_is_here != self._core_was_here:
            self._core_was_here = core_is_here
            self._conversation.core_is_here(core_is_here)
        if self._due <= now.mono:
            self._conversation.wake(now)
        self._settle(now)
        self._speak(now)
        self._watch_link()
        self._collect()
        self._due = self._next_due(now)
        return self._is_over(now)

    def _settle(self, now: Now) -> None:
        """Bring the turn to its end, with what the phone reported, also while commands were obeyed."""
        while (report := self._inbox.take()) is not None:
            self._conversation.told(report, now)
        self._conversation.settle(now)

    def _speak(self, now: Now) -> None:
        if not self._link.ready:
            return
        frames = self._outbox.take_unsent()
        if farewells := self._conversation.farewells.take_due(now.mono):
            # before the events: a leg that the core knows as up can be ended
            frames = b"".join([codec.encode(farewell) for farewell in farewells]) + frames
        if self._ending_until is None and self._is_done():
            # before the last events: nobody is to take a card for idle that ends
            frames = codec.encode(linecard.Bye()) + frames
            self._ending_until = now.mono + ENDING_SECONDS
            self._phone.claim()
        if frames:
            self._link.send(frames)
        else:
            self._link.flush()

    def _greeting(self) -> bytes:
        self._outbox.send_again()
        conversation = self._conversation
        hello = linecard.Hello(
            secret=self._options.secret,
            card=self._name,
            pid=os.getpid(),
            sip_host=SIP_HOST,
            sip_port=self._phone.sip_port,
            call=conversation.call,
            legs=conversation.snapshot(),
            conversations=conversation.conversations,
            retiring=self._retiring,
            last_command=conversation.last_command,
            recordings=[*self._outbox.recorded(conversation.call), *conversation.recordings()],
        )
        return codec.encode(hello) + b"".join(
            [codec.encode(farewell) for farewell in conversation.farewells.take_all()]
        )

    def _next_due(self, now: Now) -> float:
        deadlines = (
            self._conversation.next_deadline(),
            self._phone.nudge_at,
            self._ending_until,
            self._conversation.farewells.next_due() if self._link.ready else None,
        )
        return min(
            [deadline for deadline in deadlines if deadline is not None], default=now.mono + LONGEST_SLEEP_SECONDS
        )

    def _sleep_seconds(self) -> float:
        until = self._due
        if (link_at := self._link.next_deadline()) is not None:
            until = min(until, link_at)
        return max(0.0, min(until - clock.now().mono, LONGEST_SLEEP_SECONDS))

    def _watch_link(self) -> None:
        """Let the poller watch the link's present socket, for writing too while something is left to send."""
        opened = self._link.socket
        events = select.EPOLLIN | (select.EPOLLOUT if self._link.wants_to_write else 0)
        if opened is self._watched:
            if opened is not None and events != self._watched_for:
                self._poller.modify(opened, events)
        elif opened is not None:  # the former one left the poller when it was closed
            self._poller.register(opened, events)
        self._watched, self._watched_for = opened, events

    def _collect(self) -> None:
        """Collect garbage between conversations only: never in a callback, where pjsua2 objects could be among it."""
        if not self._conversation.call and self._conversation.conversations >= self._collected + COLLECT_EVERY:
            self._collected = self._conversation.conversations
            gc.collect()

    def _is_done(self) -> bool:
        """Whether this card takes no other conversation, and has none."""
        return (self._retiring or self._conversation.worn_out) and not self._conversation.call

    def _is_over(self, now: Now) -> bool:
        if self._stopping:
            self._conversation.end_all(now)
            self._settle(now)
            self._speak(now)
            return True
        if self._conversation.has_legs:
            return False
        if self._ending_until is not None:
            return not len(self._outbox) or now.mono >= self._ending_until
        away = 0.0 if self._link.away_since is None else now.mono - self._link.away_since
        return away > (FORGOTTEN_SECONDS if len(self._outbox) else ORPHAN_SECONDS)
