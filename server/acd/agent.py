"""An agent, as the rules see one: presence (chosen), work state (what happens), reachable (measured)."""

import msgspec

from server.call.now import Now
from server.call.states import WORK_STATE_TRANSITIONS, IllegalTransition, Presence, WorkState

LOST_SECONDS = 60
"""After a longer outage of desk or phone the agent is not ready; after a shorter one everything is as it was."""


class Agent(msgspec.Struct, kw_only=True):
    """State of one agent. Changed only by facts (`server.callflow.applying.apply`)."""

    id: str
    order: int
    """Place in the site file, from 0; the order of `top-down` and of ties."""
    phone: str
    """As in the site file: `registered`, `sip:...` or `tel:...`."""
    presence: Presence = Presence.LOGGED_OUT
    reason: str = ""
    work_state: WorkState = WorkState.IDLE
    since: Now = Now(0, 0)
    """When the shown state (presence and work state together) began."""
    idle_since: float = 0
    """`Now.mono` since when the agent is free without a break; meaningful only while free."""
    call: str | None = None
    """The call offered, talked, or wrapped up."""
    last_call: str | None = None
    """The last call that the agent answered: notes for it are still taken."""
    after_call: Presence | None = None
    after_call_reason: str = ""
    desk: bool | None = None
    """Whether the desk is connected; None: the agent works without one."""
    desk_lost_mono: float = 0
    registered: bool = False
    phone_answers: bool = False
    """A registered phone has answered OPTIONS since it registered, and is lost if it does not any more."""
    phone_failed: str = ""
    """Why the phone is not believed in: `invite-failed`, `probe-failed`; empty: it is."""
    phone_lost_mono: float = 0
    """`Now.mono` of the phone's loss; 0: it is there, or never was."""
    reachable: bool = False
    """What the last `AgentReached` said."""
    wrap_up_began: Now | None = None
    wrap_up_seconds: float = 0
    calls_taken: int = 0
    """Calls answered since the log-in."""
    talk_seconds: float = 0
    """Talk and hold since the log-in, of calls that are over."""
    supervising: str = ""
    """The call of somebody else that this agent, as a supervisor, has on the own phone; empty: none."""
    talk_began_mono: float = 0
    """`Now.mono` of the present talk's begin; 0 outside of one."""

    def fault(self) -> str:
        """Why a call would not reach this agent; empty if it would. As in `AgentReached.why`."""
        if self.desk is False:
            return "desk-lost"
        return self.phone_fault()

    def phone_fault(self) -> str:
        """Why a call would not reach the agent's phone; empty if it would."""
        if self.phone == "registered" and not self.registered:
            return "phone-not-registered"
        return self.phone_failed

    def free(self) -> bool:
        """Whether a call may be offered now."""
        is_ready = self.presence is Presence.READY and self.reachable
        return is_ready and self.work_state is WorkState.IDLE and not self.supervising

    def wrap_up_ends_mono(self) -> float | None:
        """Deadline of the present wrap-up; None outside of one."""
        return None if self.wrap_up_began is None else self.wrap_up_began.mono + self.wrap_up_seconds

    def move(self, to: WorkState, at: Now) -> None:
        """Change the work state. Raises `IllegalTransition` for one that the table does not allow."""
        if to is self.work_state:
            return
        if to not in WORK_STATE_TRANSITIONS[self.work_state]:
            raise IllegalTransition(f"agent {self.id}: {self.work_state} cannot become {to}")
        self.work_state = to
        self.since = at
        if to is WorkState.IDLE:
            self.idle_since = at.mono
