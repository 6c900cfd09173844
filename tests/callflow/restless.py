"""Somebody who does anything to the rules: mostly what the present state suggests, and now and then what makes no sense
(a digit of a leg that there is not, an answer to a call that is over). Everything follows from the seed."""

import contextlib
import random
from collections.abc import Callable

from msgspec.structs import replace

from server.call import events
from server.call.states import CallState, Presence, WorkState
from server.callflow.state import Call, State
from tests.callflow.transcript import SITES, Runner

LEGS = ("customer", "customer", "agent-1", "agent-2", "supervisor-1", "number-1")
TOKENS = ("waiting", "hold", "goodbye", "menu", "thanks", "accept", "survey", "mailbox-1", "dialog-1")
CAUSES = ("normal", "no-answer", "busy", "rejected", "media-lost", "unreachable", "fault")
LEADS = ("when_full", "when_closed", "when_empty", "when_too_long")
JUMPS = (0.0, -3600.0, -1.0, 40.0)
Line = list[str]


class Restless:
    """`run` has lived through `told`, the lines of a transcript."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.run = Runner(SITES[self.chance.choice(sorted(SITES))])
        self.run.chance = self.chance.random()
        self.told: list[str] = []
        self.whole_site = self.run.site
        self.gone: set[str] = set()
        """Agents who were out of the site at some time."""
        self._pauses = (0, 0.1, 0.5, 1, 2, 5, 16, 61) if seed % 2 else (0, 0, 0.1, 0.5, 1, 1, 2, 5)
        self._is_set = self.chance.random() < 0.5
        """The machine's clock is set now and then. If it is booted as well, nobody can know for how long it was off."""
        self._agents = [agent.id for agent in self.run.site.agent]
        self._queues = [queue.id for queue in self.run.site.queue]
        self._boxes = [box.id for box in self.run.site.mailbox] or ["none"]
        self._numbers = [number.dial for number in self.run.site.number]
        self._calls = ["c0"]

    @property
    def state(self) -> State:
        return self.run.flow._world.state

    def lives(self, steps: int) -> None:
        """Raises `RuleFault` if the rules cannot bear something."""
        for _ in range(steps):
            self.run.time = round(self.run.time + self.chance.choice(self._pauses), 3)
            if self._is_set and self.chance.random() < 0.01:
                self.run.wall_jump = self.chance.choice(JUMPS)
            is_sensible = self.chance.random() < 0.6
            for line in [self.chance.choice(self._sensible())] if is_sensible else self._odd():
                self.told.append(f"{self.run.time} {' '.join(line)}")
                with contextlib.suppress(events.RequestRefused):  # it must have changed nothing
                    self.run.line(line)

    def goes_home(self) -> None:
        """Everybody hangs up, what was said is recorded, and the time passes in which agents may wrap up. Call-backs
        whose customers are away may be left."""
        self.run.line(["counted"])
        for call in list(self.state.calls.values()):
            line = self.run.flow._world.lines.get(call.call)
            recording = line.recording if line is not None else ""
            if call.card and call.state is not CallState.CLOSED:
                self.run.line(["released", call.call, "customer", "normal"])
            if recording:
                self.run.line(["recorded", call.call, recording, "9", "hang-up"])
        for agent in self.run.site.agent:
            self.run.line(["logout", agent.id])
        self.run.time += 10_000
        self.run.line(["time"])

    # -- what the state suggests

    def _sensible(self) -> list[Line]:
        found: list[Line] = [["time"], ["time"]]
        for call in self.state.calls.values():
            found += self._of_call(call)
        for agent in self.state.agents.values():
            if agent.presence is not Presence.READY:
                found.append(["ready", agent.id])
            if not agent.registered:
                found.append(["registered", agent.id])
            if agent.work_state is WorkState.WRAP_UP:
                found.append(["finish", agent.id])
        if self.run.asked:
            found += [["shown", self.run.asked[0].call]] * 2
        if len(self.state.calls) < 5:
            found += [self._arrives()] * 3
        return found

    def _of_call(self, call: Call) -> list[Line]:
        line, ident, any_of = self.run.flow._world.lines.get(call.call), call.call, self.chance.choice
        found: list[Line] = []
        if call.card and (line is None or not line.up):
            found += [["answered", ident, "customer"]] * 3
        if line is not None and line.playing:
            found.append(["played", ident, "customer", line.playing])
        if line is not None and line.menu:
            found += [["digit", ident, "customer", "1"]] * 2 + [["digit", ident, "customer", "#"]]
        if call.state in (CallState.QUEUED, CallState.OFFERED, CallState.IN_MAILBOX):
            found.append(["digit", ident, "customer", any_of("1259")])
        if call.state is CallState.OFFERED and not call.card:
            found += [["taken", ident, str(call.offer)]] * 2
        elif call.state is CallState.OFFERED:
            found += [["answered", ident, call.leg], ["rings", ident, call.leg]]
            found += [["phone-up", ident, call.leg, agent] for agent in call.fork]
        if call.state in (CallState.TALKING, CallState.HOLDING):
            to = any_of([f"queue:{queue}" for queue in self._queues] + [f"agent:{agent}" for agent in self._agents])
            ends = ["released", ident, any_of(["customer", call.leg, call.leg]), any_of(["normal", "media-lost"])]
            watch = ["watch", any_of(self._agents), ident, any_of(["listen", "barge"])]
            found += [["transfer", ident, to], ends, watch, ["answered", ident, "supervisor-1"]]
        if call.state is CallState.IN_MAILBOX:
            found.append(["recorded", ident, f"{call.mailbox}/{ident}-{call.sounds + 1}", "9", "silence"])
        return found

    def _arrives(self) -> Line:
        self._calls.append(f"c{len(self._calls)}")
        return ["arrived", self._calls[-1], self.chance.choice(["+491", "+492"]), self.chance.choice(self._numbers)]

    # -- anything

    def _odd(self) -> list[Line]:
        """Lines that belong together; most are one."""
        any_of = self.chance.choice
        call, agent, box = any_of(self._calls[-6:]), any_of(self._agents), any_of(self._boxes)
        known = self.state.calls.get(call)
        offer, session = (str(known.offer), known.session) if known is not None else ("1", "none")
        makers: list[Callable[[], Line]] = [
            self._arrives,
            lambda: ["answered", call, any_of(LEGS)],
            lambda: ["rings", call, any_of(LEGS)],
            lambda: ["released", call, any_of(LEGS), any_of(CAUSES)],
            lambda: ["digit", call, any_of(LEGS), any_of("0123456789*#")],
            lambda: ["played", call, any_of(LEGS), any_of(TOKENS)],
            lambda: ["recorded", call, f"{box}/{call}-1", any_of(["0", "12"]), any_of(["asked", "hang-up"])],
            lambda: ["held", call, any_of(LEGS), any_of(["on", "off"])],
            lambda: [any_of(["registered", "unregistered"]), agent],
            lambda: ["probed", agent, any_of(["there", "away"])],
            lambda: ["desk", agent, any_of(["on", "off"])],
            lambda: ["found", call, "k1", any_of(["gold", ""]), "+491"],
            lambda: ["chose", agent, call, "k2", "+492"],
            lambda: ["lost", call],
            lambda: [any_of(["taken", "no-card"]), call, any_of([offer, "1"])],
            lambda: [any_of(["ready", "logout", "hang-up", "finish", "call-customer", "finish-message"]), agent],
            lambda: ["not-ready", agent, *any_of([[], ["break"], ["none"]])],
            lambda: ["after-call", agent, any_of(["ready", "not-ready", "logged-out"])],
            lambda: [any_of(["hold", "mute"]), agent, any_of(["on", "off"])],
            lambda: ["result", agent, call, any_of(["solved", "none"])],
            lambda: ["extend", agent, any_of(["10", "0"])],
            lambda: ["watch", agent, call, *any_of([[], ["listen"], ["whisper"], ["none"]])],
            lambda: ["transfer", call, any_of(["queue:none", "agent:none", "none", f"agent:{agent}"])],
            lambda: ["cards", *(one.call for one in self.state.calls.values() if one.card)],
            lambda: ["mailbox", box, self._message(box), any_of(["save", "delete"]), agent],
            lambda: ["call-back-message", agent, box, self._message(box)],
            lambda: ["ordered", f"o{len(self.told)}", any_of(self._queues), "030123456"],
            lambda: [any_of(["phone-rings", "phone-up"]), call, any_of(LEGS), agent],
            lambda: ["phone-declines", call, any_of(LEGS), agent, "busy"],
            lambda: ["dialog-fails", call, session, "away"],
        ]
        return self._restart() if self.chance.random() < 0.03 else [any_of(makers)()]

    def _message(self, box: str) -> str:
        return next((message.id for message in self.run.flow.voicemails(box)), "none")

    def _restart(self) -> list[Line]:
        """A core dies; most cards come back, some without one of their legs."""
        back = []
        for call in self.state.calls.values():
            legs = [f"{leg}:up" for leg in ("customer", call.leg) if leg and self.chance.random() < 0.9]
            if call.card and self.chance.random() < 0.9:
                back.append(["back", call.call, *legs])
        if self.chance.random() < 0.3:
            self._change_site()
        boot = self.chance.choice(["boot-1"] if self._is_set else ["boot-1", "boot-1", "boot-2"])
        return [["restart", boot], *back, ["counted"]]

    def _change_site(self) -> None:
        """The next core reads another site file: an agent or queue less than at first, or it is whole again."""
        whole, any_of = self.whole_site, self.chance.choice
        who = any_of(["", *self._agents])
        which = any_of(["", *(queue for queue in self._queues if not self._leads_to(queue))])
        agents = [replace(one, queues=[ident for ident in one.queues if ident != which]) for one in whole.agent]
        self.gone |= {who} - {""}
        self.run.site = replace(
            whole,
            agent=[one for one in agents if one.id != who],
            queue=[one for one in whole.queue if one.id != which],
            number=[one for one in whole.number if f"queue:{which}" not in (one.to, one.otherwise)],
        )

    def _leads_to(self, queue: str) -> bool:
        """Whether something else than a number leads to the queue: a site without it would not be accepted."""
        site = self.whole_site
        ways = [way.to for one in site.queue for way in one.exit]
        ways += [getattr(one, name) for one in site.queue for name in LEADS]
        ways += [way for box in site.mailbox for way in (box.owner, box.exit_to, f"queue:{box.task_queue}")]
        return f"queue:{queue}" in ways
