"""What runs out-going campaigns says of them: asked again and again while pages are open.

Whoever dials campaigns registers the interface `campaign-status` with the service manager: a part of this house, or a
company's own dialler through `/services/v1`. Its operation `now` takes nothing and gives `campaigns`, a list of records
with the fields of `Campaign`.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec
import structlog
from msgspec import Meta
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from server.call.dialogs import ScriptService
from server.wire import monitor as wire

INTERFACE = "campaign-status"
OPERATION = "now"
ASKED_EVERY_SECONDS = 5.0
MOST_CAMPAIGNS = 50

log = structlog.get_logger()
Count = Annotated[int, Meta(ge=0, le=10**9)]


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign. `left`: numbers not yet dialled; `abandon_limit`: the fraction of answered calls that may be
    abandoned; None: not known, or no limit.
    """

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(max_length=100)] = ""
    state: Literal["running", "paused", "waiting", "ended"]
    agents: Count = 0
    dialled: Count = 0
    answered: Count = 0
    abandoned: Count = 0
    left: Count | None = None
    abandon_limit: Annotated[float, Meta(ge=0, le=1)] | None = None


class _Told(msgspec.Struct, frozen=True):
    """What `now` gives."""

    campaigns: Annotated[list[Campaign], Meta(max_length=MOST_CAMPAIGNS)] = []


class CampaignStatus:
    """`provider` gives who may be asked now, or None; `is_watched` whether anybody looks; `changed` is told of news."""

    def __init__(
        self,
        reactor: IReactorTime,
        provider: Callable[[], ScriptService | None],
        is_watched: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        self._provider = provider
        self._is_watched = is_watched
        self._changed = changed
        self._asked = 0
        self._fault = ""
        self.campaigns: tuple[wire.Campaign, ...] = ()
        """As they are now; empty: there are none, or nobody tells."""
        self._loop = LoopingCall(self._ask)
        self._loop.clock = reactor

    def start(self) -> None:
        """Ask from now on."""
        self._loop.start(ASKED_EVERY_SECONDS).addErrback(_ended)

    def stop(self) -> None:
        """Ask no more."""
        if self._loop.running:
            self._loop.stop()

    def _ask(self) -> "Deferred[None] | None":
        provider = self._provider()
        if provider is None or not self._is_watched():
            self._show(())
            return None
        self._asked += 1
        asked = Deferred.fromCoroutine(_answer(provider, f"{INTERFACE}:{self._asked}"))
        return asked.addCallbacks(self._told, self._failed)

    def _told(self, answer: Mapping[str, Any]) -> None:
        try:
            told = msgspec.convert(answer, _Told)
        except msgspec.ValidationError as error:
            self._gone(str(error))
            return
        self._fault = ""
        self._show(tuple(map(_shown, told.campaigns)))

    def _failed(self, failure: Failure) -> None:
        self._gone(repr(failure.value))

    def _gone(self, fault: str) -> None:
        """Figures that nobody vouches for any more are not shown."""
        if fault != self._fault:
            log.warning("campaigns-not-told", error=fault)
        self._fault = fault
        self._show(())

    def _show(self, campaigns: tuple[wire.Campaign, ...]) -> None:
        if campaigns != self.campaigns:
            self.campaigns = campaigns
            self._changed()


async def _answer(provider: ScriptService, key: str) -> Mapping[str, Any]:
    return await provider.call(OPERATION, {}, key)


def _shown(campaign: Campaign) -> wire.Campaign:
    rate = campaign.abandoned / campaign.answered if campaign.answered else 0.0
    is_over = campaign.abandon_limit is not None and rate > campaign.abandon_limit
    return wire.Campaign(
        id=f"campaign:{campaign.id}",  # what is gone is told by id: never the one of a queue or a caller
        name=campaign.name or campaign.id,
        state=campaign.state,
        agents=campaign.agents,
        dialled=campaign.dialled,
        answered=campaign.answered,
        abandoned=campaign.abandoned,
        left=campaign.left,
        level="act" if is_over else "watch" if campaign.state == "paused" else "good",
    )


def _ended(failure: Failure) -> None:
    log.error("campaigns-asked-no-more", error=repr(failure.value))
