"""All that a desk knows just now; the parts of the view are computed from it."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Literal

from agentdesk.desk.script.unsent import Unsent
from agentdesk.desk.views import Attached
from agentdesk.words import Words
from server.wire import api, desk as wire, softphone
from server.wire.desk_script import Place, Script

LinkState = Literal["logging-in", "linking", "linked", "unlinked", "taken-over", "refused"]


@dataclass(slots=True)
class Standing:
    """What is known. Moments without a remark are monotonic seconds of this computer."""

    words: Words
    zone: tzinfo = UTC
    session: api.LoggedIn | None = None
    link: LinkState = "logging-in"
    link_detail: str = ""
    link_problem: str = ""
    """Why the server's certificate is not believed (`banners.DISTRUST`); empty: no such thing is known."""
    lost_at: float | None = None
    """Since when there is no link; None: there is one, or there never was."""
    retry_at: float | None = None
    revision: int = 0
    state: wire.State | None = None
    ahead: float = 0.0
    """Server's seconds since 1970 minus our monotonic seconds."""
    round_trip: float | None = None
    """Seconds from our last beat to its `done`."""
    phone_process: Literal["starting", "up", "ended", "broken"] = "starting"
    phone: softphone.Phone | None = None
    """The softphone's snapshot, kept up to date by its events; None: it is not there."""
    level: softphone.Level | None = None
    keypad_open: bool = False
    digits_sent: str = ""
    searching: str = ""
    found: list[wire.Customer] = field(default_factory=list)
    shown_customer: wire.Customer | None = None
    """A card looked at without a call."""
    new_card: str = ""
    """The call for which none of the matches was right."""
    places: list[Place] | None = None
    """Where one can jump to in the script; None: the agent has not asked."""
    way_asked: tuple[int, int] | None = None
    """Revision and button of the script's way that was pressed once and wants to be pressed again."""
    attached: dict[tuple[str, str], Attached | None] = field(default_factory=dict)
    """Files and signatures of my script, by sheet and question; None: the agent took away what was the answer."""
    unsent: Unsent = field(default_factory=Unsent)
    """What is typed in scripts and not handed in."""
    fetching: dict[int, str] = field(default_factory=dict)
    """Labels of files that were asked for, by the order's number."""
    notice: str = ""
    notice_until: float = 0.0

    @property
    def linked(self) -> bool:
        """Whether the server listens and its state is ours."""
        return self.link == "linked"

    def server_time(self, now: float) -> float:
        """Seconds since 1970 by the server's clock."""
        return now + self.ahead

    @property
    def call(self) -> wire.Call | None:
        """My call as the server knows it."""
        return self.state.call if self.state else None

    @property
    def script(self) -> Script | None:
        """The script of my call."""
        return self.state.script if self.state else None

    @property
    def phone_call(self) -> softphone.PhoneCall | None:
        """The softphone's call."""
        return self.phone.call if self.phone else None

    @property
    def has_softphone(self) -> bool:
        """Whether this desk is to be the agent's phone."""
        return self.session is not None and self.session.sip is not None

    @property
    def phone_registered(self) -> bool | None:
        """For the beat: None without a softphone."""
        if not self.has_softphone:
            return None
        return self.phone is not None and self.phone.registration.state == "registered"
