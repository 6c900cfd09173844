"""The promises of the rules with mailboxes behind queues and numbers: callers speak, owners hear, cores restart."""

import sys
from functools import cache
from pathlib import Path

from hypothesis import settings, strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
from test_waiting_machine import WaitingFloor, sending_on
from transcript import Runner

from server.call import commands, events, facts
from server.call.states import CallState, Outcome
from server.callflow import Decision
from server.config.site import Exit, Mailbox, Number, SiteFile
from server.wire import linecard

MOST_MESSAGES = 2
MIN_SECONDS = 2


@cache
def with_mailboxes(strategy: str, tiers: bool) -> SiteFile:
    """The site of the ways out, where some of them lead to mailboxes."""
    usual = sending_on(strategy, tiers)
    help_, sales, last = usual.queue
    queues = [
        replace(help_, when_too_long="voicemail:bills", exit=[*help_.exit[:1], Exit(key="2", to="voicemail:bills")]),
        replace(sales, when_full="voicemail:ana", when_empty="voicemail:bills"),
        last,
    ]
    numbers = [
        Number(dial="850", to="voicemail:bills"),
        Number(dial="851", to="voicemail:ana"),
        Number(dial="*97", to="voicemail"),
    ]
    boxes = [
        Mailbox(id="bills", number="20", pin="4711", max_messages=MOST_MESSAGES, exit_to="queue:help", keep_days=1),
        Mailbox(id="ana", number="21", pin="0815", owner="agent:ana", max_messages=MOST_MESSAGES),
    ]
    return replace(usual, queue=queues, number=[*usual.number, *numbers], mailbox=boxes)


