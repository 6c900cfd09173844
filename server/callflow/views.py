"""What others see of the rules' state: snapshots, sentences, mailboxes, counts. Nothing here changes it."""

from collections import Counter

from server.acd.agent import Agent
from server.call.now import Now
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.call.states import CallState
from server.callflow.explaining import explain
from server.callflow.plan import Plan
from server.callflow.snapshots import agent_snapshot, call_snapshot, queue_snapshot
from server.callflow.turn import World
from server.voicemail.mailbox import Lock
from server.voicemail.words import Message


class Views:
    """The part of `CallFlow` that answers questions."""

    _plan: Plan
    _world: World

    def agents(self) -> list[AgentSnapshot]:
        """Every agent, in the site file's order."""
        return [self._agent_snapshot(agent) for agent in self._world.state.agents.values()]

    def agent(self, agent: str) -> AgentSnapshot | None:
        """One agent; None: there is none of that id."""
        known = self._world.state.agents.get(agent)
        return None if known is None else self._agent_snapshot(known)

    def _agent_snapshot(self, agent: Agent) -> AgentSnapshot:
        return agent_snapshot(self._plan, agent, self._world.state.messages.get(agent.id, ()))

    def queues(self) -> list[QueueSnapshot]:
        """Every queue, in the site file's order."""
        return [queue_snapshot(self._world, queue) for queue in self._plan.site.queue]

    def calls(self, now: Now) -> list[CallSnapshot]:
        """Live calls, and those still wrapped up, oldest first."""
        return [call_snapshot(self._world, call, now) for call in self._world.state.calls.values()]

    def call(self, call: str, now: Now) -> CallSnapshot | None:
        """One such call."""
        known = self._world.state.calls.get(call)
        return None if known is None else call_snapshot(self._world, known, now)

    def explain(self, call: str, now: Now) -> list[str]:
        """Why the call is where it is, in sentences; none for a call that is over or unknown."""
        known = self._world.state.calls.get(call)
        return [] if known is None else explain(self._world, known, now)

    def sounds(self) -> set[str]:
        """Names of the recordings that something refers to: messages, greetings, what calls have recorded."""
        state = self._world.state
        names = {
            sound for mailbox in state.mailboxes.values() for sound in (*mailbox.sounds.values(), mailbox.greeting)
        }
        return (names | {call.sound for call in state.calls.values()}) - {""}

    def voicemails(self, mailbox: str) -> list[Message]:
        """The messages of a mailbox, oldest first; none for one that was never used."""
        known = self._world.state.mailboxes.get(mailbox)
        return sorted(known.messages.values(), key=lambda message: message.at) if known is not None else []

    def voicemail_sound(self, mailbox: str, message: str) -> str:
        """The file of a message's sound; empty: there is no such message."""
        known = self._world.state.mailboxes.get(mailbox)
        sound = known.sounds.get(message, "") if known is not None else ""
        return self._plan.sounds.sound(sound) if sound else ""

    def voicemails_to_mail(self) -> list[tuple[str, str]]:
        """Mailbox and id of the messages that a mail has yet to tell of."""
        boxes = self._world.state.mailboxes.items()
        return [(mailbox, message) for mailbox, there in boxes for message in there.to_mail]

    def mailbox_lock(self, mailbox: str) -> Lock:
        """Wrong PINs that were typed for a mailbox, and until when it is locked."""
        known = self._world.state.mailboxes.get(mailbox)
        return known.lock if known is not None else Lock()

    def unused_key(self, call: str) -> int:
        """Number of the card's event with the first key of a call that has led to nothing yet. That one and all after
        it are not to be acknowledged, so that a new core is told of them again. 0: there is none."""
        line = self._world.lines.get(call)
        return line.keys[0] if line is not None and line.keys else 0

    def without_queue(self) -> dict[str, int]:
        """How many calls wait in each queue that was taken out of the site."""
        calls = (call for call in self._world.state.calls.values() if call.state is CallState.QUEUED)
        return dict(Counter(call.queue for call in calls if call.queue not in self._plan.queues))

    def live_count(self) -> int:
        """Calls that are not closed, without call-backs that nobody is on the line for."""
        return sum(1 for call in self._world.state.calls.values() if call.state is not CallState.CLOSED and call.card)
