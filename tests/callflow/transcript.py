"""Whole calls as text: lines at the margin are events, indented ones are what the rules made of them.

A transcript file is rebuilt from its event lines and must come out as it stands. `SECONDS EVENT WORDS...`; facts show
as `- fact`, commands as `> command`. Times are seconds since the beginning. A line `@site NAME` takes another site
than the usual one; the offers' reasons are shown then. `draw NUMBER` is the chance of the draws that follow.
"""

import shlex
from pathlib import Path

import msgspec

from server.call import events, facts
from server.call.commands import BeginDialog, StepDialog
from server.call.dialogs import DialogRefused
from server.call.now import Now
from server.callflow import CallFlow, Decision, Plan
from server.config.site import SiteFile
from server.wire import linecard
from tests.callflow.transcript_events import CARD_EVENTS, OTHERS, REQUESTS, back
from tests.callflow.transcript_sites import (
    MAILBOXES as MAILBOXES,
    SITE as SITE,
    SITES as SITES,
    SKILLS as SKILLS,
    TOGETHER as TOGETHER,
    WAITING as WAITING,
    site_of as site_of,
)
from tests.callflow.transcript_sounds import FakeSounds as FakeSounds, heard as heard
from tests.callflow.transcript_text import show as show
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.waiting import at_once

EPOCH = Now(1_800_000_000.0, 1_000.0)


SCRIPTS = Path(__file__).resolve().parents[2] / "dialogs"


def dialogs() -> FakeDialogs:
    """Real scripts, kept in memory."""
    kept = FakeDialogs(SCRIPTS / "meter-reading.xml", SCRIPTS / "satisfaction-survey.xml")
    kept.services.results["meters.find_meter"] = {"found": True, "last": 12000}
    kept.services.results["meters.submit_reading"] = {"receipt": "R-5"}
    return kept


class Runner:
    """Rules with a clock that stands still between events."""

    def __init__(self, site: dict[str, object] | SiteFile = SITE) -> None:
        self.site = site if isinstance(site, SiteFile) else site_of(site)
        self.chance = 0.5
        self.flow = self.new_flow()
        self.ledger: list[facts.Entry] = []
        self.seq = 0
        self.time = 0.0
        self.wall_jump = 0.0
        """Seconds by which somebody has set the machine's clock."""
        self.hello: dict[str, linecard.Hello] = {}
        self.dialogs = dialogs()
        self.asked: list[BeginDialog | StepDialog] = []
        """What the keeper of sessions has not answered yet."""
        self.keep(self.flow.begin("boot-1", "test", EPOCH))
        self.run(events.CardsCounted())

    @property
    def now(self) -> Now:
        return Now(EPOCH.wall + self.time + self.wall_jump, EPOCH.mono + self.time)

    def new_flow(self) -> CallFlow:
        return CallFlow(
            Plan(self.site, FakeSounds(), {box.id: box.pin for box in self.site.mailbox}), lambda: self.chance
        )

    def keep(self, decision: Decision) -> Decision:
        for at, fact in decision.facts:
            self.ledger.append(facts.Entry(position=len(self.ledger) + 1, at=at, fact=fact))
        return decision

    def run(self, event: events.AnyEvent) -> Decision:
        decision = self.keep(self.flow.handle(event, self.now))
        self.asked += [one for one in decision.commands if isinstance(one, BeginDialog | StepDialog)]
        return decision

    def shown(self, call: str) -> events.AnyEvent:
        """The keeper of sessions answers what it was asked first for a call."""
        asked = next(one for one in self.asked if one.call == call)
        self.asked.remove(asked)
        try:
            if isinstance(asked, BeginDialog):
                return events.DialogShown(call, at_once(self.dialogs.begin(asked.beginning)))
            return events.DialogShown(call, at_once(self.dialogs.take(asked.session, asked.event, asked.revision)))
        except DialogRefused as refused:
            session = asked.beginning.session if isinstance(asked, BeginDialog) else asked.session
            return events.DialogFailed(call, session, refused.code)

    def restart(self, boot: str = "boot-1") -> Decision:
        """A new core reads the ledger."""
        self.flow = self.new_flow()
        self.flow.recover(None, self.ledger)
        return self.keep(self.flow.begin(boot, "test", self.now))

    def line(self, words: list[str]) -> Decision:
        """One event line, without its time."""
        name, *rest = words
        if name == "restart":
            return self.restart(*rest)
        if name == "reload":  # a new core reads the site file anew
            self.site = site_of(SITES[rest[0]])
            return self.restart()
        if name == "draw":
            self.chance = float(rest[0])
            return Decision([], [])
        return self.run(self._event(name, rest))

    def _event(self, name: str, rest: list[str]) -> events.AnyEvent:
        if name == "arrived":
            call, caller, dialled = rest
            arrived = linecard.Arrived(call=call, leg="customer", caller=caller, caller_name="", dialled=dialled)
            return self._said(call, arrived, caller if caller.startswith("+") else "")
        if name in CARD_EVENTS:
            call, *arguments = rest
            return self._said(call, msgspec.structs.replace(CARD_EVENTS[name](*arguments), call=call))
        if name == "shown":  # what was asked of the call's dialog session first, and not answered yet, is done
            return self.shown(*rest)
        if name == "back":
            return back(*rest)
        if name in OTHERS:
            return OTHERS[name](*rest)
        agent, *arguments = rest
        return events.AgentAsked(agent, agent, REQUESTS[name](*arguments))

    def _said(self, call: str, event: linecard.AnyEvent, e164: str = "") -> events.CardSaid:
        self.seq += 1
        stamped = msgspec.structs.replace(event, seq=self.seq, mono=self.now.mono, wall=self.now.wall)
        return events.CardSaid(f"card-{call}", stamped, e164)


def rebuild(path: Path) -> str:
    """The transcript as the rules make it now."""
    runner, with_reasons = Runner(), False
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("    ") and not line.startswith("    #"):
            continue
        if not line.strip() or line.startswith("#"):
            out.append(line)
            continue
        if line.startswith("@site "):
            runner, with_reasons = Runner(SITES[line.split()[1]]), True
            out.append(line)
            continue
        seconds, *words = shlex.split(line)
        runner.time = float(seconds)
        out.append(line)
        try:
            out.extend(show(runner.line(words), with_reasons))
        except events.RequestRefused as refused:
            out.append(f"    ! {refused.problem}")
    return "\n".join(out) + "\n"


def ledger_of(path: Path) -> Runner:
    """The runner that went through a transcript: its ledger and its site."""
    runner = Runner()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith((" ", "#")):
            continue
        if line.startswith("@site "):
            runner = Runner(SITES[line.split()[1]])
            continue
        seconds, *words = shlex.split(line)
        runner.time = float(seconds)
        try:
            runner.line(words)
        except events.RequestRefused:
            continue
    return runner