class MailboxFloor(WaitingFloor):
    """The same house with mailboxes. `whole`: names of the sounds that are on the disk. `recording`: by call, what its
    card records. `left`: calls that have left a message."""

    @initialize(strategy=st.sampled_from(["longest-idle", "ring-all"]), tiers=st.booleans())
    def begin(self, strategy: str, tiers: bool) -> None:
        super().begin(strategy, tiers)
        self.runner = Runner(with_mailboxes(strategy, tiers))
        self.runner.line(["registered", "ana"])
        self.whole: set[str] = set()
        self.recording: dict[str, str] = {}
        self.left: dict[str, int] = {}

    # -- what cards and the disk do

    def do(self, *words: str) -> None:
        if words[0] == "lost":
            self.recording.pop(words[1], None)  # with the card
        super().do(*words)
        for call in [call for call in self.recording if "customer" not in self.legs[call]]:
            self.recorded(call, 9, "hang-up")

    def carry_out(self, decision: Decision) -> None:
        for _, fact in decision.facts:
            if isinstance(fact, facts.VoicemailLeft):
                assert fact.sound in self.whole, "a message is in its mailbox after its sound is on the disk"
                self.left[fact.call] = self.left.get(fact.call, 0) + (not fact.forwarded_by)
            if isinstance(fact, facts.CallClosed) and fact.outcome == Outcome.VOICEMAIL:
                assert self.left[fact.call]
        super().carry_out(decision)
        for command in decision.commands:
            if isinstance(command, commands.RemoveSounds):
                self.whole -= {path.removeprefix("/sounds/").removesuffix(".wav") for path in command.paths}

    def obey(self, command: linecard.AnyCommand) -> None:
        if isinstance(command, linecard.Record):
            assert command.call not in self.recording, "one recording at a time"
            assert command.token not in self.whole, "no sound is written over"
            self.recording[command.call] = command.token
        super().obey(command)

    def recorded(self, call: str, seconds: float, ended: str) -> None:
        token = self.recording.pop(call)
        known = self.state.calls.get(call)
        is_over = known is None or known.state is CallState.CLOSED
        if ended == "lost":
            seconds = 0
        elif not is_over:  # else an owner hung up while speaking a greeting: the next core's start removes the file
            self.whole.add(token)
        self.do("recorded", call, token, str(seconds), ended)

    # -- what can happen

    @rule(
        number=st.sampled_from(["850", "851"]),
        seconds=st.sampled_from([0, 0.5, 9]),
        keys=st.sampled_from(["", "1", "41"]),
    )
    def a_caller_speaks(self, number: str, seconds: float, keys: str) -> None:
        self.one_arrives(number, "+491")
        call = f"c{self.calls}"
        self.hears_to_the_end(call)
        if seconds and call in self.recording:
            self.recorded(call, seconds, "silence")
        self.press_all(call, keys)

    @rule(
        box=st.sampled_from(["20#4711#", "21#0815#", "20#9999#"]),
        keys=st.sampled_from(["1", "12", "13", "1421#", "32"]),
    )
    def an_owner_calls(self, box: str, keys: str) -> None:
        self.one_arrives("*97", "+492")
        self.press_all(f"c{self.calls}", box + keys)

    @precondition(lambda self: self.recording)
    @rule(
        data=st.data(), seconds=st.sampled_from([0.5, 9, 9, 180]), ended=st.sampled_from(["silence", "length", "lost"])
    )
    def speaks(self, data: st.DataObject, seconds: float, ended: str) -> None:
        call = data.draw(st.sampled_from(sorted(self.recording)))
        self.recorded(call, seconds, ended)

    @precondition(lambda self: self.in_mailboxes())
    @rule(
        data=st.data(), keys=st.sampled_from(["1", "12", "1#", "3", "4", "0", "#", "*", "20#4711#", "21#0815#", "32"])
    )
    def presses_in_a_mailbox(self, data: st.DataObject, keys: str) -> None:
        self.press_all(data.draw(st.sampled_from(self.in_mailboxes())), keys)

    def press_all(self, call: str, keys: str) -> None:
        """Each key after what is said."""
        for key in keys:
            self.hears_to_the_end(call)
            if "customer" in self.legs[call]:
                self.do("digit", call, "customer", key)
            if call in self.recording and key == "#":
                self.recorded(call, 9, "asked")

    @precondition(lambda self: self.in_mailboxes())
    @rule(data=st.data())
    def hears(self, data: st.DataObject) -> None:
        self.hears_to_the_end(data.draw(st.sampled_from(self.in_mailboxes())))

    @rule(data=st.data(), mailbox=st.sampled_from(["bills", "ana"]), change=st.sampled_from(["save", "delete"]))
    def at_a_desk(self, data: st.DataObject, mailbox: str, change: str) -> None:
        if messages := sorted(one.id for one in self.runner.flow.voicemails(mailbox)):
            message = data.draw(st.sampled_from(messages))
            self.carry_out(self.runner.run(events.VoicemailAsked(mailbox, message, change, "ana")))

    @rule()
    def core_dies(self) -> None:
        self.cards_wanted.clear()
        self.do("restart")
        for call, legs in self.legs.items():
            if legs:
                states = [self.leg_as_card_tells(call, leg) for leg in sorted(legs)]
                if call in self.recording:
                    states.append(f"recording:{self.recording[call]}")
                self.do("back", call, *states)
        self.do("counted")

    # -- what must hold

    def in_mailboxes(self) -> list[str]:
        calls = self.state.calls.values()
        return sorted(c.call for c in calls if c.state is CallState.IN_MAILBOX and "customer" in self.legs[c.call])

    def hears_to_the_end(self, call: str) -> None:
        line = self.runner.flow._world.lines.get(call)
        if line is not None and line.playing.startswith("mailbox-"):
            self.do("played", call, "customer", line.playing)

    @invariant()
    def what_is_listed_can_be_heard(self) -> None:
        for mailbox in self.state.mailboxes.values():
            assert mailbox.messages.keys() == mailbox.sounds.keys()
            assert set(mailbox.sounds.values()) <= self.whole
            assert not mailbox.greeting or mailbox.greeting in self.whole
            assert len(mailbox.messages) <= MOST_MESSAGES

    @invariant()
    def nothing_is_kept_that_nobody_can_hear(self) -> None:
        assert self.whole <= self.runner.flow.sounds()

    @invariant()
    def nobody_is_left_in_silence(self) -> None:
        """In a mailbox something is said, recorded, or about to be asked again."""
        for call in self.in_mailboxes():
            line = self.runner.flow._world.lines.get(call)
            if line is not None and line.up:
                assert line.playing or call in self.recording or line.mailbox_wake > 0

    def teardown(self) -> None:
        for entry in self.runner.ledger:
            fact = entry.fact
            if isinstance(fact, facts.CallClosed) and self.left.get(fact.call):
                assert fact.outcome != Outcome.ABANDONED, "who left a message is not lost"
        super().teardown()


MailboxFloor.TestCase.settings = settings(max_examples=250, stateful_step_count=50, deadline=None)
TestMailboxFloor = MailboxFloor.TestCase
